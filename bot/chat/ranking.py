"""Which topics a message is about: a linear classifier over tf-idf features, read from its artefact.

What it is and why: dossier/field-mail-and-chat.md § 2.4 (character n-grams with a linear classifier did
best on unseen phrasings; spaCy's textcat far worse). Reading needs numpy only; training is `training.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.chat.features import beginnings, pieces, words

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

VIEWS: tuple[Callable[[str], Iterator[str]], ...] = (pieces, words, beginnings)
"""The views of a text, each weighted on its own and laid side by side."""

SOFTER = ((3, 0.75), (5, 0.9))
"""(words, share of the sharpness): a margin says less of a message of a few words (writers left out)."""


class Ranked(NamedTuple):
    """A topic with its probability among all topics."""

    topic: str
    p: float


class Ranking:
    """A trained ranking of topics."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self.topics: list[str] = [str(t) for t in arrays["topics"]]
        self._rows: list[dict[str, int]] = []
        offset = 0
        for view in range(len(VIEWS)):
            names = arrays[f"names{view}"]
            self._rows.append({str(name): offset + i for i, name in enumerate(names)})
            offset += len(names)
        self._idf = np.concatenate([arrays[f"idf{view}"] for view in range(len(VIEWS))]).astype(np.float32)
        self._weights = np.ascontiguousarray(arrays["weights"].astype(np.float32))
        self._bias = arrays["bias"].astype(np.float32)
        self._sharpness = float(arrays["sharpness"][()])

    @classmethod
    def load(cls, path: Path) -> Ranking:
        """Read an artefact. Raises OSError or ValueError when it is not there or not whole."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls({name: arrays[name] for name in arrays.files})

    def scores(self, text: str) -> NDArray[np.float32]:
        """The margin of each topic for a plain text, in the order of `topics`."""
        total = self._bias.copy()
        for view, rows in zip(VIEWS, self._rows, strict=True):
            counts = Counter(rows[f] for f in view(text) if f in rows)
            if not counts:
                continue
            index = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
            tf = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
            values = (1 + np.log(tf)) * self._idf[index]
            values /= np.linalg.norm(values) or 1.0
            total += values @ self._weights[index]
        scores: NDArray[np.float32] = total
        return scores

    def rank(self, text: str, bonus: dict[str, float] | None = None) -> list[Ranked]:
        """All topics, best first, with calibrated probabilities. `bonus` adds to the margin of some topics."""
        margins = self.scores(text)
        for topic, extra in (bonus or {}).items():
            margins[self.topics.index(topic)] += extra
        softer = next((part for words, part in SOFTER if len(text.split()) <= words), 1.0)
        shifted = np.exp(softer * self._sharpness * (margins - margins.max()))
        p = shifted / shifted.sum()
        return [Ranked(self.topics[i], float(p[i])) for i in np.argsort(-p)]
