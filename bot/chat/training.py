"""Train the topic ranking from the voices of the base; keep it as an artefact keyed by what it was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.chat.ranking import VIEWS, Ranking
from bot.chat.wording import TOPIC_OF_QUALITY
from knowledge.loading import DATA, PACKAGE, default_cache, read_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from knowledge.base import Base

PENALTY = 0.3
"""C of the linear classifier; flat between 0.3 and 0.5 on writers left out."""

SHARPNESS = 8.0
"""Turns margins into probabilities: the best likelihood on writers left out (`python -m tests.bench.quality --slow`)."""


def load_ranking(base: Base, read: Callable[[str], str], cache_dir: Path | None = None) -> Ranking:
    """The ranking for this base, from its artefact, else trained now (a few seconds, once).

    `read` gives what the ranking reads of a message.
    """
    path = (cache_dir or default_cache()) / f"topics-{mark()}.npz"
    try:
        return Ranking.load(path)
    except (OSError, ValueError):
        pass
    arrays = train(*examples(base, read))
    _write(path, arrays)
    return Ranking(arrays)


def examples(base: Base, read: Callable[[str], str]) -> tuple[list[str], list[str]]:
    """(texts, topics): every phrasing, each topic's own words, and whoever asks for a box."""
    from knowledge.loading import load_voices

    texts: list[str] = []
    topics: list[str] = []
    for voice in load_voices():
        for topic, phrasings in voice.phrasings.items():
            texts.extend(map(read, phrasings))
            topics.extend([topic] * len(phrasings))
    for entry in base.sections.topics:
        # Its suggestions are questions of other topics.
        own = [entry.label, entry.short, *(line for line in entry.full.splitlines() if line.strip())]
        texts.extend(map(read, own))
        topics.extend([entry.id] * len(own))
    for text, topic in rights(base):
        texts.append(read(text))
        topics.append(topic)
    return texts, topics


def rights(base: Base) -> Iterator[tuple[str, str]]:
    """Every profession and structure of the base, asking for its box: (text, topic of the verdict)."""
    for profession in base.sections.professions:
        topic = TOPIC_OF_QUALITY[profession.quality]
        yield profession.label, topic
        yield f"je suis {profession.label}, ai-je droit à une boîte", topic
    for structure in base.sections.structures:
        yield structure.label, "elig_structure"
        yield f"{structure.label}, quelle boîte demander pour nous", "elig_structure"


def train(texts: list[str], topics: list[str]) -> dict[str, Any]:
    """Fit the classifier; the arrays that `Ranking` reads."""
    # Imported here: only training needs scikit-learn.
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    arrays: dict[str, Any] = {"sharpness": np.float64(SHARPNESS)}
    blocks = []
    for number, view in enumerate(VIEWS):
        vectorizer = TfidfVectorizer(analyzer=lambda text, view=view: list(view(text)), sublinear_tf=True, min_df=2)
        blocks.append(vectorizer.fit_transform(texts))
        arrays[f"names{number}"] = np.array(vectorizer.get_feature_names_out(), dtype=np.str_)
        arrays[f"idf{number}"] = vectorizer.idf_.astype(np.float32)
    model = LinearSVC(C=PENALTY).fit(hstack(blocks).tocsr(), np.array(topics))
    arrays["topics"] = np.array(model.classes_, dtype=np.str_)
    arrays["weights"] = model.coef_.T.astype(np.float16)
    arrays["bias"] = model.intercept_.astype(np.float32)
    return arrays


def mark() -> str:
    """Changes with anything the ranking is made from: voices, topics, names, cues and the code that reads them."""
    total = hashlib.sha256()
    for path, content in read_sources(DATA):
        if path.split("/")[0] in ("voices", "topics", "professions", "structures", "vague", "cues", "operators"):
            total.update(path.encode() + b"\0" + content)
    folder = Path(__file__).parent
    for name in ("features.py", "shorthand.py", "training.py", "ranking.py", "lines.py", "spelling.py", "entities.py"):
        total.update((folder / name).read_bytes())
    total.update((PACKAGE / "naming.py").read_bytes())
    return total.hexdigest()[:24]


def _write(path: Path, arrays: dict[str, Any]) -> None:
    # Written aside then renamed; a read-only disk only costs the training time again.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as temporary:
            np.savez(temporary, **arrays)
        Path(temporary.name).replace(path)
        for old in sorted(path.parent.glob("topics-*.npz"), key=lambda p: p.stat().st_mtime, reverse=True)[4:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
