"""What a decision is: the verdict, why, why not, and what it rests on. Data only; doors make HTML or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from eligibility.answers import Answers
    from eligibility.tables import NearRow
    from knowledge.model import Cite


class Verdict(Struct, frozen=True, kw_only=True):
    """The answer to the three questions of DESIGN § 1, with its rows and facts."""

    about: str
    subject: str
    nominative: str
    org_access: str
    structure_boxes: str
    boxes: tuple[str, ...] | None
    conditions: tuple[str, ...]
    rows: tuple[str, ...]
    answers: Answers

    @property
    def facts(self) -> dict[str, str]:
        """The facts as they were given."""
        return self.answers.facts()

    def outcome(self) -> tuple[object, ...]:
        """What the answer says, whatever led to it."""
        return (self.nominative, self.org_access, self.structure_boxes, self.boxes)


class Option(Struct, frozen=True):
    """An answer one may choose."""

    value: str
    label: str
    help: str = ""


class Ask(Struct, frozen=True):
    """The one question that would settle it."""

    fact: str
    question: str
    options: tuple[Option, ...]
    why: str = ""


class Reason(Struct, frozen=True):
    """A step of the explanation, with the fact and value it used and the texts it rests on."""

    text: str
    fact: str = ""
    value: str = ""
    row: str = ""
    basis: tuple[str, ...] = ()
    presumed: bool = False


class Decision(Struct, frozen=True, kw_only=True):
    """A verdict with its whole explanation.

    `settled`: no answer still missing could change the verdict. `asks`: the next question, if any.
    `basis`: "article/part" references; `cites`: every source behind the verdict.
    """

    answers: Answers
    verdict: Verdict
    settled: bool
    why: tuple[Reason, ...]
    why_not: tuple[NearRow, ...]
    basis: tuple[str, ...]
    cites: tuple[Cite, ...]
    ambiguities: tuple[str, ...]
    presumed: tuple[str, ...]
    asks: Ask | None = None
    possible: tuple[Verdict, ...] = field(default_factory=tuple)
