"""A door on a real socket of this machine, over a database of its own; and a guard on every other way out."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.doors import House, doors_open
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.rulebook import Rulebook
from bot.sandbox.smtp.server import open_smtp
from bot.sandbox.store.database import Store
from bot.sandbox.store.migrating import upgrade_engine
from bot.sandbox.store.worlds import create_world
from bot.sandbox.tls.certificates import Certificates, certificates
from bot.sandbox.world import load_world
from bot.settings import Settings
from tests.sandbox_store.conftest import START, Clock
from tests.sandbox_store.scene import Scene
from tests.smtp.door import Door


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback only, and no name is asked for: a test that reached further would fail here."""
    connect = socket.socket.connect
    resolve = socket.getaddrinfo

    def only_here(this: socket.socket, address: Any) -> Any:
        assert this.family == socket.AF_UNIX or address[0] == "127.0.0.1", f"reached out to {address!r}"
        return connect(this, address)

    def only_numbers(host: Any, *told: Any, **named: Any) -> Any:
        assert host in ("127.0.0.1", b"127.0.0.1"), f"asked for the name {host!r}"
        return resolve(host, *told, **named)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, only_numbers)


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
def given_certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, fixtures: Any) -> Path:
    """One database, migrated once, with two worlds."""
    path = tmp_path_factory.mktemp("template") / "sandbox.sqlite3"
    store = Store(f"sqlite:///{path}")
    upgrade_engine(store.engine)
    with store.writing() as session:
        for _ in range(2):
            create_world(session, fixtures, "class", START)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "sandbox.sqlite3"))


@pytest.fixture
def office(rulebook: Rulebook, fixtures: Any, clock: Clock) -> PostOffice:
    return PostOffice(rulebook, fixtures, clock)


@pytest.fixture
def house(database: Path, office: PostOffice, given_certificates: Certificates, tmp_path: Path) -> Iterator[House]:
    settings = Settings(var_dir=tmp_path, smtp_port=0, imap_port=0)
    opened = House(settings, Store(f"sqlite:///{database}"), office, given_certificates.server_context())
    yield opened
    opened.close()


@pytest.fixture
def scene(house: House) -> Scene:
    """The first world, and what people do in it."""
    return Scene(house.store, house.office, 1)


@pytest.fixture
def other_scene(house: House) -> Scene:
    """The second world of the same database."""
    return Scene(house.store, house.office, 2)


@pytest.fixture
def opened(house: House, given_certificates: Certificates) -> Iterator[Callable[..., Door]]:
    """Open the door, perhaps with an opener of the test's own."""
    with contextlib.ExitStack() as stack:

        def made(opener: Any = open_smtp) -> Door:
            (port,) = stack.enter_context(doors_open(house, opener))
            return Door(house, port, given_certificates.client_context())

        yield made


@pytest.fixture
def door(opened: Callable[..., Door]) -> Door:
    return opened()
