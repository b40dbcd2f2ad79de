"""Each labelled case, its facts encoded by hand, gives its verdicts, boxes, conditions, rows and legal basis."""

from __future__ import annotations

import pytest

from eligibility.answers import read_answers
from eligibility.report import sources_of
from tests.conftest import load_cases

CASES = load_cases("eligibility.yaml")


@pytest.fixture(params=CASES, ids=lambda c: c["id"])
def case(request):
    return request.param


@pytest.fixture
def decision(case, engine):
    return engine.decide(read_answers(engine.base, case["facts"], case.get("about", "")))


def test_the_case_gives_its_verdicts(case, decision):
    verdict = decision.verdict

    assert {
        "nominative": verdict.nominative,
        "org_access": verdict.org_access,
        "structure_boxes": verdict.structure_boxes,
    } == case["expected"]


def test_the_case_gives_its_boxes_and_conditions(case, decision):
    boxes = decision.verdict.boxes

    assert (None if boxes is None else list(boxes)) == case["boxes"]
    assert sorted(decision.verdict.conditions) == sorted(case["conditions"])


def test_the_case_is_decided_by_its_rows(case, decision):
    assert sorted(decision.verdict.rows) == sorted(case["row"].split(" + "))


def test_the_case_asks_only_when_asking_could_change_the_answer(case, decision):
    assert (decision.asks is not None) == case["clarify"]


def test_the_case_rests_on_its_legal_basis(case, decision, engine):
    base = engine.base
    professions = [base.professions[p] for p in decision.answers.profession or () if p in base.professions]
    said = " | ".join(
        [base.basis_label(ref) for ref in decision.basis] + [h.text for p in professions for h in p.defined_by]
    )

    for wanted in case["basis"]:
        if wanted.startswith("~"):
            assert wanted[1:] in said
        elif wanted.startswith("source:"):
            assert wanted.removeprefix("source:") in {cite.source for cite in decision.cites}
        else:
            assert any(ref == wanted or ref.startswith(wanted + "/") for ref in decision.basis)


def test_the_case_cites_a_dated_source(decision, engine):
    sources = sources_of(engine.base, decision)

    assert sources
    assert all(ref.checked_on for ref in sources)


def test_every_labelled_case_is_there():
    assert len(CASES) == 121
