"""What is wrong in the YAML, said to the person who typed it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Place(NamedTuple):
    """A position in a knowledge file; line and column count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One fault: where it is, what was found and expected (French), how to mend it (French, may be empty)."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}\n    astuce : {self.hint}" if self.hint else text


class InvalidKnowledge(Exception):
    """The knowledge base is faulty. Carries every problem found, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A French hint naming the known word nearest to `word`, or what is allowed when none is near."""
    choices = sorted({str(k) for k in known})
    lowered = {choice.lower(): choice for choice in choices}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    if near:
        return f"vouliez-vous dire « {lowered[near[0]]} » ?"
    if 0 < len(choices) <= 12:
        return "valeurs admises : " + ", ".join(choices)
    return ""
