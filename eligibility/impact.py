"""What an edit of the base changes: every situation whose verdict, boxes or sources differ, grouped.

Two bases are compared over every profession × employer × care × RPPS, every structure × carer × identifier ×
need, and persons of each row with every structure. Entries that behave alike in both bases are taken once and
counted for all; a situation is only decided where a cell it falls in, or an entry it uses, says something else.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from eligibility.answers import UNKNOWN, Answers
from eligibility.derivation import ACTING
from eligibility.engine import Engine
from eligibility.questions import effect_of
from knowledge.base import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from eligibility.ruling import Ruling
    from knowledge.model import Cite, Organisation, Profession


class Moved(Struct, frozen=True):
    """A part of the verdict that changes: `what` is a key of DESIGN § 1, the values are as in its table."""

    what: str
    before: Any
    after: Any


class Group(Struct, frozen=True):
    """Situations that change in the same way.

    `about`: person, structure or both. `answers`: the answers met in them, "" being « not answered ». `rows`:
    where a person and a structure are asked about together, the rows of the persons concerned.
    """

    about: str
    moved: tuple[Moved, ...]
    added: tuple[Cite, ...]
    removed: tuple[Cite, ...]
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
    """What changes from one base to the other. Raises NotOneRow where a base leaves a situation undecided."""
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


class _Side:
    """One of the two bases, its professions and structures stripped of their own sources (added back one by one)."""

    def __init__(self, base: Base) -> None:
        self.base = base
        bare = {
            name: tuple(msgspec.structs.replace(e, cites=()) for e in getattr(base.sections, name))
            for name in ("professions", "structures")
        }
        sections = msgspec.structs.replace(base.sections, **bare)
        self.engine = Engine(Base(msgspec.structs.replace(base.compiled, sections=sections), base.day))
        self.sayings = {
            row.id: (row.then, row.basis, row.cites, [base.basis_cites(ref) for ref in row.basis])
            for row in base.sections.rows
        }

    def answer(self, answers: Answers) -> tuple[tuple[Any, ...], frozenset[Cite]]:
        """The verdict, and the sources it rests on beside those of the profession or structure itself."""
        decision = self.engine.decide(answers)
        return _verdict(decision.verdict), frozenset(decision.cites)


_PARTS = ("nominative", "org_access", "structure_boxes", "boxes", "conditions")


def _verdict(verdict: Any) -> tuple[Any, ...]:
    return tuple(getattr(verdict, part) for part in _PARTS)


class _Class(Struct):
    """Entries that behave alike in both bases. `same`: alike before and after; `resourced`: their own sources differ."""

    members: list[str]
    same: bool
    resourced: list[str]

    @property
    def sample(self) -> str:
        return self.members[0]


class _Gathered(Struct):
    """A group being counted; dictionaries keep the order of the base."""

    situations: int = 0
    professions: dict[str, None] = {}
    structures: dict[str, None] = {}
    rows: dict[str, None] = {}
    answers: dict[str, dict[str, None]] = {}


Change = tuple[str, tuple[Moved, ...], frozenset["Cite"], frozenset["Cite"]]


class _Comparison:
    """Walks the situations of two bases and gathers what differs."""

    def __init__(self, old: Base, new: Base) -> None:
        self.old, self.new = _Side(old), _Side(new)
        self.examined = 0
        self._found: dict[Change, _Gathered] = {}
        self.same_rows = {
            name for name, said in self.old.sayings.items() if self.new.sayings.get(name) == said
        }
        self.structure_classes = self._classes("structures", _structure_key)
        self.people: dict[Hashable, Answers] = {}

    # The three walks

    def persons(self) -> None:
        """Every profession × employer × care × RPPS, no answer and « je ne sais pas » included."""
        professions = self._classes("professions", _profession_key)
        stated = [_Class([""], True, []), _Class([UNKNOWN], True, [])]
        for people, employers in product(professions, [*stated, *self.structure_classes]):
            for care, rpps in product(self._values("care"), self._values("rpps")):
                answers = Answers(
                    profession=(people.sample,), employer=employers.sample or None, care=care, rpps=rpps, about="person"
                )
                self.examined += len(people.members) * len(employers.members)
                rulings = self._rule(answers)
                alike = people.same and employers.same and self._alike(*rulings)
                self._remember(answers, rulings, alike)
                for name, change in self._changes("person", people, answers, alike, "professions"):
                    self._note(change, [name], employers.members, answers, ("care", "rpps"))

    def structures(self) -> None:
        """Every structure × carer × identifier × need."""
        for those in self.structure_classes:
            for habil, ident, need in product(*(self._values(name) for name in ("habil", "ident", "need"))):
                answers = Answers(
                    employer=those.sample, habil=habil, ident=ident, need=need and (need,), about="structure"
                )
                self.examined += len(those.members)
                alike = those.same and self._alike(*self._rule(answers))
                for name, change in self._changes("structure", those, answers, alike, "structures"):
                    self._note(change, [], [name], answers, ("habil", "ident", "need"))

    def together(self) -> None:
        """Persons of each row with every structure, where neither of the two alone explains a change."""
        for person, those in product(self.people.values(), self.structure_classes):
            for habil, ident in product(self._values("habil"), self._values("ident")):
                answers = msgspec.structs.replace(
                    person, employer=those.sample, habil=habil, ident=ident, about="both"
                )
                self.examined += len(those.members)
                before, after = self._rule(answers)
                alone = msgspec.structs.replace(answers, about="structure")
                if self._alike(before, after) or not (those.same and self._alike(*self._rule(alone))):
                    continue
                for _, change in self._changes("both", _Class([""], True, []), answers, False, "professions"):
                    self._note(change, [], those.members, answers, ("habil", "ident"))
                    gathered = self._found[change].rows
                    if after.person_cell is not None:
                        gathered[after.person_cell.row.id] = None

    # One situation

    def _rule(self, answers: Answers) -> tuple[Ruling, Ruling]:
        return self.old.engine.rule(answers), self.new.engine.rule(answers)

    def _alike(self, before: Ruling, after: Ruling) -> bool:
        """Do both fall in the same cells, saying the same, with the same presumptions?"""
        return (
            (met := _rows(before)) == _rows(after)
            and self.same_rows.issuperset(met)
            and _letter(before) == _letter(after)
            and _presumed(before) == _presumed(after)
        )

    def _remember(self, answers: Answers, rulings: tuple[Ruling, Ruling], alike: bool) -> None:
        """One person for each row that behaves alike before and after, to be tried with every structure."""
        profession = self.new.base.professions[(answers.profession or ("",))[0]]
        if alike and answers.employer is None and profession.place is None and "employer" not in profession.implies:
            self.people.setdefault(tuple(_standing(r) for r in rulings), answers)

    def _changes(
        self, about: str, those: _Class, answers: Answers, alike: bool, section: str
    ) -> Iterator[tuple[str, Change]]:
        """The change of each entry of the class in this situation, if any."""
        members = those.resourced if alike else those.members
        if not members:
            return
        (was, old_rest), (now, new_rest) = self.old.answer(answers), self.new.answer(answers)
        moved = tuple(
            Moved(part, a, b) for part, a, b in zip(_PARTS, was, now, strict=True) if a != b
        )
        for name in members:
            old_cites = old_rest.union(self.old.base.section(section)[name].cites) if name else old_rest
            new_cites = new_rest.union(self.new.base.section(section)[name].cites) if name else new_rest
            if moved or old_cites != new_cites:
                yield name, (about, moved, new_cites - old_cites, old_cites - new_cites)

    def _note(
        self, change: Change, professions: list[str], structures: list[str], answers: Answers, facts: tuple[str, ...]
    ) -> None:
        gathered = self._found.setdefault(change, _Gathered())
        gathered.situations += max(len(structures), 1)
        gathered.professions.update(dict.fromkeys(professions))
        gathered.structures.update(dict.fromkeys(structures))
        given = answers.facts()
        for fact in facts:
            gathered.answers.setdefault(fact, {})[given.get(fact, "")] = None

    def groups(self) -> tuple[Group, ...]:
        """What was gathered, the largest group first; changes of verdict come before changes of source."""
        found = [
            Group(
                about=about,
                moved=moved,
                added=_sorted(added),
                removed=_sorted(removed),
                situations=g.situations,
                professions=tuple(g.professions),
                structures=tuple(g.structures),
                answers={fact: tuple(values) for fact, values in g.answers.items()},
                rows=tuple(g.rows),
            )
            for (about, moved, added, removed), g in self._found.items()
        ]
        return tuple(sorted(found, key=lambda group: (not group.moved, -group.situations)))

    # Classes

    def _classes(self, section: str, key: Callable[[Any], Hashable]) -> list[_Class]:
        """The entries that both bases have, by the way they behave in one and in the other."""
        before, after = self.old.base.section(section), self.new.base.section(section)
        found: dict[Hashable, _Class] = {}
        for name, entry in after.items():
            if name not in before:
                continue
            keys = (self._key(self.old, key(before[name])), self._key(self.new, key(entry)))
            those = found.setdefault(keys, _Class([], keys[0] == keys[1], []))
            those.members.append(name)
            if set(before[name].cites) != set(entry.cites):
                those.resourced.append(name)
        return list(found.values())

    def _key(self, side: _Side, key: Any) -> Hashable:
        """A key with the sources of its legal basis, which count among those of the answer."""
        basis = key[-1]
        return (*key, tuple(side.base.basis_cites(ref) for ref in basis))

    def _values(self, name: str) -> tuple[str | None, ...]:
        """No answer, then the answers that both bases allow."""
        before = {o.value for o in self.old.base.section("facts")[name].options}
        return (None, *(o.value for o in self.new.base.section("facts")[name].options if o.value in before))


def _profession_key(profession: Profession) -> tuple[Any, ...]:
    implied = tuple(sorted(profession.implies.items()))
    return profession.quality, profession.place, profession.ordinary_care, implied, profession.basis


def _structure_key(organisation: Organisation) -> tuple[Any, ...]:
    return (*effect_of(organisation), organisation.basis)


def _rows(ruling: Ruling) -> list[str]:
    cells = (ruling.person_cell, ruling.structure_cell, ruling.employer_cell, ruling.access_cell, *ruling.box_cells)
    return ["" if cell is None else cell.row.id for cell in cells]


def _letter(ruling: Ruling) -> str:
    return ruling.person.letter if ruling.person else ""


def _presumed(ruling: Ruling) -> Any:
    return ruling.structure and [(p.id, p.condition) for p in ruling.structure.presumed]


def _standing(ruling: Ruling) -> Hashable:
    """All of a person that a structure asked about with them depends on."""
    person, cell = ruling.person, ruling.person_cell
    acting = person is not None and person.quality in ACTING and person.care != "no"
    return cell.row.id if cell else "", acting


def _sorted(cites: Iterable[Cite]) -> tuple[Cite, ...]:
    return tuple(sorted(cites, key=lambda cite: (cite.source, cite.at)))
