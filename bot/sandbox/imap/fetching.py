"""FETCH (RFC 3501 § 6.4.5): what is asked for, and the answer to it, piece by piece so that memory stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from bot.sandbox.imap import shape
from bot.sandbox.imap.lexer import MAX_MODSEQ, BadSyntax
from bot.sandbox.imap.mail_rows import Mail, content_of, mails, slice_of
from bot.sandbox.imap.sections import Section, Span, picked_fields, read_section, span_of
from bot.sandbox.imap.wording import date_time, flag_list, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.imap.lexer import Lexer
    from bot.sandbox.imap.view import View

Name: TypeAlias = Literal[
    "ENVELOPE", "BODY", "BODYSTRUCTURE", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "UID", "MODSEQ", "SECTION"
]
_SIMPLE = frozenset({"ENVELOPE", "BODY", "BODYSTRUCTURE", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "UID", "MODSEQ"})
_MACROS: dict[str, tuple[Name, ...]] = {
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}
_WHOLE = Section((), "", (), b"")
_OLD = {"RFC822": _WHOLE, "RFC822.HEADER": Section((), "HEADER", (), b""), "RFC822.TEXT": Section((), "TEXT", (), b"")}
MAX_ITEMS = 100
AT_ONCE = 262_144
"""Bytes of messages read from the store in one go; what is longer is read and sent by slices of that size."""


class Item(NamedTuple):
    """One thing asked of each message. `partial`: first byte and how many."""

    name: Name
    section: Section = _WHOLE
    partial: tuple[int, int] | None = None
    peek: bool = True
    label: bytes = b""


class Wanted(NamedTuple):
    """A whole FETCH."""

    items: tuple[Item, ...]
    changed_since: int | None

    @property
    def marks_seen(self) -> bool:
        return any(not item.peek for item in self.items)

    def has(self, *names: Name) -> bool:
        return any(item.name in names for item in self.items)

    def also(self, *names: Name) -> Wanted:
        """With these as well, first, unless they are asked for already."""
        missing = tuple(Item(name, label=name.encode()) for name in names if not self.has(name))
        return self._replace(items=missing + self.items)


class Slice(NamedTuple):
    """Bytes of a long message, to be read when the client is ready for them."""

    source_id: int
    start: int
    end: int


def read_wanted(lexer: Lexer) -> Wanted:
    """What follows the message numbers. Raises BadSyntax."""
    items: list[Item] = []
    if lexer.takes(b"("):
        while not items or not lexer.takes(b")"):
            if items:
                lexer.space()
            items.append(_item(lexer, lexer.item()))
            if len(items) > MAX_ITEMS:
                raise BadSyntax("trop d’éléments demandés")
    else:
        name = lexer.item()
        if name in _MACROS:
            items = [Item(each, label=each.encode()) for each in _MACROS[name]]
        else:
            items = [_item(lexer, name)]
    since = None
    if lexer.takes(b" "):
        lexer.expect(b"(")
        if lexer.word() != "CHANGEDSINCE":
            raise BadSyntax("modificateur inconnu")
        lexer.space()
        since = lexer.number(MAX_MODSEQ)
        lexer.expect(b")")
    lexer.end()
    return Wanted(tuple(dict.fromkeys(items)), since)


def _item(lexer: Lexer, name: str) -> Item:
    if name in _OLD:
        return Item("SECTION", _OLD[name], None, name == "RFC822.HEADER", name.encode())
    if name in ("BODY", "BODY.PEEK") and lexer.sees(b"["):
        section = read_section(lexer)
        label = b"BODY[" + section.label + b"]"
        partial = None
        if lexer.takes(b"<"):
            first = lexer.number()
            lexer.expect(b".")
            count = lexer.number()
            lexer.expect(b">")
            if not count:
                raise BadSyntax("un extrait a au moins un octet")
            partial = (first, count)
            label += b"<%d>" % first
        return Item("SECTION", section, partial, name == "BODY.PEEK", label)
    if name not in _SIMPLE:
        raise BadSyntax("élément inconnu")
    return Item(name, label=name.encode())  # type: ignore[arg-type]


def unread(session: Session, view: View, uids: Sequence[int]) -> list[int]:
    """Those of these messages, at most CHUNK, that nobody has read."""
    return [mail.uid for mail in mails(session, view.world_id, view.folder_id, uids) if "\\Seen" not in mail.flags]


class Answer(NamedTuple):
    """Some of the FETCH answers; `done`: how many of the UIDs they are about."""

    pieces: list[bytes | Slice]
    done: int


def answers(session: Session, view: View, uids: Sequence[int], wanted: Wanted, *, utf8: bool) -> Answer:
    """The answers to the first of these UIDs: as many as fit in AT_ONCE, one at least."""
    needs_places = wanted.has("BODY", "BODYSTRUCTURE", "SECTION")
    found = mails(session, view.world_id, view.folder_id, uids, envelope=wanted.has("ENVELOPE"), structure=needs_places)
    reads = wanted.has("SECTION")
    pieces: list[bytes | Slice] = []
    weight = 0
    for mail in found:
        if reads and weight and weight + mail.size > AT_ONCE:
            return Answer(pieces, list(uids).index(mail.uid))
        number = view.number_of(mail.uid)
        if number is None or (wanted.changed_since is not None and mail.modseq <= wanted.changed_since):
            continue
        weight += mail.size
        pieces.append(b"* %d FETCH (" % number)
        for place, item in enumerate(wanted.items):
            pieces.append(b" " if place else b"")
            pieces += _pieces(session, view, mail, item, utf8)
        pieces.append(b")\r\n")
    return Answer(joined(pieces), len(uids))


def _pieces(session: Session, view: View, mail: Mail, item: Item, utf8: bool) -> Iterator[bytes | Slice]:
    if item.name != "SECTION":
        yield item.label + b" " + _simple(view, mail, item.name, utf8)
        return
    yield item.label + b" "
    assert mail.structure is not None  # noqa: S101 - asked for with SECTION
    ahead = len(mail.prefix)
    span = span_of(item.section, mail.structure, ahead)
    if span is None:
        yield b"NIL"
        return
    if item.section.picks_fields:
        content = picked_fields(item.section, _read(session, view, mail, span))
        first, count = item.partial or (0, len(content))
        yield literal(content[first : first + count])
        return
    if item.partial is not None:
        first, count = item.partial
        start = min(span.start + first, span.end)
        span = Span(start, min(start + count, span.end))
    yield b"{%d}\r\n" % (span.end - span.start)
    if mail.size <= AT_ONCE:
        yield _read(session, view, mail, span)
        return
    yield mail.prefix[span.start : span.end]
    for start in range(max(span.start, ahead), span.end, AT_ONCE):
        yield Slice(mail.source_id, start - ahead, min(start + AT_ONCE, span.end) - ahead)


def _read(session: Session, view: View, mail: Mail, span: Span) -> bytes:
    """A span of a short message, or the headers of any."""
    ahead = len(mail.prefix)
    if mail.size <= AT_ONCE:
        return (mail.prefix + content_of(session, view.world_id, mail.source_id))[span.start : span.end]
    before = mail.prefix[span.start : span.end]
    start, end = max(span.start - ahead, 0), span.end - ahead
    return before + (slice_of(session, view.world_id, mail.source_id, start, end) if end > start else b"")


def _simple(view: View, mail: Mail, name: Name, utf8: bool) -> bytes:
    if name == "UID":
        return b"%d" % mail.uid
    if name == "FLAGS":
        return flag_list(mail.flags | {"\\Recent"} if mail.uid >= view.recent_from else mail.flags).encode()
    if name == "INTERNALDATE":
        return date_time(mail.internal_date).encode()
    if name == "RFC822.SIZE":
        return b"%d" % mail.size
    if name == "MODSEQ":
        return b"(%d)" % mail.modseq
    if name == "ENVELOPE":
        assert mail.envelope is not None  # noqa: S101 - asked for
        return shape.envelope(mail.envelope, utf8=utf8)
    assert mail.structure is not None  # noqa: S101 - asked for
    return shape.structure(mail.structure, extended=name == "BODYSTRUCTURE", utf8=utf8)


def joined(pieces: Sequence[bytes | Slice]) -> list[bytes | Slice]:
    """The same, neighbouring bytes in one."""
    found: list[bytes | Slice] = []
    run: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            run.append(piece)
            continue
        found += [b"".join(run), piece]
        run = []
    return [*found, b"".join(run)]
