"""`BODY[2.1.HEADER.FIELDS (DATE)]<0.100>`: what a section names, and where it lies in the bytes of the message.

Delivery kept the place of every part, so that a section is a slice of the message; only HEADER.FIELDS reads headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from bot.sandbox.imap.lexer import BadSyntax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sandbox.imap.lexer import Lexer

What: TypeAlias = Literal["", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"]
_SPEC = re.compile(r"(?P<part>[1-9][0-9]{0,8}(?:\.[1-9][0-9]{0,8})*)?(?P<what>\.?[A-Z][A-Z.]*)?")
_WORDS = ("HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME")
_FIELD = re.compile(rb"^([^:\r\n]+?)[ \t]*:.*?\r\n(?:[ \t].*?\r\n)*", re.DOTALL | re.MULTILINE)
MAX_DEPTH = 40


class Section(NamedTuple):
    """What is between the brackets. `label`: the same as a client wants to read it again."""

    part: tuple[int, ...]
    what: What
    fields: tuple[str, ...]
    label: bytes

    @property
    def picks_fields(self) -> bool:
        return self.what in ("HEADER.FIELDS", "HEADER.FIELDS.NOT")


class Span(NamedTuple):
    """A slice of the message."""

    start: int
    end: int


def read_section(lexer: Lexer) -> Section:
    """From the opening bracket to the closing one. Raises BadSyntax."""
    lexer.expect(b"[")
    if lexer.takes(b"]"):
        return Section((), "", (), b"")
    found = _SPEC.fullmatch(lexer.item())
    if found is None:
        raise BadSyntax("section mal formée")
    part = tuple(int(number) for number in found["part"].split(".")) if found["part"] else ()
    what = (found["what"] or "").removeprefix(".")
    if (
        (what and what not in _WORDS)
        or bool(part) != (found["what"] or " ").startswith((".", " "))
        or len(part) > MAX_DEPTH
    ):
        raise BadSyntax("section mal formée")
    if what == "MIME" and not part:
        raise BadSyntax("MIME ne se demande que d’une partie")
    fields: list[bytes] = []
    label = ".".join(map(str, part)) + ("." if part and what else "") + what
    if what.startswith("HEADER.FIELDS"):
        lexer.space()
        lexer.expect(b"(")
        while not fields or not lexer.takes(b")"):
            if fields:
                lexer.space()
            fields.append(lexer.astring())
        label += " (" + " ".join(_field(field) for field in fields) + ")"
    lexer.expect(b"]")
    names = tuple(field.decode("latin-1").lower() for field in fields)
    return Section(part, what, names, label.encode())  # type: ignore[arg-type]


def _field(raw: bytes) -> str:
    """A field name as the answer repeats it; what is no field name matches none."""
    name = raw.decode("latin-1")
    if not name or not name.isascii() or any(char in '(){ %*"\\]:' or not " " < char < "\x7f" for char in name):
        raise BadSyntax("nom d’en-tête mal formé")
    return name.upper()


def span_of(section: Section, structure: Mapping[str, Any], ahead: int) -> Span | None:
    """Where a section lies in a message whose first `ahead` bytes (Return-Path…) delivery added; None: no such part.

    For HEADER.FIELDS: where the headers are.
    """
    if not section.part:
        start, body, end = structure["at"]
        if section.what == "":
            return Span(0, ahead + end)
        if section.what == "TEXT":
            return Span(ahead + body, ahead + end)
        return Span(0, ahead + body) if start == 0 else None
    part = _part(section.part, structure)
    if part is None:
        return None
    start, body, end = part["at"]
    if section.what == "MIME":
        return Span(ahead + start, ahead + body)
    if section.what == "":
        return Span(ahead + body, ahead + end)
    inner = part.get("message")
    if inner is None:
        return None
    start, body, end = inner["at"]
    return Span(ahead + body, ahead + end) if section.what == "TEXT" else Span(ahead + start, ahead + body)


def _part(numbers: tuple[int, ...], structure: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The part of this number. What is not multipart has one part: itself."""
    here = structure
    for place, number in enumerate(numbers):
        if place:
            inner = here.get("message")
            if inner is None and here["type"] != "multipart":
                return None
            here = inner if inner is not None else here
        parts = here.get("parts")
        if parts is None:
            if number != 1:
                return None
        elif number > len(parts):
            return None
        else:
            here = parts[number - 1]
    return here


def picked_fields(section: Section, headers: bytes) -> bytes:
    """The headers asked for, as they are, then the blank line."""
    wanted = section.what == "HEADER.FIELDS"
    kept = [
        found[0]
        for found in _FIELD.finditer(headers)
        if (found[1].decode("latin-1").lower() in section.fields) is wanted
    ]
    return b"".join(kept) + b"\r\n"
