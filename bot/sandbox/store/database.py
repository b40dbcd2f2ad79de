"""The database: one file in WAL for a laptop or a small server, PostgreSQL by another URL; nothing else changes.

A write takes its lock at once (BEGIN IMMEDIATE): a reader that turns writer would be refused without waiting.
`synchronous=FULL`: what was acknowledged is on the disk, power cut included.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sqlalchemy import (
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Insert,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from bot.settings import Settings

NAMES_ITS_WORLD = {"names_its_world": True}
FILE = "sandbox.sqlite3"
BUSY_SECONDS = 20


class UtcDateTime(TypeDecorator[datetime.datetime]):
    """A moment: aware, in UTC. SQLite keeps no offset, so it is given back here; a naive moment is a fault."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: give it a time zone")
        return value.astimezone(datetime.UTC)

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


class Words(TypeDecorator[frozenset[str]]):
    """A small set of words without spaces, such as IMAP keywords; the surrounding spaces let LIKE find one.

    A client types them, so they are `numbers.refuse_real_number`'s concern before they come here.
    """

    impl = String(500)
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str:
        return f" {' '.join(sorted(value))} " if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str]:
        return frozenset((value or "").split())


class Base(DeclarativeBase):
    """Every table. Named constraints: SQLite cannot alter an unnamed one later."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime.datetime: UtcDateTime(), frozenset[str]: Words()}


class InWorld:
    """A row that belongs to one world, and goes with it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    world_id: Mapped[int] = mapped_column()


def of_world() -> ForeignKeyConstraint:
    """The world goes, the row goes."""
    return ForeignKeyConstraint(["world_id"], ["world.id"], ondelete="CASCADE")


def within(column: str, target: str, ondelete: str | None = "CASCADE") -> ForeignKeyConstraint:
    """A reference that cannot leave the world: the database itself refuses a row of another one."""
    return ForeignKeyConstraint(["world_id", column], [f"{target}.world_id", f"{target}.id"], ondelete=ondelete)


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for inserts that need no object."""
    return cast("Table", model.__table__)


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for several rows, none of whose ids is needed."""
    if rows:
        session.connection().execute(_insert_into(model), rows)


def insert_row(session: Session, model: type[Base], values: Mapping[str, Any]) -> int:
    """Insert one row without making an object of it; its id. Asked of the connection: the session adds nothing here."""
    made = session.connection().execute(_insert_into(model), values).inserted_primary_key
    assert made is not None  # noqa: S101 - every table has a key
    return int(made[0])


@cache
def _insert_into(model: type[Base]) -> Insert:
    """Built once: building statements costs more than running them."""
    return insert(table_of(model))


class Store:
    """An open database. `reading` and `writing` give sessions; with a world, one that sees no other."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._writer = self.engine.execution_options(takes_lock=True)
        # Threads of one process queue for the one lock of SQLite: fighting for it, they would sleep between two tries.
        self._turn = threading.RLock() if self.engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def reading(self, world_id: int | None = None) -> Iterator[Session]:
        """A session for looking only; nothing it would change is kept."""
        with Session(self.engine, info={"world_id": world_id}) as session:
            yield session

    @contextmanager
    def writing(self, world_id: int | None = None) -> Iterator[Session]:
        """A session that commits at the end. Only then may a door acknowledge anything."""
        session = Session(self._writer, info={"world_id": world_id}, expire_on_commit=False)
        with self._turn, session, session.begin():
            yield session

    @contextmanager
    def writing_together(self) -> Iterator[Callable[[int], Session]]:
        """One transaction for several sessions, each in its own savepoint: for `batching.Writer`."""
        with self._turn, self._writer.begin() as connection:

            def session_for(world_id: int) -> Session:
                return Session(
                    connection,
                    join_transaction_mode="create_savepoint",
                    info={"world_id": world_id},
                    expire_on_commit=False,
                )

            yield session_for

    def close(self) -> None:
        self.engine.dispose()


def url_of(settings: Settings) -> str:
    """Where this deployment keeps the sandbox."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{settings.var_dir / FILE}"


def open_engine(url: str) -> Engine:
    """The engine, its pragmas and its way to begin set."""
    # What people typed is in the parameters: an error must not print it.
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=16,
        max_overflow=48,
    )
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin)
    return engine


def _settle(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin or commit on its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    lock = connection.get_execution_options().get("takes_lock")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if lock else "BEGIN")


@event.listens_for(Session, "do_orm_execute")
def _only_this_world(state: ORMExecuteState) -> None:
    """A session opened for a world finds no row of another, even where a query forgot to say so.

    The few statements of every send say it themselves (`names_its_world`) and spare the cost.
    """
    world_id = state.session.info.get("world_id")
    if world_id is None or state.is_column_load or state.execution_options.get("names_its_world"):
        return
    if state.is_select or state.is_update or state.is_delete:
        state.statement = state.statement.options(
            with_loader_criteria(InWorld, lambda cls: cls.world_id == world_id, include_aliases=True)
        )


def utc_now() -> datetime.datetime:
    """The clock of the doors; tests bring their own."""
    return datetime.datetime.now(datetime.UTC)
