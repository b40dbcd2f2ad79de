"""The pretend Annuaire Santé: what is published of the boxes of a world. Liste rouge and closed boxes are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from bot.sandbox.store.boxes import Mailbox
from knowledge.naming import fold

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PUBLISHED = ("PER", "ORG")
"""Neither APP nor CAB are in the public extraction (dossier § 1.4)."""


def search(
    session: Session,
    world_id: int,
    text: str = "",
    profession: str = "",
    place: str = "",
    start: int = 0,
    count: int = 50,
) -> tuple[list[Mailbox], int]:
    """Published boxes: words of a name, a role or a structure; a profession's id; a town, a department or a region."""
    wanted = [
        Mailbox.world_id == world_id,
        Mailbox.type.in_(PUBLISHED),
        Mailbox.state.in_(("open", "full")),
        Mailbox.unlisted.is_(False),
    ]
    wanted += [or_(Mailbox.folded.like(f"%{word}%"), Mailbox.address.like(f"%{word}%")) for word in fold(text).split()]
    if profession:
        wanted.append(Mailbox.profession == profession)
    if place.strip():
        where = fold(place)
        slug = where.replace(" ", "-")
        wanted.append(
            or_(Mailbox.department == place.strip(), Mailbox.region == slug, Mailbox.folded.like(f"% {where}%"))
        )
    total = session.scalar(select(func.count()).select_from(Mailbox).where(*wanted)) or 0
    found = session.scalars(
        select(Mailbox)
        .where(*wanted)
        .order_by(Mailbox.preferred.desc(), Mailbox.holder, Mailbox.address)
        .offset(start)
        .limit(count)
    )
    return list(found), total
