"""ENVELOPE and BODYSTRUCTURE (RFC 3501 § 7.4.2) written from what delivery kept; no message is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.sandbox.imap.wording import listed, string

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NO_ENVELOPE = b"(" + b" ".join([b"NIL"] * 10) + b")"
_NO_BODY = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'


def envelope(kept: Sequence[Any], *, utf8: bool = False) -> bytes:
    """Date, subject, six lists of people, In-Reply-To, Message-ID."""
    people = (_people(field, utf8) for field in kept[2:8])
    ends = (string(field, utf8=utf8) for field in (*kept[:2], *kept[8:10]))
    date, subject, answered, message_id = ends
    return listed((date, subject, *people, answered, message_id))


def _people(field: Sequence[Sequence[str | None]] | None, utf8: bool) -> bytes:
    if not field:
        return b"NIL"
    return b"(" + b"".join(listed(string(piece, utf8=utf8) for piece in person) for person in field) + b")"


def structure(kept: Mapping[str, Any], *, extended: bool, utf8: bool = False) -> bytes:
    """BODYSTRUCTURE, or BODY when not `extended`."""
    if kept["type"] == "multipart":
        parts = b"".join(structure(part, extended=extended, utf8=utf8) for part in kept["parts"])
        words = [parts, string(kept["subtype"], utf8=utf8)]
        if extended:
            words += [_parameters(kept["parameters"], utf8), *_ending(kept, utf8)]
        return listed(words)
    words = [
        string(kept["type"], utf8=utf8),
        string(kept["subtype"], utf8=utf8),
        _parameters(kept["parameters"], utf8),
        string(kept["id"], utf8=utf8),
        string(kept["description"], utf8=utf8),
        string(kept["encoding"], utf8=utf8),
        b"%d" % kept["size"],
    ]
    if kept["type"] == "message" and kept["subtype"] == "rfc822":
        inner = kept.get("message")
        words += [
            envelope(kept["envelope"], utf8=utf8) if inner else _NO_ENVELOPE,
            structure(inner, extended=extended, utf8=utf8) if inner else _NO_BODY,
            b"%d" % kept["lines"],
        ]
    elif kept["type"] == "text":
        words.append(b"%d" % kept["lines"])
    if extended:
        words += [string(kept["md5"], utf8=utf8), *_ending(kept, utf8)]
    return listed(words)


def _parameters(kept: Mapping[str, str], utf8: bool) -> bytes:
    """Pairs. A value out of ASCII is written as RFC 2231 has it, which is how it came or could have come."""
    if not kept:
        return b"NIL"
    words = []
    for name, value in kept.items():
        if value.isascii():
            words += [string(name, utf8=utf8), string(value, utf8=utf8)]
        else:
            words += [string(name + "*", utf8=utf8), string("utf-8''" + quote(value, safe=""), utf8=utf8)]
    return listed(words)


def _ending(kept: Mapping[str, Any], utf8: bool) -> list[bytes]:
    """Disposition, languages, location."""
    disposition = kept.get("disposition")
    shown = b"NIL"
    if disposition:
        shown = listed((string(disposition[0], utf8=utf8), _parameters(disposition[1], utf8)))
    languages = [word.strip() for word in (kept.get("language") or "").split(",") if word.strip()]
    told = listed(string(word, utf8=utf8) for word in languages) if languages else b"NIL"
    return [shown, told, string(kept.get("location"), utf8=utf8)]
