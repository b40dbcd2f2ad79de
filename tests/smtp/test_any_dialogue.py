"""Whatever is said in whatever order: one reply a command, of the right kind, and only complete messages are there."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.conftest import ACCEPT
from tests.sandbox_store.scene import CLAIRE, HUGO, INES, OUTSIDE, wire
from tests.smtp.door import Door, plain

NOISE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=60)


def machine_of(door: Door, scene: Any, secret: str) -> type[RuleBasedStateMachine]:
    class Dialogue(RuleBasedStateMachine):
        """The door, and what one should think of it after each command."""

        def __init__(self) -> None:
            super().__init__()
            self.stack = ExitStack()
            self.recipients: set[str] = set()
            self.connect()
            self.before = len(scene.lines(HUGO, count=500))
            self.sent = 0

        def connect(self) -> None:
            self.wire = self.stack.enter_context(door.raw())
            self.greeted = self.known = self.sending = self.shut = False
            self.recipients.clear()
            self.faults = 0

        @precondition(lambda self: self.shut)
        @rule()
        def come_back(self) -> None:
            assert self.wire.reply().startswith("421 4.7.0")
            assert self.wire.is_shut()
            self.connect()

        def say(self, line: str, expected: str) -> None:
            reply = self.wire.say(line)
            if reply[:1] == "5" and expected[:1] == "5":
                self.faults += 1
            assert reply.startswith(expected), (line, reply)
            self.shut = self.faults >= 10

        @precondition(lambda self: not self.shut)
        @rule()
        def ehlo(self) -> None:
            self.say("EHLO poste", "250")
            self.greeted, self.sending = True, False
            self.recipients.clear()

        @precondition(lambda self: not self.shut)
        @rule()
        def sign_in(self) -> None:
            good = self.greeted and not self.known and not self.sending
            self.say(f"AUTH PLAIN {plain(CLAIRE, secret)}", "235" if good else "503")
            if good:
                self.known, self.faults = True, 0

        @precondition(lambda self: not self.shut)
        @rule(parameters=st.sampled_from(["", " SIZE=10", " RET=HDRS ENVID=a", " BODY=8BITMIME SMTPUTF8"]))
        def mail(self, parameters: str) -> None:
            expected = "503" if not self.greeted or (self.known and self.sending) else "250" if self.known else "530"
            self.say(f"MAIL FROM:<{CLAIRE}>{parameters}", expected)
            if expected == "250":
                self.sending = True
                self.recipients.clear()

        @precondition(lambda self: not self.shut)
        @rule(address=st.sampled_from([HUGO, INES]))
        def rcpt(self, address: str) -> None:
            self.say(f"RCPT TO:<{address}>", "250" if self.sending else "503")
            if self.sending:
                self.recipients.add(address)

        @precondition(lambda self: not self.shut and self.sending)
        @rule()
        def rcpt_outside(self) -> None:
            assert self.wire.say(f"RCPT TO:<{OUTSIDE}>") == "550 5.7.1 hors-espace-depot"

        @precondition(lambda self: not self.shut)
        @rule()
        def data(self) -> None:
            if not self.recipients:
                self.say("DATA", "5")
                return
            assert self.wire.say("DATA").startswith("354")
            self.wire.send(wire() + b".\r\n")
            assert self.wire.reply().startswith("250 2.0.0")
            self.sent += HUGO in self.recipients
            self.sending, self.faults = False, 0
            self.recipients.clear()

        @precondition(lambda self: not self.shut)
        @rule()
        def reset(self) -> None:
            self.say("RSET", "250")
            self.sending = False
            self.recipients.clear()

        @precondition(lambda self: not self.shut)
        @rule()
        def nothing(self) -> None:
            self.say("NOOP", "250")

        @invariant()
        def only_complete_messages_are_there(self) -> None:
            assert len(scene.lines(HUGO, count=500)) == self.before + self.sent

        def teardown(self) -> None:
            self.stack.close()

    return Dialogue


def test_any_order_of_commands_is_answered_rightly(door: Door, scene: Any) -> None:
    run_state_machine_as_test(
        machine_of(door, scene, door.password()),
        settings=settings(
            max_examples=100 if ACCEPT else 12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.fixture
def fuzzed(door: Door) -> Door:
    return door


@settings(
    max_examples=200 if ACCEPT else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(NOISE, min_size=1, max_size=8))
def test_noise_is_answered_line_by_line(fuzzed: Door, lines: list[str]) -> None:
    with fuzzed.raw() as wire_to:
        for line in lines:
            reply = wire_to.say(line.replace("\x85", "").replace("\x7f", ""))
            assert reply[:1] in "245", (line, reply)
            if reply.startswith(("221", "421")) or wire_ended(reply):
                return
        assert wire_to.say("NOOP").startswith("250")


def wire_ended(reply: str) -> bool:
    return reply.startswith("554 5.5.1")


@settings(
    max_examples=200 if ACCEPT else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(noise=st.binary(max_size=400))
def test_any_bytes_leave_the_door_open_for_others(fuzzed: Door, noise: bytes) -> None:
    with fuzzed.raw(encrypted=False) as wire_to:
        wire_to.send(noise + b"\r\nQUIT\r\n")
    with fuzzed.raw(encrypted=False) as other:
        assert other.say("NOOP").startswith("250")
