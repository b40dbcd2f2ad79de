"""Play those that nobody plays: when their time has come they read, send the receipt asked for, and answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.sandbox.attempt import Context
from bot.sandbox.post.aftermath import holder_of
from bot.sandbox.post.answers import answer_to
from bot.sandbox.post.circumstances import habits_of
from bot.sandbox.post.opening import answer_receipt, open_message, pending_receipt
from bot.sandbox.post.post_office import Parcel
from bot.sandbox.post.senders import Sender
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.mail import Delivery
from bot.sandbox.store.people import World
from bot.sandbox.store.sends import PlannedAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.post.post_office import PostOffice


def worlds_with_answers_due(session: Session, office: PostOffice, limit: int = 50) -> Sequence[int]:
    """The worlds where somebody is about to answer: for a thread that wakes every few seconds."""
    return session.scalars(
        select(PlannedAnswer.world_id)
        .join(World, World.id == PlannedAnswer.world_id)
        .where(PlannedAnswer.due_at <= office.clock(), PlannedAnswer.text != "", World.expires_at > office.clock())
        .distinct()
        .limit(limit)
    ).all()


def deliver_due(session: Session, office: PostOffice, world: World, at_most: int = 20) -> int:
    """Everything that is due in this world; how many answered. In a writing session, never by a GET."""
    now = office.clock()
    planned = session.scalars(
        select(PlannedAnswer)
        .where(PlannedAnswer.world_id == world.id, PlannedAnswer.due_at <= now, PlannedAnswer.text != "")
        .order_by(PlannedAnswer.due_at, PlannedAnswer.id)
        .limit(at_most)
    ).all()
    return sum(_answer(session, office, world, one) for one in planned)


def _answer(session: Session, office: PostOffice, world: World, planned: PlannedAnswer) -> int:
    text, planned.text = planned.text, ""  # kept without its text: this thread has had its answer
    box = session.get_one(Mailbox, planned.mailbox_id)
    delivery = session.get_one(Delivery, planned.delivery_id)
    persona = holder_of(session, box)
    now = office.clock()
    played = habits_of(session, "", {box.address: box}, now).played
    if persona is None or box.state != "open" or played:
        return 0
    request = pending_receipt(session, delivery)
    confirmable = request is not None and not request.elsewhere
    opened = open_message(session, world.id, persona, delivery.id, now, door="box")
    if confirmable:
        answer_receipt(session, world.id, persona, delivery.id, now, accept=True)
    parcel = Parcel(
        door="box",
        key=f"answer-{uuid.uuid4().hex}",
        confirmed=True,
        context=Context(),
        keep_copy=True,
        kind="answer",
        automatic="",
        parent_id=None,
    )
    sender = Sender(
        persona_id=persona.id,
        box_id=box.id,
        channel="patient_space" if box.is_patient else "webmail",
        auth="password",
    )
    reply_to = next(iter(opened.reading.names("Reply-To")), None)
    to = reply_to.address if reply_to is not None else opened.reading.sender.address
    sent = office.carry(session, world, sender, answer_to(opened.reading, to, text), None, parcel)
    return int(sent.state == "accepted")
