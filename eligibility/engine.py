"""Decide, and say whether anything is still worth asking. Pure: no clock, no file, no framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from eligibility.answers import UNKNOWN, Answers
from eligibility.decision import Decision, Verdict
from eligibility.derivation import Person, Structure, derive_employer, derive_person, derive_structure
from eligibility.explanation import Explainer, Support
from eligibility.phrases import lower_first, unique
from eligibility.proof import undecided
from eligibility.questions import next_question
from eligibility.ruling import Ruling
from eligibility.tables import Cell, DecisionTable
from knowledge.problems import InvalidKnowledge

if TYPE_CHECKING:
    from knowledge.base import Base

NOT_ASKED = "n/a"
BOX_ORDER = ("PER", "ORG", "CAB", "APP")


class Engine:
    """The decision tables of one base, ready to answer. Raises InvalidKnowledge when one has a gap or a conflict."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.person_table = DecisionTable(base, "personne")
        self.structure_table = DecisionTable(base, "structure")
        self.combination = DecisionTable(base, "combinaison")
        self.box_table = DecisionTable(base, "boites")
        tables = (self.person_table, self.structure_table, self.combination, self.box_table)
        if not all(table.proved for table in tables):
            raise InvalidKnowledge(undecided(base))
        self.ranks = {value: rank for rank, value in enumerate(self.person_table.domain["quality"])}
        self._explainer = Explainer(base)

    def decide(self, answers: Answers) -> Decision:
        """The verdict on these answers, with its whole explanation.

        What is not answered counts as unknown in the verdict; `asks` is then the question that would
        settle it, unless no answer could change it.
        """
        ruling = self.rule(answers)
        why = self._explainer.why(answers, ruling)
        support = self._explainer.support(ruling, why)
        question = next_question(self, answers, ruling.person, ruling.structure)
        near = ruling.person_cell.near if ruling.person_cell else ()
        return Decision(
            answers=answers,
            verdict=self._verdict(answers, ruling),
            settled=question is None,
            asks=question,
            why=why,
            why_not=near + ruling.structure_cell.near if ruling.structure_cell else near,
            basis=support.basis,
            cites=support.cites,
            ambiguities=support.ambiguities,
            presumed=support.presumed,
        )

    def verdict(self, answers: Answers) -> Verdict:
        """The verdict alone, for whoever compares many of them."""
        return self._verdict(answers, self.rule(answers))

    def grounds(self, answers: Answers) -> tuple[Verdict, Support]:
        """The verdict and what it rests on, without looking for the next question."""
        ruling = self.rule(answers)
        return self._verdict(answers, ruling), self._explainer.support(ruling, self._explainer.why(answers, ruling))

    def rule(self, answers: Answers) -> Ruling:
        """The cells that these answers fall in."""
        person = derive_person(self.base, answers, self.ranks) if answers.person_asked else None
        structure = derive_structure(self.base, answers, person) if answers.structure_asked else None
        person_cell = self._person_cell(person) if person else None
        structure_cell = self._structure_cell(structure) if structure else None
        employer = None
        alone = person and person_cell and not structure and person.employer
        # One cannot close what is closed already, nor cloud what is open to doubt by an employer nobody identified.
        access = person_cell.row.then.org_access if person_cell else "no"
        if alone and (access == "yes" or (access == "depends" and alone.kind != "UNKNOWN")):
            employer = derive_employer(self.base, alone)
        employer_cell = self._structure_cell(employer) if employer else None
        access_cell = self._access(person_cell, employer_cell or structure_cell) if person_cell else None
        box_cells = self._box_cells(structure, structure_cell, answers) if structure and structure_cell else ()
        return Ruling(person, structure, employer, person_cell, structure_cell, employer_cell, access_cell, box_cells)

    # Cells

    def _person_cell(self, person: Person) -> Cell:
        return self.person_table.decide(person.quality or "UNKNOWN", person.care or UNKNOWN, person.rpps or UNKNOWN)

    def _structure_cell(self, structure: Structure) -> Cell:
        return self.structure_table.decide(
            structure.kind or "UNKNOWN", structure.habil or UNKNOWN, structure.ident or UNKNOWN
        )

    def _access(self, person_cell: Cell, structure_cell: Cell | None) -> Cell:
        boxes = structure_cell.row.then.structure_boxes if structure_cell else None
        return self.combination.decide(person_cell.row.then.org_access or "no", boxes or "none")

    def _box_cells(self, structure: Structure, cell: Cell, answers: Answers) -> tuple[Cell, ...]:
        if cell.row.then.structure_boxes != "yes":
            return ()
        needs = answers.need or (UNKNOWN,)
        # One who asks for a box of the structure without saying more wants its shared box.
        if needs == ("personal",):
            needs = ("personal", UNKNOWN)
        return tuple(self.box_table.decide(need, structure.kind or "UNKNOWN") for need in needs)

    # The verdict

    def _verdict(self, answers: Answers, ruling: Ruling) -> Verdict:
        person = ruling.person_cell.row.then if ruling.person_cell else None
        structure = ruling.structure_cell.row.then if ruling.structure_cell else None
        rows = ruling.rows
        conditions = [condition for row in rows for condition in row.then.conditions]
        if ruling.structure and structure and structure.structure_boxes == "yes":
            conditions += [p.condition for p in ruling.structure.presumed if p.condition]
        access = (ruling.access_cell.row.then.org_access or NOT_ASKED) if ruling.access_cell else NOT_ASKED
        if access == "no" and "under_responsibility" in conditions:
            conditions.remove("under_responsibility")
        return Verdict(
            about="self" if person else "structure",
            subject=self._subject(ruling),
            nominative=(person.nominative or NOT_ASKED) if person else NOT_ASKED,
            org_access=access,
            structure_boxes=(structure.structure_boxes or NOT_ASKED) if structure else NOT_ASKED,
            boxes=_boxes(ruling, access, answers.need),
            conditions=unique(conditions),
            rows=tuple([row.id for row in rows]),
            answers=answers,
        )

    def _subject(self, ruling: Ruling) -> str:
        if ruling.person is not None:
            if ruling.person.profession is not None:
                return lower_first(ruling.person.profession.label)
            return self.base.wording("subject.no_profession")
        if ruling.structure is not None and ruling.structure.organisation is not None:
            return lower_first(ruling.structure.organisation.label)
        if ruling.structure is not None and ruling.structure.kind is not None:
            return lower_first(self.structure_table.labels["kind"][ruling.structure.kind])
        return self.base.wording("subject.no_structure")


def _boxes(ruling: Ruling, access: str, need: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What to ask for: the person's boxes and the structure's; None while both are undecided."""
    person: tuple[str, ...] | None = None
    if ruling.person_cell is not None:
        then = ruling.person_cell.row.then
        person = then.boxes
        if person and "ORG" in person and access != "yes":
            # A box that one may not enter, or not yet, is not asked for.
            rest = tuple(b for b in person if b != "ORG")
            person = rest or (() if access == "no" and then.nominative == "no" else None)
    if ruling.structure_cell is None:
        return person
    if person and need and "personal" not in need:
        # Asked for the structure's box only: one's own is not what is to be asked for.
        person = tuple(b for b in person if b != "PER") or None
    structure: tuple[str, ...] | None = ruling.structure_cell.row.then.boxes
    if ruling.box_cells:
        structure = tuple(b for cell in ruling.box_cells for b in cell.row.then.boxes or ())
    if person is None and structure is None:
        return None
    wanted = (*(person or ()), *(structure or ()))
    return tuple(b for b in BOX_ORDER if b in wanted)


def replace(answers: Answers, fact: str, value: str) -> Answers:
    """The answers with one more."""
    return msgspec.structs.replace(answers, **{fact: (value,) if fact in ("profession", "need") else value})
