"""A typed message as the assistant reads it: folded words, where they break, what was repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.chat.shorthand import spelled_out
from knowledge.naming import fold

MARKS = '.,;:!?()\n/«»"'
_PIECE = re.compile(rf"[{re.escape(MARKS)}]+|[^{re.escape(MARKS)}]+")


@dataclass
class Line:
    """Folded words of a message. `breaks` holds the indexes of words that start after a punctuation mark."""

    words: list[str]
    breaks: set[int]
    question: bool
    """Is there a question mark?"""
    marks: int = 0
    """How many question marks."""
    repaired: dict[int, str] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """The words between spaces, with a space at each end, for whole-word search."""
        return f" {' '.join(self.words)} "

    @property
    def topical(self) -> str:
        """What the topic ranking reads."""
        return spelled_out(self.plain)

    def with_word(self, index: int, word: str) -> Line:
        """The same message with another word in one place."""
        return Line([*self.words[:index], word, *self.words[index + 1 :]], self.breaks, self.question, self.marks)

    def part(self, start: int, end: int) -> Line:
        """Some of the words, as a message of their own."""
        breaks = {0, *(index - start for index in self.breaks if start <= index <= end)}
        repaired = {index - start: word for index, word in self.repaired.items() if start <= index < end}
        return Line(self.words[start:end], breaks, self.question, self.marks, repaired)


def read_line(text: str) -> Line:
    """Fold a message; elisions (l', d', qu'…) become words of their own."""
    words: list[str] = []
    breaks = {0}
    for piece in _PIECE.findall(text):
        if piece[0] in '.,;:!?()\n/«»"':
            breaks.add(len(words))
        else:
            words.extend(fold(piece).split())
    return Line(words, breaks, "?" in text, text.count("?"))
