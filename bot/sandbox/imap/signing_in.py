"""Who signs in over IMAP: the same accounts and rules as for SMTP submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.identity.accounts import Account, identify
from bot.sandbox.imap.acts import told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.identity.credentials import Credentials
    from bot.sandbox.post.post_office import PostOffice

_CODES = {
    "jeton-expire": "EXPIRED",
    "jeton-non-renouvele": "EXPIRED",
    "messagerie-patient-seulement": "AUTHORIZATIONFAILED",
    "boite-d-autrui": "AUTHORIZATIONFAILED",
    "boite-partagee-non-autorisee": "AUTHORIZATIONFAILED",
    "boite-ouverte-introuvable": "AUTHORIZATIONFAILED",
}


class Someone(NamedTuple):
    """A persona signed in. The secret is kept while the connection lasts: it may be revoked meanwhile.

    `home`: the box that the login names, or for a login that names none (MED account) the first one open to it.
    """

    world_id: int
    persona_id: int
    secret: str
    home: int | None = None


class NotLetIn(NamedTuple):
    """Nobody is: the rule, its response code, and whose transcript tells it, if the secret names somebody."""

    rule: str
    code: str
    says: str
    known: tuple[int, int] | None


def sign_in(session: Session, office: PostOffice, given: Credentials) -> Someone | NotLetIn:
    """Whom these credentials let in; the journal says so, or says why not. In a writing session of no world."""
    found = identify(session, office, given)
    now = office.clock()
    if isinstance(found, Account):
        who = Someone(found.world_id, found.persona_id, given.secret, found.boxes.get(found.box))
        told(session, who, "signed_in", now, channel=found.channel, auth=found.auth)
        return who
    if found.known is not None:
        told(session, Someone(*found.known, ""), "sign_in_refused", now, rules=found.rule)
    rule = office.rulebook.rules.get(found.rule)
    says = rule.entry.says if rule else "Connexion refusée."
    return NotLetIn(found.rule, _CODES.get(found.rule, "AUTHENTICATIONFAILED"), says, found.known)
