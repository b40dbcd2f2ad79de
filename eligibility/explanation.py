"""Why: the steps of a ruling in the base's own sentences, and the texts and sources they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from eligibility.answers import UNKNOWN
from eligibility.decision import Reason
from eligibility.phrases import lower_first, unique, upper_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eligibility.answers import Answers
    from eligibility.derivation import Person
    from eligibility.ruling import Ruling
    from knowledge.base import Base
    from knowledge.model import Cite, Organisation, Row


class Support(Struct, frozen=True):
    """What a whole explanation rests on."""

    basis: tuple[str, ...]
    cites: tuple[Cite, ...]
    ambiguities: tuple[str, ...]
    presumed: tuple[str, ...]


class Explainer:
    """Makes each sentence of one base once: the base never changes under it."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._reasons: dict[tuple[str, ...], Reason] = {}
        self._supports: dict[tuple[object, ...], Support] = {}
        facts = base.section("facts")
        self._labels = {name: {o.value: o.label for o in fact.options} for name, fact in facts.items()}

    def why(self, answers: Answers, ruling: Ruling) -> tuple[Reason, ...]:
        """The steps of the explanation, in the order one would say them."""
        steps: list[Reason] = []
        if ruling.person is not None and ruling.person_cell is not None:
            steps.extend(self._person(answers, ruling.person))
            steps.append(self._row(ruling.person_cell.row))
        if ruling.employer is not None and ruling.employer_cell is not None and ruling.clouded:
            if ruling.employer.organisation is not None:
                steps.append(self._organisation(ruling.employer.organisation))
            steps.append(self._row(ruling.employer_cell.row))
        if ruling.structure is not None and ruling.structure_cell is not None:
            if ruling.structure.organisation is not None:
                steps.append(self._organisation(ruling.structure.organisation))
            for presumption in ruling.structure.presumed:
                steps.append(
                    self._made(
                        ("presumed", presumption.id),
                        presumption.text,
                        presumption.fact,
                        presumption.value,
                        presumed=True,
                    )
                )
            steps.extend(
                self._stated(name, value)
                for name in ("habil", "ident")
                if (value := getattr(answers, name)) is not None
            )
            steps.append(self._row(ruling.structure_cell.row))
        if ruling.access_cell is not None and ruling.clouded:
            steps.append(self._row(ruling.access_cell.row))
        steps.extend({cell.row.id: self._row(cell.row) for cell in ruling.box_cells}.values())
        return tuple(steps)

    def support(self, ruling: Ruling, why: tuple[Reason, ...]) -> Support:
        """The legal basis, sources and open questions behind these steps."""
        rows = (*ruling.rows, *(cell.row for cell in ruling.box_cells))
        profession = ruling.person.profession if ruling.person else None
        organisation = ruling.structure.organisation if ruling.structure else None
        # The steps are made once and kept: their identities name the explanation.
        key = (profession and profession.id, organisation and organisation.id, *map(id, why))
        found = self._supports.get(key)
        if found is None:
            basis = unique([*(ref for reason in why for ref in reason.basis), *(r for row in rows for r in row.basis)])
            entries = [entry for entry in (*rows, profession, organisation) if entry is not None]
            cites: dict[Cite, None] = {}
            for ref in basis:
                cites.update(dict.fromkeys(self.base.basis_cites(ref)))
            for entry in entries:
                cites.update(dict.fromkeys(entry.cites))
            found = self._supports[key] = Support(
                basis,
                tuple(cites),
                unique([a for entry in entries for a in entry.ambiguities]),
                tuple(reason.text for reason in why if reason.presumed),
            )
        return found

    def _person(self, answers: Answers, person: Person) -> Iterator[Reason]:
        profession, employer = person.profession, person.employer
        yield self._profession(person, bool(answers.profession))
        if employer and (person.letter or (profession and profession.place)):
            name = "reason.employer_letter" if person.letter else "reason.employer_other"
            implied = "employer" in person.implied
            key = (name, employer.id, person.letter, str(implied))
            text = self.base.wording(name, label=employer.label, letter=person.letter)
            yield self._made(key, text, "employer", employer.id, presumed=implied)
        elif person.needs_employer:
            yield self._said("reason.employer_needed", "employer")
        if person.quality not in ("NONE", "UNKNOWN"):
            if person.care_presumed:
                yield self._said(f"presumed.care_{person.care}", "care", person.care or "", presumed=True)
            elif answers.care is not None:
                yield self._stated("care", answers.care)
            if answers.rpps is not None:
                yield self._stated("rpps", answers.rpps)
            elif "rpps" in person.implied:
                yield self._said("presumed.rpps_absent", "rpps", "absent", presumed=True)

    def _profession(self, person: Person, answered: bool) -> Reason:
        profession = person.profession
        if profession is None:
            return self._said("reason.no_profession", "profession", UNKNOWN if answered else "")
        quality = person.quality or "UNKNOWN"
        employer = person.employer if person.letter else None
        key = ("profession", profession.id, quality, employer.id if employer else "")
        found = self._reasons.get(key)
        if found is None:
            basis = profession.basis
            if employer is not None:
                basis = unique([f"r1110-2/2-{person.letter}", *basis, *employer.basis])
            label = self._labels["quality"][quality]
            text = self.base.wording("reason.profession", label=upper_first(profession.label), quality=label)
            found = self._reasons[key] = Reason(text, fact="profession", value=profession.id, basis=basis)
        return found

    def _organisation(self, organisation: Organisation) -> Reason:
        key = ("organisation", organisation.id)
        found = self._reasons.get(key)
        if found is None:
            kind = lower_first(self._labels["kind"][organisation.kind])
            text = self.base.wording("reason.structure", label=upper_first(organisation.label), kind=kind)
            found = Reason(text, fact="employer", value=organisation.id, basis=organisation.basis)
            self._reasons[key] = found
        return found

    def _stated(self, name: str, value: str) -> Reason:
        key = ("stated", name, value)
        found = self._reasons.get(key)
        if found is None:
            fact = upper_first(self.base.section("facts")[name].label)
            text = self.base.wording("reason.stated", fact=fact, answer=lower_first(self._labels[name][value]))
            found = self._reasons[key] = Reason(text, fact=name, value=value)
        return found

    def _said(self, name: str, fact: str, value: str = "", presumed: bool = False) -> Reason:
        """A sentence of the base that has no blank to fill in."""
        found = self._reasons.get((name, value))
        return found or self._made((name, value), self.base.wording(name), fact, value, presumed)

    def _made(self, key: tuple[str, ...], text: str, fact: str, value: str, presumed: bool = False) -> Reason:
        found = self._reasons.get(key)
        if found is None:
            found = self._reasons[key] = Reason(text, fact=fact, value=value, presumed=presumed)
        return found

    def _row(self, row: Row) -> Reason:
        found = self._reasons.get(("row", row.id))
        if found is None:
            found = self._reasons["row", row.id] = Reason(row.because, row=row.id, basis=row.basis)
        return found
