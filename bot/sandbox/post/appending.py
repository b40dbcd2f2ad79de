"""Bytes that a client files by itself (IMAP APPEND): kept as they are, after the same look as any message."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from bot.sandbox.post.documents import File
from bot.sandbox.post.letters import files_hold_number
from bot.sandbox.post.mailroom import Letterbox
from bot.sandbox.post.reading import read
from bot.sandbox.store.deliveries import Placed, put
from bot.sandbox.store.numbers import RealNumber

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import Folder


def append(session: Session, folder: Folder, raw: bytes, flags: Collection[str], at: datetime.datetime) -> Placed:
    """File a message in a folder. Nothing is sent or judged. Raises Unacceptable or RealNumber, and keeps nothing."""
    reading = read(raw)
    files = tuple(File(file.name, file.content, file.media_type) for file in reading.files)
    if reading.holds_real_number() or files_hold_number(files):
        raise RealNumber
    letterbox = Letterbox(
        session, folder.world_id, reading, "draft" if folder.special_use == "drafts" else "ordinary", at
    )
    kept = letterbox.copy()
    return put(session, folder.world_id, folder.id, kept.message_id, kept.thread, at, flags)
