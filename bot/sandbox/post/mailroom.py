"""Put bytes in boxes: the rows of a message, its copies, and where it lies. No decision is taken here."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from bot.sandbox.post.mime import structure_of
from bot.sandbox.post.reading import Reading, reread
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.database import insert_row
from bot.sandbox.store.deliveries import Placed, put_in
from bot.sandbox.store.mail import Message, MessageKind, Source
from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import SpecialUse, Tree

BCC = 7
"""The place of Bcc in an ENVELOPE."""


class Kept(NamedTuple):
    """A message kept: its row and its thread."""

    message_id: int
    thread: str


class Letterbox:
    """One message on its way into a world: its bytes are kept once, whatever the copies."""

    def __init__(
        self, session: Session, world_id: int, reading: Reading, kind: MessageKind, at: datetime.datetime
    ) -> None:
        self.session = session
        self.world_id = world_id
        self.reading = reading
        self.kind = kind
        self.at = at
        self.thread = thread_for(session, world_id, reading)
        self._row: dict[str, object] = {}

    def copy(self, prefix: bytes = b"", return_path: str = "") -> Kept:
        """A message row: this prefix, then the source."""
        raw = self.reading.raw
        if not self._row:
            self._row = self._common()
        envelope = self.reading.envelope
        if prefix.startswith(b"Bcc:"):
            envelope[BCC] = reread(prefix + b"\r\n").envelope[BCC]
        digest = hashlib.sha256(prefix)
        digest.update(raw)
        row = self._row | {
            "envelope": envelope,
            "prefix": prefix,
            "size": len(prefix) + len(raw),
            "sha256": digest.hexdigest(),
            "return_path": return_path,
        }
        return Kept(insert_row(self.session, Message, row), self.thread)

    def place(self, kept: Kept, box: Mailbox, use: SpecialUse, tree: Tree, flags: Collection[str] = ()) -> Placed:
        """The message in a folder of a box."""
        return put_in(self.session, box, use, tree, kept.message_id, kept.thread, self.at, flags)

    def _common(self) -> dict[str, object]:
        reading = self.reading
        source_id = insert_row(self.session, Source, {"world_id": self.world_id, "content": reading.raw})
        names = reading.names("To") or reading.names("Cc")
        sender = reading.sender
        return {
            "world_id": self.world_id,
            "source_id": source_id,
            "kind": self.kind,
            "message_id": reading.message_id,
            "thread": self.thread,
            "date": reading.date or self.at,
            "subject": reading.subject[:1_000],
            "subject_folded": fold_subject(reading.subject[:1_000]),
            "sender_name": sender.label[:300],
            "sender_address": sender.address[:320],
            "to_line": ", ".join(name.label or name.address for name in names[:5])[:400],
            "attachments": len([leaf for leaf in reading.root.leaves() if leaf.file_name]),
            "urgent": reading.urgent,
            "preview": reading.preview,
            "words": reading.words,
            "structure": structure_of(reading.root),
        }


def fold_subject(subject: str) -> str:
    """What a list is sorted by: without « Re: » and « TR: », accents and case."""
    words = fold(subject).split()
    while words and words[0] in ("re", "tr", "fw", "fwd"):
        words = words[1:]
    return " ".join(words)


def thread_for(session: Session, world_id: int, reading: Reading) -> str:
    """The thread of the nearest message it answers, in this world; else a thread of its own."""
    ids = reading.answered_ids[:50]
    if ids:
        rows = session.execute(
            select(Message.message_id, Message.thread).where(Message.world_id == world_id, Message.message_id.in_(ids))
        )
        found = dict(rows.all())
        for message_id in ids:
            if message_id in found:
                return found[message_id]
    return uuid.uuid4().hex


def raw_of(session: Session, message: Message) -> bytes:
    """The whole message as the box holds it."""
    content = session.scalars(
        select(Source.content).where(Source.world_id == message.world_id, Source.id == message.source_id)
    ).one()
    return message.prefix + content
