"""Prove each decision table total and unambiguous, by two independent methods that must agree.

Box algebra: start from the whole domain as one box, subtract each row; what is left are the gaps, and two
rows that intersect are a conflict unless one declares that it overrides the other. Exhaustive: count, for
every situation, the rows that hold. The idea of naming the box, both rows and the row that would close a
gap comes from dossier/field-rules-and-guide.md § 2.
"""

from __future__ import annotations

import datetime
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING

from msgspec import Struct

from knowledge.base import FIRST_DAY
from knowledge.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.base import Base
    from knowledge.model import Row

BoxOf = tuple[frozenset[str], ...]
"""A set of situations: for each fact of the table, the values allowed."""

Space = dict[str, tuple[str, ...]]
"""The domain of a table: for each fact, in order, its values."""


class Gap(Struct, frozen=True):
    """Situations that no row decides."""

    table: str
    box: BoxOf


class Conflict(Struct, frozen=True):
    """Situations that two rows decide, with no declared precedence between them."""

    table: str
    first: str
    second: str
    box: BoxOf


class Dead(Struct, frozen=True):
    """A row that never decides anything: other rows override it everywhere, or it names no situation."""

    table: str
    row: str


class TableProof(Struct, frozen=True):
    """What was found of one table by the box algebra, confirmed by enumeration."""

    table: str
    situations: int
    rows: int
    gaps: tuple[Gap, ...]
    conflicts: tuple[Conflict, ...]
    dead: tuple[Dead, ...]

    @property
    def holds(self) -> bool:
        """Is every situation decided exactly once, and every row of use?"""
        return not (self.gaps or self.conflicts or self.dead)


class MethodsDisagree(AssertionError):
    """The two methods differ: a fault of this program, never of the base."""


def prove(base: Base) -> list[TableProof]:
    """The proof of every table of the base. Raises MethodsDisagree."""
    facts = base.section("facts")
    proofs: list[TableProof] = []
    for table in base.sections.tables:
        space: Space = {name: tuple(o.value for o in facts[name].options) for name in table.facts}
        proofs.append(prove_table(table.id, space, base.rows(table.id)))
    return proofs


def periods(base: Base) -> list[Base]:
    """The base on the first day of each stretch of time over which the same rows are in force, oldest first."""
    days = {FIRST_DAY}
    for row in base.compiled.sections.rows:
        days.add(row.in_force.since)
        if row.in_force.until is not None:
            days.add(row.in_force.until + datetime.timedelta(days=1))
    covered = sorted(day for day in days if FIRST_DAY <= day <= base.as_of)
    return [base] if len(covered) <= 1 else [base.at(day) for day in covered]


def rows_without_effect(base: Base) -> list[Problem]:
    """Rows that decide nothing on any day the guide answers for: a fault of the base, told at their place."""
    alive: set[str] = set()
    for then in periods(base):
        dead = {d.row for proof in prove(then) for d in proof.dead}
        alive |= {row.id for row in then.sections.rows} - dead
    problems = []
    for row in base.compiled.sections.rows:
        if row.id not in alive:
            problems.append(
                Problem(
                    _place(base, f"rows/{row.id}"),
                    f"ligne sans effet « {row.id} » : aucune situation ne lui revient",
                    "retirez-la, ou relisez « when », « overrides » et « in_force » des lignes qui la couvrent",
                )
            )
    return problems


def undecided(base: Base) -> list[Problem]:
    """Gaps and conflicts of the tables, each at the place of a row, as faults of the base."""
    problems = []
    for proof in prove(base):
        label = base.section("tables")[proof.table].label
        for gap in proof.gaps:
            text = f"{label} : aucune ligne ne décide ({describe(base, proof.table, gap.box)})"
            problems.append(Problem(_place(base, f"tables/{proof.table}"), text, HOW_TO_MEND))
        for conflict in proof.conflicts:
            said = describe(base, proof.table, conflict.box)
            text = f"{label} : « {conflict.first} » et « {conflict.second} » décident toutes deux ({said})"
            problems.append(Problem(_place(base, f"rows/{conflict.second}"), text, HOW_TO_MEND))
    return problems


HOW_TO_MEND = "« mssante knowledge prove » donne la ligne à écrire et un cas de test"


def _place(base: Base, entry: str) -> Place:
    file, _, line = base.place(entry).rpartition(":")
    return Place(file, int(line)) if file else Place(entry, 1)


def prove_table(table: str, space: Space, rows: list[Row]) -> TableProof:
    """The proof of one table over its domain."""
    boxes = {row.id: _box(row, space) for row in rows}
    everything: BoxOf = tuple(frozenset(values) for values in space.values())
    left = [everything]
    for box in boxes.values():
        left = [rest for piece in left for rest in subtract(piece, box)]
    gaps = tuple(Gap(table, box) for box in left)
    overrides = {row.id: set(row.overrides) for row in rows}
    conflicts = []
    for first, second in combinations(rows, 2):
        if second.id in overrides[first.id] or first.id in overrides[second.id]:
            continue
        meeting = intersect(boxes[first.id], boxes[second.id])
        if meeting is not None:
            conflicts.append(Conflict(table, first.id, second.id, meeting))
    dead = []
    for row in rows:
        alive = [boxes[row.id]] if all(boxes[row.id]) else []
        for other in rows:
            if row.id in overrides[other.id]:
                alive = [rest for piece in alive for rest in subtract(piece, boxes[other.id])]
        if not alive:
            dead.append(Dead(table, row.id))
    proof = TableProof(table, volume(everything), len(rows), gaps, tuple(conflicts), tuple(dead))
    _confirm(proof, space, rows)
    return proof


def _box(row: Row, space: Space) -> BoxOf:
    return tuple(frozenset(row.when.get(name, values)) & frozenset(values) for name, values in space.items())


def intersect(a: BoxOf, b: BoxOf) -> BoxOf | None:
    """What two boxes share, or None."""
    shared = tuple(x & y for x, y in zip(a, b, strict=True))
    return shared if all(shared) else None


def subtract(a: BoxOf, b: BoxOf) -> Iterator[BoxOf]:
    """`a` without `b`, as boxes that do not meet."""
    shared = intersect(a, b)
    if shared is None:
        yield a
        return
    kept: list[frozenset[str]] = []
    for i, (whole, common) in enumerate(zip(a, shared, strict=True)):
        outside = whole - common
        if outside:
            yield (*kept, outside, *a[i + 1 :])
        kept.append(common)


def volume(box: BoxOf) -> int:
    """How many situations a box holds."""
    return prod(len(values) for values in box)


def _confirm(proof: TableProof, space: Space, rows: list[Row]) -> None:
    """Enumerate every situation and compare with the box algebra."""
    in_gap: set[tuple[str, ...]] = set()
    in_conflict: set[tuple[str, ...]] = set()
    deciding: set[str] = set()
    for situation in product(*space.values()):
        holding = [
            row for row in rows if all(v in row.when.get(n, (v,)) for n, v in zip(space, situation, strict=True))
        ]
        if not holding:
            in_gap.add(situation)
        overridden = {name for row in holding for name in row.overrides}
        deciding |= {row.id for row in holding if row.id not in overridden}
        pairs = combinations(holding, 2)
        if any(b.id not in a.overrides and a.id not in b.overrides for a, b in pairs):
            in_conflict.add(situation)
    gaps = {s for gap in proof.gaps for s in product(*gap.box)}
    conflicts = {s for conflict in proof.conflicts for s in product(*conflict.box)}
    dead = {row.id for row in rows} - deciding
    if gaps != in_gap or conflicts != in_conflict or not {d.row for d in proof.dead} <= dead:
        raise MethodsDisagree(f"table « {proof.table} » : algèbre des boîtes et énumération diffèrent")


# What the author reads


def report(base: Base, proofs: list[TableProof]) -> list[str]:
    """The proof in French: one line per table when it holds, else each fault with how to mend it."""
    lines: list[str] = []
    for proof in proofs:
        label = base.section("tables")[proof.table].label
        lines.append(
            f"{label} : {proof.situations} situations, {proof.rows} lignes, "
            f"{_count(len(proof.gaps), 'trou')}, {_count(len(proof.conflicts), 'conflit')}"
            + (f", {_count(len(proof.dead), 'ligne')} sans effet" if proof.dead else "")
        )
        for gap in proof.gaps:
            lines += _gap_lines(base, proof, gap)
        for conflict in proof.conflicts:
            lines += _conflict_lines(base, proof, conflict)
        for dead in proof.dead:
            lines.append(
                f"  LIGNE SANS EFFET {dead.row} ({base.place(f'rows/{dead.row}')}) : aucune situation ne lui revient"
            )
    return lines


def describe(base: Base, table: str, box: BoxOf) -> str:
    """A box of situations in French: only the facts that it restricts."""
    facts = base.section("facts")
    parts = []
    for name, values in zip(base.section("tables")[table].facts, box, strict=True):
        options = facts[name].options
        if len(values) < len(options):
            said = " ou ".join(o.label for o in options if o.value in values)
            parts.append(f"{facts[name].label} : {said}")
    return " ; ".join(parts) or "toutes les situations"


def _gap_lines(base: Base, proof: TableProof, gap: Gap) -> list[str]:
    facts = base.section("tables")[proof.table].facts
    when = _when(base, facts, gap.box)
    example = ", ".join(
        f"{name}: {_quoted(_first(base, name, values))}" for name, values in zip(facts, gap.box, strict=True)
    )
    return [
        f"  TROU ({_count(volume(gap.box), 'situation')}) : {describe(base, proof.table, gap.box)}",
        "    aucune ligne ne décide ; ligne qui le fermerait, à compléter :",
        "      - id: NOUVELLE",
        f"        table: {proof.table}",
        "        label: …",
        f"        when: {{{when}}}",
        "        then: {…}",
        "        because: …",
        "    cas de test à coller dans tests/cases/situations.yaml :",
        f"      - {{table: {proof.table}, situation: {{{example}}}, row: NOUVELLE}}",
    ]


def _conflict_lines(base: Base, proof: TableProof, conflict: Conflict) -> list[str]:
    facts = base.section("tables")[proof.table].facts
    rows = base.section("rows")
    example = ", ".join(
        f"{name}: {_quoted(_first(base, name, values))}" for name, values in zip(facts, conflict.box, strict=True)
    )
    lines = [
        f"  CONFLIT ({_count(volume(conflict.box), 'situation')}) entre {conflict.first} et {conflict.second} : "
        + describe(base, proof.table, conflict.box)
    ]
    for name in (conflict.first, conflict.second):
        cites = " ; ".join(f"{ref.title}, {ref.locator}".rstrip(", ") for ref in base.resolve(rows[name].cites))
        lines.append(f"    {name} « {rows[name].label} » — {base.place(f'rows/{name}')} — {cites}")
    return [
        *lines,
        f"    resserrez « when » de l’une, ou déclarez « overrides: [{conflict.second}] » dans {conflict.first} si c’est voulu",
        "    cas de test à coller dans tests/cases/situations.yaml :",
        f"      - {{table: {proof.table}, situation: {{{example}}}, row: {conflict.first}}}",
    ]


def _when(base: Base, facts: tuple[str, ...], box: BoxOf) -> str:
    parts = []
    for name, values in zip(facts, box, strict=True):
        options = [o.value for o in base.section("facts")[name].options]
        if len(values) < len(options):
            parts.append(f"{name}: [{', '.join(_quoted(v) for v in options if v in values)}]")
    return ", ".join(parts)


def _first(base: Base, name: str, values: frozenset[str]) -> str:
    found: str = next(o.value for o in base.section("facts")[name].options if o.value in values)
    return found


def _quoted(value: str) -> str:
    return f'"{value}"' if value in ("yes", "no") else value


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'s' if n > 1 else ''}"
