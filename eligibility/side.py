"""One of two bases being compared: what it answers, and all that its answers depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from eligibility.derivation import ACTING
from eligibility.engine import Engine
from eligibility.questions import effect_of
from knowledge.base import Base
from knowledge.model import Organisation

if TYPE_CHECKING:
    from collections.abc import Hashable

    from eligibility.answers import Answers
    from eligibility.ruling import Ruling
    from knowledge.model import Cite, Profession

PARTS = ("nominative", "org_access", "structure_boxes", "boxes", "conditions")
"""The parts of a verdict that are compared."""


class Side:
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

    def ways(self) -> tuple[Any, ...]:
        """All that leads from answers to the cell of a table, whatever the cell then says."""
        sections = self.base.sections
        return (
            {row.id: (row.table, row.when, row.overrides) for row in sections.rows},
            {fact.id: [o.value for o in fact.options] for fact in sections.facts},
            {table.id: table.facts for table in sections.tables},
            [(p.id, p.fact, p.value, p.scope, p.kinds, p.condition) for p in sections.presumptions],
        )

    def key(self, entry: Profession | Organisation) -> Hashable:
        """All of an entry that a decision looks at, its own sources left out."""
        basis = (entry.basis, tuple(self.base.basis_cites(ref) for ref in entry.basis))
        if isinstance(entry, Organisation):
            return (*effect_of(entry), *basis)
        employer = entry.implies.get("employer")
        there = self.key(self.base.structures[employer]) if employer else None
        return entry.quality, entry.place, entry.ordinary_care, tuple(sorted(entry.implies.items())), there, *basis

    def answer(self, answers: Answers) -> tuple[tuple[Any, ...], frozenset[Cite]]:
        """The verdict, and the sources it rests on beside those of the profession or structure itself."""
        verdict, support = self.engine.grounds(answers)
        return tuple([getattr(verdict, part) for part in PARTS]), frozenset(support.cites)


def rows_met(ruling: Ruling) -> list[str]:
    """The rows of the cells that a case falls in."""
    cells = (ruling.person_cell, ruling.structure_cell, ruling.employer_cell, ruling.access_cell, *ruling.box_cells)
    return [cell.row.id for cell in cells if cell is not None]


def same_cells(before: Ruling, after: Ruling) -> bool:
    """Did a case fall in the same cells, by the same letter, with the same presumptions?"""
    return (
        rows_met(before) == rows_met(after)
        and _letter(before) == _letter(after)
        and _presumed(before) == _presumed(after)
    )


def standing(ruling: Ruling) -> tuple[str, bool]:
    """All of a person that a structure asked about with them depends on: their row, and whether they practise."""
    person, cell = ruling.person, ruling.person_cell
    acting = person is not None and person.quality in ACTING and person.care != "no"
    return cell.row.id if cell else "", acting


def _letter(ruling: Ruling) -> str:
    return ruling.person.letter if ruling.person else ""


def _presumed(ruling: Ruling) -> Any:
    return ruling.structure and [(p.id, p.condition) for p in ruling.structure.presumed]
