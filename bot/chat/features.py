"""The features of a message for the topic ranking: pieces of words, words and pairs of words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 2, 5


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
