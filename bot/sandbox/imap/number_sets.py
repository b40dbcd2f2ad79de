"""Sets of numbers: `1:5,9,12:*` (RFC 3501 § 9, sequence-set)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.imap.lexer import MAX_NUMBER, BadSyntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RANGE = re.compile(r"([1-9][0-9]{0,9}|\*)(?::([1-9][0-9]{0,9}|\*))?")
_STAR = 0


class NumberSet(NamedTuple):
    """Ranges as written; zero stands for `*`, the greatest there is."""

    ranges: tuple[tuple[int, int], ...]

    def _between(self, greatest: int) -> Iterable[tuple[int, int]]:
        for first, last in self.ranges:
            low, high = first or greatest, last or greatest
            yield (low, high) if low <= high else (high, low)

    def among(self, numbers: Sequence[int]) -> list[int]:
        """Those of these growing numbers that are in the set, each once, growing."""
        if not numbers:
            return []
        found: set[int] = set()
        for low, high in self._between(numbers[-1]):
            found.update(numbers[bisect_left(numbers, low) : bisect_right(numbers, high)])
        return sorted(found)

    def places(self, count: int) -> list[int] | None:
        """The message numbers among 1..count, or None when one is beyond."""
        found: set[int] = set()
        for low, high in self._between(count):
            if low < 1 or high > count:
                return None
            found.update(range(low, high + 1))
        return sorted(found)


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
