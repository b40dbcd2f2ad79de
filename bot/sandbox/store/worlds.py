"""Make a world, enter it, come back to it, leave it to expire. Nothing here is reached by a GET."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from bot.sandbox.store.boxes import Access, BoxState, Folder, Mailbox
from bot.sandbox.store.database import table_of
from bot.sandbox.store.folders import folder_rows
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.store.people import Participant, Persona, Role, World, WorldKind
from bot.sandbox.store.sends import Exchange
from knowledge.naming import fold

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.world import Mailbox as BoxOfSpace
    from bot.sandbox.world import World as Space

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What a person reads off a projector without doubt: no 0, O, 1, I, L."""
LIFETIME: dict[WorldKind, datetime.timedelta] = {"solo": datetime.timedelta(hours=24), "class": datetime.timedelta(14)}
MAX_PSEUDONYM = 40
MAX_PARTICIPANTS = 60


class EntryRefused(ValueError):
    """One does not enter so; the message says why, in French."""


def create_world(
    session: Session,
    space: Space,
    kind: WorldKind,
    now: datetime.datetime,
    *,
    title: str = "",
    lifetime: datetime.timedelta | None = None,
) -> World:
    """A new world, peopled from the fixtures: about 200 boxes, everyone in it, nobody played yet."""
    world = World(
        code=_free_code(session),
        kind=kind,
        title=title,
        created_at=now,
        expires_at=now + (lifetime or LIFETIME[kind]),
        next_uidvalidity=int(now.timestamp()),
    )
    session.add(world)
    session.flush()
    session.execute(insert(table_of(Mailbox)), _box_rows(world.id, space))
    boxes = {address: (i, kind == "PATIENT") for i, address, kind in session.execute(
        select(Mailbox.id, Mailbox.address, Mailbox.type).where(Mailbox.world_id == world.id)
    )}  # fmt: skip
    session.execute(insert(table_of(Persona)), _persona_rows(world.id, space))
    personas = {
        key: i for i, key in session.execute(select(Persona.id, Persona.key).where(Persona.world_id == world.id))
    }
    ids = {address: i for address, (i, _) in boxes.items()}
    session.execute(insert(table_of(Access)), _access_rows(world.id, space, ids, personas))
    session.execute(insert(table_of(Folder)), folder_rows(world, list(boxes.values())))
    known = _known_pharmacies(world.id, space, ids)
    if known:
        session.execute(insert(table_of(Exchange)), known)
    session.flush()
    return world


def world_of_code(session: Session, code: str, now: datetime.datetime) -> World:
    """The world that trainees join with this code. Raises EntryRefused."""
    wanted = code.strip().upper().replace(" ", "").replace("-", "")
    world = session.scalar(select(World).where(World.code == wanted))
    if world is None or world.expires_at <= now:
        raise EntryRefused("Aucune session ouverte ne porte ce code. Vérifiez-le auprès de votre formateur.")
    return world


def join(
    session: Session, world: World, pseudonym: str, now: datetime.datetime, role: Role = "trainee"
) -> tuple[Participant, str]:
    """A new participant, and the secret that brings them back: shown once, kept as a SHA-256. Raises EntryRefused."""
    name = " ".join(pseudonym.split())
    if not 1 <= len(name) <= MAX_PSEUDONYM or not name.isprintable():
        raise EntryRefused(f"Choisissez un pseudonyme de 1 à {MAX_PSEUDONYM} signes.")
    refuse_real_number(name)
    here = session.scalars(select(Participant).where(Participant.world_id == world.id)).all()
    if any(fold(p.pseudonym) == fold(name) for p in here):
        raise EntryRefused("Ce pseudonyme est déjà pris dans la session ; choisissez-en un autre.")
    if len(here) >= MAX_PARTICIPANTS:
        raise EntryRefused(f"La session est complète ({MAX_PARTICIPANTS} personnes).")
    token = secrets.token_urlsafe(24)
    participant = Participant(
        world_id=world.id, pseudonym=name, role=role, token_sha256=digest(token), joined_at=now, seen_at=now
    )
    session.add(participant)
    session.flush()
    return participant, token


def rejoin(session: Session, token: str, now: datetime.datetime) -> tuple[World, Participant]:
    """The participant of this secret, with all they had done. Raises EntryRefused once the world has expired."""
    participant = session.scalar(select(Participant).where(Participant.token_sha256 == digest(token)))
    world = session.get(World, participant.world_id) if participant else None
    if participant is None or world is None or world.expires_at <= now:
        raise EntryRefused("Cette session du bac à sable est terminée ; entrez de nouveau.")
    return world, participant


def take_persona(session: Session, participant: Participant, persona: Persona, now: datetime.datetime) -> None:
    """From now on this participant plays that persona. Raises EntryRefused when another does."""
    taken = session.execute(
        update(Persona)
        .where(
            Persona.world_id == participant.world_id,
            Persona.id == persona.id,
            (Persona.participant_id.is_(None)) | (Persona.participant_id == participant.id),
        )
        .values(participant_id=participant.id, taken_at=now)
        .execution_options(synchronize_session=False)
        .returning(Persona.id)
    ).all()
    if not taken:
        raise EntryRefused(f"Quelqu’un joue déjà « {persona.name} ». Choisissez une autre personne.")
    session.refresh(persona)


def release_persona(session: Session, persona: Persona) -> None:
    """Nobody plays it any more; its boxes keep what they hold."""
    persona.participant_id = persona.taken_at = None


def persona_of(session: Session, world_id: int, key: str) -> Persona:
    """A persona by its own address, or by the id of its MED account."""
    return session.scalars(select(Persona).where(Persona.world_id == world_id, Persona.key == key.lower())).one()


def box_of(session: Session, world_id: int, address: str) -> Mailbox | None:
    """A box of this world by its address, case put aside."""
    return session.scalar(select(Mailbox).where(Mailbox.world_id == world_id, Mailbox.address == address.lower()))


def boxes_open_to(session: Session, persona: Persona) -> list[tuple[Mailbox, Access]]:
    """What this persona may open: its own box first, then shared ones, then delegated ones."""
    order = {"own": 0, "member": 1, "delegate": 2}
    found = session.execute(
        select(Mailbox, Access)
        .join(Access, (Access.mailbox_id == Mailbox.id) & (Access.world_id == Mailbox.world_id))
        .where(Access.world_id == persona.world_id, Access.persona_id == persona.id)
    )
    return sorted(((box, access) for box, access in found), key=lambda pair: (order[pair[1].right], pair[0].address))


def change_box(session: Session, box: Mailbox, *, state: BoxState | None = None, unlisted: bool | None = None) -> None:
    """A trainer closes, fills or hides a box: what the rules see of the world changes with it."""
    box.state = box.state if state is None else state
    box.unlisted = box.unlisted if unlisted is None else unlisted
    touch(session, box.world_id)


def grant(session: Session, persona: Persona, box: Mailbox, *, delegate: bool = False) -> None:
    """Put a persona on the access list of a box, or make it a delegate of its holder."""
    session.add(
        Access(
            world_id=box.world_id, persona_id=persona.id, mailbox_id=box.id, right="delegate" if delegate else "member"
        )
    )
    touch(session, box.world_id)


def withdraw(session: Session, persona: Persona, box: Mailbox) -> None:
    """Take it off again. One's own box stays one's own."""
    session.execute(
        delete(Access).where(
            Access.world_id == box.world_id,
            Access.persona_id == persona.id,
            Access.mailbox_id == box.id,
            Access.right != "own",
        )
    )
    touch(session, box.world_id)


def refresh_whitelist(session: Session, world: World, now: datetime.datetime) -> None:
    """The operators of this world read the pretend whitelist again: domains listed today become known."""
    world.whitelist_refreshed_at = now


def touch(session: Session, world_id: int) -> None:
    """Boxes or rights changed: whoever keeps a picture of this world must make another."""
    session.flush()
    session.execute(
        update(World)
        .where(World.id == world_id)
        .values(revision=World.revision + 1)
        .execution_options(synchronize_session="fetch")
    )


def purge_expired(session: Session, now: datetime.datetime, at_most: int = 20) -> int:
    """Worlds past their time vanish with all they held. Returns how many."""
    gone = session.scalars(select(World.id).where(World.expires_at <= now).order_by(World.expires_at).limit(at_most))
    ids = list(gone)
    if ids:
        session.execute(delete(World).where(World.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def digest(token: str) -> str:
    """What is kept of a secret of 128 bits and more: no dictionary reaches it, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _free_code(session: Session) -> str:
    for _ in range(50):
        code = "".join(secrets.choice(ALPHABET) for _ in range(6))
        if session.scalar(select(World.id).where(World.code == code)) is None:
            return code
    raise EntryRefused("Trop de sessions sont ouvertes en ce moment ; réessayez plus tard.")


def _state(box: BoxOfSpace) -> tuple[BoxState, bool]:
    return ("open", True) if box.state == "unlisted" else (box.state, False)


def _box_rows(world_id: int, space: Space) -> list[dict[str, Any]]:
    rows = []
    for box in space.mailboxes.values():
        structure = space.structures.get(box.structure)
        state, unlisted = _state(box)
        operator = space.operator_of[box.address.lower().partition("@")[2]]
        place = structure or box
        rows.append(
            _row(
                world_id,
                address=box.address.lower(),
                type=box.type,
                state=state,
                unlisted=unlisted,
                preferred=box.preferred,
                operator=operator.id,
                holder=box.holder,
                role=box.role,
                profession=box.profession,
                rpps=box.rpps,
                structure=box.structure,
                town=box.town or place.town,
                department=box.department or place.department,
                region=box.region or place.region,
                folded=fold(
                    " ".join((box.holder, box.role, box.profession, structure.name if structure else "", place.town))
                ),
            )
        )
    for patient in space.patients.values():
        operator = space.operator_of[patient.address.lower().partition("@")[2]]
        rows.append(
            _row(
                world_id,
                address=patient.address.lower(),
                type="PATIENT",
                state=patient.box,
                operator=operator.id,
                holder=patient.name,
                role=patient.state,
                minor=patient.minor,
                opposed=patient.opposed,
                folded=fold(patient.name),
            )
        )
    return rows


_BLANK: dict[str, Any] = {
    "unlisted": False,
    "preferred": False,
    "responsible": "",
    "role": "",
    "profession": "",
    "rpps": "",
    "structure": "",
    "town": "",
    "department": "",
    "region": "",
    "minor": False,
    "opposed": "none",
}


def _row(world_id: int, **values: Any) -> dict[str, Any]:
    return {**_BLANK, "world_id": world_id, **values}


def _persona_rows(world_id: int, space: Space) -> list[dict[str, Any]]:
    """Whoever can sign in: holders of a nominative box, software of an APP box, MED accounts, patients."""
    rows = [
        {
            "key": box.address.lower(),
            "kind": box.type,
            "name": box.holder,
            "role": box.role,
            "profession": box.profession,
        }
        for box in space.mailboxes.values()
        if box.type in ("PER", "APP")
    ]
    rows += [
        {"key": account.id.lower(), "kind": "MED", "name": account.holder, "role": account.role, "profession": ""}
        for account in space.med_accounts.values()
    ]
    rows += [
        {"key": p.address.lower(), "kind": "PATIENT", "name": p.name or "Patient", "role": p.state, "profession": ""}
        for p in space.patients.values()
    ]
    return [{"world_id": world_id, "participant_id": None, "taken_at": None, **row} for row in rows]


def _access_rows(world_id: int, space: Space, boxes: dict[str, int], personas: dict[str, int]) -> list[dict[str, Any]]:
    found: dict[tuple[int, int], str] = {}
    for address, box_id in boxes.items():
        if address in personas:
            found[personas[address], box_id] = "own"
    for box in space.mailboxes.values():
        for member in box.members:
            if member.lower() in personas:
                found.setdefault((personas[member.lower()], boxes[box.address.lower()]), "member")
    for account in space.med_accounts.values():
        for address in account.attached_to:
            found.setdefault((personas[account.id.lower()], boxes[address.lower()]), "member")
    for delegation in space.delegations:
        key = (personas[delegation.to.lower()], boxes[delegation.box.lower()])
        found.setdefault(key, "delegate")
    return [
        {"world_id": world_id, "persona_id": persona, "mailbox_id": box, "right": right}
        for (persona, box), right in found.items()
    ]


def _known_pharmacies(world_id: int, space: Space, boxes: dict[str, int]) -> list[dict[str, Any]]:
    """Sandbox choice: each patient went this year to the first pharmacy of the world, and to no other."""
    pharmacy = next((box for box in space.mailboxes.values() if space.is_pharmacy(box)), None)
    if pharmacy is None:
        return []
    return [
        {
            "world_id": world_id,
            "patient_box_id": boxes[patient.lower()],
            "contact_box_id": boxes[pharmacy.address.lower()],
            "thread": "",
            "state": "known",
            "opened_at": None,
            "closed_at": None,
            "closed_by": None,
        }
        for patient in space.patients
    ]
