"""Find entries of the guide by words: names with their typos, then questions, terms and topics by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bot.api.catalogue import address, label_of
from eligibility.lookup import Lookup
from knowledge.naming import fold

if TYPE_CHECKING:
    from knowledge.base import Base

MOST = 20
_EMPTY = (
    "a au aux avec ce ces comment dans de des du elle en est et il je la le les ma mes mon ne on ou pas pour que quel "
    "quelle qui sa se ses son sur un une vous d l j c m n s t qu y"
)
EMPTY = frozenset(_EMPTY.split())
"""Words that tell nothing of the subject."""


class Hit(NamedTuple):
    """An entry found, with how well it answers the words."""

    section: str
    id: str
    label: str
    url: str
    score: float


class Search:
    """The entries of a base, ready to be searched."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._names = Lookup(base, ("professions", "structures"))
        self._texts = [
            (section, entry.id, label_of(entry), [set(form.split()) for form in forms])
            for section in ("glossary", "topics", "faq")
            for entry in base.section(section).values()
            if (forms := _forms(entry))
        ]

    def find(self, query: str) -> list[Hit]:
        """What answers the query, best first."""
        hits = [self._hit(m.section, m.id, m.label, m.score) for m in self._names.find(query)]
        words = [word for word in fold(query).split() if word not in EMPTY]
        if words:
            for section, name, label, forms in self._texts:
                score = max(_share(words, form) for form in forms)
                if score >= 0.5:
                    hits.append(self._hit(section, name, label, 0.9 * score))
        return sorted(hits, key=lambda hit: -hit.score)[:MOST]

    def _hit(self, section: str, name: str, label: str, score: float) -> Hit:
        return Hit(section, name, label, address(self._base, section, name), score)


def _forms(entry: Any) -> list[str]:
    """The texts of an entry that a query may meet."""
    names = (label_of(entry), getattr(entry, "expansion", ""), *getattr(entry, "also", ()))
    return [form for name in names if (form := fold(name))]


def _share(words: list[str], form: set[str]) -> float:
    """Which part of the words is there; a word of three letters or more may be a beginning."""
    met = sum(word in form or (len(word) >= 3 and any(part.startswith(word) for part in form)) for word in words)
    if not met:
        return 0.0
    # Among texts that hold all the words, the shortest first.
    return met / len(words) - 0.002 * min(len(form), 40)
