"""Bring a database to the present tables: `mssante db upgrade`, and each server at its start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError

from bot.sandbox.store.database import FILE, open_engine, url_of
from bot.sandbox.store.models import Base

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from bot.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
SEARCH_TABLE = "message_search"


class DatabaseRefused(ValueError):
    """The database cannot be opened or brought up to date; the message says why, and what to do, in French."""


def upgrade(settings: Settings) -> str:
    """Every migration that is missing. Returns the revision reached. Two processes may start at once.

    Raises DatabaseRefused; nothing was changed then.
    """
    where = settings.var_dir
    try:
        engine = open_engine(url_of(settings))
    except OSError as error:
        raise DatabaseRefused(
            f"le dossier {where} ne peut pas être créé ({error.strerror}) ; indiquez-en un autre par MSSANTE_VAR_DIR."
        ) from error
    try:
        return upgrade_engine(engine)
    except DatabaseError as error:
        raise DatabaseRefused(
            f"la base de données {where / FILE} ne peut pas être ouverte ou modifiée ({error.orig}). Vérifiez les droits "
            "et la place libre ; si le fichier est abîmé, déplacez-le : une base neuve sera faite."
        ) from error
    except CommandError as error:
        raise DatabaseRefused(
            f"la base de données {where / FILE} vient d’une version plus récente du logiciel. Installez cette version, "
            "ou déplacez le fichier : une base neuve sera faite."
        ) from error
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine) -> str:
    """The same on an open engine."""
    config = _config()
    with engine.execution_options(takes_lock=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return latest()


def latest() -> str:
    """The revision that this code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def differences(connection: Connection) -> list[object]:
    """What the models say that the database does not, or the reverse."""
    context = MigrationContext.configure(connection, opts={"include_name": is_ours, "compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """The full-text index of SQLite makes tables of its own, which no model describes."""
    return kind != "table" or name is None or not name.startswith(SEARCH_TABLE)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
