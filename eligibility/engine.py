"""Decide, explain, and say whether anything is still worth asking. Pure: no clock, no file, no framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from eligibility.answers import UNKNOWN, Answers
from eligibility.decision import Decision, Reason, Verdict
from eligibility.derivation import Person, Structure, derive_employer, derive_person, derive_structure
from eligibility.questions import next_question
from eligibility.tables import Cell, DecisionTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from knowledge.base import Base
    from knowledge.model import Cite, Organisation

NOT_ASKED = "n/a"
BOX_ORDER = ("PER", "ORG", "CAB", "APP")
TABLE_KINDS = ("CARE_OR_ESSMS", "PRACTICE", "R2_BODY", "PUBLIC_OR_HYBRID")


class Engine:
    """The decision tables of one base, ready to answer."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.person_table = DecisionTable(base, "personne")
        self.structure_table = DecisionTable(base, "structure")
        self.combination = DecisionTable(base, "combinaison")
        self.box_table = DecisionTable(base, "boites")
        self.ranks = {value: rank for rank, value in enumerate(self.person_table.domain["quality"])}
        self._row_reasons: dict[str, Reason] = {}
        self._outcomes: dict[Answers, frozenset[tuple[object, ...]]] = {}

    def decide(self, answers: Answers) -> Decision:
        """The verdict on these answers, with its whole explanation.

        What is not answered counts as unknown in the verdict; `asks` is then the question that would
        settle it, unless no answer could change it.
        """
        person = derive_person(self.base, answers, self.ranks) if answers.person_asked else None
        structure = derive_structure(self.base, answers, person) if answers.structure_asked else None
        p_cell = self._person_cell(person) if person else None
        s_cell = self._structure_cell(structure) if structure else None
        employer = None
        access = p_cell.row.then.org_access if p_cell else "no"
        # An employer that nobody could identify counts as not stated; one cannot close what is closed already.
        if person and not structure and person.employer and person.employer.kind != "UNKNOWN" and access != "no":
            employer = derive_employer(self.base, person.employer)
        e_cell = self._structure_cell(employer) if employer else s_cell
        c_cell = self._combine(p_cell, e_cell) if p_cell else None
        box_cells = self._box_cells(structure, answers) if structure and s_cell else ()

        verdict = self._verdict(answers, person, structure, p_cell, s_cell, e_cell, c_cell, box_cells)
        why = tuple(self._why(answers, person, structure, employer, p_cell, s_cell, e_cell, c_cell, box_cells))
        cells = [c for c in (p_cell, s_cell) if c]
        rows = [c.row for c in (p_cell, e_cell if verdict_uses(e_cell, s_cell) else s_cell, *box_cells) if c]
        basis = _unique([*(ref for reason in why for ref in reason.basis), *(r for row in rows for r in row.basis)])
        ambiguities = _unique(
            [
                *(a for row in rows for a in row.ambiguities),
                *(person.profession.ambiguities if person and person.profession else ()),
                *(structure.organisation.ambiguities if structure and structure.organisation else ()),
            ]
        )
        question = next_question(self, answers, person, structure)
        return Decision(
            answers=answers,
            verdict=verdict,
            settled=question is None,
            asks=question,
            why=why,
            why_not=tuple(near for cell in cells for near in cell.near),
            basis=basis,
            cites=self._cites(rows, person, structure, basis),
            ambiguities=ambiguities,
            presumed=tuple(reason.text for reason in why if reason.presumed),
        )

    # Cells

    def _person_cell(self, person: Person) -> Cell:
        return self.person_table.decide(person.quality or "UNKNOWN", person.care or UNKNOWN, person.rpps or UNKNOWN)

    def _structure_cell(self, structure: Structure) -> Cell:
        return self.structure_table.decide(
            structure.kind or "UNKNOWN", structure.habil or UNKNOWN, structure.ident or UNKNOWN
        )

    def _combine(self, p_cell: Cell, e_cell: Cell | None) -> Cell:
        boxes = e_cell.row.then.structure_boxes if e_cell else None
        return self.combination.decide(p_cell.row.then.org_access or "no", boxes or "none")

    def _box_cells(self, structure: Structure, answers: Answers) -> tuple[Cell, ...]:
        if self._structure_cell(structure).row.then.structure_boxes != "yes":
            return ()
        needs = answers.need or (UNKNOWN,)
        # One who asks for a box of the structure without saying more wants its shared box.
        if needs == ("personal",):
            needs = ("personal", UNKNOWN)
        return tuple(self.box_table.decide(need, structure.kind or "UNKNOWN") for need in needs)

    # The verdict

    def _verdict(
        self,
        answers: Answers,
        person: Person | None,
        structure: Structure | None,
        p_cell: Cell | None,
        s_cell: Cell | None,
        e_cell: Cell | None,
        c_cell: Cell | None,
        box_cells: tuple[Cell, ...],
    ) -> Verdict:
        rows = [c.row for c in (p_cell, e_cell if verdict_uses(e_cell, s_cell) else s_cell) if c]
        conditions = [condition for row in rows for condition in row.then.conditions]
        if structure and s_cell and s_cell.row.then.structure_boxes == "yes":
            conditions += [p.condition for p in structure.presumed if p.condition]
        org_access = (c_cell.row.then.org_access or NOT_ASKED) if c_cell else NOT_ASKED
        if org_access == "no":
            conditions = [c for c in conditions if c != "under_responsibility"]
        return Verdict(
            about="self" if person else "structure",
            subject=self._subject(answers, person, structure),
            nominative=(p_cell.row.then.nominative or NOT_ASKED) if p_cell else NOT_ASKED,
            org_access=org_access,
            structure_boxes=(s_cell.row.then.structure_boxes or NOT_ASKED) if s_cell else NOT_ASKED,
            boxes=_boxes(p_cell, s_cell, box_cells, org_access),
            conditions=_unique(conditions),
            rows=tuple(row.id for row in rows),
            facts=answers.facts(),
        )

    def _subject(self, answers: Answers, person: Person | None, structure: Structure | None) -> str:
        if person and person.profession:
            return lower_first(person.profession.label)
        if structure and structure.organisation:
            return lower_first(structure.organisation.label)
        if structure and structure.kind:
            return lower_first(self.structure_table.labels["kind"][structure.kind])
        return "profession non précisée" if person else "structure non précisée"

    # Why

    def _why(
        self,
        answers: Answers,
        person: Person | None,
        structure: Structure | None,
        employer: Structure | None,
        p_cell: Cell | None,
        s_cell: Cell | None,
        e_cell: Cell | None,
        c_cell: Cell | None,
        box_cells: tuple[Cell, ...],
    ) -> Iterator[Reason]:
        if person and p_cell:
            yield from self._person_reasons(answers, person)
            yield self._row_reason(p_cell)
        if employer and e_cell and e_cell.row.then.structure_boxes != "yes":
            yield self._structure_reason(employer.organisation)
            yield self._row_reason(e_cell)
        if structure and s_cell:
            if structure.organisation:
                yield self._structure_reason(structure.organisation)
            for presumption in structure.presumed:
                yield Reason(presumption.text, fact=presumption.fact, value=presumption.value, presumed=True)
            for name in ("habil", "ident"):
                value = getattr(answers, name)
                if value is not None:
                    yield self._stated(name, value)
            yield self._row_reason(s_cell)
        if c_cell and e_cell and e_cell.row.then.structure_boxes != "yes":
            yield self._row_reason(c_cell)
        for cell in box_cells:
            yield self._row_reason(cell)

    def _person_reasons(self, answers: Answers, person: Person) -> Iterator[Reason]:
        profession = person.profession
        quality = self.person_table.labels["quality"][person.quality or "UNKNOWN"]
        if profession is None:
            value = UNKNOWN if answers.profession else ""
            yield Reason(self.base.wording("reason.no_profession"), fact="profession", value=value)
        else:
            basis = profession.basis
            if person.letter:
                letter = f"r1110-2/2-{person.letter}"
                homes = person.employer.basis if person.employer else ()
                basis = _unique([letter, *basis, *homes])
            yield Reason(
                self.base.wording("reason.profession", label=profession.label, quality=quality),
                fact="profession",
                value=profession.id,
                basis=basis,
            )
        if person.employer and (person.letter or (profession and profession.place)):
            name = "reason.employer_letter" if person.letter else "reason.employer_other"
            yield Reason(
                self.base.wording(name, label=person.employer.label, letter=person.letter),
                fact="employer",
                value=person.employer.id,
                presumed="employer" in person.implied,
            )
        elif person.needs_employer:
            yield Reason(self.base.wording("reason.employer_needed"), fact="employer")
        if person.quality not in ("NONE", "UNKNOWN"):
            if person.care_presumed:
                yield Reason(
                    self.base.wording(f"presumed.care_{person.care}"),
                    fact="care",
                    value=person.care or "",
                    presumed=True,
                )
            elif answers.care is not None:
                yield self._stated("care", answers.care)
            if answers.rpps is not None:
                yield self._stated("rpps", answers.rpps)
            elif "rpps" in person.implied:
                yield Reason(self.base.wording("presumed.rpps_absent"), fact="rpps", value="absent", presumed=True)

    def _structure_reason(self, organisation: Organisation | None) -> Reason:
        assert organisation is not None  # noqa: S101 - narrows the type for mypy
        kind = lower_first(self.structure_table.labels["kind"][organisation.kind])
        return Reason(
            self.base.wording("reason.structure", label=organisation.label, kind=kind),
            fact="employer",
            value=organisation.id,
            basis=organisation.basis,
        )

    def _stated(self, name: str, value: str) -> Reason:
        fact = self.base.section("facts")[name]
        label = next(o.label for o in fact.options if o.value == value)
        return Reason(
            self.base.wording("reason.stated", fact=upper_first(fact.label), answer=lower_first(label)),
            fact=name,
            value=value,
        )

    def _row_reason(self, cell: Cell) -> Reason:
        row = cell.row
        reason = self._row_reasons.get(row.id)
        if reason is None:
            reason = self._row_reasons[row.id] = Reason(row.because, row=row.id, basis=row.basis)
        return reason

    def _cites(
        self, rows: Iterable[object], person: Person | None, structure: Structure | None, basis: tuple[str, ...]
    ) -> tuple[Cite, ...]:
        found: dict[Cite, None] = {}
        for ref in basis:
            found.update(dict.fromkeys(self.base.basis_cites(ref)))
        for row in rows:
            found.update(dict.fromkeys(row.cites))  # type: ignore[attr-defined]
        if person and person.profession:
            found.update(dict.fromkeys(person.profession.cites))
        if structure and structure.organisation:
            found.update(dict.fromkeys(structure.organisation.cites))
        return tuple(found)


def verdict_uses(e_cell: Cell | None, s_cell: Cell | None) -> bool:
    """Does the employer's row count in a verdict where no box of the structure is asked about?"""
    return s_cell is None and e_cell is not None and e_cell.row.then.structure_boxes != "yes"


def _boxes(
    p_cell: Cell | None, s_cell: Cell | None, box_cells: tuple[Cell, ...], org_access: str
) -> tuple[str, ...] | None:
    """What to ask for: the person's boxes and the structure's; None while both are undecided."""
    person = p_cell.row.then.boxes if p_cell else None
    if person and "ORG" in person and org_access != "yes":
        rest = tuple(b for b in person if b != "ORG")
        person = rest or (() if org_access == "no" and p_cell and p_cell.row.then.nominative == "no" else None)
    structure: tuple[str, ...] | None = None
    if s_cell:
        structure = (
            tuple(b for cell in box_cells for b in cell.row.then.boxes or ()) if box_cells else s_cell.row.then.boxes
        )
    parts = [b for b in (person, structure) if b is not None]
    if not parts:
        return None
    wanted = {b for part in parts for b in part}
    return tuple(b for b in BOX_ORDER if b in wanted)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def lower_first(text: str) -> str:
    """A label inside a sentence; acronyms keep their capitals."""
    return text if len(text) > 1 and text[1].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def replace(answers: Answers, fact: str, value: str) -> Answers:
    """The answers with one more."""
    return msgspec.structs.replace(answers, **{fact: (value,) if fact in ("profession", "need") else value})
