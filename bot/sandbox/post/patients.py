"""The exchange between a patient and a box: who opened it, who may still write (dossier § 3).

The professional's message opens it, for the box that Reply-To names if it names one. The exact subject [FIN] closes
every thread with that box; the header X-MSS-MES: FIN closes its own. A new message opens it again.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import select

from bot.sandbox.addresses import parse
from bot.sandbox.settings import limits
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.mail import Message
from bot.sandbox.store.sends import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.attempt import Attempt

Closing = Literal["subject", "header"]


class Standing(NamedTuple):
    """Where a patient and a box stand."""

    thread: Literal["none", "open", "closed"]
    known: bool


def standing(session: Session, patient: Mailbox, contact: Mailbox, thread: str | None) -> Standing:
    """In this thread if it is one of theirs, else in all: one open thread is enough to write a new message."""
    rows = session.execute(
        select(Exchange.thread, Exchange.state).where(
            Exchange.world_id == patient.world_id,
            Exchange.patient_box_id == patient.id,
            Exchange.contact_box_id == contact.id,
        )
    ).all()
    states = {key: state for key, state in rows if state != "known"}
    if thread and thread in states:
        return Standing("open" if states[thread] == "open" else "closed", bool(rows))
    if not states:
        return Standing("none", bool(rows))
    return Standing("open" if "open" in states.values() else "closed", bool(rows))


def threads_with(session: Session, patient: Mailbox) -> Sequence[Exchange]:
    """Every exchange of a patient, for Mon espace santé to show whom it may write to."""
    return session.scalars(
        select(Exchange)
        .where(Exchange.world_id == patient.world_id, Exchange.patient_box_id == patient.id)
        .order_by(Exchange.id)
    ).all()


def closing_of(attempt: Attempt) -> Closing | None:
    """Does this message close the exchange, and how?"""
    if attempt.subject == limits().closing_subject:
        return "subject"
    return "header" if attempt.header("X-MSS-MES")[1] == "FIN" else None


def contact_box(session: Session, sending: Mailbox, attempt: Attempt) -> Mailbox | None:
    """The box the patient answers to: Reply-To's when people read it, never an applicative one."""
    wanted = attempt.header("Reply-To")[1]
    address = parse(wanted) if wanted else None
    if address is not None:
        named = session.scalar(
            select(Mailbox).where(Mailbox.world_id == sending.world_id, Mailbox.address == address.text)
        )
        if named is not None and named.type not in ("APP", "PATIENT"):
            return named
    return None if sending.type in ("APP", "PATIENT") else sending


def after_delivery(
    session: Session, patient: Mailbox, contact: Mailbox, thread: str, closing: Closing | None, now: datetime.datetime
) -> Literal["opened", "closed"] | None:
    """What a professional's message changes. None: nothing (it was open already)."""
    mine = (
        select(Exchange)
        .where(
            Exchange.world_id == patient.world_id,
            Exchange.patient_box_id == patient.id,
            Exchange.contact_box_id == contact.id,
            Exchange.state != "known",
        )
        .order_by(Exchange.id)
    )
    rows = session.scalars(mine).all()
    if closing == "subject":
        for row in rows:
            _close(row, closing, now)
        return "closed" if rows else None
    here = next((row for row in rows if row.thread == thread), None)
    if closing == "header":
        _close(here or _new(session, patient, contact, thread, now), closing, now)
        return "closed"
    if here is not None and here.state == "open":
        return None
    here = here or _new(session, patient, contact, thread, now)
    here.state, here.opened_at, here.closed_at, here.closed_by = "open", now, None, None
    return "opened"


def thread_answered(session: Session, world_id: int, message_id: str) -> str | None:
    """The thread of the message that a form or a header says it answers."""
    if not message_id:
        return None
    return session.scalar(
        select(Message.thread).where(Message.world_id == world_id, Message.message_id == message_id).limit(1)
    )


def _new(session: Session, patient: Mailbox, contact: Mailbox, thread: str, now: datetime.datetime) -> Exchange:
    row = Exchange(
        world_id=patient.world_id,
        patient_box_id=patient.id,
        contact_box_id=contact.id,
        thread=thread,
        state="open",
        opened_at=now,
    )
    session.add(row)
    return row


def _close(row: Exchange, by: Closing, now: datetime.datetime) -> None:
    if row.state != "closed":
        row.state, row.closed_at, row.closed_by = "closed", now, by
