"""What the conversations of a door share: how many there are, and how much of their messages memory holds."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.doors import House
    from bot.sandbox.smtp.conversation import Conversation

LARGEST = 72_000_000
"""50 MB, the largest limit of the fictional operators, once encoded: up to there the rules refuse, with their reason."""


class Hall:
    """One per door. `most`: conversations at once; `memory`: octets of messages on their way in, all together."""

    def __init__(self, house: House, most: int = 1_000, memory: int = 160_000_000, largest: int = LARGEST) -> None:
        self.house = house
        self.most = most
        self.memory = memory
        self.largest = largest
        self._here: set[Conversation] = set()
        self._held = 0

    def enter(self, conversation: Conversation) -> bool:
        """Is there a place left? Each one that enters leaves."""
        if len(self._here) >= self.most:
            return False
        self._here.add(conversation)
        return True

    def leave(self, conversation: Conversation) -> None:
        """The place is free again."""
        self._here.discard(conversation)

    @contextmanager
    def room(self) -> Iterator[Room]:
        """The memory that a message takes while it comes in."""
        room = Room(self)
        try:
            yield room
        finally:
            room.holds(0)


class Room:
    """The share of one message."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._mine = 0

    def holds(self, octets: int) -> bool:
        """It holds that much now. False: that is more than the hall has."""
        self._hall._held += octets - self._mine
        self._mine = octets
        return self._hall._held <= self._hall.memory
