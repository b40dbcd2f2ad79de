"""A class: opened by a trainer, joined by a code, begun again. All within one world."""

from __future__ import annotations

import datetime
import secrets
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select, update

from bot.sandbox.store import deliveries
from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.folders import folders_of
from bot.sandbox.store.mail import Delivery, Draft, Message
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.store.people import ExerciseProgress, Participant, Persona, World
from bot.sandbox.store.sends import Exchange, PlannedAnswer
from bot.sandbox.store.worlds import create_world, digest, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.world import World as Space
    from knowledge.model import Exercise

TRAINER = "Formateur"
MAX_TITLE = 80


class Opened(NamedTuple):
    """A class just made: what its trainer needs, the secret shown once."""

    code: str
    secret: str
    expires_at: datetime.datetime


def open_class(session: Session, space: Space, now: datetime.datetime, title: str = "", days: int = 14) -> Opened:
    """A world for a class, and its trainer."""
    refuse_real_number(title)
    world = create_world(
        session, space, "class", now, title=" ".join(title.split())[:MAX_TITLE], lifetime=datetime.timedelta(days=days)
    )
    _, secret = join(session, world, TRAINER, now, role="trainer")
    return Opened(world.code, secret, world.expires_at)


def trainees_of(session: Session, world_id: int) -> Sequence[Participant]:
    """In the order they came."""
    return session.scalars(
        select(Participant)
        .where(Participant.world_id == world_id, Participant.role == "trainee")
        .order_by(Participant.id)
    ).all()


def parts_of(session: Session, world_id: int) -> dict[int, list[str]]:
    """participant id → names of those they play."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Persona.participant_id, Persona.name)
        .where(Persona.world_id == world_id, Persona.participant_id.is_not(None))
        .order_by(Persona.taken_at)
    )
    for participant, name in rows:
        found.setdefault(participant or 0, []).append(name)
    return found


def give_hint(session: Session, me: Participant, exercise: Exercise, step: str, now: datetime.datetime) -> bool:
    """One more hint of this step, never more than there are. False where the exercise has no such step."""
    hints = next((len(one.hints) for one in exercise.steps if one.id == step), None)
    if hints is None:
        return False
    row = _row(session, me, exercise.id, step, now)
    row.hints = min(row.hints + 1, hints)
    return True


def renew_secret(session: Session, person: Participant) -> str:
    """A new secret that brings this participant back; the former one is worth nothing any more."""
    secret = secrets.token_urlsafe(24)
    person.token_sha256 = digest(secret)
    session.flush()
    return secret


def begin_again(session: Session, person: Participant, exercises: Iterable[str], now: datetime.datetime) -> None:
    """From now on, as if nothing had been proved in these exercises."""
    for name in exercises:
        session.execute(
            delete(ExerciseProgress)
            .where(
                ExerciseProgress.world_id == person.world_id,
                ExerciseProgress.participant_id == person.id,
                ExerciseProgress.exercise == name,
            )
            .execution_options(synchronize_session=False)
        )
        _row(session, person, name, "", now)


def empty_boxes(session: Session, person: Participant) -> int:
    """Empty the own boxes of the personas this person plays: lists, drafts, exchanges, answers still to come.

    Shared boxes stay as they are: others work in them. Returns how many boxes were emptied.
    """
    boxes = session.scalars(
        select(Mailbox)
        .join(Access, (Access.mailbox_id == Mailbox.id) & (Access.world_id == Mailbox.world_id))
        .join(Persona, (Persona.id == Access.persona_id) & (Persona.world_id == Access.world_id))
        .where(Mailbox.world_id == person.world_id, Access.right == "own", Persona.participant_id == person.id)
    ).all()
    for box in boxes:
        world_id = box.world_id
        for draft in session.scalars(select(Draft).where(Draft.world_id == world_id, Draft.mailbox_id == box.id)):
            session.delete(draft)
        session.flush()
        for folder in folders_of(session, box):
            ids = session.scalars(
                select(Delivery.id).where(Delivery.world_id == world_id, Delivery.folder_id == folder.id)
            ).all()
            session.execute(
                update(Delivery)
                .where(Delivery.world_id == world_id, Delivery.previous_folder_id == folder.id)
                .values(previous_folder_id=None)
            )
            deliveries.remove(session, world_id, ids)
        session.execute(
            delete(Exchange).where(
                Exchange.world_id == world_id, Exchange.contact_box_id == box.id, Exchange.state != "known"
            )
        )
        asked = (
            select(Delivery.id)
            .join(Message, (Message.id == Delivery.message_id) & (Message.world_id == Delivery.world_id))
            .where(Delivery.world_id == world_id, Message.sender_address == box.address)
        )
        session.execute(
            delete(PlannedAnswer)
            .where(PlannedAnswer.world_id == world_id, PlannedAnswer.delivery_id.in_(asked))
            .execution_options(synchronize_session=False)
        )
    return len(boxes)


def _row(session: Session, person: Participant, exercise: str, step: str, now: datetime.datetime) -> ExerciseProgress:
    row = session.scalar(
        select(ExerciseProgress).where(
            ExerciseProgress.world_id == person.world_id,
            ExerciseProgress.participant_id == person.id,
            ExerciseProgress.exercise == exercise,
            ExerciseProgress.step == step,
        )
    )
    if row is None:
        row = ExerciseProgress(
            world_id=person.world_id, participant_id=person.id, exercise=exercise, step=step, started_at=now, hints=0
        )
        session.add(row)
    session.flush()
    return row


def world_title(world: World) -> str:
    """What a class is called."""
    return world.title or f"Session {world.code}"
