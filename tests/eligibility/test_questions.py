"""The questionnaire: its order is a promise, and it asks about as little as can be."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest

from eligibility.answers import read_answers
from eligibility.derivation import Person, Structure
from eligibility.questions import best_fact, open_of, outcome_of

ORDER = {
    (): "profession",
    ("profession=educateur-specialise",): "employer",
    ("profession=educateur-specialise", "employer=creche"): "care",
    ("profession=medecin-conseil",): "care",
    ("profession=interne",): "rpps",
    ("profession=brancardier",): "care",
    ("profession=infirmier",): None,
    ("profession=etudiant-infirmier",): None,
    ("profession=naturopathe",): None,
    ("employer=cabinet", "need=practice"): "habil",
    ("employer=cabinet", "need=practice", "habil=yes"): "ident",
    ("employer=cabinet", "need=practice", "habil=no"): None,
    ("employer=cpts", "need=service"): "habil",
    ("employer=ehpad", "need=service"): None,
    ("need=service",): "employer",
}


@pytest.mark.parametrize("given", ORDER, ids=lambda g: "+".join(g) or "rien")
def test_the_next_question_is_the_one_of_the_snapshot(given, engine):
    facts = dict(fact.split("=") for fact in given)

    asks = engine.decide(read_answers(engine.base, facts)).asks

    assert (asks.fact if asks else None) == ORDER[given]


def starts(engine):
    """Every state in which something may still be asked after the forced first questions."""
    qualities = engine.person_table.domain["quality"]
    for quality, care, rpps in product(qualities, (None, "yes"), (None, "absent")):
        yield Person(None, quality, care, rpps, None), None
    for kind in engine.structure_table.domain["kind"]:
        yield None, Structure(None, kind, None, None)
    for quality, kind in product(qualities, engine.structure_table.domain["kind"]):
        yield Person(None, quality, None, None, None), Structure(None, kind, None, None)


def cost(engine, person, structure, choose):
    """Expected number of questions from here, each answer as likely, when `choose` picks the fact."""
    facts = engine.base.section("facts")

    @cache
    def go(known):
        given = dict(known)
        p = person and Person(
            None, person.quality, given.get("care") or person.care, given.get("rpps") or person.rpps, None
        )
        s = structure and Structure(
            None, structure.kind, given.get("habil") or structure.habil, given.get("ident") or structure.ident
        )
        open_facts = open_of(p, s)
        outcomes = {
            outcome_of(engine, p, s, dict(zip(open_facts, values, strict=True)))
            for values in product(*([o.value for o in facts[f].options] for f in open_facts))
        }
        if len(outcomes) == 1:
            return 0.0
        return choose(
            p,
            s,
            open_facts,
            lambda fact: 1 + mean(go(tuple(sorted({**given, fact: o.value}.items()))) for o in facts[fact].options),
        )

    return go(())


def mean(values):
    found = list(values)
    return sum(found) / len(found)


def test_the_questions_are_at_most_five_per_cent_above_the_optimum(engine):
    ours = optimum = 0.0
    for person, structure in starts(engine):
        ours += cost(engine, person, structure, lambda p, s, facts, price: price(best_fact(engine, p, s)))
        optimum += cost(engine, person, structure, lambda p, s, facts, price: min(price(f) for f in facts))

    assert optimum > 0
    assert ours <= 1.05 * optimum
