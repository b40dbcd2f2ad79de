"""Open a message; answer, or not, the receipt it asks for. The journal keeps who, in which box."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from bot.sandbox.post.aftermath import drop
from bot.sandbox.post.mailroom import raw_of
from bot.sandbox.post.reading import Reading, reread
from bot.sandbox.post.receipts import displayed, mdn
from bot.sandbox.store.boxes import Access, Folder, Mailbox
from bot.sandbox.store.deliveries import MDN_SENT, change_flags
from bot.sandbox.store.journal import note
from bot.sandbox.store.mail import Delivery, Message, ReceiptRequest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.store.people import Persona

NO_QUESTION_IN = ("sent", "drafts", "trash")
"""One never asks for a receipt where one's own mail lies."""


class NotYours(LookupError):
    """This box is not open to this persona."""


class Opened(NamedTuple):
    """A message open on the screen. `question`: a receipt is asked for and nobody answered yet."""

    delivery: Delivery
    message: Message
    folder: Folder
    box: Mailbox
    reading: Reading
    question: ReceiptRequest | None


def find_delivery(
    session: Session, world_id: int, persona: Persona, delivery_id: int
) -> tuple[Delivery, Folder, Mailbox]:
    """A delivery that this persona may see. NotYours otherwise, and for one of another world: the same answer."""
    row = session.execute(
        select(Delivery, Folder, Mailbox)
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .join(Mailbox, (Mailbox.id == Folder.mailbox_id) & (Mailbox.world_id == Folder.world_id))
        .join(Access, (Access.mailbox_id == Mailbox.id) & (Access.world_id == Mailbox.world_id))
        .where(Delivery.world_id == world_id, Delivery.id == delivery_id, Access.persona_id == persona.id)
    ).first()
    if row is None:
        raise NotYours("no such message in a box open to this persona")
    return row[0], row[1], row[2]


def open_message(
    session: Session, world_id: int, persona: Persona, delivery_id: int, now: datetime.datetime, door: str = "webmail"
) -> Opened:
    """Open it: it is read from now on, the journal says by whom, and Mon espace santé sends its receipt."""
    delivery, folder, box = find_delivery(session, world_id, persona, delivery_id)
    message = session.get_one(Message, delivery.message_id)
    reading = reread(raw_of(session, message))
    if not delivery.seen:
        change_flags(session, [delivery], now, add=("\\Seen",))
        note(
            session,
            world_id,
            "read",
            now,
            participant_id=persona.participant_id,
            persona_id=persona.id,
            mailbox_id=box.id,
            message_id=message.id,
            door=door,
            details={
                "kind": message.kind,
                "from_patient": "yes" if message.sender_address.endswith("@patient.mssante.fr") else "no",
            },
        )
    request = pending_receipt(session, delivery)
    if request is not None and box.is_patient:
        _send(session, request, delivery, box, message, reading, persona, now)
        request = None
    asks = request is not None and folder.special_use not in NO_QUESTION_IN and not reading.is_automatic
    return Opened(delivery, message, folder, box, reading, request if asks else None)


def pending_receipt(session: Session, delivery: Delivery) -> ReceiptRequest | None:
    """The question that hangs on a delivery, until it is answered in any tool."""
    return session.scalar(
        select(ReceiptRequest).where(
            ReceiptRequest.world_id == delivery.world_id,
            ReceiptRequest.delivery_id == delivery.id,
            ReceiptRequest.state == "pending",
        )
    )


def answer_receipt(
    session: Session, world_id: int, persona: Persona, delivery_id: int, now: datetime.datetime, *, accept: bool
) -> bool:
    """Send the receipt, or not; either way the question is closed. False: it was answered already."""
    delivery, _, box = find_delivery(session, world_id, persona, delivery_id)
    request = pending_receipt(session, delivery)
    if request is None:
        return False
    message = session.get_one(Message, delivery.message_id)
    if accept:
        _send(session, request, delivery, box, message, reread(raw_of(session, message)), persona, now)
        return True
    request.state, request.answered_at = "refused", now
    session.flush()
    change_flags(session, [delivery], now, add=(MDN_SENT,))
    _note(session, "receipt_refused", persona, box, message, now)
    return True


def _send(
    session: Session,
    request: ReceiptRequest,
    delivery: Delivery,
    box: Mailbox,
    message: Message,
    reading: Reading,
    persona: Persona,
    now: datetime.datetime,
) -> None:
    """From the box that received, never from the person who opened it."""
    request.state, request.answered_at = "sent", now
    session.flush()
    change_flags(session, [delivery], now, add=(MDN_SENT,))
    target = session.scalar(
        select(Mailbox).where(Mailbox.world_id == box.world_id, Mailbox.address == request.wanted_by)
    )
    if target is not None and target.state in ("open", "auto_reply"):
        raw = mdn(
            displayed(reading, by_patient=box.is_patient),
            reading,
            label=box.holder,
            address=box.address,
            to=target.address,
            at=now,
        )
        received = drop(session, raw, target, "mdn", from_patient=box.is_patient, at=now)
        note(session, box.world_id, "receipt_received", now, mailbox_id=target.id, message_id=received, door="box")
    _note(session, "receipt_sent", persona, box, message, now)


def _note(session: Session, act: str, persona: Persona, box: Mailbox, message: Message, now: datetime.datetime) -> None:
    note(
        session,
        box.world_id,
        act,  # type: ignore[arg-type]
        now,
        participant_id=persona.participant_id,
        persona_id=persona.id,
        mailbox_id=box.id,
        message_id=message.id,
        door="webmail",
    )
