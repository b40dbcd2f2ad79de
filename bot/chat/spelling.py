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

DOUBTFUL, MOST = 0.70, 4
"""From this similarity on, a word may stand for another; at most so many are looked at."""


class Speller:
    """`targets`: the words worth repairing to (names of the base). `known`: words left as they are.

    `telling`: words too short or common to repair to, yet that change an answer when they are meant.
    """

    def __init__(self, targets: Iterable[str], known: Iterable[str], telling: Iterable[str] = ()) -> None:
        targets = set(targets)
        self._targets = sorted({w for w in targets if len(w) > SHORT and w.isalpha()})
        self._telling = sorted({w for w in targets.union(telling) if len(w) >= SHORT and w.isalpha()})
        self.known = frozenset(known) | targets | frozenset(self._telling)
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

    def unknown(self, word: str) -> bool:
        """Does no dictionary and no name hold this word?"""
        forms = {word, word.removesuffix("s"), word.removesuffix("e"), word.removesuffix("es")}
        return len(word) >= SHORT and word.isalpha() and not forms & self.known

    def others(self, word: str) -> list[str]:
        """The words of the base that a word may stand for, the nearest first."""
        found = extract(
            word, self._telling, scorer=DamerauLevenshtein.normalized_similarity, limit=MOST, score_cutoff=DOUBTFUL
        )
        return [name for name, _, _ in found]

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
