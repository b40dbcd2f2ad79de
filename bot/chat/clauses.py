"""The questions of a message: its clauses, for the one in which two things are asked at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bot.chat.features import SILENT
from bot.chat.shorthand import POLITE, spelled_out

if TYPE_CHECKING:
    from bot.chat.lines import Line

JOINTS = {"et", "puis", "ensuite", "aussi"}
ASKING = frozenset(
    {
        *("comment", "combien", "qui", "quoi", "ou", "quel", "quelle", "quels", "quelles", "quand", "pourquoi"),
        *(
            "laquelle",
            "lequel",
            "peut",
            "peux",
            "puis",
            "peuvent",
            "pouvez",
            "pourra",
            "dois",
            "doit",
            "faut",
            "savoir",
        ),
    }
)
"""Words by which a clause asks something."""

FEWEST = 3
"""A clause needs this many words, a telling one among them, to be a question of its own."""


class Clause(NamedTuple):
    """What the topic ranking reads of a clause, and whether the clause asks something."""

    text: str
    asks: bool


def clauses(line: Line) -> list[Clause]:
    """The clauses of a message that may be questions, in order."""
    ends = {*line.breaks, *(index for index, word in enumerate(line.words) if word in JOINTS), len(line.words)}
    marks = sorted(end for end in ends if end <= len(line.words))
    parts = [line.words[start:end] for start, end in pairwise(marks)]
    return [
        Clause(spelled_out(" ".join(part)), line.marks > 1 or bool(ASKING.intersection(part)))
        for part in parts
        if _tells(part)
    ]


def _tells(words: list[str]) -> bool:
    return len(words) >= FEWEST and any(word not in (SILENT | POLITE | JOINTS) for word in words)
