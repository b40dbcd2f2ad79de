"""A hostile mail runs no script, fetches nothing and leads nowhere: on paper, then in a real browser."""

from __future__ import annotations

import re
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.post.appending import append
from bot.sandbox.post.compose import header_block
from bot.sandbox.post.reading import Attached
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.folders import special_folder
from bot.sandbox.webmail.mail_html import ATTRIBUTES, TAGS, framed, harmless
from tests.webmail.acting import Actor
from tests.webmail.hostile import FAR, HOSTILE

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
_TAG = re.compile(r"<(/?)([a-z0-9]+)((?:[^>\"]|\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def only_the_allowed(html):
    """Each tag and attribute that is left is one of the list, written by us; no address is left in any."""
    bare = _TAG.sub("", html)
    assert "<" not in bare
    for _, tag, attributes in _TAG.findall(html):
        assert tag in TAGS or tag == "span", tag
        assert tag != "a"
        left = _ATTRIBUTE.sub("", attributes).strip()
        assert left == "", attributes
        for name, value in _ATTRIBUTE.findall(attributes):
            assert name in {*ATTRIBUTES.get(tag, ()), "class"}, (tag, name)
            if name == "src":
                assert re.fullmatch(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]+", value)
            if name == "class":
                assert value in ("lien", "vers")


def test_the_corpus_is_wide_enough():
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
def test_only_allowed_tags_are_left(name):
    only_the_allowed(harmless(f"<p>Avant</p>{HOSTILE[name]}<p>Après</p>"))


@given(st.text(alphabet="<>/\"'=!-& abcdefijmnoprstu:;()[]{}\0\n#x", max_size=300))
def test_nothing_at_all_leaves_more(html):
    only_the_allowed(harmless(html))


@given(st.lists(st.sampled_from(sorted(HOSTILE)), min_size=2, max_size=4))
def test_hostile_pieces_together_leave_nothing_more(names):
    only_the_allowed(harmless("".join(HOSTILE[name][:5_000] for name in names)))


def test_a_link_is_told_and_leads_nowhere():
    shown = harmless('<a href="https://mechant.example/piege">Votre boîte est pleine</a>')

    assert "Votre boîte est pleine" in shown
    assert "[lien inactif : https://mechant.example/piege]" in shown
    assert "href" not in shown


def test_a_joined_picture_is_shown_and_a_distant_one_named():
    files = [Attached("logo.png", "image/png", PNG, inline=True, content_id="logo@ici")]

    assert 'src="data:image/png;base64,' in harmless('<img src="cid:logo@ici">', files)
    assert "[image distante, non chargée : Logo]" in harmless(f'<img alt="Logo" src="{FAR}/l.png">', files)


def test_a_joined_picture_that_is_no_picture_is_not_shown():
    files = [Attached("x.svg", "image/png", b"<svg onload=alert(1)>", inline=True, content_id="x")]

    assert "<img" not in harmless('<img src="cid:x">', files)


def test_ordinary_layout_is_kept():
    shown = harmless("<h2>Titre</h2><table><tr><td colspan=2>a</td></tr></table><ul><li><b>gras</b></ul>")

    assert '<td colspan="2">a</td>' in shown
    assert "<b>gras</b>" in shown
    assert "<h2>Titre</h2>" in shown


def test_the_frame_refuses_every_request_by_itself():
    document = framed("<p>a</p>", [], "unNonce")

    assert "default-src 'none'" in document
    assert "unsafe" not in document


def html_mail(subject, html):
    """A mail with only HTML, as anyone could send it."""
    import quopri

    head = header_block(
        [
            ("From", '"Expediteur" <x@mechant.example>'),
            ("To", "claire.durand@ch-abcd.mssante.fr"),
            ("Subject", subject),
            ("Date", "Mon, 23 Nov 2026 10:00:00 +0100"),
            ("Message-ID", f"<{subject}@mechant.example>"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Transfer-Encoding", "quoted-printable"),
        ]
    )
    body = quopri.encodestring(f"<p>Avant {subject}</p>{html}<p>Apres</p>".encode()).replace(b"\n", b"\r\n")
    return head + b"\r\n" + body.replace(b"\0", b"=00")


ONLY_WASHING_STOPS = {"link-prefetch", "iframe"}
"""Chromium opens a line for these before any content policy is asked, and then says nothing on it: there the sanitiser
is the only wall."""


class Trap:
    """A door on this machine that nobody should knock at: every connection counts, even one that asks nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.knocks = []
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self):
        while True:
            try:
                visitor, _ = self.socket.accept()
            except OSError:
                return
            self.knocks.append(self._heard(visitor))

    def _heard(self, visitor):
        """The first word said, b"" when the line closes without one."""
        with visitor:
            visitor.settimeout(0.4)
            try:
                return visitor.recv(20)
            except OSError:
                return b""


@pytest.fixture
def trap():
    made = Trap()
    yield made
    made.socket.close()


@pytest.fixture
def mails(browser, site, rooms, trap):
    """A page at Claire's, and the whole corpus in her inbox: name → its page."""
    context = browser.new_context()
    page = context.new_page()
    actor = Actor(page, site).enter().play("Claire Durand").open("claire.durand@")
    with rooms.store.writing() as session:
        inbox = special_folder(session, session.get_one(Mailbox, int(actor.home.rpartition("/")[2])), "inbox")
        places = {
            name: append(session, inbox, html_mail(name, html.replace(FAR, trap.address)), (), rooms.now()).delivery_id
            for name, html in HOSTILE.items()
        }
    yield page, actor, {name: f"{site}{actor.home}/message/{place}" for name, place in places.items()}
    context.close()


@pytest.mark.browser
def test_the_trap_would_see_a_knock(browser, trap):
    page = browser.new_page()
    page.set_content(f'<img src="{trap.address}/pixel.gif">')
    page.wait_for_timeout(900)
    page.close()

    assert b"GET /pixel.gif" in [word[:14] for word in trap.knocks]


@pytest.mark.browser
def test_in_a_real_browser_hostile_mails_do_nothing(mails, site, trap):
    page, actor, places = mails
    asked, alarms = [], []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: alarms.append(popup.url))
    page.on("download", lambda download: alarms.append(download.url))
    for name, here in places.items():
        page.goto(here)
        frame = page.frame_locator("iframe.html")
        assert "Avant" in frame.locator("body").inner_text(), name
        frame.locator("body").click()
        page.mouse.move(300, 400)
        page.mouse.move(500, 600)
        page.wait_for_timeout(30)
        assert page.evaluate("window.__atteint") is None, name
        assert page.url == here, name
        assert page.locator("h1").inner_text() == name
        inner = page.frames[-1]
        assert inner != page.main_frame, name
        assert inner.evaluate("document.scripts.length + document.forms.length + document.links.length") == 0, name
        assert inner.evaluate("origin") == "null", name
    assert alarms == []
    assert trap.knocks == []
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
    own = {url.removeprefix(site).partition("?")[0].replace(actor.home, "") for url in asked if url.startswith(site)}
    ours = re.compile(r"(/message/\d+(/lu)?|/etat|/assets-app/(app|webmail)\.(css|js)|/assets-app/favicon\.svg)")
    assert {path for path in own if not ours.fullmatch(path)} == set()


@pytest.mark.browser
def test_even_unwashed_a_hostile_mail_stays_in_its_frame(mails, trap, monkeypatch):
    """The frame and the policy hold alone, were the sanitiser to let everything through."""
    import bot.sandbox.webmail.mail_html as washing

    monkeypatch.setattr(washing, "harmless", lambda html, files=(): html)
    page, _, places = mails
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: alarms.append(popup.url))
    for name in sorted(places, key=lambda name: name in ONLY_WASHING_STOPS):
        if name in ONLY_WASHING_STOPS:
            page.wait_for_timeout(500)  # a knock may come late
            assert [word for word in trap.knocks if word] == [], name
        else:
            assert trap.knocks == [], name
        page.goto(places[name])
        page.wait_for_timeout(60)
        assert page.evaluate("window.__atteint") is None, name
        assert page.url == places[name], name
    page.wait_for_timeout(1_000)
    assert alarms == []
    assert [word for word in trap.knocks if word] == []
