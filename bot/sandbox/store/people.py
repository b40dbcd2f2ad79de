"""A world, those who are in it, and the personas they take: a lone visitor is a class of one."""

from __future__ import annotations

import datetime
from typing import Literal, TypeAlias

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.sandbox.store.database import Base, InWorld, of_world, within
from bot.sandbox.store.numbers import Typed, TypedJson

WorldKind: TypeAlias = Literal["solo", "class"]
Role: TypeAlias = Literal["trainee", "trainer"]
PersonaKind: TypeAlias = Literal["PER", "MED", "APP", "PATIENT"]


class World(Base):
    """The pretend trust space of one class. `revision` grows with each change of boxes or rights."""

    __tablename__ = "world"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("kind IN ('solo', 'class')", name="kind"),
        Index(None, "expires_at"),
        {"sqlite_autoincrement": True},  # the number of a purged world is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6))
    kind: Mapped[WorldKind] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(Typed, default="")
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revision: Mapped[int] = mapped_column(default=0)
    next_uidvalidity: Mapped[int]
    whitelist_refreshed_at: Mapped[datetime.datetime | None]


class Participant(InWorld, Base):
    """Someone in the class, known by a pseudonym; comes back with a token of which only the SHA-256 is kept."""

    __tablename__ = "participant"
    __table_args__ = (
        of_world(),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "pseudonym"),
        UniqueConstraint("token_sha256"),
        CheckConstraint("role IN ('trainee', 'trainer')", name="role"),
    )

    pseudonym: Mapped[str] = mapped_column(Typed)
    role: Mapped[Role] = mapped_column(String(10), default="trainee")
    token_sha256: Mapped[str] = mapped_column(String(64))
    joined_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]


class Persona(InWorld, Base):
    """A fictional person (or software) that one plays; `key` is its own address, or the id of a MED account."""

    __tablename__ = "persona"
    __table_args__ = (
        of_world(),
        within("participant_id", "participant", ondelete=None),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "key"),
        CheckConstraint("kind IN ('PER', 'MED', 'APP', 'PATIENT')", name="kind"),
        Index(None, "world_id", "participant_id"),
    )

    key: Mapped[str] = mapped_column(String(320))
    kind: Mapped[PersonaKind] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(200), default="")
    profession: Mapped[str] = mapped_column(String(100), default="")
    participant_id: Mapped[int | None]
    taken_at: Mapped[datetime.datetime | None]


class ExerciseProgress(InWorld, Base):
    """A step proved by what the journal saw, or hints asked for before that."""

    __tablename__ = "exercise_progress"
    __table_args__ = (
        of_world(),
        within("participant_id", "participant"),
        within("journal_id", "journal", ondelete=None),
        UniqueConstraint("world_id", "participant_id", "exercise", "step"),
        Index(None, "world_id", "journal_id"),
    )

    participant_id: Mapped[int]
    exercise: Mapped[str] = mapped_column(String(100))
    step: Mapped[str] = mapped_column(String(100), default="")
    started_at: Mapped[datetime.datetime]
    proved_at: Mapped[datetime.datetime | None]
    hints: Mapped[int] = mapped_column(default=0)
    journal_id: Mapped[int | None]


class Journal(InWorld, Base):
    """Who did what in which box: the trace of a shared box, and the proof of an exercise. Never what a mail says."""

    __tablename__ = "journal"
    __table_args__ = (
        of_world(),
        within("participant_id", "participant", ondelete=None),
        within("persona_id", "persona", ondelete=None),
        within("mailbox_id", "mailbox", ondelete=None),
        within("submission_id", "submission", ondelete=None),
        within("message_id", "message", ondelete=None),
        UniqueConstraint("world_id", "id"),
        Index(None, "world_id", "mailbox_id", "id"),
        Index(None, "world_id", "participant_id", "id"),
        Index(None, "world_id", "persona_id"),
        Index(None, "world_id", "submission_id"),
        Index(None, "world_id", "message_id"),
    )

    at: Mapped[datetime.datetime]
    act: Mapped[str] = mapped_column(String(40))
    participant_id: Mapped[int | None]
    persona_id: Mapped[int | None]
    mailbox_id: Mapped[int | None]
    submission_id: Mapped[int | None]
    message_id: Mapped[int | None]
    door: Mapped[str] = mapped_column(String(10), default="")
    details: Mapped[dict[str, str]] = mapped_column(TypedJson, default=dict)
