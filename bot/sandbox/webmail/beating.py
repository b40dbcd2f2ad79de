"""What happens while nobody asks: those that nobody plays answer, expired worlds vanish. Never by a GET."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from bot.sandbox.post.due import deliver_due, worlds_with_answers_due
from bot.sandbox.store.people import World
from bot.sandbox.store.worlds import purge_expired

if TYPE_CHECKING:
    from bot.sandbox.post.post_office import PostOffice
    from bot.sandbox.store.database import Store

EVERY = 3.0
PURGE_EVERY = 200
"""Beats between two purges: about ten minutes."""

_log = logging.getLogger(__name__)


def start_beating(store: Store, office: PostOffice, stop: threading.Event) -> threading.Thread:
    """A thread that beats until told to stop; two processes may each have one, the database lets one answer at a time."""
    thread = threading.Thread(target=_beat_on, args=(store, office, stop), name="sandbox-beat", daemon=True)
    thread.start()
    return thread


def beat(store: Store, office: PostOffice) -> int:
    """Everything that is due now. Returns how many answered."""
    with store.reading() as session:
        worlds = list(worlds_with_answers_due(session, office))
    answered = 0
    for world_id in worlds:
        with store.writing(world_id) as session:
            world = session.get(World, world_id)
            if world is not None:
                answered += deliver_due(session, office, world)
    return answered


def purge(store: Store, office: PostOffice) -> int:
    """Worlds past their time go."""
    with store.writing() as session:
        return purge_expired(session, office.clock())


def _beat_on(store: Store, office: PostOffice, stop: threading.Event) -> None:
    count = 0
    while not stop.wait(EVERY):
        try:
            beat(store, office)
            if count % PURGE_EVERY == 0:
                purge(store, office)
        except Exception as error:
            # A locked or vanished database must not end the beating; what is due stays due.
            _log.warning("sandbox beat missed: %s", type(error).__qualname__)
        count += 1
