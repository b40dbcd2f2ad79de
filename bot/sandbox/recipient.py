"""One recipient as the operators see it: where the address stands, whose server, which box, in what state.

Three checks between servers: is the domain listed, is the peer's certificate a valid IGC Santé one, is its name the
one listed for that domain (dossier § 2.2). An address that is not in the world, in a listed domain, is no box at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from bot.sandbox.addresses import Address, Place, looks_like_mssante, parse, place_of
from bot.sandbox.content import Room, room
from bot.sandbox.integration import Integration, integration_of
from bot.sandbox.patients import Contact, contact_of, is_patient, state_of
from bot.sandbox.settings import YesNo, limits, yes
from bot.sandbox.visibility import Visibility, visibility_for

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt
    from bot.sandbox.world import Mailbox, World

Server: TypeAlias = Literal["recipient_operator", "patient_space", "gateway"]
Peer: TypeAlias = Literal[
    "n/a",
    "same",
    "ok",
    "new",
    "migrating",
    "certificate_expired",
    "certificate_revoked",
    "certificate_not_igc",
    "certificate_name_mismatch",
    "no_tls",
]


class RecipientFacts(Struct, frozen=True):
    """`server`: who runs the box. `reader`: who opens it. `opposition`: does the patient object to this recipient?"""

    form: Literal["good", "malformed"]
    place: Place
    lookalike: YesNo
    server: Server
    peer: Peer
    box: Literal["PER", "ORG", "APP", "CAB", "patient", "none"]
    box_state: Literal["n/a", "open", "unlisted", "deleted", "full", "closed", "unknown", "auto_reply", "malformed"]
    reader: Literal["person", "software", "patient", "nobody"]
    recipient_room: Room
    opposition: YesNo
    integration: Integration
    visibility: Visibility
    contact: Contact


def professionals_among(attempt: Attempt, world: World) -> bool:
    """Does the message also go to somebody else than patients?"""
    addresses = (parse(typed) for typed in attempt.recipients)
    return any(address is not None and not is_patient(address, world) for address in addresses)


def recipient_facts(typed: str, to_professionals: bool, attempt: Attempt, world: World) -> RecipientFacts:
    """What the operators, and the tools, can tell of one recipient. `to_professionals`: `professionals_among`."""
    address = parse(typed)
    operator = world.operator_of.get(address.domain) if address else None
    box = world.box(address.text) if address else None
    patient = address is not None and is_patient(address, world)
    return RecipientFacts(
        form="malformed" if address is None else "good",
        place=place_of(address, world),
        lookalike=yes(place_of(address, world) == "outside" and looks_like_mssante(address)),
        server="recipient_operator" if operator is None or operator.kind == "operator" else operator.kind,
        peer=_peer(address, attempt, world),
        box="patient" if patient else box.type if box else "none",
        box_state=_state(address, box, patient, world),
        reader=_reader(box, patient),
        recipient_room=room(attempt, operator),
        opposition=yes(_opposed(address, patient, attempt, world)),
        integration=_integration(box, attempt),
        visibility=visibility_for(patient, to_professionals, attempt),
        contact=contact_of(address, attempt, world),
    )


def _peer(address: Address | None, attempt: Attempt, world: World) -> Peer:
    """What the sender's operator meets when it opens a link to this domain."""
    operator = world.operator_of.get(address.domain) if address else None
    if address is None or operator is None:
        return "n/a"
    sending = parse(attempt.sending_address) if attempt.sending_address is not None else None
    if sending is not None and world.operator_of.get(sending.domain) is operator:
        return "same"
    fault = operator.domain_faults.get(address.domain)
    if fault:
        return fault
    if address.domain in world.listed_today:
        return "new"
    return "migrating" if operator.migrating else "ok"


def _state(
    address: Address | None, box: Mailbox | None, patient: bool, world: World
) -> Literal["n/a", "open", "unlisted", "deleted", "full", "closed", "unknown", "auto_reply", "malformed"]:
    if address is None or address.domain not in world.operator_of:
        return "n/a"
    if patient:
        return state_of(address, world)
    return box.state if box else "unknown"


def _reader(box: Mailbox | None, patient: bool) -> Literal["person", "software", "patient", "nobody"]:
    if patient:
        return "patient"
    if box is None:
        return "nobody"
    return "software" if box.type == "APP" else "person"


def _opposed(address: Address | None, patient: bool, attempt: Attempt, world: World) -> bool:
    """Is this the channel the patient objects to? Noted in the sender's software (attempt), or in the world for them."""
    noted = attempt.context.opposed
    if not patient:
        return noted == "professional_channel" and address is not None and address.domain in world.operator_of
    known = world.patient(address.text) if address else None
    return noted == "patient_channel" or (known is not None and known.opposed == "patient_channel")


def _integration(box: Mailbox | None, attempt: Attempt) -> Integration:
    if box is None:
        return "n/a"
    technical = attempt.subject.lstrip().lower().startswith(limits().subject_prefix.lower())
    return integration_of(box, attempt.from_type == "APP", technical, attempt)
