"""The list of a folder: what it shows, what it asks of the database, what one does to many messages at once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from bot.sandbox.post.appending import append
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.folders import special_folder
from tests.webmail.test_hostile_html import html_mail


@pytest.fixture
def fill(rooms):
    """fill(visitor, 60): so many messages in the inbox."""

    def _fill(someone, count):
        with rooms.store.writing() as session:
            box = session.get_one(Mailbox, int(someone.home.rpartition("/")[2]))
            inbox = special_folder(session, box, "inbox")
            for number in range(count):
                append(session, inbox, html_mail(f"Message-{number:03}", "<p>Texte</p>"), (), rooms.now())

    return _fill


@pytest.fixture
def asked(rooms):
    """How many statements a request sends to the database."""

    def _asked(do):
        seen = []
        listener = lambda _c, _k, statement, *_: seen.append(statement)  # noqa: E731
        event.listen(rooms.store.engine, "before_cursor_execute", listener)
        do()
        event.remove(rooms.store.engine, "before_cursor_execute", listener)
        return len(seen)

    return _asked


def test_a_full_page_asks_the_database_as_much_as_an_empty_one(claire, fill, asked):
    empty = asked(lambda: claire.folder("Boîte de réception"))
    fill(claire, 60)

    assert asked(lambda: claire.folder("Boîte de réception")) == empty


def test_pages_follow_one_another_and_miss_none(claire, fill):
    fill(claire, 120)
    here = re.search(r'href="([^"]+/dossier/\d+)"[^>]*>Boîte de réception ', claire.get("/reglages").text)[1]
    shown = [re.findall(r">Message-(\d{3})<", claire.get(f"{here}?page={number}").text) for number in (1, 2, 3, 4)]

    assert sorted(int(number) for page in shown for number in page) == list(range(120))


def test_a_row_says_everything_aloud(claire):
    claire.send("claire.durand@ch-abcd.mssante.fr", "Bilan", urgent="1", document="courrier")
    listed = claire.folder("Boîte de réception").text
    spoken = re.search(r'aria-label="Sélectionner\. ([^"]+)"', listed)[1]

    assert spoken.startswith("Non lu. De Claire Durand")
    for part in ("Objet : Bilan.", "Pièce jointe.", "Urgent."):
        assert part in spoken


@pytest.mark.parametrize(
    ("words", "found"), [("bilan", True), ("BILAN", True), ("cardiologie", True), ("absent", False)]
)
def test_a_search_finds_words_without_case_or_accents(claire, words, found):
    claire.send("claire.durand@ch-abcd.mssante.fr", "Bilan", "Vu en cardiologie à l’hôpital")
    here = re.search(r'action="([^"]+/recherche)"', claire.folder("Boîte de réception").text)[1]
    listed = claire.post(here, recherche=words).text

    assert (">Bilan<" in listed) is found
    assert ("Rien trouvé" in listed) is not found


def test_messages_move_to_a_folder_of_ones_own_and_the_folder_goes_with_them(claire):
    claire.send("claire.durand@ch-abcd.mssante.fr", "À ranger")
    claire.post("/dossiers", nom="Suivi", arbre="professional")
    listed = claire.folder("Boîte de réception").text
    message = re.search(r'name="message" value="(\d+)"', listed)[1]
    target = re.search(r'<option value="(\d+)">Suivi<', listed)[1]
    claire.post(
        re.search(r'id="actes" method="post" action="([^"]+)"', listed)[1],
        message=message,
        action="deplacer",
        vers=target,
    )

    assert claire.messages() == []
    own = claire.folder("Suivi").text
    assert "À ranger" in own
    claire.post(re.search(r'action="([^"]+/effacer)"', own)[1])
    assert "Suivi" not in claire.get("/reglages").text


def test_the_two_trees_do_not_mix(claire):
    """A message of a patient is not put away among those of colleagues."""
    claire.send("claire.durand@ch-abcd.mssante.fr", "D’un confrère")
    listed = claire.folder("Boîte de réception").text
    other = re.search(r'/dossier/(\d+)"', re.search(r'aria-labelledby="arbre-patient".*', listed, re.DOTALL)[0])[1]
    action = re.search(r'id="actes" method="post" action="([^"]+)"', listed)[1]
    message = re.search(r'name="message" value="(\d+)"', listed)[1]

    answer = claire.post(action, message=message, action="deplacer", vers=other)

    assert answer.headers["Location"].endswith("fait=choisissez")
    assert len(claire.messages()) == 1
