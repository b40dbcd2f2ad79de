"""What no server sees but the world of a class knows: state of a thread, absences, the whitelist read again.

One context per recipient; what a door or an exercise told (an intention, a choice of the patient) is kept.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from msgspec import structs
from sqlalchemy import bindparam, or_, select

from bot.sandbox.addresses import parse
from bot.sandbox.post.patients import standing, thread_answered
from bot.sandbox.store.boxes import AutoReply, AutoReplySent, Mailbox
from bot.sandbox.store.database import NAMES_ITS_WORLD, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.attempt import Attempt, Context
    from bot.sandbox.post.senders import Desk


_BOXES = (
    select(Mailbox)
    .where(Mailbox.world_id == bindparam("the_world"), Mailbox.address.in_(bindparam("the_addresses", expanding=True)))
    .execution_options(**NAMES_ITS_WORLD)
)
_NOW = bindparam("the_moment", type_=UtcDateTime())
_ABSENT = (
    select(AutoReply.mailbox_id)
    .where(
        AutoReply.world_id == bindparam("the_world"),
        AutoReply.mailbox_id.in_(bindparam("the_boxes", expanding=True)),
        AutoReply.active.is_(True),
        or_(AutoReply.starts_at.is_(None), AutoReply.starts_at <= _NOW),
        or_(AutoReply.ends_at.is_(None), AutoReply.ends_at > _NOW),
        AutoReply.id.not_in(
            select(AutoReplySent.auto_reply_id).where(
                AutoReplySent.world_id == bindparam("the_world"), AutoReplySent.address == bindparam("the_sender")
            )
        ),
    )
    .execution_options(**NAMES_ITS_WORLD)
)


def boxes_among(session: Session, world_id: int, typed: Sequence[str]) -> dict[str, Mailbox]:
    """The boxes of this world among these addresses, by address."""
    wanted = {address.text for text in typed if (address := parse(text))}
    if not wanted:
        return {}
    found = session.scalars(_BOXES, {"the_world": world_id, "the_addresses": sorted(wanted)})
    return {box.address: box for box in found}


def contexts_of(
    session: Session,
    desk: Desk,
    attempt: Attempt,
    boxes: Mapping[str, Mailbox],
    answered: str,
    automatic: bool,
    now: datetime.datetime,
) -> list[Context]:
    """One context per recipient of the attempt. `answered`: Message-ID of the message that this one answers."""
    absent = set() if automatic else absences(session, desk.address, boxes, now)
    common = structs.replace(
        attempt.context,
        whitelist_refreshed=attempt.context.whitelist_refreshed or _refreshed(desk),
        several_boxes=attempt.context.several_boxes or _several(desk, boxes),
    )
    thread = thread_answered(session, desk.world.id, answered) if desk.box is not None else None
    contexts = []
    for typed in attempt.recipients:
        address = parse(typed)
        box = boxes.get(address.text) if address else None
        context = common
        if box is not None and desk.box is not None and box.is_patient is not desk.box.is_patient:
            patient, contact = (box, desk.box) if box.is_patient else (desk.box, box)
            found = standing(session, patient, contact, thread if desk.box.is_patient else None)
            context = structs.replace(
                context,
                thread=found.thread if found.thread != "none" or not box.is_patient else context.thread,
                pharmacy_known=found.known if desk.box.is_patient else context.pharmacy_known,
            )
        if box is not None and box.id in absent:
            context = structs.replace(context, recipient_auto_reply=True)
        contexts.append(context)
    return contexts


def absences(session: Session, sender: str, boxes: Mapping[str, Mailbox], now: datetime.datetime) -> set[int]:
    """The boxes whose automatic reply this sender is about to get: in force, and not had already."""
    if not boxes or not sender:
        return set()
    world_id = next(iter(boxes.values())).world_id
    given = {
        "the_world": world_id,
        "the_sender": sender,
        "the_boxes": [box.id for box in boxes.values() if box.address != sender],
        "the_moment": now,
    }
    return set(session.scalars(_ABSENT, given))


def _refreshed(desk: Desk) -> bool:
    return desk.world.whitelist_refreshed_at is not None


def _several(desk: Desk, boxes: Mapping[str, Mailbox]) -> bool:
    """Does one of these people publish several boxes? The directory number tells the person, not the name."""
    numbers = {box.rpps for box in boxes.values() if box.rpps}
    if not numbers:
        return False
    published = [b.rpps for b in desk.space.mailboxes.values() if b.rpps in numbers and b.state in ("open", "full")]
    return len(published) > len(set(published))
