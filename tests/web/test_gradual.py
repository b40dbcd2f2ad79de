"""The first page does not wait for the sandbox; the sandbox is there for who asks."""

from __future__ import annotations

import subprocess
import sys

import pytest
from werkzeug.test import Client

from bot.gradual import GradualApp
from bot.settings import Settings


@pytest.fixture
def gradual(base, tmp_path):
    app = GradualApp(Settings(secret_key="k" * 40, var_dir=tmp_path, guide_dir=tmp_path), base)
    yield app
    if "sandbox" in app._app.extensions:
        app._app.extensions["sandbox"].close()


def test_a_page_is_served_before_the_whole_is_made(gradual):
    assert Client(gradual).get("/eligibilite").status_code == 200


def test_who_asks_for_the_sandbox_waits_for_it(gradual):
    gradual.start()

    assert "Entrer" in Client(gradual).get("/bac-a-sable").text


def test_the_whole_answers_with_the_assistant_that_was_begun(gradual):
    before = gradual._app
    gradual.start()
    Client(gradual).get("/bac-a-sable/")

    assert gradual._app is not before
    assert gradual._app.extensions["conversation"] is before.extensions["conversation"]


def test_a_sandbox_that_cannot_be_made_is_told_and_the_rest_goes_on(gradual, monkeypatch):
    def fail(*_):
        raise RuntimeError("no sandbox")

    monkeypatch.setattr("bot.gradual.with_sandbox", fail)
    gradual.start()

    told = Client(gradual).get("/bac-a-sable")
    assert (told.status_code, "Erreur du service" in told.text) == (500, True)
    assert Client(gradual).get("/eligibilite").status_code == 200


def test_the_first_pages_import_no_database():
    code = (
        "import sys, bot.gradual; print([m for m in ('sqlalchemy', 'alembic', 'spacy', 'sklearn') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
