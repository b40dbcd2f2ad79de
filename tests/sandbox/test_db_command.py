"""`mssante db upgrade`: the database is made or brought up to date, or one sentence says why not."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli import cli
from bot.sandbox.store.database import FILE


def upgrade(var: Path) -> Any:
    return CliRunner().invoke(cli, ["db", "upgrade"], env={"MSSANTE_VAR_DIR": str(var)})


def test_a_database_is_made_where_there_is_none(tmp_path: Path) -> None:
    result = upgrade(tmp_path / "var")
    assert (result.exit_code, "à jour" in result.output) == (0, True), result.output
    assert (tmp_path / "var" / FILE).exists()


def test_upgrading_again_is_harmless(tmp_path: Path) -> None:
    upgrade(tmp_path)
    assert upgrade(tmp_path).exit_code == 0


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    result = upgrade(tmp_path / "fichier" / "var")
    assert result.exit_code == 1
    assert str(tmp_path / "fichier" / "var") in result.output
    assert "MSSANTE_VAR_DIR" in result.output


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("autre chose, sur plus de cent octets pour que rien ne ressemble à une base vide " * 3)
    before = (tmp_path / FILE).read_bytes()
    result = upgrade(tmp_path)
    assert (result.exit_code, FILE in result.output) == (1, True)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    upgrade(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    result = upgrade(tmp_path)
    assert (result.exit_code, "plus récente" in result.output) == (1, True)
