"""Who a submitted message says it comes from, and what submission adds to it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sandbox_store.scene import CARDIOLOGY, CLAIRE, HUGO, wire
from tests.smtp.door import Door, send


def without(raw: bytes, *names: str) -> bytes:
    """The message without these headers."""
    for name in names:
        raw = re.sub(rb"(?m)^" + name.encode() + rb": .*\r\n", b"", raw, count=1)
    return raw


@pytest.mark.parametrize(
    "raw",
    [
        without(wire(), "From"),
        b"From: <" + CLAIRE.encode() + b">\r\n" + wire(),
        wire(From="Claire Durand"),
        wire(From=f'"hugo"@medecin.zz.mssante.fr, {CLAIRE}'),
        wire(Sender="Hugo"),
        b"Sender: " + CLAIRE.encode() + b"\r\n" + wire(Sender=CLAIRE),
    ],
    ids=[
        "no From",
        "two From",
        "a From without address",
        "an address nobody has",
        "a Sender without address",
        "two Sender",
    ],
)
def test_a_message_comes_from_somebody_once_and_readably(door: Door, scene: Any, raw: bytes) -> None:
    with door.signed_in() as client:
        assert send(client, raw=raw) == "554 5.6.0 en-tetes-mal-formes"
    assert scene.lines(HUGO) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"From": f"Hugo Leroy <{HUGO}>"},
        {"From": f"{CLAIRE}, {HUGO}"},
        {"From": f'"a <b>" <{HUGO}>'},
        {"Sender": HUGO},
        {"Sender": f"Claire Durand <{HUGO}>"},
    ],
    ids=["From", "a second address in From", "a name with marks", "Sender", "Sender with one's own name"],
)
def test_nobody_writes_under_the_address_of_another(door: Door, scene: Any, headers: dict[str, str]) -> None:
    with door.signed_in() as client:
        assert send(client, raw=wire(**headers)) == "550 5.7.1 expediteur-usurpe"
    assert scene.lines(HUGO) == []


def test_from_a_shared_box_the_sender_may_be_who_really_writes(door: Door) -> None:
    with door.signed_in() as client:
        reply = send(client, sender=CARDIOLOGY, raw=wire(From=f"Cardiologie <{CARDIOLOGY}>", Sender=CLAIRE))
    assert reply.startswith("250 2.0.0")


@pytest.mark.parametrize("name", [HUGO, f"Hugo {HUGO} ", HUGO.replace("@", "＠")])
def test_a_name_that_shows_another_address_is_not_shown(door: Door, scene: Any, name: str) -> None:
    with door.signed_in() as client:
        assert send(client, raw=wire(From=f'"{name}" <{CLAIRE}>')).startswith("250 ")
    (line,) = scene.lines(HUGO)
    assert (line.sender_name, line.sender_address) == ("", CLAIRE)


def test_a_name_that_is_one_s_own_address_is_shown(door: Door, scene: Any) -> None:
    with door.signed_in() as client:
        send(client, raw=wire(From=f'"{CLAIRE}" <{CLAIRE}>'))
    assert scene.lines(HUGO)[0].sender_name == CLAIRE


def test_a_forgotten_date_and_message_id_are_added(door: Door, scene: Any, house: Any) -> None:
    raw = without(wire(), "Date", "Message-ID")
    with door.signed_in() as client:
        assert send(client, raw=raw).startswith("250 2.0.0")
    kept = scene.raw(scene.lines(HUGO)[0])
    head, _, _ = kept.partition(b"\r\n\r\n")
    assert len(re.findall(rb"(?m)^Date: \w{3}, \d{2} \w{3} 2026 ", head)) == 1
    assert len(re.findall(rb"(?m)^Message-ID: <\S+@ch-abcd\.mssante\.fr>", head)) == 1
    assert kept.endswith(raw)


def test_a_date_and_a_message_id_that_are_there_are_left_alone(door: Door, scene: Any) -> None:
    raw = wire()
    with door.signed_in() as client:
        send(client, raw=raw)
    kept = scene.raw(scene.lines(HUGO)[0])
    assert kept.lower().count(b"\r\nmessage-id:") == kept.lower().count(b"\r\ndate:") == 1
