"""Who did what in which box: written in the same transaction as the act it tells."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import select

from bot.sandbox.store.database import insert_row
from bot.sandbox.store.people import Journal, Participant, Persona

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import Mailbox

Act: TypeAlias = Literal[
    "entered_world",
    "took_persona",
    "signed_in",
    "sign_in_refused",
    "opened_box",
    "looked_up",
    "checked",
    "read",
    "sent",
    "refused",
    "asked_to_confirm",
    "bounce_received",
    "receipt_received",
    "receipt_sent",
    "receipt_refused",
    "auto_replied",
    "forwarded",
    "exchange_opened",
    "exchange_closed",
    "moved",
    "thrown_away",
    "restored",
    "draft_saved",
    "auto_reply_set",
    "forward_rule_set",
    "delegated",
]


def note(
    session: Session,
    world_id: int,
    act: Act,
    at: datetime.datetime,
    *,
    participant_id: int | None = None,
    persona_id: int | None = None,
    mailbox_id: int | None = None,
    submission_id: int | None = None,
    message_id: int | None = None,
    door: str = "",
    details: Mapping[str, str] | None = None,
) -> int:
    """One line. `details`: rule ids, outcomes, names of folders; never what a mail says."""
    return insert_row(
        session,
        Journal,
        {
            "world_id": world_id,
            "at": at,
            "act": act,
            "participant_id": participant_id,
            "persona_id": persona_id,
            "mailbox_id": mailbox_id,
            "submission_id": submission_id,
            "message_id": message_id,
            "door": door,
            "details": dict(details or {}),
        },
    )


def of_box(session: Session, box: Mailbox, limit: int = 200) -> Sequence[tuple[Journal, str | None, str | None]]:
    """The last lines of a box, newest first, with the persona and the participant behind it."""
    found = session.execute(
        select(Journal, Persona.name, Participant.pseudonym)
        .outerjoin(Persona, (Persona.id == Journal.persona_id) & (Persona.world_id == Journal.world_id))
        .outerjoin(Participant, (Participant.id == Journal.participant_id) & (Participant.world_id == Journal.world_id))
        .where(Journal.world_id == box.world_id, Journal.mailbox_id == box.id)
        .order_by(Journal.id.desc())
        .limit(limit)
    )
    return [(line, name, pseudonym) for line, name, pseudonym in found]


def since(session: Session, world_id: int, after: int = 0, limit: int = 1000) -> Sequence[Journal]:
    """The lines of a world after this one, oldest first: what an exercise is proved with."""
    return session.scalars(
        select(Journal).where(Journal.world_id == world_id, Journal.id > after).order_by(Journal.id).limit(limit)
    ).all()
