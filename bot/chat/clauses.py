"""The questions of a message: its clauses, for the one in which two things are asked at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bot.chat.features import SILENT
from bot.chat.shorthand import POLITE, spelled_out

if TYPE_CHECKING:
    from bot.chat.lines import Line

JOINTS = {"et", "puis", "ensuite", "aussi"}
TELLING = 2
"""A clause needs this many telling words to be a question of its own."""


def clauses(line: Line) -> list[str]:
    """What the topic ranking reads of each clause that may be a question, in order."""
    ends = {*line.breaks, *(index for index, word in enumerate(line.words) if word in JOINTS), len(line.words)}
    marks = sorted(end for end in ends if end <= len(line.words))
    parts = [line.words[start:end] for start, end in pairwise(marks)]
    return [spelled_out(" ".join(part)) for part in parts if _tells(part)]


def _tells(words: list[str]) -> bool:
    return sum(word not in SILENT and word not in POLITE and word not in JOINTS for word in words) >= TELLING
