"""A folder as one client knows it: message numbers do not move until the client has been told (RFC 3501 § 7.4.1)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.imap.mail_rows import Flags, flags_since, state_of, uids_of

if TYPE_CHECKING:
    import datetime

    from sqlalchemy.orm import Session


class FolderGone(Exception):
    """The selected folder, its world or the right to open it is no more."""


class News(NamedTuple):
    """What changed in the store since the client was last told."""

    vanished: frozenset[int]
    arrived: list[int]
    changed: list[Flags]
    modseq: int


class View:
    """The selected folder of one connection."""

    def __init__(
        self, *, folder_id: int, box_id: int, world_id: int, persona_id: int, name: str, read_only: bool
    ) -> None:
        self.folder_id = folder_id
        self.box_id = box_id
        self.world_id = world_id
        self.persona_id = persona_id
        self.name = name
        self.read_only = read_only
        self.uidvalidity = 0
        self.uids: list[int] = []
        self.modseq = 0
        self.recent_from = 0
        self.gone: set[int] = set()
        """Vanished, but the client still counts them."""

    # Numbers

    def number_of(self, uid: int) -> int | None:
        """The message number of a UID."""
        place = bisect_left(self.uids, uid)
        return place + 1 if place < len(self.uids) and self.uids[place] == uid else None

    def recent_count(self) -> int:
        return len(self.uids) - bisect_left(self.uids, self.recent_from)

    # News

    def look(self, session: Session, now: datetime.datetime) -> News | None:
        """Ask the store what changed; None: nothing, or nothing the client was not told. Raises FolderGone."""
        state = state_of(session, self.world_id, self.persona_id, self.folder_id)
        if state is None or state.expires_at <= now or state.uidvalidity != self.uidvalidity:
            raise FolderGone
        if state.modseq == self.modseq:
            return None
        here = uids_of(session, self.world_id, self.folder_id)
        last = self.uids[-1] if self.uids else 0
        return News(
            frozenset(self.uids).difference(here) - self.gone,
            here[bisect_left(here, last + 1) :],
            flags_since(session, self.world_id, self.folder_id, self.modseq),
            state.modseq,
        )

    def told(self, news: News | None, *, expunges: bool) -> tuple[list[int], bool, list[Flags]]:
        """Take the news in. Gives the numbers to say EXPUNGE of, in order; whether some arrived; whose flags changed."""
        changed: list[Flags] = []
        if news is not None:
            self.gone |= news.vanished
            self.modseq = news.modseq
            known = set(self.uids) - self.gone
            changed = [flags for flags in news.changed if flags.uid in known]
        numbers = self._forget() if expunges else []
        if news is not None and news.arrived:
            self.uids += news.arrived
            return numbers, True, changed
        return numbers, False, changed

    def _forget(self) -> list[int]:
        """Let the vanished go: from the last to the first, so that no number moves before it is said."""
        numbers = []
        for uid in sorted(self.gone, reverse=True):
            place = bisect_left(self.uids, uid)
            if place < len(self.uids) and self.uids[place] == uid:
                del self.uids[place]
                numbers.append(place + 1)
        self.gone.clear()
        return numbers
