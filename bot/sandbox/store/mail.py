"""Messages as they were received, where they lie, what was asked about them, and drafts."""

from __future__ import annotations

import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from bot.sandbox.store.database import Base, InWorld, of_world, within
from bot.sandbox.store.numbers import Typed, TypedJson

MessageKind: TypeAlias = Literal["ordinary", "bounce", "dsn", "mdn", "auto_reply", "forward", "answer", "draft"]


class Source(InWorld, Base):
    """The bytes of a message, as they came, apart from the lists so that these stay quick."""

    __tablename__ = "source"
    __table_args__ = (of_world(), UniqueConstraint("world_id", "id"))

    content: Mapped[bytes] = mapped_column(LargeBinary)


class Message(InWorld, Base):
    """An immutable RFC 5322 message: `prefix` (Return-Path, Received; Bcc in the sender's own copy) then the source.

    `envelope` and `structure` answer IMAP's ENVELOPE and BODYSTRUCTURE without reading the bytes again; the
    structure keeps the place of each part in them.
    """

    __tablename__ = "message"
    __table_args__ = (
        of_world(),
        within("source_id", "source"),
        UniqueConstraint("world_id", "id"),
        Index(None, "world_id", "message_id"),
        Index(None, "world_id", "source_id"),
        CheckConstraint(
            "kind IN ('ordinary', 'bounce', 'dsn', 'mdn', 'auto_reply', 'forward', 'answer', 'draft')", name="kind"
        ),
    )

    source_id: Mapped[int]
    kind: Mapped[MessageKind] = mapped_column(String(12), default="ordinary")
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str] = mapped_column(Text, default="")
    thread: Mapped[str] = mapped_column(String(64))
    date: Mapped[datetime.datetime]
    subject: Mapped[str] = mapped_column(Typed, default="")
    subject_folded: Mapped[str] = mapped_column(Text, default="")
    sender_name: Mapped[str] = mapped_column(Typed, default="")
    sender_address: Mapped[str] = mapped_column(Typed, default="")
    return_path: Mapped[str] = mapped_column(String(320), default="")
    to_line: Mapped[str] = mapped_column(Typed, default="")
    attachments: Mapped[int] = mapped_column(default=0)
    urgent: Mapped[bool] = mapped_column(default=False)
    preview: Mapped[str] = mapped_column(Typed, default="")
    words: Mapped[str] = mapped_column(Text, default="")
    prefix: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    envelope: Mapped[list[Any]] = deferred(mapped_column(JSON))
    structure: Mapped[dict[str, Any]] = deferred(mapped_column(JSON))


class Delivery(InWorld, Base):
    """A message as it lies in one folder: what an IMAP client sees, under its UID."""

    __tablename__ = "delivery"
    __table_args__ = (
        of_world(),
        within("folder_id", "folder"),
        within("message_id", "message"),
        within("previous_folder_id", "folder", ondelete=None),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("folder_id", "uid"),
        Index(None, "folder_id", "internal_date", "id"),
        Index(None, "folder_id", "seen"),
        Index(None, "world_id", "folder_id"),
        Index(None, "world_id", "message_id"),
        Index(None, "world_id", "thread"),
        Index(None, "world_id", "previous_folder_id"),
    )

    folder_id: Mapped[int]
    message_id: Mapped[int]
    uid: Mapped[int]  # never given twice, even after an expunge: RFC 9051 § 2.3.1.1
    seen: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[bool] = mapped_column(default=False)
    flagged: Mapped[bool] = mapped_column(default=False)
    deleted: Mapped[bool] = mapped_column(default=False)
    draft: Mapped[bool] = mapped_column(default=False)
    keywords: Mapped[frozenset[str]] = mapped_column(default=frozenset)
    internal_date: Mapped[datetime.datetime]
    modseq: Mapped[int] = mapped_column(default=1)
    thread: Mapped[str] = mapped_column(String(64), default="")
    previous_folder_id: Mapped[int | None]  # where it lay before the bin, for « restaurer »


class ReceiptRequest(InWorld, Base):
    """A reading receipt is asked for this delivery: one question, one answer, whichever tool asks it ($MDNSent)."""

    __tablename__ = "receipt_request"
    __table_args__ = (
        of_world(),
        within("delivery_id", "delivery"),
        within("mailbox_id", "mailbox"),
        UniqueConstraint("world_id", "delivery_id"),
        CheckConstraint("state IN ('pending', 'sent', 'refused')", name="state"),
        Index(None, "world_id", "mailbox_id"),
    )

    delivery_id: Mapped[int]
    mailbox_id: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(320))
    wanted_by: Mapped[str] = mapped_column(String(320))
    elsewhere: Mapped[bool] = mapped_column(default=False)  # differs from Return-Path: a person must confirm
    state: Mapped[str] = mapped_column(String(10), default="pending")
    asked_at: Mapped[datetime.datetime]
    answered_at: Mapped[datetime.datetime | None]


class Draft(InWorld, Base):
    """What a screen is writing. The folder shows it too, as a message made anew at each save."""

    __tablename__ = "draft"
    __table_args__ = (
        of_world(),
        within("mailbox_id", "mailbox"),
        within("persona_id", "persona"),
        within("delivery_id", "delivery", ondelete=None),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "key"),
        Index(None, "world_id", "mailbox_id"),
        Index(None, "world_id", "persona_id"),
        Index(None, "world_id", "delivery_id"),
    )

    key: Mapped[str] = mapped_column(String(64))
    mailbox_id: Mapped[int]
    persona_id: Mapped[int]
    delivery_id: Mapped[int | None]
    form: Mapped[dict[str, Any]] = mapped_column(TypedJson)
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime.datetime]


class DraftFile(InWorld, Base):
    """A file joined to a draft."""

    __tablename__ = "draft_file"
    __table_args__ = (of_world(), within("draft_id", "draft"), Index(None, "world_id", "draft_id"))

    draft_id: Mapped[int]
    name: Mapped[str] = mapped_column(Typed)
    media_type: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
