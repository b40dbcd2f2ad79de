"""Repair misspelt words against our own vocabulary; acronyms and known words are left alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.lines import Line

SHORT = 4
"""A word of at most this many letters may be an acronym: never repaired."""

THRESHOLD = 0.78
"""Normalised Damerau-Levenshtein similarity; .80 is measured in dossier/field-mail-and-chat.md § 2.5."""


class Speller:
    """`targets`: the words worth repairing to (names of the base). `known`: words left as they are."""

    def __init__(self, targets: Iterable[str], known: Iterable[str]) -> None:
        self._targets = sorted({w for w in targets if len(w) > SHORT and w.isalpha()})
        self.known = frozenset(known) | frozenset(self._targets)
        self._near = lru_cache(maxsize=20_000)(self._nearest)

    def repair(self, line: Line) -> Line:
        """The message with its misspelt names mended; `repaired` says which words changed, and from what."""
        for index, word in enumerate(line.words):
            if len(word) <= SHORT or word in self.known or not word.isalpha():
                continue
            mended = self._near(word)
            if mended:
                line.repaired[index] = word
                line.words[index] = mended
        return line

    def _nearest(self, word: str) -> str | None:
        singular = word.rstrip("s")
        if singular in self.known:
            return None
        found = extract(
            word, self._targets, scorer=DamerauLevenshtein.normalized_similarity, limit=2, score_cutoff=THRESHOLD
        )
        if not found:
            return None
        # The first letter is rarely wrong; another one asks for a nearer word.
        best, score, _ = found[0]
        if len(best) == len(word) and best[:-2] == word[:-2]:
            # pneumologie is no misspelt pneumologue: another word of the same family.
            return None
        return best if best[0] == word[0] or score >= 0.88 else None
