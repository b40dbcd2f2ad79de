"""/api/v1/openapi.json says exactly what the API does: schemathesis looks for a counter-example."""

from __future__ import annotations

import datetime
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from jsonschema import Draft202012Validator

from bot.api.catalogue import SECTIONS
from bot.api.openapi import days_pattern, document
from eligibility.engine import Engine
from knowledge.base import load_base
from tests.conftest import ACCEPT


def load_schema():
    from bot.app import create_app
    from bot.settings import Settings

    app = create_app(Settings(secret_key="tests-only-" * 4), load_base())
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture(scope="session")
def described(app):
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    loaded.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
    return loaded


@schema.parametrize()
@settings(
    max_examples=200 if ACCEPT else 15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_nothing_contradicts_the_document(case):
    case.call_and_validate()
