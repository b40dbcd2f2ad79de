"""The sandbox's pages for the tests: an application with its own data, visitors, a server, a class."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.webmail.visiting import ROOT, Visitor


@pytest.fixture(scope="session")
def webmail(base: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The application over a database of its own."""
    from bot.settings import Settings
    from tests.webmail.visiting import whole_app

    app = whole_app(Settings(secret_key="webmail-tests-" * 3, var_dir=tmp_path_factory.mktemp("var")), base)
    app.extensions["sandbox"].stop.set()  # nobody answers unless a test says so
    yield app
    app.extensions["sandbox"].close()


@pytest.fixture(scope="session")
def rooms(webmail: Any) -> Any:
    return webmail.extensions["sandbox"]


@pytest.fixture
def visitor(webmail: Any) -> Callable[[], Visitor]:
    return lambda: Visitor(webmail.test_client())


@pytest.fixture
def claire(visitor: Callable[[], Visitor]) -> Visitor:
    """Alone in a new world, at Claire's own box."""
    return visitor().enter().play("Claire Durand", box="claire.durand@")


@pytest.fixture
def opened_class(rooms: Any) -> Any:
    """A new class: its code and its trainer's secret."""
    from bot.sandbox.training.classes import open_class

    with rooms.store.writing() as session:
        return open_class(session, rooms.space, rooms.now(), "Essai")


@pytest.fixture
def trainer(visitor: Callable[[], Visitor], opened_class: Any) -> Visitor:
    someone = visitor()
    someone.get(f"{ROOT}/reprendre/{opened_class.secret}")
    assert someone.post(f"{ROOT}/reprendre/{opened_class.secret}").status_code == 303
    someone.get(f"{ROOT}/personnes")
    return someone


@pytest.fixture(scope="session")
def site(webmail: Any) -> Iterator[str]:
    """The same application on a free local port."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, webmail, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
