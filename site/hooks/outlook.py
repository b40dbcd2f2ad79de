"""What a profession may hope for, so that a checklist never leads towards a box that the base refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sorting import by_name
from verdict_tables import decided, employers

from eligibility.report import verdict_lines

if TYPE_CHECKING:
    from eligibility.decision import Verdict
    from eligibility.engine import Engine
    from knowledge.model import Profession

Way = Literal["closed", "user", "access", "depends", "open"]
"""No box at all; a patient's own way; only the structure's box; not decided yet; a box of one's own."""


@dataclass(frozen=True)
class Outlook:
    """Professions that hear the same of the base: the lines of their verdict, and what a checklist makes of it."""

    way: Way
    key: str
    lines: tuple[str, ...]
    professions: tuple[Profession, ...]


def outlooks(engine: Engine) -> list[Outlook]:
    """Every profession under what the engine answers to its plain statement, the closed ways first."""
    base = engine.base
    found: dict[tuple[Way, tuple[str, ...]], list[Profession]] = {}
    for profession in by_name(base.professions.values()):
        verdict = decided(engine, {"profession": profession.id}, "person").verdict
        lines = tuple(verdict_lines(base, verdict)[:2])  # of one's own, then of the structure
        found.setdefault((way_of(engine, profession, verdict), lines), []).append(profession)
    order: tuple[Way, ...] = ("closed", "user", "access", "depends", "open")
    ordered = sorted(found.items(), key=lambda pair: order.index(pair[0][0]))
    return [
        Outlook(way, f"{way}-{number}", lines, tuple(some)) for number, ((way, lines), some) in enumerate(ordered, 1)
    ]


def way_of(engine: Engine, profession: Profession, plain: Verdict) -> Way:
    """What the checklist does with a profession; a way is closed only when no employer opens it."""
    if plain.nominative == "yes":
        return "open"
    if _refused(plain):
        places = employers(engine)
        facts = [{"profession": profession.id, "employer": place.id} for place in places]
        if any(not _refused(decided(engine, given, "person").verdict) for given in facts):
            return "depends"
        return "user" if profession.group == "usager" else "closed"
    return "access" if (plain.nominative, plain.org_access) == ("no", "yes") else "depends"


def _refused(verdict: Verdict) -> bool:
    return verdict.nominative == verdict.org_access == "no"
