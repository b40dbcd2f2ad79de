"""Names of the base found in a message: professions, vague words, structures, boxes, operators, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.chat.lines import read_line
from knowledge.naming import fold, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.lines import Line
    from knowledge.base import Base

# The earlier a section, the more its name weighs when two names cover the same words.
SECTIONS = ("professions", "structures", "vague", "operators", "regions", "identifiers")
NOT_PLURAL = ("s", "x", "z")


class Entity(NamedTuple):
    """A name found: the section and id it leads to, and the words [start, end) that say it."""

    section: str
    id: str
    start: int
    end: int
    plural: bool


class Recogniser:
    """A spaCy phrase matcher over every name of the base, singular and plural.

    `blank("xx")` costs a tenth of a second where spaCy's French tables cost three; words come folded and
    split at elisions from `lines.read_line`, so that no tokeniser table is needed.
    """

    def __init__(self, base: Base) -> None:
        nlp = spacy.blank("xx")
        self.vocab = nlp.vocab
        self._matcher = PhraseMatcher(self.vocab, attr="ORTH")
        self._owners: dict[str, list[tuple[str, str, bool]]] = {}
        self._marks: dict[str, frozenset[int]] = {}
        self.words: set[str] = set()
        # Places that say something of law when named inside a job ("directeur d'EHPAD").
        self._telling = {o.id for o in base.sections.structures if o.kind not in ("OTHER", "INDUSTRY", "UNKNOWN")}
        for section in SECTIONS:
            for entry in base.section(section).values():
                names = (
                    forms_of_operator(entry)
                    if section == "operators"
                    else forms_of(entry)
                    if hasattr(entry, "also")
                    else [fold(entry.label)]
                )
                written = marks_within(entry)
                for form in names:
                    self._add(form, section, entry.id, plural=False)
                    for plural in plurals(form):
                        self._add(plural, section, entry.id, plural=True)
                    if form in written:
                        self._marks.update(dict.fromkeys((form, *plurals(form)), written[form]))
        self._matcher.add("name", [Doc(self.vocab, words=form.split()) for form in self._owners])

    def _add(self, form: str, section: str, name: str, plural: bool) -> None:
        if not form or form.isdigit() or len(form) < 2:
            return
        owners = self._owners.setdefault(form, [])
        if not any(o[:2] == (section, name) for o in owners):
            owners.append((section, name, plural))
        self.words.update(form.split())

    def _whole(self, line: Line, start: int, end: int) -> bool:
        inside = {b - start for b in line.breaks if start < b < end}
        return not inside or inside <= self._marks.get(" ".join(line.words[start:end]), frozenset())

    def find(self, line: Line) -> list[Entity]:
        """The names in a message, longest first where they overlap, then in order of place."""
        if not line.words:
            return []
        doc = Doc(self.vocab, words=line.words)
        spans = [
            (start, end)
            for _, start, end in self._matcher(doc)
            # A name does not run over a punctuation mark, unless it is written with one there.
            if self._whole(line, start, end)
        ]
        spans.sort(key=lambda s: (s[0] - s[1], s[0]))
        taken: set[int] = set()
        found: list[Entity] = []
        for start, end in spans:
            if taken & set(range(start, end)):
                continue
            taken.update(range(start, end))
            owners = self._owners[" ".join(line.words[start:end])]
            best = min(owners, key=lambda o: SECTIONS.index(o[0]))
            found.extend(
                Entity(section, name, start, end, plural) for section, name, plural in owners if section == best[0]
            )
        # "Directeur d'EHPAD" names a place too.
        for start, end in spans:
            inside = [e for e in found if e.start <= start and end <= e.end and e.section in ("professions", "vague")]
            if inside and (start, end) != (inside[0].start, inside[0].end):
                owners = self._owners[" ".join(line.words[start:end])]
                found.extend(Entity(s, n, start, end, p) for s, n, p in owners if n in self._telling)
        return sorted(found, key=lambda e: (e.start, SECTIONS.index(e.section)))


def marks_within(entry: object) -> dict[str, frozenset[int]]:
    """For each name of an entry that is written with punctuation ("médecin, biologiste", "d.o."), before which words."""
    names = (getattr(entry, "label", ""), getattr(entry, "feminine", ""), *getattr(entry, "also", ()))
    lines = [read_line(name) for name in names if name]
    return {" ".join(line.words): frozenset(line.breaks) for line in lines if len(line.breaks) > 1}


def forms_of_operator(entry: object) -> list[str]:
    """An operator is named by its label and by its services."""
    label, service = getattr(entry, "label", ""), getattr(entry, "service", "")
    return [f for f in (fold(label), *(fold(s) for s in service.split(","))) if f]


def plurals(form: str) -> Iterator[str]:
    """Plural forms of a folded name: first word only, and every word."""
    words = form.split()
    if all(len(w) > 3 for w in words):
        yield " ".join(_plural(w) for w in words)
    if len(words) > 1:
        yield " ".join((_plural(words[0]), *words[1:]))


def _plural(word: str) -> str:
    return word if word.endswith(NOT_PLURAL) or len(word) <= 3 or not word.isalpha() else word + "s"
