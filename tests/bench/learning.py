"""What the topic ranking learns: writers left out in turn, more phrasings, simpler rivals. Features are made once."""

from __future__ import annotations

import random
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.chat.lines import read_line
from bot.chat.ranking import VIEWS
from bot.chat.training import PENALTY, SHARPNESS, examples
from knowledge.loading import load_voices

if TYPE_CHECKING:
    from bot.chat.dialogue import Dialogue

Message = dict[str, Any]
Rank = "Callable[[str], list[str]]"


class LeftOut(NamedTuple):
    """A writer's messages, ranked by a classifier that never saw them."""

    writer: str
    count: int
    first: float
    among_three: float


class Corpus:
    """Every phrasing with its topic and writer, as the ranking reads them."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.read = lambda text: dialogue.speller.repair(read_line(text)).topical
        self.texts, self.topics = examples(dialogue.base, self.read)
        writers = [v.writer for v in load_voices() for phrasings in v.phrasings.values() for _ in phrasings]
        self.writers = np.array([*writers, *[""] * (len(self.texts) - len(writers))])
        self.names = np.array(self.topics)
        self._vectorizers = [
            TfidfVectorizer(analyzer=lambda text, view=view: list(view(text)), sublinear_tf=True, min_df=2)
            for view in VIEWS
        ]
        self._rows = hstack([v.fit_transform(self.texts) for v in self._vectorizers]).tocsr()

    def fit(self, chosen: np.ndarray) -> LinearSVC:
        """The classifier of the product, on some of the phrasings."""
        return LinearSVC(C=PENALTY, tol=1e-3).fit(self._rows[chosen], self.names[chosen])

    def hits(self, model: LinearSVC, messages: list[Message]) -> tuple[float, float]:
        """(right first, right among three) over messages."""
        read = [self.read(m["text"]) for m in messages]
        rows = hstack([v.transform(read) for v in self._vectorizers]).tocsr()
        order = np.argsort(-model.decision_function(rows), axis=1)[:, :3]
        found = [[str(model.classes_[i]) for i in line] for line in order]
        return share_right(found, messages)

    @cached_property
    def left_out(self) -> tuple[list[LeftOut], np.ndarray, np.ndarray]:
        """Each writer left out in turn; and, over all of them, the probability of the best topic and if it is right."""
        lines, sure, right = [], [], []
        for writer in sorted(set(self.writers) - {""}):
            held = self.writers == writer
            model = self.fit(np.flatnonzero(~held))
            margins = model.decision_function(self._rows[held])
            order = np.argsort(-margins, axis=1)
            truth = self.names[held]
            first = model.classes_[order[:, 0]] == truth
            three = (model.classes_[order[:, :3]] == truth[:, None]).any(axis=1)
            shifted = np.exp(SHARPNESS * (margins - margins.max(axis=1, keepdims=True)))
            sure.append(1 / shifted.sum(axis=1))
            right.append(first)
            lines.append(LeftOut(writer.split(",")[0], int(held.sum()), float(first.mean()), float(three.mean())))
        return lines, np.concatenate(sure), np.concatenate(right)

    def curve(
        self, steps: tuple[int, ...], writers: tuple[str, ...], blind: list[Message]
    ) -> list[tuple[int, float, float]]:
        """(phrasings, share right of these writers left out, share right of the blind set) as phrasings grow."""
        rng = random.Random(1)
        phrased = np.flatnonzero(self.writers != "")
        points = []
        for count in steps:
            hits = total = 0
            for name in writers:
                held = np.char.startswith(self.writers, name)
                pool = [int(i) for i in phrased if not held[i]]
                model = self.fit(np.array(sorted(rng.sample(pool, min(count, len(pool))))))
                hits += int((model.predict(self._rows[held]) == self.names[held]).sum())
                total += int(held.sum())
            model = self.fit(np.array(sorted(rng.sample([int(i) for i in phrased], min(count, len(phrased))))))
            points.append((min(count, len(phrased)), hits / total, self.hits(model, blind)[0]))
        return points


def share_right(found: list[list[str]], messages: list[Message]) -> tuple[float, float]:
    """(right first, right among three)."""
    wanted = [{m["topic"], *m["also"]} for m in messages]
    first = sum(bool(names) and names[0] in right for names, right in zip(found, wanted, strict=True))
    three = sum(bool(right & set(names[:3])) for names, right in zip(found, wanted, strict=True))
    return first / len(messages), three / len(messages)


# Simpler rivals, on the same phrasings


def bm25(corpus: Corpus, k: float = 1.2, b: float = 0.75) -> Any:
    """Okapi BM25 with one document per topic."""
    documents: dict[str, Counter[str]] = {}
    for text, topic in zip(corpus.texts, corpus.topics, strict=True):
        documents.setdefault(topic, Counter()).update(text.split())
    lengths = {t: d.total() for t, d in documents.items()}
    mean = sum(lengths.values()) / len(lengths)
    frequency = Counter(w for d in documents.values() for w in d)

    def rank(text: str) -> list[str]:
        scores = {}
        for topic, document in documents.items():
            total = 0.0
            for word in corpus.read(text).split():
                tf = document[word]
                if tf:
                    idf = np.log(1 + (len(documents) - frequency[word] + 0.5) / (frequency[word] + 0.5))
                    total += idf * tf * (k + 1) / (tf + k * (1 - b + b * lengths[topic] / mean))
            scores[topic] = total
        return sorted(scores, key=lambda t: -scores[t])[:3]

    return rank


def nearest(corpus: Corpus) -> Any:
    """The topics of the phrasings most alike (rapidfuzz token_set_ratio)."""
    from rapidfuzz import fuzz, process

    def rank(text: str) -> list[str]:
        found = process.extract(corpus.read(text), corpus.texts, scorer=fuzz.token_set_ratio, limit=12)
        return list(dict.fromkeys(corpus.topics[index] for _, _, index in found))[:3]

    return rank


def textcat(corpus: Corpus, rounds: int = 3) -> Any:
    """spaCy's bag-of-words text classifier."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed, minibatch

    fix_random_seed(1)
    nlp = spacy.blank("xx")
    config = {
        "model": {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": True,
            "ngram_size": 2,
            "no_output_layer": False,
            "length": 65536,
        }
    }
    cat = nlp.add_pipe("textcat", config=config)
    names = sorted(set(corpus.topics))
    for name in names:
        cat.add_label(name)  # type: ignore[attr-defined]
    data = [
        Example.from_dict(nlp.make_doc(text), {"cats": {name: float(name == topic) for name in names}})
        for text, topic in zip(corpus.texts, corpus.topics, strict=True)
    ]
    optimizer = nlp.initialize(lambda: data[:200])
    for _ in range(rounds):
        random.Random(1).shuffle(data)
        for batch in minibatch(data, 128):
            nlp.update(batch, sgd=optimizer)

    def rank(text: str) -> list[str]:
        cats = nlp(corpus.read(text)).cats
        return sorted(cats, key=lambda name: -cats[name])[:3]

    return rank
