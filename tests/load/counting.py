"""What was acknowledged, looked for in the database once the class is over: an act is there once, or it was lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.sandbox.store.boxes import Folder
from bot.sandbox.store.database import FILE, Store
from bot.sandbox.store.mail import Delivery, Draft, Message
from bot.sandbox.store.people import Participant
from bot.sandbox.training.exercises import exercises_of
from bot.sandbox.training.watching import Watch
from knowledge.base import load_base

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.load.acknowledged import Acknowledged

REACHED = {"delivered", "delivered_with_notice", "allowed_nonconformity", "allowed_bad_practice"}


def lost_acts(var_dir: Path, told: Acknowledged) -> list[str]:
    """One line for each acknowledged act that is not there, or is there twice."""
    store = Store(f"sqlite:///{var_dir / FILE}")
    try:
        with store.reading() as session:
            return [*_people(session, told), *_letters(session, told), *_drafts(session, told), *_steps(session, told)]
    finally:
        store.close()


def _people(session: Session, told: Acknowledged) -> list[str]:
    here = session.scalars(select(Participant.pseudonym)).all()
    return [f"{name} joined and is there {here.count(name)} times" for name in told.joined if here.count(name) != 1]


def _letters(session: Session, told: Acknowledged) -> list[str]:
    rows = session.execute(
        select(Message.subject, Folder.special_use, func.count())
        .join(Delivery, Delivery.message_id == Message.id)
        .join(Folder, Folder.id == Delivery.folder_id)
        .where(Message.kind == "ordinary")
        .group_by(Message.subject, Folder.special_use)
    ).all()
    found = {(subject, place): count for subject, place, count in rows}
    lost = []
    for subject, outcome in told.sent:
        wanted = {"sent": 1, "inbox": 1 if outcome in REACHED else 0}
        got = {place: found.get((subject, place), 0) for place in wanted}
        if got != wanted:
            lost.append(f"« {subject} » ({outcome}) : {got} instead of {wanted}")
    return lost


def _drafts(session: Session, told: Acknowledged) -> list[str]:
    kept = {key: form["text"] for key, form in session.execute(select(Draft.key, Draft.form))}
    return [f"draft {key} is not there as it was saved" for key, text in told.drafts.items() if kept.get(key) != text]


def _steps(session: Session, told: Acknowledged) -> list[str]:
    people = session.scalars(select(Participant).where(Participant.role == "trainee")).all()
    progress = Watch().progress(session, exercises_of(load_base()), people)
    done = {(p.pseudonym, one.exercise.id) for p in people for one in progress[p.id] if one.done}
    return [
        f"{name} finished {exercise} and the grid forgot"
        for name, exercise in told.finished
        if (name, exercise) not in done
    ]
