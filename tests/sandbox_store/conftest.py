"""A migrated database with one world in it, copied for each test; a clock that tests turn; and no network at all."""

from __future__ import annotations

import datetime
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.rulebook import Rulebook
from bot.sandbox.store.database import Store
from bot.sandbox.store.migrating import upgrade_engine
from bot.sandbox.store.worlds import create_world
from bot.sandbox.world import load_world
from tests.sandbox_store.scene import Scene

START = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)


class Clock:
    """Now, until a test says otherwise."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        return self.now

    def forward(self, **how_much: float) -> None:
        self.now += datetime.timedelta(**how_much)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may open a socket or ask for a name."""

    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("the sandbox tried to reach the network")

    monkeypatch.setattr(socket, "socket", refused)
    for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getfqdn"):
        monkeypatch.setattr(socket, name, refused)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def rulebook(base: Any) -> Rulebook:
    return Rulebook.of(base)


@pytest.fixture(scope="session")
def fixtures() -> Any:
    return load_world()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, fixtures: Any) -> Path:
    """One database, migrated once, with one world."""
    path = tmp_path_factory.mktemp("template") / "sandbox.sqlite3"
    store = Store(f"sqlite:///{path}")
    upgrade_engine(store.engine)
    with store.writing() as session:
        create_world(session, fixtures, "class", START)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "sandbox.sqlite3"))


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{database}")
    yield opened
    opened.close()


@pytest.fixture
def office(rulebook: Rulebook, fixtures: Any, clock: Clock) -> PostOffice:
    return PostOffice(rulebook, fixtures, clock)


@pytest.fixture
def scene(store: Store, office: PostOffice) -> Scene:
    """The world of the template, and what people do in it."""
    return Scene(store, office, 1)


@pytest.fixture
def another_scene(store: Store, office: PostOffice, clock: Clock) -> Callable[[], Scene]:
    """A second world in the same database."""

    def made() -> Scene:
        with store.writing() as session:
            world = create_world(session, office.fixtures, "solo", clock())
        return Scene(store, office, world.id)

    return made
