"""What an edit of the base changes: every situation whose verdict, boxes or sources differ, grouped.

Two bases are compared over every profession × employer × care × RPPS, every structure × carer × identifier ×
need, and persons of each row with every structure. Entries that behave alike in both bases are taken once and
counted for all; a situation is only decided where a cell it falls in, or an entry it uses, says something else.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from eligibility.answers import UNKNOWN, Answers
from eligibility.side import PARTS, Side, rows_met, same_cells, standing

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from knowledge.base import Base
    from knowledge.model import Cite


class Moved(Struct, frozen=True):
    """A part of the verdict that changes: `what` is a key of DESIGN § 1, the values are as in its table."""

    what: str
    before: Any
    after: Any


class SourceMoved(Struct, frozen=True):
    """A place in a source that answers begin or cease to cite, and in how many situations."""

    cite: Cite
    situations: int


class Group(Struct, frozen=True):
    """Situations whose verdict changes in the same way; where it does not (`moved` empty), only sources do.

    `about`: person, structure or both. `answers`: the answers met in them, "" being « not answered ». `rows`:
    where a person and a structure are asked about together, the rows of the persons concerned.
    """

    about: str
    moved: tuple[Moved, ...]
    added: tuple[SourceMoved, ...]
    removed: tuple[SourceMoved, ...]
    situations: int
    professions: tuple[str, ...]
    structures: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    rows: tuple[str, ...] = ()


class Impact(Struct, frozen=True):
    """All that changed between two bases. Entries are "section/id"; `edited` also names those that decide nothing."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]
    examined: int
    groups: tuple[Group, ...]

    @property
    def situations(self) -> int:
        """How many situations change."""
        return sum(group.situations for group in self.groups)


def impact(old: Base, new: Base) -> Impact:
    """What changes from one base to the other. Raises InvalidKnowledge where the old one leaves a situation undecided."""
    before, after = _entries(old), _entries(new)
    comparison = _Comparison(old, new)
    comparison.persons()
    comparison.structures()
    comparison.together()
    return Impact(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        edited=tuple(key for key, entry in after.items() if key in before and before[key] != entry),
        examined=comparison.examined,
        groups=comparison.groups(),
    )


def _entries(base: Base) -> dict[str, Any]:
    sections = base.compiled.sections
    return {f"{name}/{e.id}": e for name in sections.__struct_fields__ for e in getattr(sections, name)}


_NONE: frozenset[Cite] = frozenset()
_VARIED = {"person": ("care", "rpps"), "structure": ("habil", "ident", "need"), "both": ("habil", "ident")}


class _Class(Struct):
    """Entries that behave alike in both bases. `same`: alike before and after; `resourced`: their own sources differ."""

    members: list[str]
    same: bool
    resourced: list[str]

    @property
    def sample(self) -> str:
        return self.members[0]


_NOBODY, _ANYONE = _Class([""], True, []), _Class([UNKNOWN], True, [])
"""An employer not stated, and one answered « je ne sais pas »."""


class _Gathered(Struct):
    """A group being counted; dictionaries keep the order of the base."""

    situations: int = 0
    added: Counter[Cite] = msgspec.field(default_factory=Counter)
    removed: Counter[Cite] = msgspec.field(default_factory=Counter)
    professions: set[str] = msgspec.field(default_factory=set)
    structures: dict[int, list[str]] = msgspec.field(default_factory=dict)
    rows: dict[str, None] = msgspec.field(default_factory=dict)
    answers: dict[str, dict[str, None]] = msgspec.field(default_factory=dict)


class _Change(Struct, frozen=True):
    """What changes for one entry in one situation."""

    moved: tuple[Moved, ...]
    added: frozenset[Cite]
    removed: frozenset[Cite]


class _Comparison:
    """Walks the situations of two bases and gathers what differs."""

    def __init__(self, old: Base, new: Base) -> None:
        self.old, self.new = Side(old), Side(new)
        self.examined = 0
        self._found: dict[tuple[str, tuple[Moved, ...]], _Gathered] = {}
        self.same_rows = {name for name, said in self.old.sayings.items() if self.new.sayings.get(name) == said}
        self.same_ways = self.old.ways() == self.new.ways()
        self._own: dict[str, dict[str, tuple[frozenset[Cite], frozenset[Cite]]]] = {"professions": {}, "structures": {}}
        self.structure_classes = self._classes("structures")
        self._alone = {name: [name] for those in self.structure_classes for name in those.members}
        self.people: dict[tuple[str, bool], Answers] = {}

    # The three walks

    def persons(self) -> None:
        """Every profession × employer × care × RPPS, no answer and « je ne sais pas » included."""
        professions = self._classes("professions")
        for people, employers in product(professions, [_NOBODY, _ANYONE, *self.structure_classes]):
            for care, rpps in product(self._values("care"), self._values("rpps")):
                answers = Answers(
                    profession=(people.sample,), employer=employers.sample or None, care=care, rpps=rpps, about="person"
                )
                self.examined += len(people.members) * len(employers.members)
                alike = people.same and employers.same and self._alike(answers)
                self._remember(answers, alike)
                for name, change in self._changes(people, answers, alike, "professions"):
                    self._note("person", change, [name], employers.members, answers)

    def structures(self) -> None:
        """Every structure × carer × identifier × need."""
        for those in self.structure_classes:
            for habil, ident, need in product(*(self._values(name) for name in ("habil", "ident", "need"))):
                answers = Answers(
                    employer=those.sample, habil=habil, ident=ident, need=(need,) if need else None, about="structure"
                )
                self.examined += len(those.members)
                alike = those.same and self._alike(answers)
                for name, change in self._changes(those, answers, alike, "structures"):
                    self._note("structure", change, [], self._alone[name], answers)

    def together(self) -> None:
        """Persons of each row with every structure, where neither of the two alone explains a change."""
        for (row, _), person in self.people.items():
            for those in (c for c in self.structure_classes if c.same):
                for habil, ident in product(self._values("habil"), self._values("ident")):
                    answers = msgspec.structs.replace(
                        person, employer=those.sample, habil=habil, ident=ident, about="both"
                    )
                    self.examined += len(those.members)
                    alone = msgspec.structs.replace(answers, about="structure")
                    if self._alike(answers) or not self._alike(alone):
                        continue
                    for _, change in self._changes(_NOBODY, answers, False, "professions"):
                        self._note("both", change, [], those.members, answers).rows[row] = None

    # One situation

    def _alike(self, answers: Answers) -> bool:
        """Do both bases put these answers in the same cells, saying the same, with the same presumptions?"""
        after = self.new.engine.rule(answers)
        if not self.same_rows.issuperset(rows_met(after)):
            return False
        return self.same_ways or same_cells(self.old.engine.rule(answers), after)

    def _remember(self, answers: Answers, alike: bool) -> None:
        """One person for each row that behaves alike before and after, to be tried with every structure."""
        profession = self.new.base.professions[(answers.profession or ("",))[0]]
        if alike and answers.employer is None and profession.place is None and "employer" not in profession.implies:
            self.people.setdefault(standing(self.new.engine.rule(answers)), answers)

    def _changes(self, those: _Class, answers: Answers, alike: bool, section: str) -> Iterator[tuple[str, _Change]]:
        """The change of each entry of the class in this situation, if any."""
        if alike and not those.resourced:
            return
        (was, old), (now, new) = self.old.answer(answers), self.new.answer(answers)
        moved = tuple([Moved(part, a, b) for part, a, b in zip(PARTS, was, now, strict=True) if a != b])
        added, removed = new - old, old - new
        for name in those.members if moved or added or removed else those.resourced:
            before, after = self._own[section].get(name, (_NONE, _NONE))
            if before == after:
                change = _Change(moved, added - after, removed - after)
            else:
                change = _Change(moved, (new | after) - (old | before), (old | before) - (new | after))
            if moved or change.added or change.removed:
                yield name, change

    def _note(
        self, about: str, change: _Change, professions: list[str], structures: list[str], answers: Answers
    ) -> _Gathered:
        gathered = self._found.setdefault((about, change.moved), _Gathered())
        gathered.situations += len(structures)
        for cite in change.added:
            gathered.added[cite] += len(structures)
        for cite in change.removed:
            gathered.removed[cite] += len(structures)
        gathered.professions.update(professions)
        gathered.structures[id(structures)] = structures
        for fact in _VARIED[about]:
            value = getattr(answers, fact) or ""
            gathered.answers.setdefault(fact, {})[value if isinstance(value, str) else ",".join(value)] = None
        return gathered

    def groups(self) -> tuple[Group, ...]:
        """What was gathered: changes of verdict before changes of source, then the largest group first."""
        found = [
            Group(
                about=about,
                moved=moved,
                added=_counted(g.added),
                removed=_counted(g.removed),
                situations=g.situations,
                professions=_in_order(self.new.base.professions, g.professions),
                structures=_in_order(self.new.base.structures, {n for names in g.structures.values() for n in names}),
                answers={fact: tuple(values) for fact, values in g.answers.items()},
                rows=tuple(g.rows),
            )
            for (about, moved), g in self._found.items()
        ]
        return tuple(sorted(found, key=lambda group: (not group.moved, -group.situations)))

    # Classes

    def _classes(self, section: str) -> list[_Class]:
        """The entries that both bases have, by the way they behave in one and in the other."""
        before, after = self.old.base.section(section), self.new.base.section(section)
        found: dict[Hashable, _Class] = {}
        for name, entry in after.items():
            if name not in before:
                continue
            keys = (self.old.key(before[name]), self.new.key(entry))
            those = found.setdefault(keys, _Class([], keys[0] == keys[1], []))
            those.members.append(name)
            own = self._own[section][name] = frozenset(before[name].cites), frozenset(entry.cites)
            if own[0] != own[1]:
                those.resourced.append(name)
        return list(found.values())

    def _values(self, name: str) -> tuple[str | None, ...]:
        """No answer, then the answers that both bases allow."""
        before = {o.value for o in self.old.base.section("facts")[name].options}
        return (None, *(o.value for o in self.new.base.section("facts")[name].options if o.value in before))


def _in_order(entries: Mapping[str, Any], names: set[str]) -> tuple[str, ...]:
    return tuple(name for name in entries if name in names)


def _counted(cites: Counter[Cite]) -> tuple[SourceMoved, ...]:
    return tuple(SourceMoved(cite, count) for cite, count in cites.most_common())
