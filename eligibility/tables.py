"""A decision table made dense: every situation in advance, with its row and the rows that nearly held."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct

from eligibility.answers import UNKNOWN

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.model import Row

Situation = tuple[str, ...]
"""A value for each fact of the table, in the table's order."""


NEAREST = 3
"""How many of the better rows that nearly held are told: the nearest ones."""


class Failed(Struct, frozen=True):
    """A fact by which a row did not hold: what was found, what the row needs."""

    fact: str
    found: str
    needed: tuple[str, ...]


class NearRow(Struct, frozen=True):
    """A row with a better outcome that did not hold, and why."""

    row: str
    text: str
    failed: tuple[Failed, ...]


class Cell(Struct, frozen=True):
    """A decided situation: its row, and the better rows that it missed, nearest first."""

    row: Row
    near: tuple[NearRow, ...]


_RANK = {"no": 0, "depends": 1, "yes": 2, None: 0}


class DecisionTable:
    """One decision table over its whole domain. `proved`: exactly one row holds in each situation."""

    def __init__(self, base: Base, table_id: str) -> None:
        table = base.section("tables")[table_id]
        self.id = table_id
        self._say = base.wording
        self.facts: tuple[str, ...] = table.facts
        facts = base.section("facts")
        self.labels = {name: {o.value: o.label for o in facts[name].options} for name in self.facts}
        self.fact_labels = {name: facts[name].label for name in self.facts}
        self.domain: dict[str, tuple[str, ...]] = {name: tuple(self.labels[name]) for name in self.facts}
        self.rows = base.rows(table_id)
        self._cells: dict[Situation, Cell] = {}
        self.proved = True
        for situation in self.situations():
            holding = self.holding(situation)
            if len(holding) == 1:
                self._cells[situation] = Cell(holding[0], self._near(situation, holding[0]))
            else:
                self.proved = False

    def situations(self) -> list[Situation]:
        """Every combination of values, in order."""
        return list(product(*(self.domain[name] for name in self.facts)))

    def holding(self, situation: Situation) -> list[Row]:
        """The rows that hold, less those that another holding row overrides by declaration."""
        found = [
            row
            for row in self.rows
            if all(value in row.when.get(name, (value,)) for name, value in zip(self.facts, situation, strict=True))
        ]
        overridden = {name for row in found for name in row.overrides}
        return [row for row in found if row.id not in overridden]

    def decide(self, *situation: str) -> Cell:
        """The cell of a situation, of a table that is `proved`."""
        return self._cells[situation]

    def _near(self, situation: Situation, chosen: Row) -> tuple[NearRow, ...]:
        near: list[tuple[int, NearRow]] = []
        for row in self.rows:
            if row is chosen or not _better(row, chosen):
                continue
            failed = tuple(
                Failed(name, value, row.when[name])
                for name, value in zip(self.facts, situation, strict=True)
                if name in row.when and value not in row.when[name]
            )
            if any(f.needed in (("unknown",), ("UNKNOWN",)) for f in failed):
                # « Il faudrait ne pas savoir » helps nobody.
                continue
            near.append((len(failed), NearRow(row.id, self._near_text(row, failed), failed)))
        near.sort(key=lambda pair: pair[0])
        return tuple(n for _, n in near[:NEAREST])

    def _near_text(self, row: Row, failed: tuple[Failed, ...]) -> str:
        parts = []
        for f in failed:
            needed = " » ou « ".join(self.labels[f.fact][value] for value in f.needed)
            found = self.found_text(f.fact, f.found)
            parts.append(self._say("near.lack", fact=self.fact_labels[f.fact], needed=needed, found=found))
        return self._say("near.row", label=row.label, row=row.id, lacks=" ; ".join(parts))

    def found_text(self, fact: str, value: str) -> str:
        """What was found of a fact, as the end of « il faudrait …, ici … »."""
        if value == UNKNOWN:
            return self._say("near.not_stated")
        return self._say("near.found", answer=self.labels[fact][value])


def _better(row: Row, chosen: Row) -> bool:
    ours, theirs = chosen.then, row.then
    pairs = [
        (_RANK[theirs.nominative], _RANK[ours.nominative]),
        (_RANK[theirs.org_access], _RANK[ours.org_access]),
        (_RANK[theirs.structure_boxes], _RANK[ours.structure_boxes]),
    ]
    return any(a > b for a, b in pairs) and not any(a < b for a, b in pairs)
