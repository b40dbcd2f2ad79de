"""The parts of a message and where each one lies in its bytes; in one pass, bounded, without trusting anything.

IMAP needs the exact place of each part, which the `email` package does not keep; its parser also grows with the
square of hostile input. It still reads the parameters of a header and the encoded words.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from msgspec import Struct

from bot.sandbox.post.refusals import Unacceptable

MAX_BYTES = 80_000_000
MAX_LINE = 998
MAX_HEADER_BYTES = 256_000
MAX_HEADERS = 300
MAX_VALUE = 100_000
MAX_PARAMETERS = 2_000
MAX_ENCODED = 4_000
"""Beyond, encoded words stay as they are: reading them takes time that grows with the square."""
MAX_PARTS = 200
MAX_DEPTH = 12

_CHARSETS = re.compile(
    r"^(?:utf-?(?:8|16(?:-?[bl]e)?)|iso-?8859-?\d{1,2}|latin-?\d|(?:windows|cp)-?12\d\d|koi8-[ru]|macintosh)$"
)
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bqBQ]\?[^?\s]{0,900}\?=")
_AFTER_MARK = re.compile(rb"(?P<last>--)?[ \t]*(?=\r\n|\Z)")
_HEADER = re.compile(rb"^(?P<name>[!-9;-~]{1,200})[ \t]*:(?P<value>.*)$", re.DOTALL)


class Part(Struct, kw_only=True):
    """A part: its own headers, its place, and the parts within. A leaf has none."""

    headers: list[tuple[str, str]]
    head: tuple[int, int]
    body: tuple[int, int]
    main: str
    sub: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    encoding: str
    lines: int
    parts: list[Part] = []

    @property
    def media_type(self) -> str:
        return f"{self.main}/{self.sub}"

    def header(self, name: str) -> str | None:
        """The first value of a header, unfolded, as written."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def values(self, name: str) -> list[str]:
        """Every value of a header."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    @property
    def file_name(self) -> str:
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    def leaves(self) -> list[Part]:
        """Every part without parts, in order; a message within a message is one leaf."""
        if self.main != "multipart":
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]


def deep_leaves(part: Part) -> list[Part]:
    """Every leaf, those of the messages joined to the message included."""
    if part.parts:
        return [leaf for inner in part.parts for leaf in deep_leaves(inner)]
    return [part]


def tidy(raw: bytes) -> bytes:
    """The bytes with CRLF at each line, or Unacceptable. Ends of line are made right only where none mixes two kinds."""
    if len(raw) > MAX_BYTES:
        raise Unacceptable("message-trop-gros")
    if b"\r" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    pairs = raw.count(b"\r\n")
    if raw.count(b"\n") != pairs or raw.count(b"\r") != pairs or b"\0" in raw:
        raise Unacceptable("fins-de-ligne-melees")
    if _has_long_line(raw):
        raise Unacceptable("ligne-trop-longue")
    return raw


def _has_long_line(raw: bytes) -> bool:
    """By leaps from line end to line end: a regular expression would try each place of each line."""
    start = 0
    while len(raw) - start > MAX_LINE:
        end = raw.rfind(b"\n", start, start + MAX_LINE + 2)
        if end < 0:
            return True
        start = end + 1
    return False


def parse(raw: bytes) -> Part:
    """The parts of a tidy message. Raises Unacceptable."""
    if not raw.strip():
        raise Unacceptable("en-tetes-mal-formes")
    return _Parser(raw).part(0, len(raw), 0)


class _Parser:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.count = 0

    def part(self, start: int, end: int, depth: int) -> Part:
        self.count += 1
        if self.count > MAX_PARTS or depth > MAX_DEPTH:
            raise Unacceptable("trop-de-parties")
        head_end, body_start = self._blank_line(start, end)
        headers = _headers(self.raw[start:head_end])
        kind = _first(headers, "content-type")
        main, sub, parameters = _content_type(kind)
        disposition, disposition_parameters = _disposition(_first(headers, "content-disposition"))
        part = Part(
            headers=headers,
            head=(start, body_start),
            body=(body_start, end),
            main=main,
            sub=sub,
            parameters=parameters,
            disposition=disposition,
            disposition_parameters=disposition_parameters,
            encoding=(_first(headers, "content-transfer-encoding") or "7bit").strip().lower()[:40],
            lines=self.raw.count(b"\n", body_start, end),
        )
        if main == "multipart":
            part.parts = [self.part(s, e, depth + 1) for s, e in self._pieces(part)]
        elif part.media_type == "message/rfc822" and part.encoding in ("7bit", "8bit", "binary") and body_start < end:
            part.parts = [self.part(body_start, end, depth + 1)]
        return part

    def _blank_line(self, start: int, end: int) -> tuple[int, int]:
        """(end of the headers, start of the body)."""
        if self.raw.startswith(b"\r\n", start) and start < end:
            return start, start + 2
        found = self.raw.find(b"\r\n\r\n", start, end)
        return (found + 2, found + 4) if found >= 0 else (end, end)

    def _pieces(self, part: Part) -> list[tuple[int, int]]:
        boundary = part.parameters.get("boundary", "")
        if not 0 < len(boundary) <= 200 or not boundary.isascii():
            raise Unacceptable("mime-mal-forme")
        start, end = part.body
        mark = b"--" + boundary.encode()
        pieces, open_at = [], -1
        # By leaps from one dash to the next: a regular expression would try each place of a heavy body.
        at = start - 2 if self.raw.startswith(mark, start, end) else self._next_line(mark, start, end)
        while at >= 0:
            rest = _AFTER_MARK.match(self.raw, at + 2 + len(mark), end)
            if rest is not None:
                if open_at >= 0:
                    pieces.append((open_at, max(open_at, at)))
                open_at = min(rest.end() + 2, end)
                if rest["last"]:
                    open_at = -1
                    break
            at = self._next_line(mark, at + 2, end)
        if open_at >= 0:
            pieces.append((open_at, end))
        if not pieces:
            raise Unacceptable("mime-mal-forme")
        return pieces

    def _next_line(self, mark: bytes, start: int, end: int) -> int:
        """Where the line end before the next line that begins so lies; -1 when there is none."""
        return self.raw.find(b"\r\n" + mark, start, end)


def _headers(raw: bytes) -> list[tuple[str, str]]:
    if len(raw) > MAX_HEADER_BYTES:
        raise Unacceptable("en-tetes-mal-formes")
    lines: list[bytes] = []
    for line in raw.split(b"\r\n"):
        if not line:
            continue
        if line[:1] in b" \t":
            if not lines:
                raise Unacceptable("en-tetes-mal-formes")
            lines.append(line)
        else:
            lines.append(b"\n" + line)
    found = []
    for field in b"".join(lines).split(b"\n")[1:]:
        header = _HEADER.match(field)
        if header is None or len(header["value"]) > MAX_VALUE:
            raise Unacceptable("en-tetes-mal-formes")
        found.append((header["name"].decode("ascii"), header["value"].decode("utf-8", "replace").strip()))
    if len(found) > MAX_HEADERS:
        raise Unacceptable("en-tetes-mal-formes")
    return found


def _first(headers: list[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _content_type(value: str | None) -> tuple[str, str, dict[str, str]]:
    if value is None:
        return "text", "plain", {"charset": "us-ascii"}
    kind, parameters = _parameters(value)
    main, slash, sub = kind.lower().partition("/")
    if not slash or not main or not sub or not (main + sub).isascii():
        return "text", "plain", parameters
    return main[:60], sub[:120], parameters


def _disposition(value: str | None) -> tuple[str, dict[str, str]]:
    if value is None:
        return "", {}
    kind, parameters = _parameters(value)
    return kind.lower()[:60], parameters


def _parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon, and the parameters, those of RFC 2231 and encoded words read."""
    if len(value) > MAX_PARAMETERS:
        raise Unacceptable("en-tetes-mal-formes")
    holder = Message()
    holder["content-type"] = value
    try:
        found: list[Any] = holder.get_params(failobj=[]) or []
        pairs = {name.lower(): decoded(collapse_rfc2231_value(item)) for name, item in found[1:]}
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return value.partition(";")[0].strip(), {}
    return (str(found[0][0]) if found else "").strip(), pairs


def decoded(value: str) -> str:
    """A header for a person to read: encoded words decoded, what cannot be left as it is."""
    if "=?" not in value or len(value) > MAX_ENCODED:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, TypeError, MessageError):
        return value


def all_decoded(value: str) -> str:
    """The same without limit of length, encoded word by encoded word: for a scan, not for the eye."""
    if len(value) <= MAX_ENCODED:
        return decoded(value)
    return _ENCODED_WORD.sub(lambda word: decoded(word[0]), value)


def content_of(part: Part, raw: bytes) -> bytes:
    """The content of a leaf, transfer encoding undone; what is wrong in it is passed over."""
    body = raw[part.body[0] : part.body[1]]
    if part.encoding == "base64":
        try:
            return base64.b64decode(body, validate=False)
        except (binascii.Error, ValueError):
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
            letters = letters[: len(letters) - (len(letters) % 4 == 1)]
            return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    return quopri.decodestring(body) if part.encoding == "quoted-printable" else body


def text_of(part: Part, raw: bytes) -> str:
    """The text of a text part, in the character set it declares or the nearest one that reads it."""
    content = content_of(part, raw)
    for charset in (_charset(part.parameters.get("charset", "")), "utf-8"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")


def _charset(name: str) -> str:
    """A character set that mail uses; others (punycode, whose reading grows with the square) are not tried."""
    wanted = name.strip().lower().replace("_", "-")
    return wanted if wanted not in ("", "us-ascii", "ascii") and _CHARSETS.match(wanted) else "utf-8"


def structure_of(part: Part) -> dict[str, Any]:
    """What BODYSTRUCTURE says of a part, with its place in the bytes: [start of headers, start of body, end]."""
    shape: dict[str, Any] = {
        "type": part.main,
        "subtype": part.sub,
        "parameters": part.parameters,
        "at": [part.head[0], part.body[0], part.body[1]],
    }
    if part.disposition:
        shape["disposition"] = [part.disposition, part.disposition_parameters]
    for key, name in (("language", "content-language"), ("location", "content-location")):
        if value := part.header(name):
            shape[key] = value
    if part.main == "multipart":
        return {**shape, "parts": [structure_of(inner) for inner in part.parts]}
    shape |= {
        "id": part.header("content-id"),
        "description": part.header("content-description"),
        "encoding": part.encoding,
        "size": part.body[1] - part.body[0],
        "lines": part.lines,
        "md5": part.header("content-md5"),
    }
    if part.parts:
        from bot.sandbox.post.reading import envelope_of

        shape |= {"envelope": envelope_of(part.parts[0]), "message": structure_of(part.parts[0])}
    return shape
