"""What the writing screen holds: read from a form, kept as a draft, made into a letter. Nothing is judged here."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from bot.sandbox.attempt import Context
from bot.sandbox.post.letters import Letter
from bot.sandbox.store.numbers import without_numbers
from bot.sandbox.webmail.documents import made, on_the_shelf
from bot.sandbox.webmail.shelves import shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict

    from bot.sandbox.post.documents import File

MAX_FIELD = 100_000
MAX_TEXT = 400_000
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_BETWEEN = re.compile(r"[,;\n]+")
THREAD_ID = re.compile(r"<[^<>\s]{1,300}>")


class Situation(Struct, frozen=True):
    """A fact that no server sees, as the screen offers to tell it."""

    id: str
    field: str
    value: bool | str
    label: str
    side: str = msgspec.field(name="for")


def situations(side: str) -> tuple[Situation, ...]:
    """Those that a professional, or a patient, may tell."""
    return tuple(s for s in msgspec.convert(shelf("situations")["situations"], tuple[Situation, ...]) if s.side == side)


class Written(Struct, kw_only=True):
    """A message being written. `key` makes repeated sends one; `ready`: documents of the shelf; `carried`: the message
    whose files go along (a forward)."""

    key: str = msgspec.field(default_factory=lambda: secrets.token_urlsafe(18))
    tree: str = "professional"
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    text: str = ""
    read_receipt: bool = False
    delivery_receipt: bool = False
    urgent: bool = False
    close_exchange: bool = False
    reply_to: str = ""
    situations: list[str] = []
    ready: list[str] = []
    in_reply_to: str = ""
    references: list[str] = []
    answers: int = 0
    carried: int = 0

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> Written:
        """What the form says; what it may not say is dropped."""
        known = {ready.id for ready in on_the_shelf()}
        told = {s.id for side in ("professional", "patient") for s in situations(side)}
        key = form.get("cle", "")
        return cls(
            key=key if KEY.fullmatch(key) else secrets.token_urlsafe(18),
            tree="patient" if form.get("arbre") == "patient" else "professional",
            to=form.get("a", "")[:MAX_FIELD],
            cc=form.get("cc", "")[:MAX_FIELD],
            bcc=form.get("cci", "")[:MAX_FIELD],
            subject=form.get("objet", "")[:3_000],
            text=form.get("texte", "").replace("\r\n", "\n")[:MAX_TEXT],
            read_receipt=form.get("accuse_lecture") == "1",
            delivery_receipt=form.get("accuse_remise") == "1",
            urgent=form.get("urgent") == "1",
            close_exchange=form.get("cloture") == "1",
            reply_to=form.get("repondre_a", "")[:400].strip(),
            situations=[s for s in dict.fromkeys(form.getlist("situation")) if s in told],
            ready=[r for r in dict.fromkeys(form.getlist("document")) if r in known],
            in_reply_to=_thread_id(form.get("en_reponse_a", "")),
            references=THREAD_ID.findall(form.get("fil", "")[:8_000])[-20:],
            answers=_number(form.get("repond", "")),
            carried=_number(form.get("transfere", "")),
        )

    @classmethod
    def from_draft(cls, form: Mapping[str, Any]) -> Written:
        """What a draft kept; a draft of an older shape opens with what can be read of it."""
        known = {name: form[name] for name in cls.__struct_fields__ if name in form}
        try:
            return msgspec.convert(known, cls)
        except msgspec.ValidationError:
            kept = cls()
            for name in ("to", "cc", "bcc", "subject", "text"):
                if isinstance(known.get(name), str):
                    setattr(kept, name, known[name])
            return kept

    def as_draft(self) -> dict[str, Any]:
        """Plain values for the database."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @property
    def empty(self) -> bool:
        """Nothing worth keeping."""
        return not (self.to or self.cc or self.bcc or self.subject.strip() or self.text.strip() or self.ready)

    def typed(self) -> Iterable[str]:
        """Everything a person typed here."""
        return (self.to, self.cc, self.bcc, self.subject, self.text, self.reply_to)

    def without_numbers(self) -> Written:
        """The same to show again: a number that may be somebody's is never repeated, the rest of the text is."""
        fields = ("to", "cc", "bcc", "subject", "text", "reply_to")
        return msgspec.structs.replace(self, **{name: without_numbers(getattr(self, name)) for name in fields})

    def letter(self, files: Iterable[File], *, shelved: bool = True) -> Letter:
        """What the post office takes. Documents of the shelf are made now, unless the letter is only to be kept."""
        ready = [file for name in self.ready if shelved and (file := made(name)) is not None]
        return Letter(
            to=split(self.to),
            cc=split(self.cc),
            bcc=split(self.bcc),
            subject=self.subject,
            text=self.text,
            files=(*ready, *files),
            in_reply_to=self.in_reply_to,
            references=tuple(self.references),
            reply_to=self.reply_to,
            read_receipt=self.read_receipt,
            delivery_receipt=self.delivery_receipt,
            urgent=self.urgent,
            close_exchange=self.close_exchange,
        )

    def context(self, side: str) -> Context:
        """The situation told, as the rules read it."""
        told = {s.field: s.value for s in situations(side) if s.id in self.situations}
        return msgspec.convert(told, Context)


def split(typed: str) -> tuple[str, ...]:
    """Addresses as typed, between commas, semicolons or line ends."""
    return tuple(part for piece in _BETWEEN.split(typed) if (part := piece.strip()))


def _thread_id(text: str) -> str:
    return text if THREAD_ID.fullmatch(text) else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
