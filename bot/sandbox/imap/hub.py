"""Tell the connections in IDLE that a folder changed, whoever changed it: another client, SMTP, or the web process."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.sandbox.store.boxes import Folder
from bot.sandbox.store.database import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.doors import House
    from bot.sandbox.imap.view import View

_log = logging.getLogger(__name__)
_CHUNK = 500
_folder = table_of(Folder)


class Hub:
    """One question to the store for all who wait, and none when nobody does."""

    def __init__(self, house: House, seconds: float) -> None:
        self._house = house
        self._seconds = seconds
        self._waiting: dict[asyncio.Event, View] = {}
        self._looking: asyncio.Task[None] | None = None
        self._early = asyncio.Event()

    @contextmanager
    def watching(self, view: View) -> Iterator[asyncio.Event]:
        """An event that is set when the folder is no more what this client was told."""
        bell = asyncio.Event()
        self._waiting[bell] = view
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_on(), name="imap-hub")
        try:
            yield bell
        finally:
            del self._waiting[bell]

    def hurry(self) -> None:
        """A client of this process changed something: look now."""
        self._early.set()

    async def _look_on(self) -> None:
        while self._waiting:
            try:
                async with asyncio.timeout(self._seconds):
                    await self._early.wait()
            except TimeoutError:
                pass
            self._early.clear()
            folders = {view.folder_id for view in self._waiting.values()}
            try:
                modseqs = await self._house.in_thread(self._modseqs, sorted(folders))
            except SQLAlchemyError as error:
                # Too busy now; what changed will be seen next time.
                _log.warning("imap hub missed a look: %s", type(error).__qualname__)
                continue
            for bell, view in self._waiting.items():
                if view.folder_id in folders and modseqs.get(view.folder_id) != view.modseq:
                    bell.set()

    def _modseqs(self, folders: list[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        with self._house.store.reading() as session:
            for start in range(0, len(folders), _CHUNK):
                some = folders[start : start + _CHUNK]
                asked = select(_folder.c.id, _folder.c.highest_modseq).where(_folder.c.id.in_(some))
                found.update((row[0], row[1]) for row in session.execute(asked))
        return found
