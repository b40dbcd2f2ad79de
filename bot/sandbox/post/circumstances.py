"""What no server sees but the world of a class knows: state of a thread, absences, the whitelist read again.

One context per recipient; what a door or an exercise told (an intention, a choice of the patient) is kept. What the
boxes do by themselves is asked for in one query: every send asks it.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs
from sqlalchemy import BindParameter, bindparam, literal, or_, select, union_all

from bot.sandbox.addresses import parse
from bot.sandbox.post.patients import standing, thread_answered
from bot.sandbox.store.boxes import Access, AutoReply, AutoReplySent, ForwardRule, Mailbox
from bot.sandbox.store.database import NAMES_ITS_WORLD, UtcDateTime
from bot.sandbox.store.people import Persona

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
_WORLD: BindParameter[int] = bindparam("the_world")
_IDS: BindParameter[list[int]] = bindparam("the_boxes", expanding=True)
_NOW = bindparam("the_moment", type_=UtcDateTime())
_HABITS = union_all(
    select(literal("absent"), AutoReply.mailbox_id).where(
        AutoReply.world_id == _WORLD,
        AutoReply.mailbox_id.in_(_IDS),
        AutoReply.active.is_(True),
        or_(AutoReply.starts_at.is_(None), AutoReply.starts_at <= _NOW),
        or_(AutoReply.ends_at.is_(None), AutoReply.ends_at > _NOW),
        AutoReply.id.not_in(
            select(AutoReplySent.auto_reply_id).where(
                AutoReplySent.world_id == _WORLD, AutoReplySent.address == bindparam("the_sender")
            )
        ),
    ),
    select(literal("forwards"), ForwardRule.mailbox_id).where(
        ForwardRule.world_id == _WORLD, ForwardRule.mailbox_id.in_(_IDS), ForwardRule.active.is_(True)
    ),
    select(literal("played"), Access.mailbox_id)
    .join(Persona, (Persona.id == Access.persona_id) & (Persona.world_id == Access.world_id))
    .where(
        Access.world_id == _WORLD,
        Access.mailbox_id.in_(_IDS),
        Access.right != "delegate",
        Persona.participant_id.is_not(None),
    ),
)


class Habits(NamedTuple):
    """What boxes do by themselves, by their ids. `absent`: the automatic reply is in force, and this sender has not had
    it yet. `forwards`: a rule passes mail on. `played`: somebody of the class may open it, so nobody answers for them.
    """

    absent: frozenset[int] = frozenset()
    forwards: frozenset[int] = frozenset()
    played: frozenset[int] = frozenset()


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
    absent: frozenset[int],
) -> list[Context]:
    """One context per recipient of the attempt. `answered`: Message-ID of the message that this one answers."""
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


def habits_of(session: Session, sender: str, boxes: Mapping[str, Mailbox], now: datetime.datetime) -> Habits:
    """What these boxes do of a message of this sender. One's own box does not answer oneself."""
    if not boxes:
        return Habits()
    world_id = next(iter(boxes.values())).world_id
    ids = [box.id for box in boxes.values()]
    given = {"the_world": world_id, "the_sender": sender, "the_boxes": ids, "the_moment": now}
    found: dict[str, set[int]] = {"absent": set(), "forwards": set(), "played": set()}
    for habit, box_id in session.connection().execute(_HABITS, given):
        found[habit].add(box_id)
    own = {box.id for box in boxes.values() if not sender or box.address == sender}
    return Habits(frozenset(found["absent"] - own), frozenset(found["forwards"]), frozenset(found["played"]))


def _refreshed(desk: Desk) -> bool:
    return desk.world.whitelist_refreshed_at is not None


def _several(desk: Desk, boxes: Mapping[str, Mailbox]) -> bool:
    """Does one of these people publish several boxes? The directory number tells the person, not the name."""
    numbers = {box.rpps for box in boxes.values() if box.rpps}
    if not numbers:
        return False
    published = [b.rpps for b in desk.space.mailboxes.values() if b.rpps in numbers and b.state in ("open", "full")]
    return len(published) > len(set(published))
