"""What the journal of a world says of each participant, read once and kept: a grid asked every two seconds stays cheap."""

from __future__ import annotations

import threading
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
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from knowledge.model import Exercise

KEPT = 64
OVERLAP = 200
"""Lines read again each time: on a server of several writers a number may be given before it is committed."""


class Watch:
    """The acts of worlds, by participant. One per process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, dict[int, dict[int, Observed]]] = {}

    def acts(self, session: Session, world_id: int) -> dict[int, list[Observed]]:
        """participant id → what they did, oldest first."""
        with self._lock:
            known = self._seen.setdefault(world_id, {})
            last = max((line for acts in known.values() for line in acts), default=0)
            for participant, act in _read(session, world_id, max(0, last - OVERLAP)):
                known.setdefault(participant, {})[act.journal_id] = act
            while len(self._seen) > KEPT:
                self._seen.pop(next(name for name in self._seen if name != world_id))
            return {person: [acts[line] for line in sorted(acts)] for person, acts in known.items()}

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


def _read(session: Session, world_id: int, after: int) -> list[tuple[int, Observed]]:
    rows = session.execute(
        select(Journal, Mailbox.type, Access.right, Message.kind, Message.attachments, Message.sender_address)
        .outerjoin(
            Access,
            (Access.persona_id == Journal.persona_id)
            & (Access.mailbox_id == Journal.mailbox_id)
            & (Access.world_id == Journal.world_id),
        )
        .outerjoin(Mailbox, (Mailbox.id == Journal.mailbox_id) & (Mailbox.world_id == Journal.world_id))
        .outerjoin(Message, (Message.id == Journal.message_id) & (Message.world_id == Journal.world_id))
        .where(Journal.world_id == world_id, Journal.id > after, Journal.participant_id.is_not(None))
        .order_by(Journal.id)
    ).all()
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
                    recipients=counts.get(send, 0),
                    from_kind=box_type or "",
                    right=right or "",
                    kind=kind or "",
                    from_patient=(sender or "").lower().endswith("@patient.mssante.fr"),
                    attachments=attachments or 0,
                ),
            )
        )
    return found


def _served(session: Session, world_id: int, sends: Sequence[int]) -> tuple[dict[int, set[str]], dict[int, int]]:
    """For each send: the addresses served, and how many recipients in all."""
    served: dict[int, set[str]] = {}
    counts: dict[int, int] = {}
    for start in range(0, len(sends), 500):
        rows = session.execute(
            select(Addressee.submission_id, Addressee.address, Addressee.state).where(
                Addressee.world_id == world_id, Addressee.submission_id.in_(sends[start : start + 500])
            )
        )
        for send, typed, state in rows:
            counts[send] = counts.get(send, 0) + 1
            address = parse(typed)
            if state == "delivered" and address is not None:
                served.setdefault(send, set()).add(address.text)
    return served, counts


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
