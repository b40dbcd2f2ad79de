"""SEARCH (RFC 3501 § 6.4.4, RFC 4731 RETURN, RFC 5032 YOUNGER and OLDER): what is asked, and whether a message answers.

Text is compared without case nor accents, like the search of the screen. The cheap questions are asked first.
"""

from __future__ import annotations

import datetime
import unicodedata
from email.parser import BytesHeaderParser
from email.utils import parsedate
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from bot.sandbox.imap.lexer import MAX_MODSEQ, BadSyntax
from bot.sandbox.imap.mail_rows import Mail, content_of, mails, slice_of
from bot.sandbox.imap.number_sets import read_set
from bot.sandbox.imap.wording import Refusal, read_date
from bot.sandbox.post.mime import decoded, deep_leaves, text_of
from bot.sandbox.post.reading import reread
from bot.sandbox.post.refusals import Unacceptable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.imap.lexer import Lexer
    from bot.sandbox.imap.number_sets import NumberSet
    from bot.sandbox.imap.view import View

CHARSETS = ("US-ASCII", "UTF-8")
MAX_KEYS = 200
MAX_DEPTH = 20
_RETURNS = ("MIN", "MAX", "ALL", "COUNT")
_FLAGS = {
    "ANSWERED": "\\Answered",
    "DELETED": "\\Deleted",
    "DRAFT": "\\Draft",
    "FLAGGED": "\\Flagged",
    "SEEN": "\\Seen",
}
_PEOPLE = {"FROM": 2, "TO": 5, "CC": 6, "BCC": 7}
_KEPT_HEADERS = {"date": 0, "subject": 1, "in-reply-to": 8, "message-id": 9}


_HEADERS = BytesHeaderParser()


class Candidate:
    """A message that may answer; what costs is read when asked."""

    def __init__(self, session: Session, view: View, mail: Mail, now: datetime.datetime) -> None:
        self.session = session
        self.view = view
        self.mail = mail
        self.now = now

    @property
    def recent(self) -> bool:
        return self.mail.uid >= self.view.recent_from

    @cached_property
    def envelope(self) -> list[Any]:
        return self.mail.envelope or [None] * 10

    @cached_property
    def sent_on(self) -> datetime.date:
        """The date as its writer saw it, whatever the zone."""
        parsed = parsedate(self.envelope[0] or "")
        try:
            return datetime.date(*parsed[:3]) if parsed else self.mail.date.date()
        except ValueError:
            return self.mail.date.date()

    @cached_property
    def _head(self) -> bytes:
        assert self.mail.structure is not None  # noqa: S101 - asked for
        end = self.mail.structure["at"][1]
        return self.mail.prefix + slice_of(self.session, self.view.world_id, self.mail.source_id, 0, end)

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, folded for comparison."""
        found = _HEADERS.parsebytes(self._head).items()
        return [(name.lower(), bare(decoded(_utf8(str(value))))) for name, value in found]

    @cached_property
    def body(self) -> str:
        """The text of every part, and what joins them, folded for comparison."""
        content = content_of(self.session, self.view.world_id, self.mail.source_id)
        try:
            reading = reread(content)
        except Unacceptable:
            return ""
        texts = [
            text_of(leaf, reading.raw)
            for leaf in deep_leaves(reading.root)
            if leaf.main in ("text", "message") or leaf.media_type.endswith(("xml", "json"))
        ]
        return bare("\n".join(texts))


Question: TypeAlias = "Callable[[Candidate], bool]"


class Key(NamedTuple):
    """One question, and what it costs: 0 nothing, 1 the envelope, 2 the headers, 3 the whole text."""

    cost: int
    asks: Question


class Search(NamedTuple):
    """A whole SEARCH. `returns` None: the answer of RFC 3501."""

    key: Key
    returns: frozenset[str] | None
    asks_modseq: bool

    def found(self, session: Session, view: View, uids: Sequence[int], now: datetime.datetime) -> list[tuple[int, int]]:
        """(uid, modseq) of those among these that answer; at most a CHUNK of them at a time."""
        rows = mails(
            session,
            view.world_id,
            view.folder_id,
            uids,
            envelope=self.key.cost >= 1,
            structure=self.key.cost >= 2,
        )
        return [(mail.uid, mail.modseq) for mail in rows if self.key.asks(Candidate(session, view, mail, now))]


def bare(text: str) -> str:
    """Without case nor accents; spaces of any kind are one."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def _utf8(value: str) -> str:
    """Raw bytes in a header are read as UTF-8, like everywhere here."""
    return value.encode("ascii", "surrogateescape").decode("utf-8", "replace") if not value.isascii() else value


def read_search(lexer: Lexer, view: View, *, utf8: bool) -> Search:
    """What follows SEARCH. Raises BadSyntax, or Refusal for a character set that is not read."""
    reader = _Reader(lexer, view)
    returns = None
    if lexer.takes(b" RETURN ("):
        returns = _returns(lexer)
    lexer.space()
    key = None
    if not lexer.sees(b"(") and not lexer.sees(b"*"):
        word = lexer.item()
        if word == "CHARSET":
            lexer.space()
            _charset(lexer.astring(), utf8)
            lexer.space()
        else:
            key = reader.named(word, 0)
    keys = [key or reader.key(0)]
    while lexer.takes(b" "):
        keys.append(reader.key(0))
    lexer.end()
    return Search(_all(keys), returns, reader.asks_modseq)


def _returns(lexer: Lexer) -> frozenset[str]:
    found: set[str] = set()
    while not lexer.takes(b")"):
        if found:
            lexer.space()
        word = lexer.word()
        if word not in _RETURNS:
            raise BadSyntax("résultat de recherche inconnu")
        found.add(word)
    return frozenset(found or {"ALL"})


def _charset(name: bytes, utf8: bool) -> None:
    if utf8:
        raise BadSyntax("pas de CHARSET après UTF8=ACCEPT")
    if name.decode("latin-1").upper() not in CHARSETS:
        raise Refusal("Jeu de caractères inconnu.", f"BADCHARSET ({' '.join(CHARSETS)})")


def _all(keys: Sequence[Key]) -> Key:
    if len(keys) == 1:
        return keys[0]
    cheapest_first = [key.asks for key in sorted(keys, key=lambda key: key.cost)]
    return Key(max(key.cost for key in keys), lambda mail: all(asks(mail) for asks in cheapest_first))


class _Reader:
    def __init__(self, lexer: Lexer, view: View) -> None:
        self.lexer = lexer
        self.view = view
        self.count = 0
        self.asks_modseq = False

    def key(self, depth: int) -> Key:
        lexer = self.lexer
        if depth > MAX_DEPTH:
            raise BadSyntax("critères trop emboîtés")
        if lexer.takes(b"("):
            keys = [self.key(depth + 1)]
            while not lexer.takes(b")"):
                lexer.space()
                keys.append(self.key(depth + 1))
            return _all(keys)
        if lexer.sees(b"*"):
            return self._numbers(lexer.set_text())
        return self.named(lexer.item(), depth)

    def named(self, word: str, depth: int) -> Key:
        self.count += 1
        if self.count > MAX_KEYS:
            raise BadSyntax("trop de critères")
        if word[0].isdigit():
            rest = self.lexer.set_text() if self.lexer.sees(b"*") else b""
            return self._numbers(word.encode() + rest)
        return self._logic(word, depth) or self._mark(word) or self._measure(word) or self._text(word)

    def _space(self) -> None:
        self.lexer.space()

    def _numbers(self, text: bytes) -> Key:
        places = self._set(text).places(len(self.view.uids))
        if places is None:
            raise BadSyntax("numéro de message inconnu")
        uids = frozenset(self.view.uids[place - 1] for place in places)
        return Key(0, lambda c: c.mail.uid in uids)

    def _set(self, text: bytes) -> NumberSet:
        return read_set(text)

    def _logic(self, word: str, depth: int) -> Key | None:
        if word == "ALL":
            return Key(0, lambda _: True)
        if word == "NOT":
            self._space()
            key = self.key(depth + 1)
            return Key(key.cost, lambda c: not key.asks(c))
        if word == "OR":
            self._space()
            one = self.key(depth + 1)
            self._space()
            other = self.key(depth + 1)
            first, second = sorted((one, other), key=lambda key: key.cost)
            return Key(second.cost, lambda c: first.asks(c) or second.asks(c))
        if word == "UID":
            self._space()
            uids = frozenset(self._set(self.lexer.set_text()).among(self.view.uids))
            return Key(0, lambda c: c.mail.uid in uids)
        return None

    def _mark(self, word: str) -> Key | None:
        if word in _FLAGS:
            flag = _FLAGS[word]
            return Key(0, lambda c: flag in c.mail.flags)
        if word.startswith("UN") and word[2:] in _FLAGS:
            flag = _FLAGS[word[2:]]
            return Key(0, lambda c: flag not in c.mail.flags)
        if word in ("KEYWORD", "UNKEYWORD"):
            self._space()
            name = self.lexer.atom().lower()
            here = word == "KEYWORD"
            return Key(0, lambda c: any(flag.lower() == name for flag in c.mail.flags) is here)
        if word == "RECENT":
            return Key(0, lambda c: c.recent)
        if word == "OLD":
            return Key(0, lambda c: not c.recent)
        if word == "NEW":
            return Key(0, lambda c: c.recent and "\\Seen" not in c.mail.flags)
        return None

    def _measure(self, word: str) -> Key | None:
        if word in ("LARGER", "SMALLER"):
            self._space()
            size = self.lexer.number()
            if word == "LARGER":
                return Key(0, lambda c: c.mail.size > size)
            return Key(0, lambda c: c.mail.size < size)
        if word in ("YOUNGER", "OLDER"):
            self._space()
            seconds = datetime.timedelta(seconds=self.lexer.number(2_000_000_000) or 1)
            if word == "YOUNGER":
                return Key(0, lambda c: c.now - c.mail.internal_date <= seconds)
            return Key(0, lambda c: c.now - c.mail.internal_date >= seconds)
        if word == "MODSEQ":
            self._space()
            if self.lexer.sees(b'"'):
                self.lexer.string()
                self._space()
                self.lexer.atom()
                self._space()
            least = self.lexer.number(MAX_MODSEQ)
            self.asks_modseq = True
            return Key(0, lambda c: c.mail.modseq >= least)
        sent, when = word.startswith("SENT"), word.removeprefix("SENT")
        if when in ("BEFORE", "ON", "SINCE"):
            self._space()
            day = self._date()

            def own(c: Candidate) -> datetime.date:
                return c.sent_on if sent else c.mail.internal_date.date()

            cost = 1 if sent else 0
            if when == "BEFORE":
                return Key(cost, lambda c: own(c) < day)
            return Key(cost, (lambda c: own(c) == day) if when == "ON" else (lambda c: own(c) >= day))
        return None

    def _date(self) -> datetime.date:
        raw = self.lexer.string() if self.lexer.sees(b'"') else self.lexer.atom().encode()
        try:
            return read_date(raw.decode("ascii"))
        except ValueError:
            raise BadSyntax("date mal formée") from None

    def _wanted(self) -> str:
        self._space()
        try:
            return bare(self.lexer.astring().decode("utf-8"))
        except UnicodeDecodeError:
            raise BadSyntax("texte qui n’est pas en UTF-8") from None

    def _text(self, word: str) -> Key:
        if word in _PEOPLE:
            field, wanted = _PEOPLE[word], self._wanted()
            return Key(1, lambda c: wanted in _people(c.envelope[field]))
        if word == "SUBJECT":
            wanted = self._wanted()
            return Key(1, lambda c: wanted in bare(decoded(c.envelope[1] or "")))
        if word == "HEADER":
            self._space()
            name = self.lexer.astring().decode("latin-1").lower()
            wanted = self._wanted()
            place = _KEPT_HEADERS.get(name)
            if place is not None and wanted:
                return Key(1, lambda c: wanted in bare(decoded(c.envelope[place] or "")))
            return Key(2, lambda c: any(key == name and wanted in value for key, value in c.headers))
        if word == "BODY":
            wanted = self._wanted()
            return Key(3, lambda c: wanted in c.body)
        if word == "TEXT":
            wanted = self._wanted()
            return Key(3, lambda c: any(wanted in f"{name}: {value}" for name, value in c.headers) or wanted in c.body)
        raise BadSyntax("critère de recherche inconnu")


def _people(field: Sequence[Sequence[str | None]] | None) -> str:
    """As a header writes them: name, then address."""
    shown = (f"{decoded(name or '')} <{local}@{host}>" for name, _, local, host in field or ())
    return bare(", ".join(shown))
