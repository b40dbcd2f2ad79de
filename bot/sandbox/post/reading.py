"""A message as a person or a rule reads it: who, what, the text, the files. Nothing of it is trusted or run."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property
from html import unescape
from typing import Any, NamedTuple

from bot.sandbox.post.mime import Part, all_decoded, content_of, decoded, deep_leaves, parse, text_of, tidy
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store.numbers import holds_real_number
from knowledge.naming import fold

PREVIEW = 160
INDEXED_TEXT = 20_000
SCANNED_TEXT = 4_000_000
READ_HTML = 4_000_000
_SILENT = ("style", "script", "title")
TEXT_FILES = ("text/", "application/xml", "application/json", "application/hl7", "message/")
# Numbers that machines write, and whose figures mean nobody.
MACHINE_HEADERS = frozenset(
    {
        "message-id",
        "in-reply-to",
        "references",
        "date",
        "received",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-id",
        "return-path",
        "user-agent",
        "x-mailer",
        "thread-index",
        "thread-topic",
        "dkim-signature",
        "authentication-results",
    }
)
_IDS = re.compile(r"<[^<>\s]{1,400}>")
_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s@<>(),;:\"'\[\]]{1,64}@[^\s@<>(),;:\"'\[\]]{1,255}")
_UNSEEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Name(NamedTuple):
    """A correspondent as a header writes it."""

    label: str
    address: str


class Attached(NamedTuple):
    """A file of a message. `inline`: shown within the text."""

    name: str
    media_type: str
    content: bytes
    inline: bool
    content_id: str


class Reading:
    """One reading of a tidy message; what costs is read when asked."""

    def __init__(self, raw: bytes, root: Part) -> None:
        self.raw = raw
        self.root = root
        self._pairs: dict[str, list[tuple[str, str]]] = {}

    # Headers

    def header(self, name: str) -> str | None:
        """The first value, unfolded, encoded words as written."""
        return self.root.header(name)

    def shown(self, name: str) -> str:
        """The first value, for a person to read."""
        return _seen(decoded(self.root.header(name) or ""))

    def names(self, field: str) -> list[Name]:
        """The correspondents of a header."""
        return _names(self.pairs(field))

    def pairs(self, field: str) -> list[tuple[str, str]]:
        """The same as written: (label, address), encoded words and all."""
        if field not in self._pairs:
            self._pairs[field] = pairs_in(", ".join(self.root.values(field)))
        return self._pairs[field]

    @property
    def envelope(self) -> list[Any]:
        """IMAP's ENVELOPE of the message."""
        return _envelope(self.root, self.pairs)

    @property
    def subject(self) -> str:
        return self.shown("Subject")

    @property
    def sender(self) -> Name:
        return next(iter(self.names("From")), Name("", ""))

    @property
    def message_id(self) -> str:
        return (self.root.header("Message-ID") or "").strip()[:500]

    @property
    def answered_ids(self) -> list[str]:
        """The messages it answers, nearest first."""
        ids = _IDS.findall(self.root.header("In-Reply-To") or "")
        ids += reversed(_IDS.findall(self.root.header("References") or "")[-50:])
        return list(dict.fromkeys(ids))

    @property
    def date(self) -> datetime.datetime | None:
        """The date it bears, if it bears one that exists."""
        try:
            found = parsedate_to_datetime(self.root.header("Date") or "")
            return found.replace(tzinfo=found.tzinfo or datetime.UTC).astimezone(datetime.UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            return None

    @property
    def urgent(self) -> bool:
        priority = (self.root.header("X-Priority") or "").strip()
        words = ((self.root.header(name) or "").strip().lower() for name in ("Importance", "Priority"))
        return priority[:1] in ("1", "2") or any(word in ("high", "urgent") for word in words)

    @property
    def is_automatic(self) -> bool:
        """Made by a machine, or sent to a list: never answered by one (RFC 3834)."""
        automatic = (self.root.header("Auto-Submitted") or "no").strip().lower()
        bulk = (self.root.header("Precedence") or "").strip().lower() in ("bulk", "list", "junk")
        return automatic != "no" or bulk or self.root.header("List-Id") is not None or bool(self.report_type)

    @property
    def report_type(self) -> str:
        """delivery-status, disposition-notification, or nothing."""
        return self.root.parameters.get("report-type", "").lower() if self.root.media_type == "multipart/report" else ""

    # Content

    @cached_property
    def _texts(self) -> tuple[Part | None, Part | None]:
        plain = html = None
        for leaf in self.root.leaves():
            if leaf.disposition == "attachment" or leaf.file_name:
                continue
            if leaf.media_type == "text/plain" and plain is None:
                plain = leaf
            elif leaf.media_type == "text/html" and html is None:
                html = leaf
        return plain, html

    @cached_property
    def text(self) -> str:
        """The text, or the HTML without its tags; without signs that nobody sees. Safe to print, not to trust."""
        plain, html = self._texts
        if plain is not None:
            return _seen(text_of(plain, self.raw))
        return bare_text(text_of(html, self.raw)) if html is not None else ""

    @property
    def html(self) -> str | None:
        """The HTML as it came: for a sanitiser, never for a page."""
        html = self._texts[1]
        return text_of(html, self.raw) if html is not None else None

    @property
    def body_format(self) -> str:
        plain, html = self._texts
        return "text" if html is None else "html_only" if plain is None else "alternative"

    @cached_property
    def files(self) -> list[Attached]:
        """What is joined, in order."""
        shown = [part for part in self._texts if part is not None]
        files = []
        for leaf in self.root.leaves():
            if any(leaf is part for part in shown) or (
                leaf.main == "text" and not leaf.file_name and not leaf.disposition
            ):
                continue
            content = content_of(leaf, self.raw)
            name = leaf.file_name or _default_name(leaf)
            files.append(
                Attached(
                    name,
                    leaf.media_type,
                    content,
                    leaf.disposition == "inline" and leaf.header("Content-ID") is not None,
                    (leaf.header("Content-ID") or "").strip("<> "),
                )
            )
        return files

    @cached_property
    def preview(self) -> str:
        return " ".join(self.text[: PREVIEW * 4].split())[:PREVIEW]

    @cached_property
    def words(self) -> str:
        """Everything that a search looks in, folded; the leading space lets LIKE find the first word."""
        people = [f"{n.label} {n.address}" for field in ("From", "To", "Cc") for n in self.names(field)[:50]]
        files = [leaf.file_name for leaf in self.root.leaves()]
        return " " + fold(" ".join((self.subject, *people, *files, self.text[:INDEXED_TEXT])))

    def holds_real_number(self) -> bool:
        """Is there, anywhere a person may have typed it, a number that is not of the fictional kind?"""
        typed = [all_decoded(value) for name, value in self.root.headers if name.lower() not in MACHINE_HEADERS]
        if holds_real_number(*typed):
            return True
        for leaf in deep_leaves(self.root):
            if holds_real_number(leaf.file_name):
                return True
            if leaf.media_type.startswith(TEXT_FILES):
                text = text_of(leaf, self.raw)[:SCANNED_TEXT]
                if holds_real_number(bare_text(text) if leaf.sub == "html" else text):
                    return True
        return False


def read(raw: bytes) -> Reading:
    """Read what came by a wire or a file. Raises Unacceptable."""
    clean = tidy(raw)
    return Reading(clean, parse(clean))


def reread(raw: bytes) -> Reading:
    """Read again what was accepted once."""
    return Reading(raw, parse(raw))


def addresses_in(value: str) -> list[Name]:
    """The correspondents of a header value, at most 500; what cannot be read is left out."""
    return _names(pairs_in(value))


def pairs_in(value: str) -> list[tuple[str, str]]:
    """The same as written: (label, address)."""
    if not value.strip():
        return []
    try:
        pairs = getaddresses([value[:100_000]])
    except (RecursionError, IndexError, ValueError, TypeError):
        return []
    return [(label, address) for label, address in pairs[:500] if address]


def _names(pairs: list[tuple[str, str]]) -> list[Name]:
    return [Name(_true(_seen(decoded(label)), address.strip()), address.strip()) for label, address in pairs]


def _true(label: str, address: str) -> str:
    """The name, unless it shows an address that is another one: then nothing, so that the true address is seen."""
    shown = _LOOKS_LIKE_ADDRESS.findall(unicodedata.normalize("NFKC", label))
    return "" if any(one.lower() != address.lower() for one in shown) else label


def bare_text(html: str) -> str:
    """The words of an HTML text, in time that grows with its length only."""
    first, *pieces = html[:READ_HTML].split("<")
    kept = [first]
    silent = ""
    for piece in pieces:
        tag, closed, words = piece.partition(">")
        if not closed:
            continue
        name = tag[:8].lower()
        if silent:
            silent = "" if name.startswith("/" + silent) else silent
        elif name.startswith(_SILENT):
            silent = next(word for word in _SILENT if name.startswith(word))
        else:
            kept.append(words)
    return _seen(unescape(" ".join(kept)))


def safe_name(name: str) -> str:
    """A file name to show and to save under: no path, no hidden sign, of a bearable length."""
    bare = _seen(name).replace("\\", "/").rpartition("/")[2]
    bare = "".join(char for char in bare if char.isprintable() and char not in ':*?"<>|').strip(" .")
    stem, dot, extension = bare.rpartition(".")
    short = f"{stem[:100]}{dot}{extension[:20]}" if dot else bare[:120]
    return short or "piece-jointe"


def refuse_hostile_name(name: str) -> None:
    """Raises Unacceptable for a path, a command sign, or a sign that turns the name around."""
    hidden = any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in name)
    if hidden or len(name) > 255 or "/" in name or "\\" in name or name.strip() in (".", ".."):
        raise Unacceptable("nom-de-fichier-piege")


def envelope_of(root: Part) -> list[Any]:
    """IMAP's ENVELOPE (RFC 3501 § 7.4.2): strings as written, addresses as [name, None, mailbox, host]."""
    return _envelope(root, lambda field: pairs_in(", ".join(root.values(field))))


def _envelope(root: Part, pairs: Callable[[str], list[tuple[str, str]]]) -> list[Any]:
    def people(field: str) -> list[list[str | None]] | None:
        found: list[list[str | None]] = []
        for label, address in pairs(field):
            local, _, host = address.rpartition("@")
            found.append([label or None, None, local or address, host])
        return found or None

    sender = people("From")
    return [
        root.header("Date"),
        root.header("Subject"),
        sender,
        people("Sender") or sender,
        people("Reply-To") or sender,
        people("To"),
        people("Cc"),
        people("Bcc"),
        root.header("In-Reply-To"),
        root.header("Message-ID"),
    ]


def _seen(text: str) -> str:
    """Without the signs that nobody sees and that turn a text around."""
    return _UNSEEN.sub("", text)


def _default_name(leaf: Part) -> str:
    extension = {"message": "eml", "html": "html", "plain": "txt", "calendar": "ics"}
    return f"piece-jointe.{extension.get(leaf.sub) or extension.get(leaf.main) or 'bin'}"
