"""The tables are proved by two methods that agree, on the real tables and on tables with seeded faults."""

from __future__ import annotations

import datetime
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.engine import Engine
from eligibility.proof import prove, prove_table, report, volume
from knowledge.base import Base
from knowledge.model import Cite, InForce, Outcome, Row
from knowledge.problems import InvalidKnowledge
from tests.eligibility.edited_base import edited

DAY = datetime.date(2026, 11, 23)


def row(name, when, overrides=()):
    return Row(
        id=name,
        cites=(Cite(source="x"),),
        status="ours",
        in_force=InForce(since=DAY),
        checked_on=DAY,
        table="t",
        label=name,
        when=when,
        then=Outcome(nominative="no"),
        because="x",
        overrides=overrides,
    )


def with_rows(base, change):
    """The base with its rows changed by a function of the list of rows."""
    sections = msgspec.structs.replace(base.sections, rows=tuple(change(list(base.sections.rows))))
    return Base(msgspec.structs.replace(base.compiled, sections=sections))


def test_every_table_of_the_base_decides_each_situation_exactly_once(base):
    proofs = {p.table: p for p in prove(base)}

    assert all(p.holds for p in proofs.values())
    assert proofs["personne"].situations == 72
    assert proofs["structure"].situations == 84
    assert set(proofs) == {"personne", "structure", "combinaison", "boites"}


@pytest.mark.parametrize("missing", ["P01", "P07", "P13", "S05", "S09", "C04", "B03"])
def test_a_missing_row_is_told_as_a_gap_with_the_row_that_would_close_it(base, missing):
    broken = with_rows(base, lambda rows: [r for r in rows if r.id != missing])

    lines = "\n".join(report(broken, prove(broken)))

    assert "TROU" in lines
    assert "id: NOUVELLE" in lines
    assert "cas de test à coller" in lines


def test_a_gap_is_told_in_french_with_its_box(base):
    broken = with_rows(base, lambda rows: [r for r in rows if r.id != "P10"])

    lines = "\n".join(report(broken, prove(broken)))

    assert "TROU (3 situations)" in lines
    assert "collaborateur que R1110-2 ne cite pas ; participation à la prise en charge : Oui" in lines
    assert 'when: {quality: [STAFF], care: ["yes"]}' in lines


def test_two_rows_that_meet_are_told_with_file_line_and_sources(base):
    def widen(rows):
        return [
            msgspec.structs.replace(r, when={**r.when, "rpps": ("absent", "unknown")}) if r.id == "P06" else r
            for r in rows
        ]

    broken = with_rows(base, widen)

    lines = "\n".join(report(broken, prove(broken)))

    assert "CONFLIT (3 situations) entre P06 et P07" in lines
    assert "knowledge/data/rows/personne.yaml:" in lines
    assert "R1110-2" in lines
    assert "overrides: [P07]" in lines


def test_a_declared_precedence_silences_only_the_overlap_it_names():
    space = {"a": ("1", "2"), "b": ("1", "2")}
    rows = [row("X", {"a": ("1",)}, overrides=("Y",)), row("Y", {"b": ("1",)}), row("Z", {"a": ("2",)})]

    proof = prove_table("t", space, rows)

    assert [(c.first, c.second) for c in proof.conflicts] == [("Y", "Z")]
    assert proof.gaps == ()


def test_a_row_that_never_decides_is_told():
    space = {"a": ("1", "2")}
    rows = [row("X", {}, overrides=("Y",)), row("Y", {"a": ("1",)})]

    assert [d.row for d in prove_table("t", space, rows).dead] == ["Y"]


SPACE = {"a": ("1", "2", "3"), "b": ("1", "2"), "c": ("1", "2", "3")}


@st.composite
def tables(draw):
    count = draw(st.integers(1, 6))
    rows = []
    for n in range(count):
        when = {
            name: tuple(draw(st.lists(st.sampled_from(values), min_size=1, unique=True)))
            for name, values in SPACE.items()
            if draw(st.booleans())
        }
        others = [f"R{m}" for m in range(count) if m < n]
        overrides = (
            tuple(draw(st.lists(st.sampled_from(others), unique=True))) if others and draw(st.booleans()) else ()
        )
        rows.append(row(f"R{n}", when, overrides))
    return rows


@given(rows=tables())
def test_box_algebra_and_enumeration_agree_on_any_table(rows):
    proof = prove_table("t", SPACE, rows)

    uncovered = [
        s
        for s in product(*SPACE.values())
        if not any(all(v in r.when.get(n, (v,)) for n, v in zip(SPACE, s, strict=True)) for r in rows)
    ]
    assert sum(volume(gap.box) for gap in proof.gaps) == len(uncovered)


def test_an_engine_of_a_table_with_a_conflict_is_refused_with_the_place(base):
    doubled = edited(base, "rows", "P01", when={"quality": ("UNKNOWN", "NONE")})

    with pytest.raises(InvalidKnowledge, match=r"personne\.yaml:\d+:1: .* décident toutes deux"):
        Engine(doubled)


def test_an_engine_of_a_table_with_a_gap_is_refused_and_says_how_to_mend(base):
    holed = edited(base, "rows", "P10", when={**base.section("rows")["P10"].when, "rpps": ("active", "absent")})

    with pytest.raises(InvalidKnowledge, match="aucune ligne ne décide") as refused:
        Engine(holed)
    assert "knowledge prove" in str(refused.value)
