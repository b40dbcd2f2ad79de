"""The migrations make exactly the tables that the models describe, once, whoever starts first."""

from __future__ import annotations

import re
import threading
from typing import Any

from sqlalchemy import text

from bot.sandbox.store.database import Store
from bot.sandbox.store.migrating import SEARCH_TABLE, differences, latest, upgrade, upgrade_engine
from bot.sandbox.store.models import Base
from bot.settings import Settings


def declared(store: Store) -> dict[str, list[str]]:
    """Every table, index and constraint as the database keeps them; order of columns and constraints put aside."""
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    return {
        name: sorted(re.split(r",(?![^()]*\))", re.sub(r'\s+|"', " ", sql[sql.find("(") :])))
        for name, sql in rows
        if not name.startswith(SEARCH_TABLE) and name not in ("alembic_version", "sqlite_sequence")
    }


def test_models_equal_migrations(store: Store) -> None:
    with store.engine.connect() as connection:
        assert differences(connection) == []


def test_each_constraint_of_the_models_is_in_the_migrations(store: Store, tmp_path: Any) -> None:
    from_models = Store(f"sqlite:///{tmp_path / 'models.sqlite3'}")
    Base.metadata.create_all(from_models.engine)

    def bare(found: dict[str, list[str]]) -> dict[str, set[str]]:
        return {
            name: {part.strip(" ()") for part in (" ".join(p.split()) for p in parts)} for name, parts in found.items()
        }

    assert bare(declared(store)) == bare(declared(from_models))


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


def test_every_table_of_a_world_goes_with_it() -> None:
    for table in Base.metadata.tables.values():
        if table.name == "world":
            continue
        cascades = [
            key
            for key in table.foreign_key_constraints
            if key.referred_table.name == "world" and key.ondelete == "CASCADE"
        ]
        assert cascades, table.name


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    assert upgrade_engine(store.engine) == latest()
    with store.engine.connect() as connection:
        assert differences(connection) == []


def test_the_command_makes_the_database_of_this_deployment(tmp_path: Any) -> None:
    settings = Settings(var_dir=tmp_path / "var", secret_key="x" * 40)
    assert upgrade(settings) == latest()
    assert (tmp_path / "var" / "sandbox.sqlite3").exists()


def test_two_servers_may_start_at_once(tmp_path: Any) -> None:
    url, faults = f"sqlite:///{tmp_path / 'new.sqlite3'}", []

    def start() -> None:
        try:
            upgrade_engine(Store(url).engine)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Store(url).engine.connect() as connection:
        assert differences(connection) == []


def test_the_database_keeps_what_it_acknowledges(store: Store) -> None:
    with store.engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}
