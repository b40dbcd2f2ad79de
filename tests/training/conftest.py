"""A class for the tests: its own database, a trainer, trainees, and the same pages on a local port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.webmail.visiting import ROOT, Visitor, whole_app


@pytest.fixture(scope="session")
def school(base: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The application over a database of its own."""
    from bot.settings import Settings

    app = whole_app(Settings(secret_key="training-tests-" * 3, var_dir=tmp_path_factory.mktemp("var")), base)
    yield app
    app.extensions["sandbox"].close()


@pytest.fixture(scope="session")
def rooms(school: Any) -> Any:
    return school.extensions["sandbox"]


@pytest.fixture
def visitor(school: Any) -> Callable[[], Visitor]:
    return lambda: Visitor(school.test_client())


@pytest.fixture
def opened(rooms: Any) -> Any:
    """A new class: its code and its trainer's secret."""
    from bot.sandbox.training.classes import open_class

    with rooms.store.writing() as session:
        return open_class(session, rooms.space, rooms.now(), "Matinée découverte")


@pytest.fixture
def trainer(visitor: Callable[[], Visitor], opened: Any) -> Visitor:
    someone = visitor()
    someone.get(f"{ROOT}/reprendre/{opened.secret}")
    assert someone.post(f"{ROOT}/reprendre/{opened.secret}").status_code == 303
    someone.get(f"{ROOT}/formation/tableau")
    return someone


@pytest.fixture
def join(visitor: Callable[[], Visitor], opened: Any) -> Callable[[str], Visitor]:
    """join("Martre"): one more trainee of the class."""
    return lambda pseudonym: visitor().join(opened.code, pseudonym)


@pytest.fixture(scope="session")
def site(school: Any) -> Iterator[str]:
    """The same application under the server of the product, on a free local port."""
    from waitress.server import create_server

    server = create_server(school, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)
