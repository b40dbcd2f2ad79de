"""Killed with SIGKILL at any moment: what was acknowledged is there once, whole; what was not is there whole or not at all."""

from __future__ import annotations

import datetime
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.database import Store
from bot.sandbox.store.mail import Delivery, Message, ReceiptRequest
from bot.sandbox.store.people import Journal, World
from bot.sandbox.store.sends import Addressee, Submission
from tests.conftest import ACCEPT, ROOT
from tests.sandbox_store.scene import CLAIRE, JULIE, Scene
from tests.sandbox_store.sending_process import letter

SENDS = 400 if ACCEPT else 40
KILLS = 40 if ACCEPT else 4


@pytest.fixture
def lasting(scene: Scene) -> Scene:
    """The world as the other process will find it, by the real clock."""
    scene.absent(JULIE)
    with scene.store.writing() as session:
        session.get_one(World, 1).expires_at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)
    return scene


def test_each_acknowledged_send_is_there_once_after_each_crash(lasting: Scene, database: Path) -> None:
    chance = random.Random(20261123)
    acknowledged, kills = 0, 0
    while acknowledged < SENDS:
        per_life = max(1, SENDS // KILLS)
        lives_on = kills >= KILLS
        said = run(
            database, acknowledged, SENDS - acknowledged, None if lives_on else chance.uniform(0, 2) * per_life, chance
        )
        kills += 0 if lives_on else 1
        acknowledged += said
        kept = whole(lasting.store, acknowledged)
        assert kept in (acknowledged, acknowledged + 1), "more than the one under way was kept"
    assert whole(lasting.store, SENDS) == SENDS
    assert kills >= KILLS // 2


def run(database: Path, first: int, count: int, die_after: float | None, chance: random.Random) -> int:
    """One life of the sending process: how many sends it acknowledged before the end, or before being killed."""
    command = [sys.executable, "-m", "tests.sandbox_store.sending_process", str(database), str(first), str(count)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
    said = 0
    while die_after is None or said < int(die_after):
        if not process.stdout.readline():
            break
        said += 1
    if die_after is not None:
        time.sleep(chance.uniform(0, 0.05))  # anywhere within a send
        process.kill()
    said += len(process.stdout.read().splitlines())
    faults = process.stderr.read().decode()
    process.wait()
    assert process.returncode in (0, -9), faults
    return said


def whole(store: Store, at_least: int) -> int:
    """How many sends are kept; each one with every effect it has, and nothing that belongs to none."""
    with store.reading(1) as session:
        sends = session.scalars(select(Submission).where(Submission.parent_id.is_(None)).order_by(Submission.id)).all()
        numbers = [int(sent.idempotency_key.removeprefix("k-")) for sent in sends]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= at_least
        for number, sent in zip(numbers, sends, strict=True):
            effects(session, number, sent)
        nothing_else(session, sends)
        folders = session.execute(
            select(Folder.uidnext, func.max(Delivery.uid), func.count())
            .join(Delivery, Delivery.folder_id == Folder.id)
            .group_by(Folder.id, Folder.uidnext)
        ).all()
        assert all(uidnext == last + 1 == count + 1 for uidnext, last, count in folders)
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    with store.engine.begin() as connection:
        connection.execute(text("INSERT INTO message_search(message_search, rank) VALUES ('integrity-check', 1)"))
    return len(numbers)


def effects(session: Any, number: int, sent: Submission) -> None:
    """What this letter must have caused, counted one by one."""
    form = letter(number)
    states = session.execute(
        select(Addressee.address, Addressee.state)
        .where(Addressee.submission_id == sent.id)
        .order_by(Addressee.position)
    ).all()
    typed = (*form.to, *form.cc, *form.bcc)
    assert [address for address, _ in states] == list(typed)
    delivered = {address for address, state in states if state == "delivered"}
    message = session.get_one(Message, sent.message_id)
    where = session.execute(
        select(Mailbox.address, Folder.special_use)
        .join(Folder, Folder.mailbox_id == Mailbox.id)
        .join(Delivery, Delivery.folder_id == Folder.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.source_id == message.source_id)
    ).all()
    assert sorted(where) == sorted([(CLAIRE, "sent"), *((address, "inbox") for address in delivered)])
    acts = list(session.scalars(select(Journal.act).where(Journal.submission_id == sent.id)))
    bounced = any(state == "bounced" for _, state in states)
    assert acts.count("sent") == 1
    assert acts.count("bounce_received") == int(bounced)
    assert acts.count("receipt_received") == int(form.delivery_receipt)
    kinds = list(
        session.scalars(
            select(Message.kind)
            .join(Delivery, Delivery.message_id == Message.id)
            .where(Message.thread == message.thread, Message.source_id != message.source_id)
        )
    )
    replies = session.scalar(
        select(func.count())
        .select_from(Submission)
        .where(Submission.parent_id == sent.id, Submission.state == "accepted")
    )
    assert replies == int(number == 4), "Julie answers Claire once, the first time"
    assert sorted(kinds) == sorted(["bounce"] * bounced + ["dsn"] * form.delivery_receipt + ["auto_reply"] * replies)
    asked = session.scalar(
        select(func.count())
        .select_from(ReceiptRequest)
        .join(Delivery, Delivery.id == ReceiptRequest.delivery_id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.source_id == message.source_id)
    )
    assert asked == (len(delivered) if form.read_receipt else 0)


def nothing_else(session: Any, sends: Any) -> None:
    """No row that a half-done send would have left."""
    children = session.scalar(select(func.count()).select_from(Submission).where(Submission.parent_id.is_not(None)))
    ordinary = session.scalar(select(func.count(func.distinct(Message.source_id))).where(Message.kind == "ordinary"))
    assert (ordinary, children) == (len(sends), int(len(sends) > 4))
    alone = select(Message.id).where(Message.id.not_in(select(Delivery.message_id)))
    assert session.scalars(alone).all() == []
