"""Whom a mail client signs in as: one persona of one world, and the boxes that open to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.addresses import parse
from bot.sandbox.post.senders import Sender
from bot.sandbox.store.passwords import examine
from bot.sandbox.store.worlds import box_of, boxes_open_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.attempt import Auth, Channel
    from bot.sandbox.identity.credentials import Credentials
    from bot.sandbox.post.post_office import PostOffice
    from bot.sandbox.store.passwords import SignedIn

_OF_STATE = {"expired": "jeton-expire", "not_renewed": "jeton-non-renouvele"}


class Account(NamedTuple):
    """Somebody known. `boxes`: addresses it may open, its own first. `box`: the one its messages leave from unless told."""

    world_id: int
    persona_id: int
    participant_id: int | None
    channel: Channel
    auth: Auth
    boxes: dict[str, int]
    box: str
    secret: str
    """Kept while the connection lasts: it may be revoked meanwhile."""

    def sender(self, box_id: int | None) -> Sender:
        """For the post office. The link is the one the rules know: 587 and STARTTLS, whatever the port of this machine."""
        return Sender(persona_id=self.persona_id, box_id=box_id, channel=self.channel, auth=self.auth)


class Refused(NamedTuple):
    """Nobody is let in. `known`: whose transcript tells it, if the secret names somebody."""

    rule: str
    known: tuple[int, int] | None = None


def identify(session: Session, office: PostOffice, given: Credentials) -> Account | Refused:
    """The account these credentials open, or the rule that keeps it shut."""
    found = examine(session, given.secret, office.clock())
    if found is None or found.kind == "psc_refresh" or given.is_token is not (found.kind == "psc"):
        return Refused(_unknown(office, given))
    known = (found.world.id, found.persona.id)
    if found.state != "good":
        return Refused(_OF_STATE.get(found.state, "mot-de-passe-faux"), known)
    opened = boxes_open_to(session, found.persona)
    boxes = {box.address: box.id for box, _ in opened}
    own = next((box.address for box, access in opened if access.right == "own"), "")
    login = given.login.strip().lower()
    if login != found.persona.key and login not in boxes:
        return Refused("psc-non-lie" if given.is_token else "mot-de-passe-faux", known)
    on_behalf = given.on_behalf.strip().lower()
    if on_behalf == found.persona.key:
        on_behalf = own
    wanted = on_behalf or login
    channel, auth = _way(found)
    account = Account(
        found.world.id,
        found.persona.id,
        found.persona.participant_id,
        channel,
        auth,
        boxes,
        wanted if wanted in boxes else own or next(iter(boxes), ""),
        given.secret,
    )
    box_id = boxes.get(account.box)
    if on_behalf and on_behalf not in boxes:
        asked = box_of(session, found.world.id, on_behalf)
        if asked is None:
            return Refused("boite-ouverte-introuvable", known)
        box_id = asked.id
    answer = office.judge_sign_in(session, found.world, account.sender(box_id))
    if not answer.accepted:
        return Refused(answer.rule or "mot-de-passe-faux", known)
    return account


def _unknown(office: PostOffice, given: Credentials) -> str:
    """No such secret: what the login alone tells. A shared box has no password of its own (Medimail, 15/11/2022)."""
    address = parse(given.login)
    if address is None and given.login.lower() not in office.fixtures.med_accounts:
        return "identifiant-mal-forme"
    box = office.fixtures.box(address.text) if address else None
    if box is not None and box.type == "ORG" and not given.is_token:
        return "mot-de-passe-partage"
    return "mot-de-passe-faux"


def _way(found: SignedIn) -> tuple[Channel, Auth]:
    """The tool and the sign-in, in the words of the send rules."""
    kind = found.persona.kind
    if kind == "APP":
        return "application", "client_certificate"
    if kind == "MED":
        return found.tool, "med_account"
    return found.tool, "token" if found.kind == "psc" else "password"
