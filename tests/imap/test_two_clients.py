"""Two clients and a model: whatever both do in one folder, each knows exactly what is there once it has been told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.conftest import ACCEPT
from tests.imap.desk import Desk
from tests.imap.talking import Answer, Client

FLAGS = st.sampled_from(["\\Seen", "\\Flagged", "\\Answered", "$MDNSent", "tri"])
WHO = st.sampled_from([0, 1])
_FLAGS = re.compile(rb"(\d+) FETCH \((?:UID (\d+) )?FLAGS \(([^)]*)\)")


class Known:
    """What one client was told: UIDs by number, and flags."""

    def __init__(self, client: Client, folder: str) -> None:
        self.client = client
        self.uids: list[int | None] = []
        self.hear(client.ok(f'SELECT "{folder}"'))
        self.learn()

    def hear(self, answer: Answer) -> Answer:
        """Take the untagged lines in, in order, as RFC 3501 has it."""
        for line in answer.lines:
            number, _, rest = line.strip().partition(b" ")
            if rest == b"EXPUNGE":
                del self.uids[int(number) - 1]
            elif rest == b"EXISTS":
                assert int(number) >= len(self.uids), "EXISTS may not take messages away"
                self.uids += [None] * (int(number) - len(self.uids))
        return answer

    def learn(self) -> dict[int, frozenset[str]]:
        """Ask for everything; what is known already must still be so."""
        flags = {}
        for line in self.hear(self.client.say("FETCH 1:* (UID FLAGS)")).named("FETCH") if self.uids else []:
            found = re.match(rb"(\d+) FETCH \(UID (\d+) FLAGS \(([^)]*)\)", line)
            assert found is not None, line
            number, uid = int(found[1]), int(found[2])
            assert self.uids[number - 1] in (None, uid), "a number changed its message without a word"
            self.uids[number - 1] = uid
            flags[uid] = frozenset(found[3].decode().split()) - {"\\Recent"}
        return flags


class TwoClients(RuleBasedStateMachine):
    """Both may file, mark, copy, move and expunge, in any order, before or after being told."""

    desk: Desk
    count = 0

    @initialize()
    def begin(self) -> None:
        TwoClients.count += 1
        self.folder, self.other = f"Essai{TwoClients.count}", f"Autre{TwoClients.count}"
        self.there: dict[int, frozenset[str]] = {}
        clients = [self.desk.signed_in(), self.desk.signed_in()]
        clients[0].ok(f'CREATE "{self.folder}"')
        clients[0].ok(f'CREATE "{self.other}"')
        self.known = [Known(client, self.folder) for client in clients]

    def _some(self, who: int, place: int) -> int | None:
        """A UID that this client knows; it may be gone meanwhile."""
        uids = [uid for uid in self.known[who].uids if uid is not None]
        return uids[place % len(uids)] if uids else None

    @rule(who=WHO, flag=FLAGS)
    def file(self, who: int, flag: str) -> None:
        known = self.known[who]
        answer = known.client.ok(f'APPEND "{self.folder}" ({flag}) {{}}', b"Subject: x\r\n\r\nx\r\n")
        self.there[int(known.hear(answer).code.split()[2])] = frozenset([flag])

    @rule(who=WHO, place=st.integers(0, 9), flag=FLAGS | st.just("\\Deleted"), change=st.sampled_from("+-"))
    def mark(self, who: int, place: int, flag: str, change: str) -> None:
        uid = self._some(who, place)
        if uid is None:
            return
        self.known[who].hear(self.known[who].client.say(f"UID STORE {uid} {change}FLAGS ({flag})"))
        if uid in self.there:
            before = self.there[uid]
            self.there[uid] = before | {flag} if change == "+" else before - {flag}

    @rule(who=WHO)
    def expunge(self, who: int) -> None:
        self.known[who].hear(self.known[who].client.ok("EXPUNGE"))
        self.there = {uid: flags for uid, flags in self.there.items() if "\\Deleted" not in flags}

    @rule(who=WHO, place=st.integers(0, 9))
    def move(self, who: int, place: int) -> None:
        uid = self._some(who, place)
        if uid is None:
            return
        answer = self.known[who].hear(self.known[who].client.say(f'UID MOVE {uid} "{self.other}"'))
        assert (uid in self.there) == bool(answer.codes("COPYUID"))
        self.there.pop(uid, None)

    @rule(who=WHO, place=st.integers(0, 9))
    def copy_here(self, who: int, place: int) -> None:
        uid = self._some(who, place)
        if uid is None:
            return
        answer = self.known[who].hear(self.known[who].client.say(f'UID COPY {uid} "{self.folder}"'))
        if answer.code.startswith("COPYUID"):
            self.there[int(answer.code.split()[3])] = self.there[uid]

    @rule(who=WHO)
    def look(self, who: int) -> None:
        """Neither FETCH nor SEARCH may move a number."""
        known = self.known[who]
        before = len(known.uids)
        known.hear(known.client.ok("SEARCH ALL"))
        known.learn()
        assert len(known.uids) >= before

    @invariant()
    def each_knows_what_is_there_once_told(self) -> None:
        for known in getattr(self, "known", []):
            known.hear(known.client.ok("NOOP"))
            assert len(known.uids) == len(self.there)
            assert known.learn() == self.there

    def teardown(self) -> None:
        for known in getattr(self, "known", []):
            known.client.say("UNSELECT")
            for name in (self.folder, self.other):
                known.client.say(f'DELETE "{name}"')
            known.client.close()


class LateClients(TwoClients):
    """The same where nobody asks before the end: news pile up."""

    @invariant()
    def each_knows_what_is_there_once_told(self) -> None:
        return

    def teardown(self) -> None:
        try:
            super().each_knows_what_is_there_once_told()
        finally:
            super().teardown()


@pytest.mark.parametrize("machine", [TwoClients, LateClients])
def test_two_clients_agree_with_what_is_there(opened: Any, machine: type[TwoClients]) -> None:
    machine.desk = opened(connections_of_a_persona=1_000)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=60 if ACCEPT else 12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
