"""What a client files is looked at like any message: refusals are in French and keep nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.sandbox.store.mail import Message, Source
from tests.imap.desk import Desk
from tests.sandbox_store.scene import CLAIRE, Scene

FULL = "boite.pleine@ch-efgh.mssante.fr"
REAL = b"184057511600142"
FICTIONAL = b"184137511600142"


def _kept(desk: Desk) -> int:
    with desk.house.store.reading(1) as session:
        return (session.scalar(select(func.count()).select_from(Source)) or 0) + (
            session.scalar(select(func.count()).select_from(Message)) or 0
        )


@pytest.mark.parametrize("raw", [
    b"Subject: INS " + REAL + b"\r\n\r\nx\r\n",
    b"Subject: x\r\n\r\nINS " + REAL + b"\r\n",
    b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nMTg0MDU3NTExNjAwMTQy\r\n",
])  # fmt: skip
def test_a_number_that_may_be_real_is_refused_in_french_and_not_kept(desk: Desk, raw: bytes) -> None:
    client = desk.reading()
    refused = client.no("APPEND Brouillons {}", raw)
    assert refused.code == "CANNOT"
    assert "numero-peut-etre-reel" in refused.text
    assert "patient fictif" in refused.text
    assert REAL.decode() not in refused.text
    assert _kept(desk) == 0
    client.ok("NOOP")


def test_the_reason_has_its_accents_for_a_client_that_reads_them(desk: Desk) -> None:
    client = desk.reading()
    client.ok("ENABLE UTF8=ACCEPT")
    assert "numéro de sécurité sociale" in client.no("APPEND Brouillons {}", b"Subject: " + REAL + b"\r\n\r\n").text


def test_a_fictional_number_is_accepted(desk: Desk) -> None:
    desk.reading().ok("APPEND Brouillons {}", b"Subject: INS " + FICTIONAL + b"\r\n\r\nx\r\n")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"Subject: x\r\n\r\n" + b"y" * 1_200 + b"\r\n", "ligne-trop-longue"),
        (b"Subject: x\r\n\r\na\nb\r\nc\r\n", "fins-de-ligne-melees"),
        (b"\xff\xff pas un en-tete\r\n\r\nx", "en-tetes-mal-formes"),
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\nrien\r\n", "mime-mal-forme"),
        (b"   \r\n", "en-tetes-mal-formes"),
    ],
)
def test_a_message_without_form_is_refused_by_its_rule(desk: Desk, raw: bytes, rule: str) -> None:
    client = desk.reading()
    assert rule in client.no("APPEND INBOX {}", raw).text
    assert client.ok("SEARCH ALL").numbers() == []


def test_bare_line_feeds_are_made_right(desk: Desk) -> None:
    client = desk.reading()
    client.ok("APPEND INBOX {}", b"Subject: x\n\nune\ndeux\n")
    assert b"{20}\r\nSubject: x\r\n\r\nune\r\n" not in client.ok("FETCH 1 BODY.PEEK[]").one("FETCH")
    assert b"Subject: x\r\n\r\nune\r\ndeux\r\n" in client.ok("FETCH 1 BODY.PEEK[]").one("FETCH")


def test_a_full_box_takes_nothing_more(desk: Desk) -> None:
    client = desk.signed_in(FULL)
    assert client.no("APPEND INBOX {}", b"Subject: x\r\n\r\nx\r\n").code == "OVERQUOTA"


def test_a_client_that_files_what_it_sent_finds_it_in_the_same_folder_as_the_screen(desk: Desk, scene: Scene) -> None:
    desk.signed_in().ok('APPEND "Messages envoy&AOk-s" (\\Seen) {}', b"Subject: moi\r\n\r\nx\r\n")
    assert [line.subject for line in scene.lines(CLAIRE, "sent")] == ["moi"]


def test_a_message_beyond_the_limit_is_refused_before_it_is_sent(desk: Desk) -> None:
    client = desk.reading()
    client.send(b"z APPEND INBOX {40000001}\r\n")
    assert client.line().startswith(b"z NO [TOOBIG] ")
    client.ok("NOOP")


def test_the_limit_is_announced(desk: Desk) -> None:
    assert b"APPENDLIMIT=40000000" in desk.signed_in().ok("CAPABILITY").one("CAPABILITY")


def test_recent_may_be_asked_for_and_is_not_kept(desk: Desk) -> None:
    desk.reading().ok("APPEND INBOX (\\Recent \\Seen) {}", b"Subject: x\r\n\r\nx\r\n")


def test_an_unknown_system_flag_is_bad(desk: Desk) -> None:
    desk.reading().bad("APPEND INBOX (\\Poudre) {}", b"Subject: x\r\n\r\nx\r\n")
