"""What the journal of a world says of each participant, read once and kept: a grid asked every two seconds stays cheap."""

from __future__ import annotations

import threading
from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.sandbox.addresses import parse
from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.mail import Message
from bot.sandbox.store.people import ExerciseProgress, Journal, Participant
from bot.sandbox.store.sends import Addressee
from bot.sandbox.training.exercises import Observed, Progress, all_progress

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from knowledge.model import Exercise

KEPT = 64
OVERLAP = 200
"""Lines looked for again each time: on a server of several writers a number may be given before it is committed."""
AT_ONCE = 500
"""Numbers in one question to the database."""


@dataclass
class Seen:
    """What was read of one world: the acts by participant, the numbers of the lines."""

    acts: dict[int, list[Observed]] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)
    last: int = 0


class Watch:
    """The acts of worlds, by participant. One per process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, Seen] = {}

    def acts(self, session: Session, world_id: int) -> dict[int, list[Observed]]:
        """participant id → what they did, oldest first."""
        with self._lock:
            known = self._seen.pop(world_id, None) or Seen()
            self._seen[world_id] = known
            while len(self._seen) > KEPT:
                self._seen.pop(next(iter(self._seen)))
            new = [line for line in _lines(session, world_id, known.last - OVERLAP) if line not in known.lines]
            for participant, act in _read(session, world_id, new):
                insort(known.acts.setdefault(participant, []), act, key=lambda one: one.journal_id)
            known.lines.update(new)
            known.last = max(new, default=known.last)
            return {person: list(acts) for person, acts in known.acts.items()}

    def progress(
        self, session: Session, exercises: Sequence[Exercise], people: Sequence[Participant]
    ) -> dict[int, list[Progress]]:
        """participant id → where they stand in each exercise. All of one world."""
        if not people:
            return {}
        acts = self.acts(session, people[0].world_id)
        starts, hints = _marks(session, people[0].world_id)
        return {
            person.id: all_progress(
                exercises,
                acts.get(person.id, []),
                person.joined_at,
                starts.get(person.id, {}),
                hints.get(person.id, {}),
            )
            for person in people
        }


def _lines(session: Session, world_id: int, after: int) -> Sequence[int]:
    """The numbers of the lines that somebody left after this one."""
    return session.scalars(
        select(Journal.id).where(Journal.world_id == world_id, Journal.id > after, Journal.participant_id.is_not(None))
    ).all()


def _read(session: Session, world_id: int, lines: Sequence[int]) -> list[tuple[int, Observed]]:
    rows = [
        row
        for some in _parts(lines)
        for row in session.execute(
            select(Journal, Mailbox.type, Access.right, Message.kind, Message.attachments, Message.sender_address)
            .outerjoin(
                Access,
                (Access.persona_id == Journal.persona_id)
                & (Access.mailbox_id == Journal.mailbox_id)
                & (Access.world_id == Journal.world_id),
            )
            .outerjoin(Mailbox, (Mailbox.id == Journal.mailbox_id) & (Mailbox.world_id == Journal.world_id))
            .outerjoin(Message, (Message.id == Journal.message_id) & (Message.world_id == Journal.world_id))
            .where(Journal.world_id == world_id, Journal.id.in_(some))
            .order_by(Journal.id)
        )
    ]
    sends = [line.submission_id for line, *_ in rows if line.act == "sent" and line.submission_id]
    served, counts = _served(session, world_id, sends)
    found = []
    for line, box_type, right, kind, attachments, sender in rows:
        details = line.details
        send = line.submission_id or 0
        found.append(
            (
                line.participant_id or 0,
                Observed(
                    journal_id=line.id,
                    at=line.at,
                    act=line.act,
                    outcome=details.get("outcome", ""),
                    rules=frozenset(f"{details.get('rules', '')} {details.get('rule', '')}".split()),
                    served=frozenset(served.get(send, ())),
                    found=frozenset(details.get("found", "").split()),
                    aimed=frozenset(details.get("aimed", "").split()),
                    recipients=counts.get(send, 0),
                    from_kind=box_type or "",
                    kind=kind or "",
                    from_patient=(sender or "").lower().endswith("@patient.mssante.fr"),
                    attachments=attachments or int(details.get("files", 0)),
                    own_identity=right == "member" and details.get("own_identity") != "no",
                ),
            )
        )
    return found


def _served(session: Session, world_id: int, sends: Sequence[int]) -> tuple[dict[int, set[str]], dict[int, int]]:
    """For each send: the addresses served, and how many recipients in all."""
    served: dict[int, set[str]] = {}
    counts: dict[int, int] = {}
    for some in _parts(sends):
        rows = session.execute(
            select(Addressee.submission_id, Addressee.address, Addressee.state).where(
                Addressee.world_id == world_id, Addressee.submission_id.in_(some)
            )
        )
        for send, typed, state in rows:
            counts[send] = counts.get(send, 0) + 1
            address = parse(typed)
            if state == "delivered" and address is not None:
                served.setdefault(send, set()).add(address.text)
    return served, counts


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def _marks(
    session: Session, world_id: int
) -> tuple[dict[int, dict[str, datetime.datetime]], dict[int, dict[tuple[str, str], int]]]:
    """Where each began an exercise again, and the hints each asked for."""
    starts: dict[int, dict[str, datetime.datetime]] = {}
    hints: dict[int, dict[tuple[str, str], int]] = {}
    for row in session.scalars(select(ExerciseProgress).where(ExerciseProgress.world_id == world_id)):
        if row.step:
            hints.setdefault(row.participant_id, {})[row.exercise, row.step] = row.hints
        else:
            starts.setdefault(row.participant_id, {})[row.exercise] = row.started_at
    return starts, hints
