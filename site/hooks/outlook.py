"""What a situation may hope for, so that a checklist never leads towards a box that the base refuses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace
from sorting import by_name
from verdict_tables import decided, employers

from eligibility.report import verdict_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eligibility.decision import Decision, Verdict
    from eligibility.engine import Engine
    from knowledge.model import Profession

Way = Literal["closed", "user", "elsewhere", "access", "depends", "open"]
"""No box at all; a patient's own way; none with this employer; only the structure's box; not decided yet; a box."""

ORDER: tuple[Way, ...] = ("closed", "user", "elsewhere", "access", "depends", "open")
OF_STRUCTURES = ("ORG", "APP", "CAB")


@dataclass(frozen=True)
class Outlook:
    """What situations that hear the same are told, the ambiguities left to someone, the steps that remain."""

    way: Way
    lines: tuple[str, ...]
    left_open: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlooks:
    """The outlook of every situation that the form of a checklist offers, each under a number."""

    plain: Mapping[str, Outlook]
    there: Mapping[str, Mapping[str, Outlook]]

    @property
    def all(self) -> list[Outlook]:
        """Each outlook once, the closed ways first."""
        found = [*self.plain.values(), *(o for places in self.there.values() for o in places.values())]
        return sorted(dict.fromkeys(found), key=lambda outlook: ORDER.index(outlook.way))

    @property
    def numbers(self) -> Mapping[Outlook, int]:
        """The number of each."""
        return {outlook: number for number, outlook in enumerate(self.all, 1)}

    @property
    def told(self) -> list[tuple[Outlook, list[str]]]:
        """What a reader without JavaScript looks up: words for ids, of all that is not simply open."""
        found: dict[Outlook, list[str]] = {}
        for name, outlook in self.plain.items():
            words = Outlook(outlook.way, outlook.lines, outlook.left_open)
            found.setdefault(words, []).append(name)
        ordered = sorted(found.items(), key=lambda pair: ORDER.index(pair[0].way))
        return [(outlook, names) for outlook, names in ordered if outlook.way != "open"]


def outlooks_of_people(engine: Engine) -> Outlooks:
    """What the engine answers to each profession stated plainly, then with each category of employer."""
    plain: dict[str, Outlook] = {}
    there: dict[str, dict[str, Outlook]] = {}
    places = employers(engine)
    kinds = list(dict.fromkeys(place.kind for place in places))
    for profession in by_name(engine.base.professions.values()):
        given = {"profession": profession.id}
        alone = decided(engine, given, "person")
        with_place = {
            kind: [decided(engine, {**given, "employer": p.id}, "person") for p in places if p.kind == kind]
            for kind in kinds
        }
        opened = any(not _refused(found.verdict) for some in with_place.values() for found in some)
        plain[profession.id] = _outlook(engine, [alone], "depends" if opened else _closed(profession))
        there[profession.id] = {
            kind: _outlook(engine, some, "elsewhere" if opened else _closed(profession))
            for kind, some in with_place.items()
        }
    return Outlooks(plain, there)


def outlooks_of_structures(engine: Engine) -> Outlooks:
    """What the engine answers to each category of structure, and who decides where it stays open."""
    plain: dict[str, Outlook] = {}
    facts = engine.base.section("facts")
    answers = [[option.value for option in facts[name].options] for name in ("habil", "ident")]
    for option in facts["kind"].options:
        stated = decided(engine, {"kind": option.value}, "structure")
        situations = [
            decided(engine, {"kind": option.value, "habil": habil, "ident": ident}, "structure")
            for habil, ident in product(*answers)
        ]
        way: Way = "open" if stated.verdict.structure_boxes == "yes" else "depends"
        if all(found.verdict.structure_boxes == "no" for found in situations):
            way = "closed"
        undecided = [found for found in situations if found.asks is None and found.verdict.structure_boxes == "depends"]
        left = [a for found in undecided for a in found.ambiguities]
        lines = tuple(verdict_lines(engine.base, stated.verdict))
        plain[option.value] = Outlook(way, lines, _once(left) if way == "depends" else ())
    return Outlooks(plain, {})


def _outlook(engine: Engine, found: list[Decision], refused: Way) -> Outlook:
    """One outlook for all the employers of a category: what they disagree on depends."""
    verdict = _together([decision.verdict for decision in found])
    way = refused if _refused(verdict) else way_of(verdict)
    # While a question is left to ask, nobody but the reader decides.
    left = [a for one in found if one.asks is None for a in one.ambiguities] if way == "depends" else []
    lines = tuple(verdict_lines(engine.base, verdict)[:2])  # of one's own, then of the structure
    return Outlook(way, lines, _once(left), verdict.boxes or _not_refused(verdict), _once(verdict.conditions))


def way_of(verdict: Verdict) -> Way:
    """What a checklist does with a verdict that refuses neither box."""
    if verdict.nominative == "yes":
        return "open"
    return "access" if (verdict.nominative, verdict.org_access) == ("no", "yes") else "depends"


def _together(verdicts: list[Verdict]) -> Verdict:
    first = verdicts[0]

    def agreed(values: Iterable[str]) -> str:
        found = set(values)
        return found.pop() if len(found) == 1 else "depends"

    return replace(
        first,
        nominative=agreed(v.nominative for v in verdicts),
        org_access=agreed(v.org_access for v in verdicts),
        boxes=first.boxes if len({v.boxes for v in verdicts}) == 1 else None,
        conditions=tuple(c for v in verdicts for c in v.conditions),
    )


def _not_refused(verdict: Verdict) -> tuple[str, ...]:
    own: tuple[str, ...] = () if verdict.nominative == "no" else ("PER",)
    return own if verdict.org_access == "no" else (*own, *OF_STRUCTURES)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _closed(profession: Profession) -> Way:
    return "user" if profession.group == "usager" else "closed"


def _refused(verdict: Verdict) -> bool:
    return verdict.nominative == verdict.org_access == "no"
