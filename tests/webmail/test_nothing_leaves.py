"""Nothing leaves: whatever is sent, forwarded, answered or shown, no socket is opened and no name is asked for."""

from __future__ import annotations

import datetime
import socket
import sys

import pytest

from bot.sandbox.post.appending import append
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.folders import special_folder
from bot.sandbox.webmail.beating import beat
from tests.conftest import load_cases
from tests.webmail.acting import ALIX, HUGO, SHARED
from tests.webmail.hostile import HOSTILE
from tests.webmail.test_hostile_html import html_mail

EVENTS = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "urllib.", "http.client.", "smtplib.")
OUTSIDE = "paul.martin@courriel-perso.example"
_heard: list[str] | None = None


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _heard is not None and event.startswith(EVENTS):
        _heard.append(event)


sys.addaudithook(_hook)


@pytest.fixture
def heard():
    """What the interpreter itself reports of sockets, name resolution and other programs, from every thread."""
    global _heard
    _heard = []
    yield _heard
    _heard = None


def test_the_ear_would_hear_a_name_resolved_and_a_connection(heard):
    socket.getaddrinfo("127.0.0.1", 25)
    with socket.socket() as one, pytest.raises(ConnectionRefusedError):
        one.connect(("127.0.0.1", 1))

    assert {"socket.getaddrinfo", "socket.connect"} <= set(heard)


def test_sending_anything_to_anyone_reaches_nobody(claire, heard):
    everyone = {a for case in load_cases("send.yaml") for f in ("to", "cc", "bcc") for a in case["attempt"].get(f, [])}
    assert len(everyone) > 30
    for address in sorted(everyone):
        for faire in ("verifier", "reveler", "confirme"):
            claire.send(address, "Objet", faire=faire, accuse_lecture="1", accuse_remise="1")

    assert heard == []


def test_what_boxes_do_by_themselves_reaches_nobody(claire, rooms, heard, monkeypatch):
    hugo = claire.play("Hugo Leroy", box="hugo.leroy@")
    for target in (OUTSIDE, "quelqu.un@gmail.com", HUGO):
        hugo.post("/transfert", vers=target)
        claire.play("Claire Durand", box="claire.durand@").send(HUGO, document="courrier")
        hugo.open(hugo.persona_of("Hugo Leroy"), "hugo.leroy@")
    hugo.post("/absence", active="1", objet="Absent", texte="De retour lundi.", debut="", fin="")
    claire.play("Claire Durand", box="claire.durand@").send(f"{HUGO}, {SHARED}, {ALIX}")
    later = rooms.now() + datetime.timedelta(days=2)
    monkeypatch.setattr(rooms.office, "clock", lambda: later)
    beat(rooms.store, rooms.office)

    assert heard == []


def test_reading_a_hostile_mail_asks_for_nothing_on_the_server_either(claire, rooms, heard):
    with rooms.store.writing() as session:
        inbox = special_folder(session, session.get_one(Mailbox, int(claire.home.rpartition("/")[2])), "inbox")
        places = [
            append(session, inbox, html_mail(name, html), (), rooms.now()).delivery_id for name, html in HOSTILE.items()
        ]
    for place in places:
        assert claire.get(f"/message/{place}").status_code == 200
        assert claire.get(f"/message/{place}/source").status_code == 200

    assert heard == []
