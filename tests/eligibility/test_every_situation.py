"""The decision over everything it can be asked: all situations, all professions, all answers."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.answers import read_answers
from eligibility.questions import representatives

CARE = (None, "yes", "no", "unknown")
RPPS = (None, "active", "absent", "unknown")


def answers_to(base, **facts):
    return read_answers(base, {k: v for k, v in facts.items() if v is not None})


def test_no_situation_is_left_without_a_decision(engine):
    employers = [None, "unknown", *representatives(engine)]
    for profession, employer, care, rpps in product(engine.base.professions, employers, CARE, RPPS):
        verdict = engine.decide(
            answers_to(engine.base, profession=profession, employer=employer, care=care, rpps=rpps)
        ).verdict
        assert verdict.nominative in ("yes", "no", "depends")
        assert verdict.org_access in ("yes", "no", "depends")


def test_a_nominative_yes_always_rests_on_a_quality_of_the_law_and_on_care(engine):
    allowed = {"P05", "P06", "P07"}
    employers = [None, "unknown", *representatives(engine)]
    for profession, employer, care, rpps in product(engine.base.professions, employers, CARE, RPPS):
        decision = engine.decide(
            answers_to(engine.base, profession=profession, employer=employer, care=care, rpps=rpps)
        )
        if decision.verdict.nominative == "yes":
            assert decision.verdict.rows[0] in allowed
            assert any(ref.startswith("r1110-2/") for ref in decision.basis)
            assert care in (None, "yes")


def test_access_is_never_wider_than_what_the_structure_allows(engine):
    rank = {"no": 0, "depends": 1, "yes": 2}
    for profession, employer in product(engine.base.professions, representatives(engine)):
        alone = engine.decide(answers_to(engine.base, profession=profession)).verdict
        there = engine.decide(answers_to(engine.base, profession=profession, employer=employer)).verdict
        structure = engine.base.structures[employer]
        if structure.kind in ("OTHER", "INDUSTRY"):
            assert there.org_access == "no"
        entry = engine.base.professions[profession]
        if entry.place is None and "employer" not in entry.implies and structure.letter == "none":
            assert rank[there.org_access] <= rank[alone.org_access]


@pytest.mark.parametrize(
    "kind", ["CARE_OR_ESSMS", "PRACTICE", "R2_BODY", "PUBLIC_OR_HYBRID", "INDUSTRY", "OTHER", "UNKNOWN"]
)
def test_a_structure_answer_is_yes_only_with_a_carer_and_an_identifier(engine, kind):
    for habil, ident in product(("yes", "no", "unknown"), ("finess", "siret", "none", "unknown")):
        verdict = engine.decide(answers_to(engine.base, kind=kind, habil=habil, ident=ident)).verdict
        wanted = habil == "yes" and ident in ("finess", "siret") and kind in ("CARE_OR_ESSMS", "PRACTICE", "R2_BODY")
        assert (verdict.structure_boxes == "yes") == wanted


@st.composite
def some_facts(draw, base):
    facts = {}
    pools = {
        "profession": [*base.professions, "unknown"],
        "employer": [*base.structures, "unknown"],
        "care": ["yes", "no", "unknown"],
        "rpps": ["active", "absent", "unknown"],
        "ident": ["finess", "siret", "none", "unknown"],
        "habil": ["yes", "no", "unknown"],
        "need": ["personal", "service", "practice", "automatic", "unknown"],
    }
    for name, values in pools.items():
        if draw(st.booleans()):
            facts[name] = draw(st.sampled_from(values))
    return facts


@given(data=st.data())
def test_following_the_questions_always_ends_in_a_verdict_and_never_repeats_one(engine, data):
    facts = data.draw(some_facts(engine.base))
    asked = set()
    for _ in range(12):
        decision = engine.decide(read_answers(engine.base, facts))
        if decision.asks is None or (decision.asks.fact in facts and decision.asks.fact != "employer"):
            break
        fact = decision.asks.fact
        assert fact not in asked
        asked.add(fact)
        if fact == "profession":
            facts["profession"] = data.draw(st.sampled_from(list(engine.base.professions)))
        elif fact == "employer":
            facts["employer"] = data.draw(st.sampled_from(["unknown", "ime", "hopital", "ehpad"]))
        else:
            facts[fact] = data.draw(st.sampled_from([o.value for o in decision.asks.options]))
    else:
        pytest.fail("the questions never end")
    assert decision.verdict.rows


@given(data=st.data())
def test_asking_stops_only_when_no_answer_could_change_the_verdict(engine, data):
    facts = data.draw(some_facts(engine.base))
    decision = engine.decide(read_answers(engine.base, facts))
    if decision.asks is not None or not decision.settled:
        return
    for name in ("care", "rpps", "habil", "ident"):
        if getattr(decision.answers, name) is not None:
            continue
        if name in ("habil", "ident") and not decision.answers.structure_asked:
            continue
        if name in ("care", "rpps") and not decision.answers.person_asked:
            continue
        if any(reason.fact == name and reason.presumed for reason in decision.why):
            continue
        for option in engine.base.section("facts")[name].options:
            changed = engine.decide(read_answers(engine.base, {**facts, name: option.value}, decision.answers.about))
            assert changed.verdict.outcome() == decision.verdict.outcome()
