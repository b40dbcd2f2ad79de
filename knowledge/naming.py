"""How names are compared, and the names an entry goes by."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_LIGATURES = str.maketrans({"’": " ", "‘": " ", "`": " ", "œ": "oe", "æ": "ae", "·": "", "+": " plus"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents; apostrophes, hyphens and the rest become single spaces."""
    bare = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES)).encode("ascii", "ignore").decode()
    return _NOT_WORD.sub(" ", bare).strip()


def forms_of(entry: Any) -> list[str]:
    """Every folded name of an entry: label, feminine, inclusive, synonyms in both genders, and what its id says."""
    feminine = getattr(entry, "feminine", "")
    synonyms = [name for also in entry.also for name in (also, _in_the_feminine(also, entry.label, feminine))]
    names = [entry.label, feminine, getattr(entry, "inclusive", ""), *synonyms, entry.id]
    return list(dict.fromkeys(folded for name in names if (folded := fold(name))))


def _in_the_feminine(synonym: str, label: str, feminine: str) -> str:
    """A synonym with the words of the label put as its feminine has them: "technicien de labo" → "technicienne de labo"."""
    words, gendered = fold(label).split(), fold(feminine).split()
    if len(words) != len(gendered):
        return ""
    change = dict(zip(words, gendered, strict=True))
    return " ".join(change.get(word, word) for word in fold(synonym).split())
