"""The features of a message for the topic ranking: pieces of words, words in pairs, beginnings of telling words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 2, 5
BEGINNING = 6
"""Letters kept of a telling word: enough to tell it from others, too few for its ending to matter."""

SILENT = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "de",
        "du",
        "des",
        "d",
        "et",
        "a",
        "au",
        "aux",
        "en",
        "que",
        "qu",
        "c",
        "ce",
        "ca",
        "est",
        "je",
        "j",
        "on",
        "il",
        "elle",
        "nous",
        "vous",
        "me",
        "m",
        "mon",
        "ma",
        "mes",
        "se",
        "s",
        "sa",
        "son",
        "pour",
        "par",
        "dans",
        "sur",
        "avec",
        "y",
    ]
)
"""Words too common to tell one topic from another."""


def pieces(text: str) -> Iterator[str]:
    """Character n-grams of two to five letters inside each padded word (scikit-learn's char_wb)."""
    for word in text.split():
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            if size >= len(padded):
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def words(text: str) -> Iterator[str]:
    """Words, and pairs of neighbouring words."""
    found = text.split()
    yield from found
    for first, second in pairwise(found):
        yield f"{first} {second}"


def beginnings(text: str) -> Iterator[str]:
    """How the telling words begin; and each with the next, and with the one after."""
    found = [word[:BEGINNING] for word in text.split() if word not in SILENT]
    yield from found
    for gap, mark in ((1, "_"), (2, "__")):
        for first, second in zip(found, found[gap:], strict=False):
            yield f"{first}{mark}{second}"
