"""A class: opened by a trainer, joined by a code, begun again, read as a table. All within one world."""

from __future__ import annotations

import csv
import datetime
import io
from typing import TYPE_CHECKING, NamedTuple

import segno
from sqlalchemy import delete, select, update

from bot.sandbox.store import deliveries
from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.folders import folders_of
from bot.sandbox.store.mail import Delivery, Draft
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.store.people import ExerciseProgress, Participant, Persona, World
from bot.sandbox.store.sends import Exchange, PlannedAnswer
from bot.sandbox.store.worlds import create_world, join
from bot.sandbox.webmail.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.training.exercises import Progress
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


def give_hint(session: Session, me: Participant, exercise: Exercise, step: str, now: datetime.datetime) -> None:
    """One more hint of this step; never more than there are."""
    hints = next((len(s.hints) for s in exercise.steps if s.id == step), 0)
    row = _row(session, me, exercise.id, step, now)
    row.hints = min(row.hints + 1, hints)


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
    """Empty the nominative boxes this person plays: lists, drafts, open exchanges. Shared boxes stay. How many boxes."""
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
        session.execute(
            delete(PlannedAnswer).where(PlannedAnswer.world_id == world_id, PlannedAnswer.mailbox_id == box.id)
        )
    return len(boxes)


def results_csv(
    people: Sequence[Participant], progress: Mapping[int, list[Progress]], parts: Mapping[int, list[str]]
) -> str:
    """One line per person and step, for a spreadsheet of here: semicolons, and no cell that a spreadsheet would run."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(
        [
            "pseudonyme",
            "rôles",
            "exercice",
            "étape",
            "réussie",
            "le",
            "durée (s)",
            "indices demandés",
            "exercice terminé",
        ]
    )
    for person in people:
        for one in progress.get(person.id, []):
            before = one.started_at
            for state in one.steps:
                took = round((state.proved_at - before).total_seconds()) if state.proved_at else ""
                table.writerow(
                    [
                        _safe(person.pseudonym),
                        _safe(", ".join(parts.get(person.id, []))),
                        one.exercise.title,
                        state.step.id,
                        "oui" if state.proved_at else "non",
                        when(state.proved_at) if state.proved_at else "",
                        took,
                        state.hints,
                        "oui" if one.done else "non",
                    ]
                )
                before = state.proved_at or before
    return "\ufeff" + out.getvalue()


def qr_svg(address: str) -> str:
    """A QR code to show on a page: black on white, whatever the theme."""
    return str(segno.make(address, error="m").svg_inline(scale=6, border=2, dark="#000", light="#fff", omitsize=True))


def qr_text(address: str) -> str:
    """The same for a terminal."""
    out = io.StringIO()
    segno.make(address, error="l").terminal(out=out, compact=True)
    return out.getvalue()


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


def _safe(text: str) -> str:
    """A cell that begins like a formula is read as text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
