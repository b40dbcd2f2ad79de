"""What suffices and what would change the answer, against an enumeration that knows nothing of how they are found."""

from __future__ import annotations

from itertools import combinations, product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.answers import FACT_NAMES, read_answers
from eligibility.questions import effect_of, representatives
from eligibility.report import decision_json, is_question, text_report
from eligibility.whatif import changes, favour, minimal_reason

CASES = {
    "infirmier seul": {"profession": "infirmier"},
    "infirmier, tout dit": {"profession": "infirmier", "care": "yes", "rpps": "active"},
    "infirmier à l’hôpital": {"profession": "infirmier", "care": "yes", "rpps": "absent", "employer": "hopital"},
    "infirmier au CCAS": {"profession": "infirmier", "employer": "ccas"},
    "éducateur en IME": {"profession": "educateur-specialise", "employer": "ime", "rpps": "active"},
    "secrétaire": {"profession": "secretaire-medicale", "employer": "hopital", "rpps": "active"},
    "médecin conseil qui ne sait pas": {"profession": "medecin-conseil", "care": "unknown"},
    "étudiante": {"profession": "etudiant-infirmier", "employer": "hopital"},
    "naturopathe": {"profession": "naturopathe", "rpps": "active", "employer": "ehpad"},
    "EHPAD": {"employer": "ehpad", "need": "service"},
    "cabinet sans soignant": {"kind": "PRACTICE", "habil": "no", "ident": "none"},
    "éditeur": {"kind": "INDUSTRY", "habil": "yes", "ident": "siret", "need": "automatic"},
    "CPTS": {"employer": "cpts", "habil": "yes", "ident": "siret"},
    "tous les deux": {"profession": "infirmier", "care": "yes", "kind": "PRACTICE", "habil": "yes", "ident": "finess"},
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def answers(request, engine):
    return read_answers(engine.base, request.param)


# An enumeration of our own: every profession, one structure for each effect, every value of every other fact


def every_value(engine, fact):
    if fact == "profession":
        return [None, ("unknown",), *((name,) for name in engine.base.professions)]
    if fact == "employer":
        return [None, "unknown", *representatives(engine)]
    options = [o.value for o in engine.base.section("facts")[fact].options]
    return [None, *((o,) for o in options)] if fact == "need" else [None, *options]


def outcomes(engine, answers, free):
    for values in product(*(every_value(engine, fact) for fact in free)):
        world = msgspec.structs.replace(answers, **dict(zip(free, values, strict=True)))
        if world.employer in engine.base.structures:
            kind = engine.base.structures[world.employer].kind
            if world.kind not in (None, kind) and "kind" not in free:
                continue
            world = msgspec.structs.replace(world, kind=None)
        yield engine.decide(world).verdict.outcome()


def relied_on(engine, answers):
    """The answers with what the decision presumes of them spelt out, and the facts that may be left out."""
    presumed = {
        r.fact: r.value for r in engine.decide(answers).why if r.presumed and r.fact in ("care", "habil", "ident")
    }
    spelt = msgspec.structs.replace(answers, **presumed)
    facts = [f for f in FACT_NAMES if getattr(spelt, f) is not None and (f != "kind" or answers.employer is None)]
    return spelt, facts


def suffices(engine, answers, kept):
    spelt, facts = relied_on(engine, answers)
    wanted = engine.decide(answers).verdict.outcome()
    return all(found == wanted for found in outcomes(engine, spelt, [f for f in facts if f not in kept]))


def test_the_minimal_reason_gives_the_same_outcome_whatever_the_other_answers(engine, answers):
    kept = [s.fact for s in minimal_reason(engine, answers)]

    assert kept
    assert suffices(engine, answers, kept)


def test_no_part_of_it_suffices_and_nothing_smaller_does(engine, answers):
    kept = [s.fact for s in minimal_reason(engine, answers)]
    _, facts = relied_on(engine, answers)

    for smaller in combinations(facts, len(kept) - 1):
        assert not suffices(engine, answers, smaller)


def test_a_presumption_cannot_stand_in_for_an_answer_unseen(engine):
    stated = read_answers(engine.base, {"profession": "infirmier", "care": "yes", "rpps": "active"})
    silent = read_answers(engine.base, {"profession": "infirmier", "rpps": "active"})

    assert [(s.fact, s.presumed) for s in minimal_reason(engine, stated)] == [("profession", False), ("care", False)]
    assert [(s.fact, s.presumed) for s in minimal_reason(engine, silent)] == [("profession", False), ("care", True)]
    assert "présumé" in minimal_reason(engine, silent)[1].text


def test_what_does_not_matter_is_left_out(engine):
    answers = read_answers(engine.base, CASES["naturopathe"])

    assert [s.fact for s in minimal_reason(engine, answers)] == ["profession"]
    assert [s.text for s in minimal_reason(engine, answers)] == ["Profession : naturopathe."]


def test_nothing_suffices_while_an_open_question_could_change_the_answer(engine):
    assert minimal_reason(engine, read_answers(engine.base, {"profession": "educateur-specialise"})) == ()
    assert minimal_reason(engine, read_answers(engine.base, {"profession": "interne"})) == ()


@given(data=st.data())
def test_every_decision_has_a_sufficient_reason_among_its_answers(engine, data):
    pools = {
        f: [v for v in every_value(engine, f) if v is not None] for f in FACT_NAMES if f not in ("kind", "profession")
    }
    pools["profession"] = [(name,) for name in engine.base.professions]
    facts = {f: data.draw(st.sampled_from(pool)) for f, pool in pools.items() if data.draw(st.booleans())}
    answers = read_answers(engine.base, {f: v if isinstance(v, str) else list(v) for f, v in facts.items()})
    decision = engine.decide(answers)
    if is_question(decision) or decision.asks is not None:
        return

    minimal = minimal_reason(engine, answers)

    assert minimal
    again = msgspec.structs.replace(answers, **{f: None for f in FACT_NAMES if f not in {s.fact for s in minimal}})
    assert engine.decide(again).verdict.outcome() == decision.verdict.outcome()


# Changes


def test_every_single_change_that_counts_is_told_and_no_other(engine, answers):
    now = engine.decide(answers).verdict.outcome()
    told = {(c.fact, c.value): c.verdict.outcome() for p in changes(engine, answers) for c in p.changes}
    told_effects = {
        effect_of(engine.base.structures[v]): o for (f, v), o in told.items() if v in engine.base.structures
    }

    for fact in ("care", "rpps", "habil", "ident", "need"):
        for option in engine.base.section("facts")[fact].options:
            value = (option.value,) if fact == "need" else option.value
            found = engine.decide(msgspec.structs.replace(answers, **{fact: value})).verdict.outcome()
            assert told.get((fact, option.value)) == (None if found == now else found)
    for name, structure in engine.base.structures.items():
        found = engine.decide(msgspec.structs.replace(answers, employer=name, kind=None)).verdict.outcome()
        assert told_effects.get(effect_of(structure)) == (None if found == now else found)


def test_changes_are_grouped_by_verdict_most_favourable_first(engine, answers):
    prospects = changes(engine, answers)

    assert [favour(p.verdict) for p in prospects] == sorted((favour(p.verdict) for p in prospects), reverse=True)
    for prospect in prospects:
        assert {c.verdict.outcome() for c in prospect.changes} == {prospect.verdict.outcome()}


def test_a_change_carries_its_rows_its_sources_and_the_answers_that_replay_it(engine, answers):
    for prospect in changes(engine, answers):
        for change in prospect.changes:
            replayed = engine.decide(change.answers).verdict
            assert replayed.outcome() == change.verdict.outcome()
            assert tuple(row.id for row in change.rows) == replayed.rows
            assert all(row.cites for row in change.rows)
            again = read_answers(engine.base, change.answers.facts(), change.answers.about)
            assert engine.decide(again).verdict.outcome() == replayed.outcome()


def test_the_profession_is_never_what_should_change(engine, answers):
    assert all(c.fact != "profession" for p in changes(engine, answers) for c in p.changes)


def test_structures_that_count_the_same_are_told_as_one(engine):
    said = [c.text for p in changes(engine, read_answers(engine.base, CASES["infirmier seul"])) for c in p.changes]

    assert len(said) == len(set(said))
    assert any(text.startswith("Employeur ou structure : par exemple") for text in said)


# How it is shown


def test_the_json_of_a_decision_holds_both(engine):
    body = decision_json(engine, engine.decide(read_answers(engine.base, CASES["infirmier à l’hôpital"])))

    assert body["minimal"][0] == {
        "fact": "profession",
        "value": "infirmier",
        "text": "Profession : infirmier.",
        "presumed": False,
    }
    assert {"fact", "value", "text", "verdict", "sources"} == set(body["changes"][0])
    assert all(change["sources"] for change in body["changes"])


def test_a_question_holds_neither(engine):
    body = decision_json(engine, engine.decide(read_answers(engine.base, {"profession": "interne"})))

    assert "minimal" not in body
    assert "changes" not in body


def test_the_text_says_what_suffices_and_what_has_no_effect(engine):
    said = text_report(engine, engine.decide(read_answers(engine.base, CASES["infirmier, tout dit"])))

    assert "Ce qui suffit à décider\n  - Profession : infirmier.\n" in said
    assert "Sans effet sur la conclusion, sauf parfois sur les démarches : inscription au RPPS." in said
    assert "Ce qui changerait la réponse" in said


def test_where_no_single_answer_would_change_anything_it_says_so(engine):
    assert "Profession mise à part" in text_report(
        engine, engine.decide(read_answers(engine.base, {"profession": "naturopathe"}))
    )


def test_the_profession_that_decides_alone_is_the_only_one_told(engine):
    answers = read_answers(engine.base, {"profession": "naturopathe,infirmier"})

    told = {s.fact: s.value for s in minimal_reason(engine, answers)}

    assert told["profession"] == "infirmier"


def test_two_professions_are_both_told_when_another_could_win_over_either(engine):
    answers = read_answers(engine.base, {"profession": "naturopathe,secretaire-medicale", "care": "yes"})

    told = {s.fact: s.value for s in minimal_reason(engine, answers)}

    assert told["profession"] == "naturopathe,secretaire-medicale"
