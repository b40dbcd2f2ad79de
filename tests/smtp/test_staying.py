"""What happens to one who is signed in when the password is revoked, the token not renewed, the world over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.sandbox.store.boxes import AppPassword
from tests.sandbox_store.scene import CLAIRE, HUGO, wire
from tests.smtp.door import Door, Wire, plain, send


def revoke_all(door: Door) -> None:
    """What the button « Révoquer » does."""
    with door.house.store.writing(1) as session:
        session.execute(update(AppPassword).values(revoked_at=door.house.now()))


@pytest.fixture
def known(door: Door) -> Any:
    """An encrypted connection of somebody signed in."""
    with door.raw() as wire_to:
        wire_to.say("EHLO poste")
        wire_to.say(f"AUTH PLAIN {plain(CLAIRE, door.password())}")
        yield wire_to


@pytest.mark.parametrize("command", ["NOOP", "RSET", f"MAIL FROM:<{CLAIRE}>", "VRFY x", "EHLO poste"])
def test_after_a_revocation_the_next_command_ends_the_connection(door: Door, known: Wire, command: str) -> None:
    assert known.say("NOOP").startswith("250 ")
    revoke_all(door)
    assert known.say(command) == "421 4.7.0 mot-de-passe-faux"
    assert known.is_shut()


def test_a_message_begun_before_a_revocation_is_not_taken(door: Door, known: Wire, scene: Any) -> None:
    known.say(f"MAIL FROM:<{CLAIRE}>")
    known.say(f"RCPT TO:<{HUGO}>")
    known.say("DATA")
    revoke_all(door)
    known.send(wire() + b".\r\n")
    assert known.reply() == "421 4.7.0 mot-de-passe-faux"
    assert known.is_shut()
    assert scene.lines(HUGO) == []


def test_one_may_still_take_leave_after_a_revocation(door: Door, known: Wire) -> None:
    revoke_all(door)
    assert known.say("QUIT").startswith("221 ")


def test_a_token_that_can_still_be_renewed_does_not_end_what_it_began(door: Door, clock: Any) -> None:
    with door.with_token() as client:
        clock.forward(minutes=16)
        assert send(client).startswith("250 2.0.0")


def test_a_token_that_can_no_longer_be_renewed_ends_it(door: Door, clock: Any) -> None:
    with door.with_token() as client:
        clock.forward(hours=9)
        code, text = client.mail(CLAIRE)
    assert (code, text) == (421, b"4.7.0 jeton-non-renouvele")


def test_a_world_that_is_over_ends_it(door: Door, known: Wire, clock: Any) -> None:
    clock.forward(days=15)
    assert known.say("NOOP").startswith("421 4.7.0 This world has expired")
    assert known.is_shut()
