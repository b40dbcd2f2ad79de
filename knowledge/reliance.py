"""What rests on each source: the entries that cite it, and the rows that decide by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from knowledge.checks import cites_in

if TYPE_CHECKING:
    import datetime

    from knowledge.base import Base
    from knowledge.model import Source


class Reliance(Struct, frozen=True):
    """A source with the entries ("section/id") that cite it, and the rows that cite it or whose legal basis does."""

    source: Source
    entries: tuple[str, ...]
    rows: tuple[str, ...]

    def age(self, today: datetime.date) -> int:
        """Days since the source was last checked."""
        return max((today - self.source.checked_on).days, 0)


def reliance(base: Base) -> list[Reliance]:
    """Every source of the base with what rests on it, in the order of the files."""
    entries: dict[str, dict[str, None]] = {name: {} for name in base.section("sources")}
    for section in base.sections.__struct_fields__:
        for entry in getattr(base.sections, section):
            for _, cite in cites_in(entry):
                entries[cite.source][f"{section}/{entry.id}"] = None
    rows: dict[str, dict[str, None]] = {name: {} for name in entries}
    for row in base.sections.rows:
        for cite in (*row.cites, *(c for ref in row.basis for c in base.basis_cites(ref))):
            rows[cite.source][row.id] = None
    return [Reliance(s, tuple(entries[s.id]), tuple(rows[s.id])) for s in base.sections.sources]


def by_age(found: list[Reliance]) -> list[Reliance]:
    """The oldest check first; of the same day, what most rests on first."""
    return sorted(found, key=lambda r: (r.source.checked_on, -len(r.rows), -len(r.entries)))


def by_use(found: list[Reliance]) -> list[Reliance]:
    """What decides most rows first, then what most entries rest on."""
    return sorted(found, key=lambda r: (-len(r.rows), -len(r.entries), r.source.checked_on))
