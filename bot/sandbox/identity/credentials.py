"""AUTH as typed: PLAIN (RFC 4616), LOGIN, XOAUTH2. A mechanism gives a login and a secret; nothing is checked here."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

MECHANISMS = ("LOGIN", "PLAIN", "XOAUTH2")
TOKEN_REFUSED = b'{"status":"401","schemes":"bearer","scope":"mail"}'
"""What the training platform of the national operator answers to a token it refuses (dossier § 4)."""

_XOAUTH2 = re.compile(r"^user=(?P<user>[^\x01]*)\x01auth=Bearer (?P<token>[^\x01\s]+)\x01\x01$", re.IGNORECASE)


class Credentials(NamedTuple):
    """Who says to be whom. `on_behalf`: the box asked for with PLAIN's authorization identity, if it is another one."""

    login: str
    secret: str
    is_token: bool
    on_behalf: str = ""


class Unreadable(ValueError):
    """What was sent is not what the mechanism sends."""


def decoded(line: bytes) -> bytes:
    """Base64 of a response; `=` alone is an empty one. Raises Unreadable."""
    if line == b"=":
        return b""
    try:
        return base64.b64decode(line, validate=True)
    except binascii.Error:
        raise Unreadable from None


def text_of(response: bytes) -> str:
    """What was typed. Raises Unreadable."""
    try:
        text = response.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable from None
    if len(text) > 1_000 or "\0" in text:
        raise Unreadable
    return text


def plain(response: bytes) -> Credentials:
    """authzid NUL login NUL password. Raises Unreadable."""
    parts = response.split(b"\0")
    if len(parts) != 3:
        raise Unreadable
    on_behalf, login, secret = (text_of(part) for part in parts)
    if not login or not secret:
        raise Unreadable
    return Credentials(login, secret, is_token=False, on_behalf=on_behalf if on_behalf != login else "")


def xoauth2(response: bytes) -> Credentials:
    """user=… ^A auth=Bearer … ^A ^A. Raises Unreadable."""
    found = _XOAUTH2.match(text_of(response))
    if found is None:
        raise Unreadable
    return Credentials(found["user"], found["token"], is_token=True)
