"""One writer for a whole process: what several conversations ask at once is committed together.

SQLite lets one transaction write at a time and each commit waits for the disk; threads that fight for the lock sleep
between two tries. Here they queue, each keeps its own savepoint (one that fails undoes nothing of the others), and
each learns of its success only once the common commit is on the disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from bot.sandbox.store.database import Store

T = TypeVar("T")

TOGETHER = 64
LOCK_SECONDS = 0.2
"""A batch stops growing after that: other processes (the pages) write too."""


class Job(NamedTuple):
    """Something to write in one world, and who waits for it."""

    world_id: int
    work: Callable[[Session], Any]
    promise: Future[Any]


class Writer:
    """A thread that writes. `write` may be called from anywhere; what it returns is kept when it is told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def write(self, world_id: int, work: Callable[[Session], T]) -> Future[T]:
        """Do this in a writing session of that world; the result, or what it raised, once everything is on the disk."""
        promise: Future[T] = Future()
        self._jobs.put(Job(world_id, work, promise))
        return promise

    def close(self) -> None:
        """Finish what was asked, then stop."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not self._write_from(job):
                return

    def _write_from(self, first: Job) -> bool:
        """This job and those that wait behind it, in one transaction. False: told to stop."""
        done: list[tuple[Job, Any, BaseException | None]] = []
        job: Job | None = first
        try:
            with self._store.writing_together() as session_for:
                until = time.monotonic() + LOCK_SECONDS
                while job is not None:
                    done.append((job, *_tried(job, session_for)))
                    if len(done) >= TOGETHER or time.monotonic() > until:
                        break
                    try:
                        job = self._jobs.get_nowait()
                    except queue.Empty:
                        break
        except BaseException as error:
            _tell([(lost, None, error) for lost, _, _ in done] or [(first, None, error)])
        else:
            _tell(done)
        return job is not None


def _tried(job: Job, session_for: Callable[[int], Session]) -> tuple[Any, BaseException | None]:
    with session_for(job.world_id) as session:
        try:
            result = job.work(session)
            session.commit()
        except Exception as error:
            session.rollback()
            return None, error
        return result, None


def _tell(done: list[tuple[Job, Any, BaseException | None]]) -> None:
    for job, result, error in done:
        if error is not None:
            job.promise.set_exception(error)
        else:
            job.promise.set_result(result)
