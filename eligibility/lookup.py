"""Find a profession or a structure by the name people give it: accents, feminine, abbreviations, typos, by ear.

Similarity is the normalised Damerau-Levenshtein distance of rapidfuzz; thresholds measured in
dossier/field-mail-and-chat.md § 2.5 (one typo .976 right, two typos .869, no false positive at .80).
"""

from __future__ import annotations

import re
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

GENERAL, MOST_GENERAL = 0.002, 8
"""What each other label that holds a label adds to it, and how many count: « médecin » before « médecin du travail »."""

_TWICE = re.compile(r"(.)\1")


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
        self._sounds = {form: sound(form) for form in self._forms}
        labels = {(section, e.id): f" {fold(e.label)} " for section in sections for e in base.section(section).values()}
        self._general = {
            key: GENERAL * min(sum(label in other for other in labels.values()) - 1, MOST_GENERAL)
            for key, label in labels.items()
        }

    def find(self, text: str, limit: int = 8) -> list[Match]:
        """The entries that `text` may name, best first: very name, same sound, beginnings, words, near spellings."""
        wanted = fold(text)
        if not wanted:
            return []
        found: dict[tuple[str, str], Match] = {}

        def add(form: str, score: float, by_rank: bool = False) -> None:
            for section, entry in self._owners[form]:
                key = (section, entry.id)
                whole = score + (self._general[key] if by_rank else 0)
                if key not in found or found[key].score < whole:
                    found[key] = Match(section, entry.id, entry.label, whole, form)

        if wanted in self._owners:
            add(wanted, SURE)
        words, heard = wanted.split(), sound(wanted)
        by_ear = len(heard) >= SHORT
        for form in self._forms:
            if form == wanted:
                continue
            if by_ear and self._sounds[form] == heard:
                add(form, 0.97)
            elif len(wanted) >= 3 and form.startswith(wanted):
                add(form, 0.95 - 0.001 * len(form), by_rank=True)
            elif by_ear and self._sounds[form].startswith(heard):
                add(form, 0.94 - 0.001 * len(form), by_rank=True)
            elif _all_words_in(words, form):
                add(form, 0.90 - 0.001 * len(form), by_rank=True)
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


def sound(folded: str) -> str:
    """A folded name as one writes it by ear: « orthophoniste » and « ortofonniste » are one."""
    return _TWICE.sub(r"\1", folded.replace("ph", "f").replace("h", "").replace("y", "i"))


def _all_words_in(words: list[str], form: str) -> bool:
    parts = form.split()
    return all(any(part.startswith(word) for part in parts) for word in words) and all(len(w) >= 3 for w in words)
