"""What the engine answers in every situation of a profession or of a structure, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from eligibility.answers import read_answers
from eligibility.questions import representatives

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eligibility.decision import Decision, Verdict
    from eligibility.engine import Engine
    from knowledge.model import Organisation


@dataclass(frozen=True)
class VerdictRow:
    """A situation and its verdict, with the marks by which a test finds both in the page."""

    facts: Mapping[str, str]
    verdict: Verdict

    @property
    def data_facts(self) -> str:
        """ "profession=…;care=…": the facts given to the engine."""
        return ";".join(f"{name}={value}" for name, value in self.facts.items())

    @property
    def data_verdict(self) -> str:
        """ "nominative|org_access|structure_boxes|boxes|conditions"; boxes are "?" while undecided."""
        return data_verdict(self.verdict)


def data_verdict(verdict: Verdict) -> str:
    """A verdict as one line, the same in every page and test."""
    boxes = "?" if verdict.boxes is None else ",".join(verdict.boxes)
    answers = (verdict.nominative, verdict.org_access, verdict.structure_boxes)
    return "|".join([*answers, boxes, ",".join(verdict.conditions)])


def decided(engine: Engine, facts: Mapping[str, str], about: str = "") -> Decision:
    """The decision of the engine on these facts and no other."""
    return engine.decide(read_answers(engine.base, facts, about))


def row(engine: Engine, facts: Mapping[str, str], about: str = "") -> VerdictRow:
    """One situation."""
    return VerdictRow(dict(facts), decided(engine, facts, about).verdict)


def situations(engine: Engine, given: Mapping[str, str], names: tuple[str, ...], about: str = "") -> list[VerdictRow]:
    """Every combination of the values of some facts, on top of what is given."""
    facts = engine.base.section("facts")
    domains = [[option.value for option in facts[name].options] for name in names]
    return [row(engine, {**given, **dict(zip(names, values, strict=True))}, about) for values in product(*domains)]


def employers(engine: Engine) -> list[Organisation]:
    """One structure for each category and letter, in the order of the categories: every effect of an employer.

    A structure too vague to belong to a category is left out: naming it leaves the question open.
    """
    found = [engine.base.structures[name] for name in representatives(engine)]
    order = list(engine.structure_table.domain["kind"])
    letters = "gijnu"
    known = [place for place in found if place.kind != "UNKNOWN"]
    return sorted(known, key=lambda place: (order.index(place.kind), letters.index(place.letter[0])))


def all_alike(rows: list[VerdictRow]) -> bool:
    """Do all rows say the same, conditions included?"""
    return len({r.data_verdict for r in rows}) == 1
