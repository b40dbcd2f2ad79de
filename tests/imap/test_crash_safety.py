"""What IMAP acknowledged is there after a SIGKILL, once; and the room loads no web framework."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.sandbox.store.database import Store
from bot.sandbox.store.mail import Delivery, Message
from bot.sandbox.tls.certificates import certificates
from tests.conftest import ROOT
from tests.imap import own_process
from tests.imap.talking import Client


@pytest.mark.parametrize(
    "after", [pytest.param(0.2, marks=pytest.mark.accept), 1.0, pytest.param(2.5, marks=pytest.mark.accept)]
)
def test_each_message_acknowledged_before_a_sigkill_is_there_once(tmp_path: Path, after: float) -> None:
    acknowledged: list[str] = []
    with own_process.running(tmp_path) as own:
        client = Client("127.0.0.1", own.port, certificates(tmp_path).client_context())
        client.ok(f'LOGIN "{own_process.WHO}" "{own.password}"')
        killer = threading.Timer(after, os.kill, (own.pid, signal.SIGKILL))
        killer.start()
        for number in range(100_000):
            try:
                client.ok("APPEND INBOX {}", b"Message-ID: <%d@essai>\r\n\r\nx\r\n" % number, plus=True)
            except (OSError, AssertionError, ValueError):
                break
            acknowledged.append(f"<{number}@essai>")
        killer.join()
    store = Store(f"sqlite:///{tmp_path}/sandbox.sqlite3")
    with store.reading() as session:
        kept = dict(session.execute(select(Message.message_id, func.count()).group_by(Message.message_id)).all())
        assert session.scalar(select(func.count()).select_from(Delivery)) == sum(kept.values())
    store.close()
    assert acknowledged
    assert [name for name in acknowledged if kept.get(name) != 1] == []
    assert len(kept) - len(acknowledged) in (0, 1), "the one under way may be there or not"


def test_the_room_loads_neither_flask_nor_spacy_nor_sklearn() -> None:
    asked = "import sys, bot.sandbox.imap.server; print({'flask', 'spacy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
