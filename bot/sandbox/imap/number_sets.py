"""Sets of numbers: `1:5,9,12:*` (RFC 3501 § 9, sequence-set)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.imap.lexer import MAX_NUMBER, BadSyntax

if TYPE_CHECKING:
    from collections.abc import Sequence

_RANGE = re.compile(r"([1-9][0-9]{0,9}|\*)(?::([1-9][0-9]{0,9}|\*))?")
_STAR = 0


class NumberSet(NamedTuple):
    """Ranges as written; zero stands for `*`, the greatest there is."""

    ranges: tuple[tuple[int, int], ...]

    def _spans(self, greatest: int) -> list[tuple[int, int]]:
        """The same, growing and apart: however often a number is named, it is looked at once."""
        pairs = ((first or greatest, last or greatest) for first, last in self.ranges)
        spans: list[tuple[int, int]] = []
        for low, high in sorted((min(pair), max(pair)) for pair in pairs):
            if spans and low <= spans[-1][1] + 1:
                spans[-1] = spans[-1][0], max(high, spans[-1][1])
            else:
                spans.append((low, high))
        return spans

    def among(self, numbers: Sequence[int]) -> list[int]:
        """Those of these growing numbers that are in the set, each once, growing."""
        if not numbers:
            return []
        found: list[int] = []
        for low, high in self._spans(numbers[-1]):
            found += numbers[bisect_left(numbers, low) : bisect_right(numbers, high)]
        return found

    def places(self, count: int) -> list[int] | None:
        """The message numbers among 1..count, or None when one is beyond."""
        spans = self._spans(count)
        if spans[0][0] < 1 or spans[-1][1] > count:
            return None
        return [number for low, high in spans for number in range(low, high + 1)]


def read_set(text: bytes) -> NumberSet:
    """Raises BadSyntax."""
    ranges = []
    for piece in text.decode("ascii").split(","):
        found = _RANGE.fullmatch(piece)
        if found is None:
            raise BadSyntax("suite de numéros mal formée")
        first = _number(found[1])
        ranges.append((first, _number(found[2]) if found[2] else first))
    return NumberSet(tuple(ranges))


def write_set(numbers: Sequence[int]) -> str:
    """The shortest way to say these numbers, in their order."""
    pieces: list[str] = []
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            first, last = numbers[start], numbers[place - 1]
            pieces.append(str(first) if first == last else f"{first}:{last}")
            start = place
    return ",".join(pieces)


def _number(text: str) -> int:
    if text == "*":
        return _STAR
    if int(text) > MAX_NUMBER:
        raise BadSyntax("numéro trop grand")
    return int(text)
