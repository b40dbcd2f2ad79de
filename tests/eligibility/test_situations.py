"""The situations of tests/cases/situations.yaml, where `mssante knowledge prove` says to paste its test cases."""

from __future__ import annotations

import pytest
import yaml

from eligibility.proof import prove, report
from eligibility.tables import DecisionTable
from tests.conftest import load_cases
from tests.eligibility.edited_base import with_entries

CASES = load_cases("situations.yaml")


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['table']}: {', '.join(c['situation'].values())}")
def test_a_situation_falls_in_its_row(base, case):
    table = DecisionTable(base, case["table"])

    assert table.decide(*(case["situation"][fact] for fact in table.facts)).row.id == case["row"]


def test_every_row_has_its_situation(base):
    assert {case["row"] for case in CASES} == {row.id for row in base.sections.rows}


def test_the_case_that_the_proof_gives_is_one_that_this_file_reads(base):
    broken = with_entries(base, "rows", lambda rows: [row for row in rows if row.id != "P10"])

    (pasted,) = [line for line in report(broken, prove(broken)) if line.strip().startswith("- {table:")]

    (case,) = yaml.safe_load(pasted)
    assert set(case) == {"table", "situation", "row"}
    assert set(case["situation"]) == set(DecisionTable(base, case["table"]).facts)
