"""Killed with SIGKILL at any moment during sends: each message acknowledged with 250 is there exactly once.

A client that was not answered sends the same message again, as mail clients do; so in the end every message is there
once, whole, with its notices.
"""

from __future__ import annotations

import datetime
import random
import smtplib
import ssl
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.sandbox.store import passwords
from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.database import Store
from bot.sandbox.store.mail import Delivery, Message
from bot.sandbox.store.people import World
from bot.sandbox.store.sends import Submission
from bot.sandbox.store.worlds import persona_of
from bot.sandbox.tls.certificates import Certificates, certificates
from tests.conftest import ACCEPT, ROOT
from tests.sandbox_store.scene import CLAIRE, HUGO, INES, NOBODY, wire

SENDS = 10_000 if ACCEPT else 1_000
KILLS = 60 if ACCEPT else 8
CLIENTS = 4


class Process:
    """One life of the mail process."""

    def __init__(self, database: Path, var_dir: Path) -> None:
        command = [sys.executable, "-m", "tests.smtp.submitting_process", str(database), str(var_dir)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, self._process.stderr.read() if self._process.stderr else ""
        self.port = int(said)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Clients:
    """They share the numbers to send; each sends one until it is acknowledged, then takes another."""

    def __init__(self, secret: str, tls: ssl.SSLContext) -> None:
        self.secret = secret
        self.tls = tls
        self.acknowledged: set[int] = set()
        self.port = 0
        self.unexpected: list[str] = []
        self._left = list(range(SENDS))
        self._lock = threading.Lock()
        self._reopened = threading.Condition()
        self._reached = threading.Condition()

    def reopen(self, port: int) -> None:
        with self._reopened:
            self.port = port
            self._reopened.notify_all()

    def wait_for(self, count: int) -> None:
        """Until that many were acknowledged, or all."""
        with self._reached:
            assert self._reached.wait_for(lambda: len(self.acknowledged) >= min(count, SENDS), 600), "too slow"

    def run(self) -> None:
        number: int | None = None
        known = -1
        while True:
            with self._reopened:
                self._reopened.wait_for(lambda seen=known: self.port != seen)
                known = self.port
            try:
                with smtplib.SMTP("127.0.0.1", known, local_hostname="poste", timeout=120) as client:
                    client.starttls(context=self.tls)
                    client.login(CLAIRE, self.secret)
                    while True:
                        if number is None:
                            with self._lock:
                                number = self._left.pop() if self._left else None
                        if number is None:
                            return
                        self._send(client, number)
                        number = None
            except (OSError, smtplib.SMTPException):
                continue  # killed: the same message again, to the next life

    def _send(self, client: smtplib.SMTP, number: int) -> None:
        client.mail(CLAIRE)
        for address in recipients(number):
            client.rcpt(address, ["NOTIFY=SUCCESS,FAILURE"] if number % 3 == 0 else [])
        code, told = client.data(message(number))
        if code == 250:
            with self._reached:
                self.acknowledged.add(number)
                self._reached.notify_all()
        elif code != -1:
            self.unexpected.append(f"{code} {told!r}")
            raise smtplib.SMTPServerDisconnected("retry")


def recipients(number: int) -> tuple[str, ...]:
    return ((HUGO,), (NOBODY,), (HUGO, INES, NOBODY))[number % 3]


def message(number: int) -> bytes:
    return wire(subject=f"Envoi {number}", text="Bonjour\n" * 100, Message_ID=f"<envoi-{number}@ch-abcd.mssante.fr>")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_each_acknowledged_message_is_there_exactly_once(database: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{database}")
    clients = Clients(secret_of_claire(store), trust(tmp_path).client_context())
    threads = [threading.Thread(target=clients.run, daemon=True) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    chance = random.Random(20261123)
    for life in range(KILLS + 1):
        process = Process(database, tmp_path)
        clients.reopen(process.port)
        goal = SENDS if life == KILLS else (life + chance.random()) * SENDS / (KILLS + 1)
        clients.wait_for(int(goal))
        if life == KILLS:
            for thread in threads:
                thread.join(120)
        process.kill()
    assert clients.unexpected == []
    assert clients.acknowledged == set(range(SENDS))
    whole(store)
    store.close()


def secret_of_claire(store: Store) -> str:
    now = datetime.datetime.now(datetime.UTC)
    with store.writing(1) as session:
        session.get_one(World, 1).expires_at = now + datetime.timedelta(days=30)
        return passwords.create_app_password(session, persona_of(session, 1, CLAIRE), "Essai", now)


def trust(var_dir: Path) -> Certificates:
    return certificates(var_dir)


def whole(store: Store) -> None:
    """Every message in every box it was for, once; one notice of each kind asked for or deserved; nothing else."""
    with store.reading(1) as session:
        where = Counter(
            (subject, address)
            for subject, address in session.execute(
                select(Message.subject, Mailbox.address)
                .join(Delivery, Delivery.message_id == Message.id)
                .join(Folder, Folder.id == Delivery.folder_id)
                .join(Mailbox, Mailbox.id == Folder.mailbox_id)
                .where(Message.kind == "ordinary")
            )
        )
        kinds = Counter(session.scalars(select(Message.kind)))
        accepted = session.scalar(
            select(func.count())
            .select_from(Submission)
            .where(Submission.state == "accepted", Submission.door == "smtp")
        )
    expected = Counter(
        (f"Envoi {number}", address) for number in range(SENDS) for address in recipients(number) if address != NOBODY
    )
    assert where == expected
    assert accepted == SENDS
    bounced = sum(NOBODY in recipients(number) for number in range(SENDS))
    asked = sum(1 for number in range(SENDS) if number % 3 == 0)
    assert (kinds["bounce"], kinds["dsn"]) == (bounced, asked)
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
