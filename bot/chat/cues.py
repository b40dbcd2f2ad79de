"""Hear the cues of the base (knowledge/data/cues) in a message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.base import Base
    from knowledge.model import Cue

GAP = r"(?: \S+){0,4}?"


class Heard(NamedTuple):
    """A cue heard: which, and the span of words it covers."""

    cue: Cue
    start: int
    end: int
    words: str


class CueEar:
    """All cues of a base, as two regular expressions each."""

    def __init__(self, base: Base) -> None:
        self._cues = [(cue, pattern_of(cue.phrases), pattern_of(cue.unless)) for cue in base.sections.cues]

    def hear(self, plain: str, kinds: Iterable[str] | None = None) -> list[Heard]:
        """Every cue heard in a padded plain text, in the order of the base; one entry a place."""
        found: list[Heard] = []
        for cue, wanted, unless in self._cues:
            if (kinds is not None and cue.kind not in kinds) or wanted is None:
                continue
            if unless is not None and unless.search(plain):
                continue
            for match in wanted.finditer(plain):
                start = plain.count(" ", 0, match.start() + 1) - 1
                found.append(Heard(cue, start, start + match[0].count(" ") + 1, match[0]))
        return found

    def values(self, plain: str, kind: str) -> list[str]:
        """The distinct values heard of one kind."""
        return list(dict.fromkeys(heard.cue.value for heard in self.hear(plain, (kind,))))


def pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Phrases, longest first, as one pattern over a padded plain text; "…" allows up to four words."""
    written = []
    for phrase in sorted(phrases, key=len, reverse=True):
        parts = [re.escape(fold(part)) for part in phrase.split("…")]
        written.append(f"{GAP} ".join(part for part in parts if part))
    return re.compile(rf"(?<= )(?:{'|'.join(written)})(?= )") if written else None
