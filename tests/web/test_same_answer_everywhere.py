"""Interview, API and command line say what the engine says, in every situation of the tables."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest
from click.testing import CliRunner

from eligibility.answers import read_answers
from eligibility.questions import representatives
from eligibility.report import is_question, verdict_json

CARE = ("yes", "no", "unknown")
RPPS = ("active", "absent", "unknown")
HABIL = ("yes", "no", "unknown")
IDENT = ("finess", "siret", "none", "unknown")


def person_situations(engine):
    """72 situations: one profession that gives each quality, with each answer on care and RPPS."""
    wanted = {}
    for name, p in engine.base.professions.items():
        if not p.implies and p.place is None:
            wanted.setdefault(p.quality, {"profession": name})
    place = next(name for name, p in engine.base.professions.items() if p.place and p.place.quality == "R2_PLACE")
    wanted["R2_PLACE"] = {"profession": place, "employer": "ime"}
    wanted["UNKNOWN"] = {"profession": place, "employer": "unknown"}
    assert set(wanted) == set(engine.person_table.domain["quality"])
    for facts, care, rpps in product(wanted.values(), CARE, RPPS):
        yield {**facts, "care": care, "rpps": rpps}


def structure_situations(engine):
    """84 situations."""
    for kind, habil, ident in product(engine.structure_table.domain["kind"], HABIL, IDENT):
        yield {"kind": kind, "habil": habil, "ident": ident}


def both_situations(engine):
    """A person of each quality with a structure of each kind, asked about together."""
    for facts in list(person_situations(engine))[::4]:
        for employer in representatives(engine):
            if facts.get("employer") in (None, employer):
                yield {**facts, "employer": employer, "habil": "yes", "ident": "siret", "need": "personal,service"}


@pytest.fixture(scope="module")
def situations(engine):
    found = [*person_situations(engine), *structure_situations(engine), *both_situations(engine)]
    assert len(found) > 72 + 84
    return found


def test_the_person_and_structure_tables_are_covered(engine):
    assert len(list(person_situations(engine))) == 72
    assert len(list(structure_situations(engine))) == 84


def test_the_api_says_what_the_engine_says(situations, engine, app):
    client = app.test_client()
    for facts in situations:
        decision = engine.decide(read_answers(engine.base, facts))
        body = client.post("/api/v1/eligibility", json={"facts": facts}).get_json()
        if is_question(decision):
            assert body["step"] == "question"
            assert body["asks"]["fact"] == decision.asks.fact
        else:
            assert body["verdict"] == verdict_json(decision.verdict)


def test_the_command_says_what_the_engine_says(situations, engine):
    from bot.cli import cli

    runner = CliRunner()
    for facts in situations[::3]:
        arguments = [part for name, value in facts.items() for part in ("--fact", f"{name}={value}")]
        result = runner.invoke(cli, ["eligible", "--json", *arguments])
        decision = engine.decide(read_answers(engine.base, facts))
        body = json.loads(result.output)
        if is_question(decision):
            assert body["asks"]["fact"] == decision.asks.fact
        else:
            assert body["verdict"] == verdict_json(decision.verdict)


def test_the_interview_says_what_the_engine_says(situations, engine, app):
    client = app.test_client()
    for facts in situations:
        decision = engine.decide(read_answers(engine.base, facts))
        page = client.get("/eligibilite", query_string=facts).get_data(as_text=True)
        if is_question(decision):
            assert decision.asks.question in page.replace("&#39;", "'")
            continue
        verdict = decision.verdict
        answers = [verdict.nominative, verdict.org_access] if verdict.nominative != "n/a" else []
        answers += [verdict.structure_boxes] if verdict.structure_boxes != "n/a" else []
        assert re.findall(r'<li class="(yes|no|depends)">', page) == answers
        assert f"Lignes de décision : {', '.join(verdict.rows)}." in page
