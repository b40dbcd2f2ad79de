"""What a submission does with an account: the box it writes from, the line of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.addresses import parse
from bot.sandbox.identity.accounts import Account
from bot.sandbox.store.journal import note
from bot.sandbox.store.people import World
from bot.sandbox.store.worlds import box_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from bot.sandbox.identity.accounts import Refused
    from bot.sandbox.post.post_office import PostOffice


def box_to_write_from(session: Session, office: PostOffice, account: Account, address: str) -> tuple[int | None, str]:
    """The box that MAIL FROM names in this world, and the reply that refuses it, if any."""
    wanted = parse(address)
    box = box_of(session, account.world_id, wanted.text) if wanted else None
    if box is None and account.auth != "med_account":
        return None, "550 5.7.1 boite-ouverte-introuvable"
    world = session.get_one(World, account.world_id)
    box_id = box.id if box is not None else None
    answer = office.judge_sign_in(session, world, account.sender(box_id))
    return box_id, "" if answer.accepted else answer.reply


def journal_sign_in(account: Account | Refused, at: datetime.datetime) -> Callable[[Session], None]:
    """The line of the journal that says so: who, by which door, and by which rule it was refused."""

    def written(session: Session) -> None:
        if isinstance(account, Account):
            note(
                session,
                account.world_id,
                "signed_in",
                at,
                participant_id=account.participant_id,
                persona_id=account.persona_id,
                door="smtp",
                details={"channel": account.channel, "auth": account.auth},
            )
        elif account.known is not None:
            world_id, persona_id = account.known
            note(
                session,
                world_id,
                "sign_in_refused",
                at,
                persona_id=persona_id,
                door="smtp",
                details={"rules": account.rule},
            )

    return written
