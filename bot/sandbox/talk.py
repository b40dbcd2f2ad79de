"""What is said on one connection of a mail client, as its transcript keeps it: no secret, no number, no content."""

from __future__ import annotations

import secrets
from collections import deque
from typing import TYPE_CHECKING, Literal

from bot.sandbox.store.numbers import holds_real_number
from bot.sandbox.store.transcripts import Line, keep

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from sqlalchemy.orm import Session

LINES = 300
"""Held in memory per connection; the oldest give way."""
LENGTH = 300
NOT_KEPT = "(ligne non gardée : elle contient un numéro qui pourrait être celui d’une personne)"


class Talk:
    """Lines heard and said, in order, until somebody is known to keep them for."""

    def __init__(self, door: Literal["smtp", "imap"]) -> None:
        self.door = door
        self.connection = secrets.token_hex(8)
        self._lines: deque[Line] = deque(maxlen=LINES)

    def client(self, text: str) -> None:
        """The client said this; its secrets already masked."""
        self._add("C", text)

    def server(self, text: str) -> None:
        """The door answered this."""
        self._add("S", text)

    def aside(self, text: str) -> None:
        """Something that is not a line: the link was encrypted, a message of so many octets passed. In French."""
        self._add("-", text)

    def __len__(self) -> int:
        return len(self._lines)

    def taken(self) -> list[Line]:
        """Everything since the last time, which is forgotten here."""
        lines = list(self._lines)
        self._lines.clear()
        return lines

    def saving(self, persona_id: int, world_id: int, at: datetime.datetime) -> Callable[[Session], None]:
        """The write that keeps what was said so far."""
        lines = self.taken()
        return lambda session: keep(session, world_id, persona_id, self.door, self.connection, lines, at)

    def _add(self, who: str, text: str) -> None:
        shown = "".join(char if char.isprintable() else "�" for char in text[:LENGTH])
        self._lines.append((who, NOT_KEPT if holds_real_number(text) else shown))
