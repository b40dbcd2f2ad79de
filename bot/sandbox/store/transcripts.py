"""What a mail client and a door said to each other, line by line: kept for the persona, never what a mail says.

Secrets are masked before they get here and a line that may hold somebody's number is not kept (`bot.sandbox.talk`);
`TypedJson` is the last barrier.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.sandbox.store.database import Base, InWorld, insert_row, of_world, within
from bot.sandbox.store.numbers import TypedJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

KEPT = 40
"""Stretches of conversation per persona; the oldest give way."""

Line: TypeAlias = tuple[str, str]
"""Who speaks (C the client, S the server, - neither), and what is said."""


class Transcript(InWorld, Base):
    """A stretch of one connection. `connection` is random: it tells stretches of the same one apart from others."""

    __tablename__ = "transcript"
    __table_args__ = (of_world(), within("persona_id", "persona"), Index(None, "world_id", "persona_id", "id"))

    persona_id: Mapped[int]
    at: Mapped[datetime.datetime]
    door: Mapped[str] = mapped_column(String(10))
    connection: Mapped[str] = mapped_column(String(16))
    lines: Mapped[list[Line]] = mapped_column(TypedJson)


def keep(
    session: Session,
    world_id: int,
    persona_id: int,
    door: str,
    connection: str,
    lines: Sequence[Line],
    at: datetime.datetime,
) -> None:
    """One more stretch, in a writing session; the oldest beyond KEPT go."""
    row = {
        "world_id": world_id,
        "persona_id": persona_id,
        "at": at,
        "door": door,
        "connection": connection,
        "lines": list(lines),
    }
    insert_row(session, Transcript, row)
    of_persona = (Transcript.world_id == world_id, Transcript.persona_id == persona_id)
    newest = select(Transcript.id).where(*of_persona).order_by(Transcript.id.desc())
    last_kept = session.scalar(newest.offset(KEPT - 1).limit(1))
    if last_kept is not None:
        session.execute(delete(Transcript).where(*of_persona, Transcript.id < last_kept))


def of_persona(session: Session, world_id: int, persona_id: int) -> Sequence[Transcript]:
    """What is kept, newest first."""
    return session.scalars(
        select(Transcript)
        .where(Transcript.world_id == world_id, Transcript.persona_id == persona_id)
        .order_by(Transcript.id.desc())
    ).all()


def forget(session: Session, world_id: int, persona_id: int) -> None:
    """Everything that was kept of this persona."""
    session.execute(delete(Transcript).where(Transcript.world_id == world_id, Transcript.persona_id == persona_id))
