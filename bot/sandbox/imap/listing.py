"""LIST and LSUB: patterns, and which names answer (RFC 3501 § 6.3.8, RFC 5258, RFC 6154). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.imap.lexer import BadSyntax
from bot.sandbox.store.folders import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.sandbox.imap.boxes import Entry
    from bot.sandbox.imap.lexer import Lexer

MAX_PATTERNS = 50
MAX_PATTERN = 500
STATUS_ITEMS = ("MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ")


class Asked(NamedTuple):
    """A whole LIST. `status`: what RFC 5819 adds to each line."""

    reference: bytes
    patterns: tuple[bytes, ...]
    selects: frozenset[str]
    returns: frozenset[str]
    status: tuple[str, ...]
    extended: bool


class Shown(NamedTuple):
    """A line of the answer. `child_info`: it shows for what is below it (RFC 5258 § 3.5)."""

    entry: Entry
    attributes: tuple[str, ...]
    child_info: bool = False


def read_list(lexer: Lexer) -> Asked:
    """What follows LIST. Raises BadSyntax."""
    lexer.space()
    selects: list[str] = []
    extended = lexer.takes(b"(")
    if extended:
        selects = _words(lexer, ("SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"))
        if selects == ["RECURSIVEMATCH"]:
            raise BadSyntax("RECURSIVEMATCH ne va pas seul")
        lexer.space()
    reference = lexer.astring()
    lexer.space()
    patterns: list[bytes] = []
    if lexer.takes(b"("):
        extended = True
        while not patterns or not lexer.takes(b")"):
            if patterns:
                lexer.space()
            patterns.append(lexer.list_mailbox())
            if len(patterns) > MAX_PATTERNS:
                raise BadSyntax("trop de modèles")
    else:
        patterns = [lexer.list_mailbox()]
    returns: list[str] = []
    status: tuple[str, ...] = ()
    if lexer.takes(b" RETURN ("):
        extended = True
        while not lexer.takes(b")"):
            if returns:
                lexer.space()
            word = lexer.word()
            if word == "STATUS":
                lexer.space()
                status = read_status_items(lexer)
            elif word not in ("SUBSCRIBED", "CHILDREN", "SPECIAL-USE"):
                raise BadSyntax("option de LIST inconnue")
            returns.append(word)
    lexer.end()
    return Asked(reference, tuple(patterns), frozenset(selects), frozenset(returns), status, extended)


def read_status_items(lexer: Lexer) -> tuple[str, ...]:
    """`(MESSAGES UIDNEXT)`."""
    lexer.expect(b"(")
    return tuple(dict.fromkeys(_words(lexer, STATUS_ITEMS, at_least=1)))


def _words(lexer: Lexer, known: tuple[str, ...], at_least: int = 0) -> list[str]:
    found: list[str] = []
    while len(found) < at_least or not lexer.takes(b")"):
        if found:
            lexer.space()
        word = lexer.word()
        if word not in known:
            raise BadSyntax("mot inconnu")
        found.append(word)
    return found


def shown(asked: Asked, entries: Sequence[Entry], decode: Callable[[bytes], str]) -> list[Shown]:
    """The lines that answer a LIST, in the order of the tree. Raises BadName."""
    answers = _matcher(asked.reference, asked.patterns, decode)
    above = {parent for entry in entries for parent in _parents(entry.name)}
    recursive = "RECURSIVEMATCH" in asked.selects
    found = []
    for entry in entries:
        if not answers(entry.name):
            continue
        below_counts = recursive and any(
            other.name.startswith(entry.name + SEPARATOR) and _selected(asked, other) for other in entries
        )
        if _selected(asked, entry) or below_counts:
            found.append(Shown(entry, _attributes(asked, entry, entry.name in above), below_counts))
    return found


def subscribed(asked: Asked, entries: Sequence[Entry], decode: Callable[[bytes], str]) -> list[tuple[str, bool]]:
    """The lines that answer an LSUB: (name, is it only there for what is below it)."""
    answers = _matcher(asked.reference, asked.patterns, decode)
    names = {entry.name for entry in entries if entry.subscribed and entry.selectable}
    found = {name: False for name in sorted(names) if answers(name)}
    if any(pattern.endswith(b"%") for pattern in asked.patterns):
        for name in sorted(names):
            for parent in _parents(name):
                if parent not in names and answers(parent) and not answers(name):
                    found[parent] = True
    return list(found.items())


def _selected(asked: Asked, entry: Entry) -> bool:
    if "SUBSCRIBED" in asked.selects and not (entry.subscribed and entry.selectable):
        return False
    return "SPECIAL-USE" not in asked.selects or bool(entry.special_use)


def _attributes(asked: Asked, entry: Entry, has_children: bool) -> tuple[str, ...]:
    words = []
    if not entry.selectable:
        words.append("\\Noselect")
    words.append("\\HasChildren" if has_children else "\\HasNoChildren")
    if entry.special_use:
        words.append(entry.special_use)
    if entry.subscribed and entry.selectable and asked.extended and "SUBSCRIBED" in asked.returns | asked.selects:
        words.append("\\Subscribed")
    return tuple(words)


def _parents(name: str) -> list[str]:
    pieces = name.split(SEPARATOR)
    return [SEPARATOR.join(pieces[:depth]) for depth in range(1, len(pieces))]


def _matcher(reference: bytes, patterns: Sequence[bytes], decode: Callable[[bytes], str]) -> Callable[[str], bool]:
    forms = [_canonical(decode(reference) + _decoded_pattern(pattern, decode)) for pattern in patterns]
    return lambda name: any(matches(form, name) for form in forms)


def _decoded_pattern(pattern: bytes, decode: Callable[[bytes], str]) -> str:
    """A pattern is a coded name with jokers in it, which no coding holds."""
    return "".join(
        piece.decode() if piece in (b"%", b"*") else decode(piece) for piece in re.split(rb"([%*])", pattern) if piece
    )


def _canonical(pattern: str) -> str:
    """INBOX in any case."""
    if len(pattern) > MAX_PATTERN:
        raise BadSyntax("modèle trop long")
    if pattern[:5].upper() == "INBOX" and pattern[5:6] in ("", SEPARATOR, "%", "*"):
        return "INBOX" + pattern[5:]
    return pattern


def matches(pattern: str, name: str) -> bool:
    """Does the name answer the pattern? All places reached at once, so that no pattern takes long."""
    reached = {0}
    for char in name:
        reached = {place for before in _past_jokers(pattern, reached) for place in _after(pattern, before, char)}
        if not reached:
            return False
    return len(pattern) in _past_jokers(pattern, reached)


def _past_jokers(pattern: str, places: set[int]) -> set[int]:
    """A joker may stand for nothing."""
    found = set(places)
    for start in places:
        place = start
        while place < len(pattern) and pattern[place] in "*%":
            place += 1
            found.add(place)
    return found


def _after(pattern: str, place: int, char: str) -> tuple[int, ...]:
    if place == len(pattern):
        return ()
    wanted = pattern[place]
    if wanted == "*" or (wanted == "%" and char != SEPARATOR):
        return (place,)
    return (place + 1,) if wanted == char and wanted not in "*%" else ()
