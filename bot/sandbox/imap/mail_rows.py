"""What IMAP reads of the store, in as few statements as it takes: numbers, flags, and what delivery kept."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, select

from bot.sandbox.store.boxes import Access, Folder
from bot.sandbox.store.database import NAMES_ITS_WORLD, table_of
from bot.sandbox.store.deliveries import SYSTEM_FLAGS
from bot.sandbox.store.mail import Delivery, Message, Source
from bot.sandbox.store.people import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

CHUNK = 250
"""Messages per statement, and per turn of a thread: nobody waits long behind a long list."""

_folder, _delivery, _message, _source = (table_of(model) for model in (Folder, Delivery, Message, Source))
_access, _world = table_of(Access), table_of(World)
_FLAG_COLUMNS = [_delivery.c[column] for column in SYSTEM_FLAGS.values()]
_FLAG_NAMES = tuple(SYSTEM_FLAGS)
_HERE = (_delivery.c.world_id == bindparam("the_world")) & (_delivery.c.folder_id == bindparam("the_folder"))

_STATE = (
    select(_folder.c.highest_modseq, _folder.c.uidnext, _folder.c.uidvalidity, _world.c.expires_at)
    .join(_world, _world.c.id == _folder.c.world_id)
    .join(_access, (_access.c.mailbox_id == _folder.c.mailbox_id) & (_access.c.world_id == _folder.c.world_id))
    .where(
        _folder.c.world_id == bindparam("the_world"),
        _folder.c.id == bindparam("the_folder"),
        _access.c.persona_id == bindparam("the_persona"),
    )
)
_UIDS = select(_delivery.c.uid).where(_HERE).order_by(_delivery.c.uid)
_FLAGS = (
    select(_delivery.c.uid, _delivery.c.modseq, _delivery.c.keywords, *_FLAG_COLUMNS)
    .where(_HERE, _delivery.c.modseq > bindparam("since"))
    .order_by(_delivery.c.uid)
)
_CONTENT = select(_source.c.content).where(
    _source.c.world_id == bindparam("the_world"), _source.c.id == bindparam("the_source")
)
_SLICE = select(func.substr(_source.c.content, bindparam("start"), bindparam("count"))).where(
    _source.c.world_id == bindparam("the_world"), _source.c.id == bindparam("the_source")
)


class State(NamedTuple):
    """A folder now."""

    modseq: int
    uidnext: int
    uidvalidity: int
    expires_at: datetime.datetime


class Flags(NamedTuple):
    """The marks of one message."""

    uid: int
    modseq: int
    flags: frozenset[str]


class Mail(NamedTuple):
    """A message of a folder; the last three are None unless they were asked for."""

    uid: int
    modseq: int
    flags: frozenset[str]
    internal_date: datetime.datetime
    size: int
    message_id: int
    source_id: int
    prefix: bytes
    date: datetime.datetime
    envelope: list[Any] | None
    structure: dict[str, Any] | None


def state_of(session: Session, world_id: int, persona_id: int, folder_id: int) -> State | None:
    """The folder as it is; None once it, its world or the right to open it is gone."""
    given = {"the_world": world_id, "the_folder": folder_id, "the_persona": persona_id}
    row = session.execute(_STATE, given, execution_options=NAMES_ITS_WORLD).first()
    return State(*row) if row else None


def uids_of(session: Session, world_id: int, folder_id: int) -> list[int]:
    """Every UID of the folder, growing."""
    given = {"the_world": world_id, "the_folder": folder_id}
    return list(session.scalars(_UIDS, given, execution_options=NAMES_ITS_WORLD))


def flags_since(session: Session, world_id: int, folder_id: int, modseq: int) -> list[Flags]:
    """The messages that changed after this."""
    given = {"the_world": world_id, "the_folder": folder_id, "since": modseq}
    rows = session.execute(_FLAGS, given, execution_options=NAMES_ITS_WORLD)
    return [Flags(uid, modseq, _flags(keywords, marks)) for uid, modseq, keywords, *marks in rows]


def mails(
    session: Session,
    world_id: int,
    folder_id: int,
    uids: Sequence[int],
    *,
    envelope: bool = False,
    structure: bool = False,
) -> list[Mail]:
    """The messages of these UIDs that are still there, growing; at most CHUNK of them."""
    columns: list[Any] = [
        _delivery.c.uid,
        _delivery.c.modseq,
        _delivery.c.keywords,
        _delivery.c.internal_date,
        _message.c.size,
        _message.c.id,
        _message.c.source_id,
        _message.c.prefix,
        _message.c.date,
    ]
    if envelope:
        columns.append(_message.c.envelope)
    if structure:
        columns.append(_message.c.structure)
    asked = (
        select(*columns, *_FLAG_COLUMNS)
        .join(_message, (_message.c.id == _delivery.c.message_id) & (_message.c.world_id == _delivery.c.world_id))
        .where(_HERE, _delivery.c.uid.in_(uids))
        .order_by(_delivery.c.uid)
    )
    given = {"the_world": world_id, "the_folder": folder_id}
    found = []
    for uid, modseq, keywords, internal_date, size, message_id, source_id, prefix, date, *rest in session.execute(
        asked, given, execution_options=NAMES_ITS_WORLD
    ):
        kept_envelope = rest.pop(0) if envelope else None
        kept_structure = rest.pop(0) if structure else None
        found.append(
            Mail(
                uid,
                modseq,
                _flags(keywords, rest),
                internal_date,
                size,
                message_id,
                source_id,
                prefix,
                date,
                kept_envelope,
                kept_structure,
            )
        )
    return found


def content_of(session: Session, world_id: int, source_id: int) -> bytes:
    """The bytes of a source; none once it is gone."""
    given = {"the_world": world_id, "the_source": source_id}
    return session.scalar(_CONTENT, given, execution_options=NAMES_ITS_WORLD) or b""


def slice_of(session: Session, world_id: int, source_id: int, start: int, end: int) -> bytes:
    """Some of them."""
    given = {"the_world": world_id, "the_source": source_id, "start": start + 1, "count": end - start}
    return session.scalar(_SLICE, given, execution_options=NAMES_ITS_WORLD) or b""


def _flags(keywords: frozenset[str], marks: Sequence[bool]) -> frozenset[str]:
    here = [name for name, mark in zip(_FLAG_NAMES, marks, strict=True) if mark]
    return keywords.union(here) if here else keywords
