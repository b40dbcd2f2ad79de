"""What every test may ask for: the base, its engine, a web client, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings as hypothesis_settings

from eligibility.answers import read_answers
from eligibility.decision import Decision
from eligibility.engine import Engine
from knowledge.base import Base, load_base

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
ACCEPT = bool(os.environ.get("MSSANTE_ACCEPT"))

hypothesis_settings.register_profile("ci", max_examples=60, deadline=None)
hypothesis_settings.register_profile("accept", max_examples=600, deadline=None)
hypothesis_settings.load_profile("accept" if ACCEPT else "ci")


@pytest.fixture(scope="session")
def base() -> Base:
    return load_base()


@pytest.fixture(scope="session")
def engine(base: Base) -> Engine:
    return Engine(base)


@pytest.fixture(scope="session")
def decide(engine: Engine) -> Callable[..., Decision]:
    """decide(profession="infirmier", rpps="active") → the decision."""

    def _decide(about: str = "", **facts: Any) -> Decision:
        return engine.decide(read_answers(engine.base, facts, about))

    return _decide


def load_cases(name: str, key: str = "cases") -> list[dict[str, Any]]:
    """A list of labelled cases of tests/cases."""
    found: list[dict[str, Any]] = yaml.load((CASES / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)[key]
    return found


@pytest.fixture(scope="session")
def app(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from bot.app import create_app
    from bot.settings import Settings

    settings = Settings(
        secret_key="tests-only-" * 4,
        var_dir=tmp_path_factory.mktemp("var"),
        widget_origins=("http://hote.test",),
    )
    return create_app(settings, base)


@pytest.fixture(scope="session")
def conversation(app: Any) -> Any:
    """The assistant of the application, ready to talk."""
    return app.extensions["conversation"]


@pytest.fixture
def client(app: Any) -> Any:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium that asks nothing of the network."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("MSSANTE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.fail("Aucun Chromium : lancez « make test », qui en trouve ou en installe un (ou BROWSER=0 make test).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def live_server(app: Any) -> Iterator[str]:
    """The application on a free local port."""
    import threading

    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
