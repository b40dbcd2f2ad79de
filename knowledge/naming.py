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
    """Every folded name of an entry: label, feminine, inclusive, synonyms, and what its id says."""
    names = [entry.label, getattr(entry, "feminine", ""), getattr(entry, "inclusive", ""), *entry.also, entry.id]
    return list(dict.fromkeys(folded for name in names if (folded := fold(name))))
