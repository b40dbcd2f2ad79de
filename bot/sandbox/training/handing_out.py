"""Whom each trainee plays first: someone with whom every exercise can be done, and whom no exercise writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.people import Persona

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from knowledge.model import Exercise


def targets_of(exercises: Iterable[Exercise]) -> frozenset[str]:
    """The addresses that the exercises have one write to."""
    return frozenset(step.proof["to"].lower() for one in exercises for step in one.steps if "to" in step.proof)


def free_part(session: Session, world_id: int, targets: frozenset[str] = frozenset()) -> Persona | None:
    """The next one: a physician who enters a shared box, then anyone who enters one, then anyone with a box."""
    free = (
        select(Persona)
        .where(
            Persona.world_id == world_id,
            Persona.participant_id.is_(None),
            Persona.kind == "PER",
            Persona.key.not_in(targets),
            Persona.id.in_(_holding(world_id, "own").where(Mailbox.unlisted.is_(False))),
        )
        .order_by(Persona.id)
        .limit(1)
    )
    sharing = free.where(Persona.id.in_(_holding(world_id, "member").where(Mailbox.type == "ORG")))
    wished = (sharing.where(Persona.profession == "medecin"), sharing, free)
    return next((found for found in map(session.scalar, wished) if found is not None), None)


def _holding(world_id: int, right: str) -> Select[int]:
    """Ids of the personas with this right on an open box."""
    return (
        select(Access.persona_id)
        .join(Mailbox, (Mailbox.id == Access.mailbox_id) & (Mailbox.world_id == Access.world_id))
        .where(Access.world_id == world_id, Access.right == right, Mailbox.state == "open")
    )
