"""Speed of the sandbox's post office and of its lists: durable sends by the second, a box of ten thousand messages."""

from __future__ import annotations

import datetime
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bot.sandbox.post.letters import Envelope
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.post.senders import Sender
from bot.sandbox.store import deliveries, folders, listing, worlds
from bot.sandbox.store.batching import Writer
from bot.sandbox.store.database import Store
from bot.sandbox.store.migrating import upgrade_engine
from knowledge.base import Base
from tests.sandbox_store.full_box import fill
from tests.sandbox_store.scene import CLAIRE, HUGO, wire

SENDS = 600
TEXT = "Bonjour, ceci est un message de trois mille signes.\n" * 60


def claims(base: Base) -> list[tuple[str, bool]]:
    """What is claimed of the store, each with whether it holds on this machine now."""
    with world(base) as (store, office):
        return [*sends(store, office), *looks(store)]


@contextmanager
def world(base: Base) -> Iterator[tuple[Store, PostOffice]]:
    """A world on this machine's disk."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        store, office = Store(f"sqlite:///{folder}/sandbox.sqlite3"), PostOffice.of(base)
        upgrade_engine(store.engine)
        with store.writing() as session:
            worlds.create_world(session, office.fixtures, "class", datetime.datetime.now(datetime.UTC))
        yield store, office
        store.close()


def sends(store: Store, office: PostOffice) -> list[tuple[str, bool]]:
    """Judged by every rule, in the boxes, journaled, and on the disk before they are acknowledged."""
    with store.reading(1) as session:
        sender = Sender(persona_id=worlds.persona_of(session, 1, CLAIRE).id, channel="mail_client", auth="token")
    letters = iter([wire(subject=f"Avis {i}", text=TEXT) for i in range(4 * SENDS)])

    def told(number: int) -> dict[str, Any]:
        return {"door": "smtp", "idempotency_key": f"k{number}", "envelope": Envelope(recipients=(HUGO,))}

    def one_by_one(numbers: range) -> None:
        for number in numbers:
            office.submit_durably(store, 1, sender, next(letters), **told(number))

    writer = Writer(store)

    def together(numbers: range) -> None:
        def work(session: Any, raw: bytes, number: int) -> str:
            return office.submit(session, office.world_of(session, 1), sender, raw, **told(number)).state

        waiting = [writer.write(1, partial(work, raw=next(letters), number=n)) for n in numbers]
        assert all(promise.result() == "accepted" for promise in waiting)

    one_by_one(range(SENDS))  # warms the statements
    alone = rate(one_by_one, range(SENDS, 2 * SENDS))
    grouped = rate(together, range(2 * SENDS, 3 * SENDS))
    writer.close()
    disk = raw_commits(Path(str(store.engine.url.database)).parent)
    return [
        (
            f"envois jugés et durables : {alone:.0f}/s un par un, {grouped:.0f}/s par lots (voulu ≥ 300) ; sqlite3 seul, une "
            f"ligne par validation : {disk:.0f}/s",
            grouped >= 300,
        )
    ]


def rate(work: Callable[[range], None], numbers: range) -> float:
    start = time.perf_counter()
    work(numbers)
    return len(numbers) / (time.perf_counter() - start)


def raw_commits(folder: Path) -> float:
    """What this disk allows: one row of the same size and one commit each, with the same pragmas."""
    connection = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (b BLOB)")
    row = (TEXT.encode(),)

    def work(numbers: range) -> None:
        for _ in numbers:
            connection.execute("INSERT INTO t VALUES (?)", row)

    found = rate(work, range(SENDS))
    connection.close()
    return found


def looks(store: Store) -> list[tuple[str, bool]]:
    """What a screen asks of a box of ten thousand messages."""
    fill(store, HUGO, 10_000)
    with store.reading(1) as session:
        box = worlds.box_of(session, 1, HUGO)
        assert box is not None
        inbox = folders.special_folder(session, box, "inbox")
        asked: dict[str, Callable[[], object]] = {
            "première page": lambda: listing.page(session, inbox),
            "dernière page": lambda: listing.page(session, inbox, start=9_950),
            "tri par objet": lambda: listing.page(session, inbox, sort="subject"),
            "mot rare": lambda: listing.page(session, inbox, search="numero4242"),
            "mot de tous": lambda: listing.page(session, inbox, search="texte"),
            "toute la boîte": lambda: listing.page_of_box(session, box, search="numero77 avis"),
            "compteurs": lambda: deliveries.count_unread(session, box),
        }
        costs = {name: milliseconds(look) for name, look in asked.items()}
    said = ", ".join(f"{name} {cost:.0f}" for name, cost in costs.items())
    return [(f"boîte de 10 000 messages, en ms : {said} (voulu < 100)", max(costs.values()) < 100)]


def milliseconds(look: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        look()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
