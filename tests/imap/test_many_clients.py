"""Five hundred people in IDLE over TLS, in one process: memory bounded, the next one served."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

import pytest

from bot.sandbox.tls.certificates import certificates
from tests.imap import own_process
from tests.imap.talking import Client

MANY = 500
MEGABYTES_EACH = 0.5
"""Of which asyncio's TLS takes 0.25 for its buffer."""


@pytest.mark.accept
def test_five_hundred_in_idle_cost_little_and_all_hear_what_arrives(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4_096)), hard))
    with own_process.running(tmp_path) as own, contextlib.ExitStack() as stack:
        tls = certificates(tmp_path).client_context()

        def client() -> Client:
            made = stack.enter_context(Client("127.0.0.1", own.port, tls))
            made.ok(f'LOGIN "{own_process.WHO}" "{own.password}"')
            return made

        busy = client()
        before = own.resident_mb()
        waiting = []
        for _ in range(MANY):
            made = client()
            made.ok("SELECT INBOX")
            made.begin("IDLE")
            assert made.line().startswith(b"+")
            waiting.append(made)
        assert own.resident_mb() - before < MANY * MEGABYTES_EACH
        busy.ok("APPEND INBOX {}", b"Subject: pour tous\r\n\r\nx\r\n")
        assert [made.line() for made in waiting] == [b"* 1 EXISTS\r\n"] * MANY
