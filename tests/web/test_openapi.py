"""/api/v1/openapi.json says exactly what the API does: schemathesis looks for a counter-example."""

from __future__ import annotations

import datetime
import re

import pytest
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.engine import from_schema

from bot.api.openapi import days_pattern
from tests.conftest import ACCEPT

HEAVY = "/api/v1/eligibility"
"""Hundreds of ids to try one by one: left to the long run, the ordinary one draws some of them."""


@pytest.fixture(scope="module")
def document(client_of_module):
    return client_of_module.get("/api/v1/openapi.json").get_json()


@pytest.fixture(scope="module")
def client_of_module(app):
    return app.test_client()


def described(app, examples):
    app.extensions["assistant"].get()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.generation.update(max_examples=examples)
    return schema


def played(schema):
    """(cases played, what contradicts the document) over every phase of a run."""
    count, faults = 0, []
    for event in from_schema(schema).execute():
        assert type(event).__name__ not in ("FatalError", "NonFatalError"), event
        recorder = getattr(event, "recorder", None)
        if recorder is None:
            continue
        count += len(recorder.cases)
        faults += [
            (recorder.label, check.name, check.failure_info.failure.message)
            for checks in recorder.checks.values()
            for check in checks
            if check.failure_info is not None
        ]
    return count, faults


@pytest.mark.skipif(ACCEPT, reason="the whole run does it")
@pytest.mark.parametrize("alone", [True, False])
def test_schemathesis_finds_nothing(app, alone):
    schema = described(app, 25 if alone else 8)
    if alone:
        schema.config.phases.coverage.enabled = False
        chosen = schema.include(path=HEAVY)
    else:
        chosen = schema.exclude(path=HEAVY).exclude(path_regex=r"/(professions|structures|sources)/")
    count, faults = played(chosen)

    assert count > 10
    assert faults == []


@pytest.mark.accept
def test_schemathesis_finds_nothing_in_a_long_run(app):
    count, faults = played(described(app, 100))

    assert count > 2000
    assert faults == []


def test_every_path_of_the_api_is_described_and_no_other(app, document):
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.nothing"
    }

    assert rules == set(document["paths"])


def test_every_schema_is_valid_and_every_object_of_ours_is_closed(document):
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        if schema.get("type") == "object" and name != "Problem":
            assert schema["additionalProperties"] is False, name


def test_every_reference_leads_somewhere(document):
    named = re.findall(r"#/components/schemas/([\w-]+)", str(document))

    assert set(named) <= set(document["components"]["schemas"])


def test_the_days_of_a_stretch_and_no_other_match_their_pattern():
    first, last = datetime.date(2024, 6, 16), datetime.date(2026, 11, 23)
    pattern = re.compile(days_pattern(first, last))
    day = datetime.timedelta(days=1)

    for moment, inside in ((first - day, False), (first, True), (last, True), (last + day, False)):
        assert bool(pattern.match(moment.isoformat())) == inside
    for wrong in ("2025-02-29", "2025-04-31", "2025-1-1", "2025-13-01", "12025-01-01"):
        assert not pattern.match(wrong)
