"""Find a profession or a structure by the name people give it: accents, feminine, abbreviations, typos.

Similarity is the normalised Damerau-Levenshtein distance of rapidfuzz; thresholds measured in
dossier/field-mail-and-chat.md § 2.5 (one typo .976 right, two typos .869, no false positive at .80).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from knowledge.naming import fold, forms_of

if TYPE_CHECKING:
    from knowledge.base import Base

SURE = 1.0
LIKELY = 0.80
SHORT = 4
"""A folded name of at most this many letters is an acronym: never repaired."""


class Match(Struct, frozen=True):
    """A name found. `section` is professions, structures or vague; `score` 1 means the very name."""

    section: str
    id: str
    label: str
    score: float
    matched: str


class Lookup:
    """Every name of some sections, ready to be searched."""

    def __init__(self, base: Base, sections: tuple[str, ...]) -> None:
        self._owners: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for section in sections:
            for entry in base.section(section).values():
                for form in forms_of(entry):
                    self._owners[form].append((section, entry))
        self._forms = list(self._owners)

    def find(self, text: str, limit: int = 8) -> list[Match]:
        """The entries that `text` may name, best first: very name, then beginnings and words, then near spellings."""
        wanted = fold(text)
        if not wanted:
            return []
        found: dict[tuple[str, str], Match] = {}

        def add(form: str, score: float) -> None:
            for section, entry in self._owners[form]:
                key = (section, entry.id)
                if key not in found or found[key].score < score:
                    found[key] = Match(section, entry.id, entry.label, score, form)

        if wanted in self._owners:
            add(wanted, SURE)
        words = wanted.split()
        for form in self._forms:
            if form == wanted:
                continue
            if len(wanted) >= 3 and form.startswith(wanted):
                add(form, 0.95 - 0.001 * len(form))
            elif _all_words_in(words, form):
                add(form, 0.90 - 0.001 * len(form))
            elif len(form) > SHORT and f" {form} " in f" {wanted} ":
                add(form, 0.88 + 0.001 * len(form))
        if len(wanted) > SHORT:
            for form, score, _ in extract(
                wanted, self._forms, scorer=DamerauLevenshtein.normalized_similarity, limit=limit * 2, score_cutoff=0.72
            ):
                if len(form) > SHORT:
                    add(form, min(score, 0.94))
        return sorted(found.values(), key=lambda m: (-m.score, m.label))[:limit]

    def exact(self, text: str) -> list[Match]:
        """The entries that bear exactly this name."""
        return [m for m in self.find(text) if m.score == SURE]


def _all_words_in(words: list[str], form: str) -> bool:
    parts = form.split()
    return all(any(part.startswith(word) for part in parts) for word in words) and all(len(w) >= 3 for w in words)
