"""Boxes, who may open them, their folders, and what their holder sets: replies, forwarding, favourites, passwords."""

from __future__ import annotations

import datetime
from typing import Literal, TypeAlias

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.sandbox.store.database import Base, InWorld, of_world, within
from bot.sandbox.store.numbers import Typed

BoxType: TypeAlias = Literal["PER", "ORG", "APP", "CAB", "PATIENT"]
BoxState: TypeAlias = Literal["open", "full", "closed", "deleted", "unknown", "auto_reply"]
Right: TypeAlias = Literal["own", "member", "delegate"]
Tree: TypeAlias = Literal["professional", "patient"]
SpecialUse: TypeAlias = Literal["inbox", "sent", "drafts", "trash"]
Tool: TypeAlias = Literal["mail_client", "business_software", "connector", "application"]


class Mailbox(InWorld, Base):
    """A box. A MED account has none: it is a persona that opens the ORG boxes of its access list."""

    __tablename__ = "mailbox"
    __table_args__ = (
        of_world(),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "address"),
        CheckConstraint("type IN ('PER', 'ORG', 'APP', 'CAB', 'PATIENT')", name="type"),
        CheckConstraint("state IN ('open', 'full', 'closed', 'deleted', 'unknown', 'auto_reply')", name="state"),
    )

    address: Mapped[str] = mapped_column(String(320))
    type: Mapped[BoxType] = mapped_column(String(10))
    state: Mapped[BoxState] = mapped_column(String(12), default="open")
    unlisted: Mapped[bool] = mapped_column(default=False)
    preferred: Mapped[bool] = mapped_column(default=False)
    operator: Mapped[str] = mapped_column(String(60), default="")
    holder: Mapped[str] = mapped_column(String(200), default="")
    responsible: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(200), default="")
    profession: Mapped[str] = mapped_column(String(100), default="")
    rpps: Mapped[str] = mapped_column(String(20), default="")
    structure: Mapped[str] = mapped_column(String(100), default="")
    town: Mapped[str] = mapped_column(String(100), default="")
    department: Mapped[str] = mapped_column(String(3), default="")
    region: Mapped[str] = mapped_column(String(60), default="")
    minor: Mapped[bool] = mapped_column(default=False)
    opposed: Mapped[str] = mapped_column(String(20), default="none")
    folded: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_patient(self) -> bool:
        return self.type == "PATIENT"


class Access(InWorld, Base):
    """A persona may open this box: its own, one whose access list names it, or by delegation of the holder."""

    __tablename__ = "access"
    __table_args__ = (
        of_world(),
        within("persona_id", "persona"),
        within("mailbox_id", "mailbox"),
        UniqueConstraint("world_id", "persona_id", "mailbox_id"),
        CheckConstraint("\"right\" IN ('own', 'member', 'delegate')", name="right"),
        Index(None, "world_id", "mailbox_id"),
    )

    persona_id: Mapped[int]
    mailbox_id: Mapped[int]
    right: Mapped[Right] = mapped_column(String(10))


class Folder(InWorld, Base):
    """A folder of one of the two trees. `uidnext` only grows; `uidvalidity` is never given twice in a world."""

    __tablename__ = "folder"
    __table_args__ = (
        of_world(),
        within("mailbox_id", "mailbox"),
        within("parent_id", "folder", ondelete=None),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "mailbox_id", "name"),
        CheckConstraint("tree IN ('professional', 'patient')", name="tree"),
        CheckConstraint("special_use IN ('inbox', 'sent', 'drafts', 'trash')", name="special_use"),
        Index(None, "world_id", "parent_id"),
    )

    mailbox_id: Mapped[int]
    parent_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(Typed)
    special_use: Mapped[SpecialUse | None] = mapped_column(String(10))
    tree: Mapped[Tree] = mapped_column(String(12), default="professional")
    selectable: Mapped[bool] = mapped_column(default=True)
    subscribed: Mapped[bool] = mapped_column(default=True)
    uidvalidity: Mapped[int]
    uidnext: Mapped[int] = mapped_column(default=1)
    highest_modseq: Mapped[int] = mapped_column(default=1)
    first_recent: Mapped[int] = mapped_column(default=1)

    @property
    def label(self) -> str:
        """The last part of the name, as a screen shows it."""
        return "Boîte de réception" if self.name == "INBOX" else self.name.rpartition("/")[2]


class AutoReply(InWorld, Base):
    """The answer of an absent holder, between two moments."""

    __tablename__ = "auto_reply"
    __table_args__ = (
        of_world(),
        within("mailbox_id", "mailbox"),
        UniqueConstraint("world_id", "id"),
        UniqueConstraint("world_id", "mailbox_id"),
    )

    mailbox_id: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime.datetime | None]
    ends_at: Mapped[datetime.datetime | None]
    subject: Mapped[str] = mapped_column(Typed, default="Absence")
    text: Mapped[str] = mapped_column(Typed)


class AutoReplySent(InWorld, Base):
    """Each correspondent is told once (RFC 3834)."""

    __tablename__ = "auto_reply_sent"
    __table_args__ = (
        of_world(),
        within("auto_reply_id", "auto_reply"),
        UniqueConstraint("world_id", "auto_reply_id", "address"),
    )

    auto_reply_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime.datetime]


class ForwardRule(InWorld, Base):
    """What the box passes on by itself: everything, or only the documents to integrate."""

    __tablename__ = "forward_rule"
    __table_args__ = (of_world(), within("mailbox_id", "mailbox"), UniqueConstraint("world_id", "mailbox_id", "target"))

    mailbox_id: Mapped[int]
    target: Mapped[str] = mapped_column(Typed)
    active: Mapped[bool] = mapped_column(default=True)
    documents_only: Mapped[bool] = mapped_column(default=False)


class Favourite(InWorld, Base):
    """A correspondent that a persona keeps at hand."""

    __tablename__ = "favourite"
    __table_args__ = (
        of_world(),
        within("persona_id", "persona"),
        UniqueConstraint("world_id", "persona_id", "address"),
    )

    persona_id: Mapped[int]
    address: Mapped[str] = mapped_column(Typed)
    label: Mapped[str] = mapped_column(Typed, default="")


class Signature(InWorld, Base):
    """What a persona signs with when it writes from this box."""

    __tablename__ = "signature"
    __table_args__ = (
        of_world(),
        within("persona_id", "persona"),
        within("mailbox_id", "mailbox"),
        UniqueConstraint("world_id", "persona_id", "mailbox_id"),
        Index(None, "world_id", "mailbox_id"),
    )

    persona_id: Mapped[int]
    mailbox_id: Mapped[int]
    text: Mapped[str] = mapped_column(Typed)


class AppPassword(InWorld, Base):
    """A random 128-bit token that lets a mail client in as one persona of one world; only its SHA-256 is kept.

    `kind` psc: a simulated Pro Santé Connect token, which expires and is renewed. `tool`: what it was made for, a
    channel of the send rules.
    """

    __tablename__ = "app_password"
    __table_args__ = (
        of_world(),
        within("persona_id", "persona"),
        UniqueConstraint("token_sha256"),
        CheckConstraint("kind IN ('app', 'psc', 'psc_refresh')", name="kind"),
        Index(None, "world_id", "persona_id"),
    )

    persona_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12), default="app")
    tool: Mapped[Tool] = mapped_column(String(20), default="mail_client", server_default="mail_client")
    label: Mapped[str] = mapped_column(Typed, default="")
    token_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime | None]
    revoked_at: Mapped[datetime.datetime | None]
