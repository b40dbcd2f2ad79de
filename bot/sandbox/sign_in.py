"""Who signs in, how, and which box the message leaves from.

A shared box is entered with one's own sign-in and only by those it lists (founding presentation § 02; Medimail shut
shared sign-ins on 15/11/2022, dossier § 1.2). A MED account has no MSSanté address and opens the ORG boxes it is
attached to (§ 1.1). An APP box is opened by software (§ 1.1). Sign-in states: dossier § 4 and the cases' sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.sandbox.addresses import parse, place_of
from bot.sandbox.attempt import Auth, AuthState, Channel, FromType
from bot.sandbox.settings import Door, YesNo, tools, yes

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt
    from bot.sandbox.world import World


A_PERSON_SIGNS_IN: frozenset[Auth] = frozenset(
    {"psc", "cps", "regional_portal", "med_account", "delegate", "shared_password", "lent_password"}
)
"""Ways in that belong to people; a certificate, a token and a password may be those of a software."""


class SignInFacts(Struct, frozen=True):
    """`account`: what the operator knows of the box signed in with. `entry`: how the sending box is reached."""

    channel: Channel
    door: Door
    knows_patient: YesNo
    can_ask: YesNo
    from_type: FromType
    sender: Literal["professional", "patient", "external"]
    sending_box: Literal["PER", "ORG", "APP", "CAB", "none", "other"]
    auth: Auth
    auth_state: AuthState
    account: Literal["n/a", "ok", "gone", "unknown"]
    entry: Literal["own", "none", "granted", "denied", "delegated", "someone_else", "unknown"]
    app_opened_by: Literal["n/a", "software", "person"]
    patient_tool: Literal["n/a", "right", "wrong"]
    sender_server: Literal["trusted", "external", "not_listed", "faulty", "new"]


def sign_in_facts(attempt: Attempt, world: World) -> SignInFacts:
    """Who is at the keyboard, as far as the operators know."""
    tool = tools()[attempt.channel]
    kind = attempt.from_type
    patient_tool: Literal["n/a", "right", "wrong"] = "n/a"
    if (kind == "patient") is not (attempt.channel == "patient_space"):
        patient_tool = "wrong"
    elif kind == "patient":
        patient_tool = "right"
    return SignInFacts(
        channel=attempt.channel,
        door=tool.door,
        knows_patient=yes(tool.knows_patient),
        can_ask=yes(tool.can_ask),
        from_type=kind,
        sender=kind if kind == "patient" or kind == "external" else "professional",
        sending_box=_sending_box(attempt, world),
        auth=attempt.auth,
        auth_state=attempt.auth_state,
        account=_account(attempt, world),
        entry=_entry(attempt, world),
        app_opened_by=_app_opened_by(attempt, world),
        patient_tool=patient_tool,
        sender_server=_sender_server(attempt, world),
    )


def _sending_box(attempt: Attempt, world: World) -> Literal["PER", "ORG", "APP", "CAB", "none", "other"]:
    if attempt.acting_as is not None:
        address = parse(attempt.acting_as)
        box = world.box(address.text) if address else None
        return box.type if box else "none"
    kind = attempt.from_type
    if kind == "MED":
        return "none"
    return "other" if kind == "patient" or kind == "external" else kind


def _app_opened_by(attempt: Attempt, world: World) -> Literal["n/a", "software", "person"]:
    """Who is behind an APP box: its software (certificate or technical account), or somebody at a screen."""
    if _sending_box(attempt, world) != "APP":
        return "n/a"
    person = attempt.auth in A_PERSON_SIGNS_IN or tools()[attempt.channel].door == "screen"
    return "person" if person else "software"


def _account(attempt: Attempt, world: World) -> Literal["n/a", "ok", "gone", "unknown"]:
    """A box that is not in the world but in a listed domain does not exist (fixtures, unknown_note)."""
    address = parse(attempt.sender) if attempt.sender is not None else None
    if attempt.from_type == "external" or attempt.sender is None:
        return "n/a"
    if attempt.from_type == "patient":
        patient = world.patient(address.text) if address else None
        return "unknown" if patient is None or patient.box == "unknown" else "ok" if patient.box == "open" else "gone"
    if place_of(address, world) != "listed" or _sender_server(attempt, world) in ("faulty", "new"):
        # The world knows no box there: what other operators see of the server is the lesson.
        return "n/a"
    box = world.box(address.text) if address else None
    if box is None:
        return "unknown"
    return "gone" if box.state in ("deleted", "closed") else "ok"


def _entry(
    attempt: Attempt, world: World
) -> Literal["own", "none", "granted", "denied", "delegated", "someone_else", "unknown"]:
    if attempt.acting_as is None:
        if attempt.auth == "delegate":
            return "delegated"
        return "none" if attempt.from_type == "MED" else "own"
    if attempt.auth == "lent_password":
        return "own"  # borrowed credentials open whatever their holder opens
    target = parse(attempt.acting_as)
    person = parse(attempt.sender) if attempt.sender is not None else None
    if target is None:
        return "unknown"
    if person == target:
        return "own"
    box = world.box(target.text)
    if box is None:
        return "unknown"
    if attempt.auth == "delegate":
        return "delegated"
    if box.type in ("ORG", "CAB"):
        if attempt.from_type == "MED":
            return "granted" if target.text in world.attached_boxes else "denied"
        members = {member.lower() for member in box.members}
        return "granted" if person and person.text in members else "denied"
    return "someone_else"


def _sender_server(attempt: Attempt, world: World) -> Literal["trusted", "external", "not_listed", "faulty", "new"]:
    """What the other operators see of the server the message comes from."""
    if attempt.from_type == "external" or tools()[attempt.channel].door == "outside":
        return "external"
    address = parse(attempt.sending_address) if attempt.sending_address is not None else None
    if address is None:
        return "trusted"
    if place_of(address, world) != "listed":
        return "not_listed"
    if world.fault_of(address.domain):
        return "faulty"
    return "new" if address.domain in world.listed_today else "trusted"
