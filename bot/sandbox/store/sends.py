"""What was tried and what became of it: submissions, addressees, patient exchanges, answers to come."""

from __future__ import annotations

import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.sandbox.store.database import Base, InWorld, of_world, within
from bot.sandbox.store.numbers import Typed, TypedJson

Door: TypeAlias = Literal["webmail", "smtp", "imap", "box"]
SubmissionState: TypeAlias = Literal["accepted", "refused", "to_confirm"]
AddresseeState: TypeAlias = Literal["delivered", "bounced", "refused"]


class Submission(InWorld, Base):
    """One send, by one door, judged once. The key makes a repeated one the same; `result` is the judge's, whole."""

    __tablename__ = "submission"
    __table_args__ = (
        of_world(),
        within("persona_id", "persona", ondelete=None),
        within("mailbox_id", "mailbox", ondelete=None),
        within("message_id", "message", ondelete=None),
        within("parent_id", "submission", ondelete=None),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "idempotency_key"),
        CheckConstraint("door IN ('webmail', 'smtp', 'imap', 'box')", name="door"),
        CheckConstraint("state IN ('accepted', 'refused', 'to_confirm')", name="state"),
        Index(None, "world_id", "persona_id"),
        Index(None, "world_id", "mailbox_id"),
        Index(None, "world_id", "message_id"),
        Index(None, "world_id", "parent_id"),
    )

    idempotency_key: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime.datetime]
    door: Mapped[Door] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(20))
    persona_id: Mapped[int | None]
    mailbox_id: Mapped[int | None]
    message_id: Mapped[int | None]
    parent_id: Mapped[int | None]  # the send that a box's own rule (automatic reply, forwarding) followed
    sender: Mapped[str] = mapped_column(Typed, default="")
    state: Mapped[SubmissionState] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(30))
    decided_by: Mapped[str] = mapped_column(String(30))
    smtp_reply: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any]] = mapped_column(TypedJson)


class Addressee(InWorld, Base):
    """One recipient of a submission: what the rules said, and what was done."""

    __tablename__ = "addressee"
    __table_args__ = (
        of_world(),
        within("submission_id", "submission"),
        UniqueConstraint("world_id", "submission_id", "position"),
        CheckConstraint("field IN ('to', 'cc', 'bcc')", name="field"),
        CheckConstraint("state IN ('delivered', 'bounced', 'refused')", name="state"),
        Index(None, "world_id", "address"),
    )

    submission_id: Mapped[int]
    position: Mapped[int]
    field: Mapped[str] = mapped_column(String(3))
    address: Mapped[str] = mapped_column(Typed)
    outcome: Mapped[str] = mapped_column(String(30))
    rule: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[AddresseeState] = mapped_column(String(10))


class Exchange(InWorld, Base):
    """A thread between a patient and a box: open, or closed by the professional. `known`: a pharmacy of the year."""

    __tablename__ = "exchange"
    __table_args__ = (
        of_world(),
        within("patient_box_id", "mailbox"),
        within("contact_box_id", "mailbox"),
        UniqueConstraint("world_id", "patient_box_id", "contact_box_id", "thread"),
        CheckConstraint("state IN ('known', 'open', 'closed')", name="state"),
        CheckConstraint("closed_by IN ('subject', 'header')", name="closed_by"),
        Index(None, "world_id", "contact_box_id"),
    )

    patient_box_id: Mapped[int]
    contact_box_id: Mapped[int]
    thread: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime.datetime | None]
    closed_at: Mapped[datetime.datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(10))


class PlannedAnswer(InWorld, Base):
    """The pretend reading and answer of someone that nobody plays, kept until it is due."""

    __tablename__ = "planned_answer"
    __table_args__ = (
        of_world(),
        within("delivery_id", "delivery"),
        within("mailbox_id", "mailbox"),
        UniqueConstraint("world_id", "delivery_id"),
        Index(None, "due_at"),
        Index(None, "world_id", "mailbox_id"),
    )

    delivery_id: Mapped[int]
    mailbox_id: Mapped[int]
    thread: Mapped[str] = mapped_column(String(64), default="")
    due_at: Mapped[datetime.datetime]
    text: Mapped[str] = mapped_column(Text, default="")
