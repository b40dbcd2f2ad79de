"""Folder names on the wire: modified UTF-7 (RFC 3501 § 5.1.3), or UTF-8 once a client has asked for it (RFC 6855)."""

from __future__ import annotations

import base64
import binascii
import re

_PLAIN = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")


class BadName(ValueError):
    """These bytes are no folder name."""


def encode(name: str) -> str:
    """Modified UTF-7."""

    def piece(text: str) -> str:
        if " " <= text[0] <= "~":
            return text.replace("&", "&-")
        return "&" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return _PLAIN.sub(lambda found: piece(found[0]), name)


def decode(name: str) -> str:
    """The name behind modified UTF-7. Raises BadName for what no encoder writes."""
    pieces = []
    rest = name
    while True:
        plain, shift, rest = rest.partition("&")
        pieces.append(plain)
        if not shift:
            break
        coded, closed, rest = rest.partition("-")
        if not closed:
            raise BadName(name)
        pieces.append(_decoded(coded) if coded else "&")
    found = "".join(pieces)
    if encode(found) != name:
        raise BadName(name)
    return found


def _decoded(coded: str) -> str:
    try:
        raw = base64.b64decode(coded.replace(",", "/") + "=" * (-len(coded) % 4), validate=True)
        return raw.decode("utf-16-be")
    except (binascii.Error, UnicodeError, ValueError):
        raise BadName(coded) from None


def from_wire(raw: bytes, *, utf8: bool) -> str:
    """A folder name as a client wrote it. Raises BadName.

    Raw UTF-8 without RFC 6855 is wrong, but what it means is plain: it is read too, as Dovecot does not and many do.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadName(repr(raw)) from None
    if any(char < " " or char == "\x7f" for char in text):
        raise BadName(text)
    return text if utf8 or not text.isascii() else decode(text)
