"""Lists and searches, quick in a box of 10,000 messages: nothing here touches the bytes of a message."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, column, false, func, inspect, select, table, text

from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.mail import Delivery, Message
from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

Sort: TypeAlias = Literal["date", "sender", "subject", "size"]
PAGE = 50
MAX_WORDS = 12


class Line(NamedTuple):
    """A message in a list."""

    delivery_id: int
    message_id: int
    folder_id: int
    uid: int
    kind: str
    sender_name: str
    sender_address: str
    to_line: str
    subject: str
    preview: str
    date: datetime.datetime
    attachments: int
    size: int
    urgent: bool
    seen: bool
    answered: bool
    flagged: bool
    thread: str


_SORTS: dict[Sort, Any] = {
    "date": Delivery.internal_date,
    "sender": Message.sender_name,
    "subject": Message.subject_folded,
    "size": Message.size,
}


def page(
    session: Session,
    folder: Folder,
    *,
    search: str = "",
    unread_only: bool = False,
    sort: Sort = "date",
    descending: bool = True,
    start: int = 0,
    count: int = PAGE,
) -> tuple[list[Line], int]:
    """One page of a folder and how many messages answer in all."""
    return _page(session, folder.world_id, [folder.id], search, unread_only, sort, descending, start, count)


def page_of_box(
    session: Session, box: Mailbox, *, search: str, start: int = 0, count: int = PAGE
) -> tuple[list[Line], int]:
    """The same over every folder of a box, newest first."""
    folders = session.scalars(
        select(Folder.id).where(Folder.world_id == box.world_id, Folder.mailbox_id == box.id)
    ).all()
    return _page(session, box.world_id, folders, search, False, "date", True, start, count)


def thread_of(session: Session, box: Mailbox, thread: str, limit: int = 200) -> list[Line]:
    """Every message of a thread that lies in this box, oldest first."""
    found = session.execute(
        _lines()
        .join(Folder, Folder.id == Delivery.folder_id)
        .where(Delivery.world_id == box.world_id, Delivery.thread == thread, Folder.mailbox_id == box.id)
        .order_by(Delivery.internal_date, Delivery.id)
        .limit(limit)
    )
    return [Line._make(row) for row in found]


def _page(
    session: Session,
    world_id: int,
    folders: Sequence[int],
    search: str,
    unread_only: bool,
    sort: Sort,
    descending: bool,
    start: int,
    count: int,
) -> tuple[list[Line], int]:
    wanted: list[ColumnElement[bool]] = [Delivery.folder_id.in_(folders)]
    if unread_only:
        wanted.append(Delivery.seen.is_(False))
    found = matching(session, world_id, search)
    if found is not None:
        # Asked of the delivery's own column: asked of the message's, SQLite would try every pair.
        wanted.append(Delivery.message_id.in_(found))
    total = select(func.count()).select_from(Delivery).where(*wanted)
    lines = _lines().where(*wanted)
    order = [_SORTS[sort], Delivery.id]
    ordered = lines.order_by(*((key.desc() if descending else key.asc()) for key in order)).offset(start).limit(count)
    return [Line._make(row) for row in session.execute(ordered)], session.scalar(total) or 0


def _lines() -> Any:
    return select(
        Delivery.id,
        Message.id,
        Delivery.folder_id,
        Delivery.uid,
        Message.kind,
        Message.sender_name,
        Message.sender_address,
        Message.to_line,
        Message.subject,
        Message.preview,
        Delivery.internal_date,
        Message.attachments,
        Message.size,
        Message.urgent,
        Delivery.seen,
        Delivery.answered,
        Delivery.flagged,
        Delivery.thread,
    ).join(Message, Message.id == Delivery.message_id)


def matching(session: Session, world_id: int, query: str) -> Any:
    """The ids of messages whose words begin with each word of the query, accents and case put aside; None: no query.

    SQLite's full-text index when it is there, else LIKE on the same folded words: same answers, PostgreSQL included.
    """
    words = fold(query[:500]).split()[:MAX_WORDS]
    if not words:
        return None if not query.strip() else select(Message.id).where(false())
    if _has_index(session.get_bind().engine):
        index = table("message_search", column("rowid"))
        asked = f"world_id : {world_id} AND words : (" + " AND ".join(f'"{word}"*' for word in words) + ")"
        return select(index.c.rowid).where(text("message_search MATCH :asked").bindparams(asked=asked))
    return select(Message.id).where(Message.world_id == world_id, *(Message.words.like(f"% {word}%") for word in words))


@lru_cache(maxsize=16)
def _has_index(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and inspect(engine).has_table("message_search")
