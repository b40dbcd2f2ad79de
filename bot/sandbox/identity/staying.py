"""Whether who signed in may stay: asked again while the connection lasts, by every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.store.passwords import examine

if TYPE_CHECKING:
    import datetime

    from sqlalchemy.orm import Session


class Over(NamedTuple):
    """Why one must leave: the rule that the same secret would now be refused with, if one says it, and the words."""

    rule: str
    says: str


_WORLD_OVER = Over("", "Cette session du bac à sable est terminée.")
_OVER = {
    "revoked": Over("mot-de-passe-faux", "Ce mot de passe d’application a été retiré."),
    "not_renewed": Over(
        "jeton-non-renouvele", "Le jeton Pro Santé Connect (simulé) a expiré et n’a pas été renouvelé."
    ),
    "world_over": _WORLD_OVER,
}


def no_longer(session: Session, secret: str, now: datetime.datetime) -> Over | None:
    """Why this one must leave, if so. A token that can still be renewed does not end what it began."""
    found = examine(session, secret, now)
    return _WORLD_OVER if found is None else _OVER.get(found.state)
