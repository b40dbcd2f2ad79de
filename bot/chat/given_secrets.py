"""Was a password or a code given? Its value is looked for, not words such as « perdu » or « bloqué »."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Container

SHORTEST, LONG_CODE = 5, 4
"""A value mixes letters with digits or signs over so many characters, or is made of so many digits."""

STATES = ("e", "es", "ee", "ees", "er", "ez", "u", "us", "ue", "i", "is", "it", "ant", "if", "ive", "able")
"""How words for what became of a password end, misspelt or not: a bare word that ends so is not one."""

_MARK = r"(?:mots? de passe?|mdp|password|passwd|passe ?word)"
_CODE = (
    r"(?:mon|mes|notre|nos|le|son) codes?(?! (?:d['’ ]?erreurs?|erreurs?|postal|postaux|naf|ape|retour|smtp|http|ccam))"
)
_LINK = r"(?:\s*[:=]+\s*|\s+(?:c['’ ]?\s?est|cest|ces|est|était|etait)\s*:?\s+)"
_GAP = r"(?:\s+(?!(?:est|cest|ces|c['’ ]?\s?est|erreur|et|mais|qui|que)\b)[^\s:=]+){0,4}?"
_LINKED = re.compile(rf"\b(?P<what>{_MARK}|{_CODE}){_GAP}{_LINK}[«\"'“]?\s?(?P<value>\S+)", re.IGNORECASE)
_BESIDE = re.compile(rf"\b{_MARK}\s+[«\"'“]?(?P<value>\S+)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?P<value>\S+?)[,»\"'”]*\s+(?:c['’ ]?\s?est|est)\s+(?:mon|le)\s+{_MARK}", re.IGNORECASE)


def gives_secret(text: str, known: Container[str]) -> bool:
    """Does a message give the value of a password or of a code? `known`: words that are no secret."""
    if any(_is_value(m["value"], known, bare=True) for m in _LINKED.finditer(text)):
        return True
    return any(_is_value(m["value"], known, bare=False) for p in (_BESIDE, _BEFORE) for m in p.finditer(text))


def _is_value(token: str, known: Container[str], *, bare: bool) -> bool:
    """`bare`: was the token announced as a value, so that digits or an unknown word are enough?"""
    token = token.strip('«»"“”()[],;')
    core = token.rstrip(".!?…")
    if not core or ("@" in core.strip("@") and "." in core.rpartition("@")[2]) or "://" in core:
        return False
    words = fold(core).split()
    if all(word in known for word in words) and not any(c.isdigit() for c in core):
        # A French word, whatever punctuation follows it.
        return False
    if core.isdigit():
        return bare and len(core) >= LONG_CODE
    digits, letters = any(c.isdigit() for c in core), any(c.isalpha() for c in core)
    signs = any(not c.isalnum() and c not in "-'’.…/" for c in token.rstrip(".?…"))
    if letters and (digits or signs) and len(core) >= SHORTEST:
        return True
    return bare and len(words) == 1 and len(core) >= SHORTEST and core.isalpha() and not words[0].endswith(STATES)
