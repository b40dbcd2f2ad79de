"""What the server says and how it writes it: strings, lists, dates, and sentences that old clients can read."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_QUOTED = 900
_QUOTABLE = re.compile(r"[ -~]*")
_QUOTABLE_UTF8 = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")
_SPECIAL = re.compile(r'["\\]')
_ASCII = str.maketrans(
    {"’": "'", "‘": "'", "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " ", "œ": "oe"}
)


class Refusal(Exception):
    """The tagged NO of a command: a response code (RFC 5530) and a sentence."""

    def __init__(self, text: str, code: str = "") -> None:
        self.text = text
        self.code = code
        super().__init__(text)


def sentence(text: str, *, utf8: bool) -> str:
    """A human sentence on one line. Before ENABLE UTF8=ACCEPT the protocol allows ASCII only: accents are taken off."""
    line = " ".join(text.split())
    if utf8 or line.isascii():
        return line
    bare = unicodedata.normalize("NFKD", line.translate(_ASCII))
    return " ".join(bare.encode("ascii", "ignore").decode().replace('" ', '"').replace(' "', ' "').split())


def string(text: str | None, *, utf8: bool = False) -> bytes:
    """NIL, a quoted string, or a literal where quotes cannot hold it."""
    if text is None:
        return b"NIL"
    if len(text) <= _LONGEST_QUOTED and (_QUOTABLE_UTF8 if utf8 else _QUOTABLE).fullmatch(text):
        return b'"' + (_SPECIAL.sub(r"\\\g<0>", text) if _SPECIAL.search(text) else text).encode() + b'"'
    return literal(text.encode("utf-8", "replace"))


def literal(raw: bytes) -> bytes:
    """Bytes with their count."""
    return b"{%d}\r\n%s" % (len(raw), raw)


def listed(items: Iterable[bytes]) -> bytes:
    """Within brackets."""
    return b"(" + b" ".join(items) + b")"


def flag_list(flags: Iterable[str]) -> str:
    """System flags first, then keywords; always in the same order."""
    return "(" + " ".join(sorted(flags, key=lambda flag: (not flag.startswith("\\"), flag.lower()))) + ")"


def date_time(moment: datetime.datetime) -> str:
    """INTERNALDATE: ` 1-Nov-2026 09:00:00 +0000`."""
    utc = moment.astimezone(datetime.UTC)
    return f'"{utc.day:2d}-{_MONTHS[utc.month - 1]}-{utc.year:04d} {utc:%H:%M:%S} +0000"'


def read_date(text: str) -> datetime.date:
    """`1-Nov-2026`. Raises ValueError."""
    day, month, year = text.split("-")
    if not (1 <= len(day) <= 2 and day.isdecimal() and len(year) == 4 and year.isdecimal()):
        raise ValueError(text)
    return datetime.date(int(year), _MONTHS.index(month.capitalize()) + 1, int(day))


def read_date_time(text: str) -> datetime.datetime:
    """The date of an APPEND: `" 1-Nov-2026 09:00:00 +0100"`. Raises ValueError."""
    date, clock, zone = text.strip().split(" ")
    if len(zone) != 5 or zone[0] not in "+-" or not zone[1:].isdecimal() or int(zone[3:]) > 59:
        raise ValueError(text)
    offset = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    day = read_date(date)
    time = datetime.time.fromisoformat(clock)
    if len(clock) != 8:
        raise ValueError(text)
    moment = datetime.datetime.combine(day, time, datetime.timezone(-offset if zone[0] == "-" else offset))
    return moment.astimezone(datetime.UTC)
