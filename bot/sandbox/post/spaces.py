"""The world of a class as the rules see it: the fixtures' operators, and the boxes and rights of the database now."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from msgspec import convert
from sqlalchemy import select

from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.people import Persona
from bot.sandbox.world import BoxState, Delegation, MedAccount, Patient, PatientBox, Population
from bot.sandbox.world import Mailbox as BoxOfSpace
from bot.sandbox.world import World as Space

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.store.people import World

KEPT = 64


class Spaces:
    """Pictures of worlds, each good until its boxes or rights change (`World.revision`)."""

    def __init__(self, fixtures: Space) -> None:
        self.fixtures = fixtures
        self._pictures: dict[int, tuple[tuple[int, str], Space]] = {}
        self._lock = threading.Lock()

    def of(self, session: Session, world: World) -> Space:
        """The present picture of this world."""
        key = (world.revision, world.code)
        with self._lock:
            kept = self._pictures.get(world.id)
        if kept and kept[0] == key:
            return kept[1]
        space = self._drawn(session, world.id)
        with self._lock:
            while len(self._pictures) >= KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            self._pictures[world.id] = (key, space)
        return space

    def without_med(self, space: Space) -> Space:
        """The same where no MED account is attached anywhere: for one that opens a box it has no right to."""
        return self._made(tuple(space.mailboxes.values()), tuple(space.patients.values()), (), space.delegations)

    def _drawn(self, session: Session, world_id: int) -> Space:
        boxes = session.scalars(select(Mailbox).where(Mailbox.world_id == world_id)).all()
        rights = session.execute(
            select(Access.mailbox_id, Access.right, Persona.key, Persona.kind, Persona.name, Persona.role)
            .join(Persona, (Persona.id == Access.persona_id) & (Persona.world_id == Access.world_id))
            .where(Access.world_id == world_id)
        ).all()
        addresses = {box.id: box.address for box in boxes}
        members: dict[int, list[str]] = {}
        med: dict[str, MedAccount] = {}
        delegations = []
        for box_id, right, key, kind, name, role in rights:
            if kind == "MED":
                before = med[key].attached_to if key in med else ()
                med[key] = MedAccount(id=key, holder=name, role=role, attached_to=(*before, addresses[box_id]))
            elif right == "delegate":
                delegations.append(Delegation(box=addresses[box_id], to=key))
            elif right == "member":
                members.setdefault(box_id, []).append(key)
        return self._made(
            tuple(_box(box, tuple(members.get(box.id, ()))) for box in boxes if not box.is_patient),
            tuple(_patient(box) for box in boxes if box.is_patient),
            tuple(med.values()),
            tuple(delegations),
        )

    def _made(
        self,
        boxes: tuple[BoxOfSpace, ...],
        patients: tuple[Patient, ...],
        med: tuple[MedAccount, ...],
        delegations: tuple[Delegation, ...],
    ) -> Space:
        fixtures = self.fixtures
        return Space(
            Population(
                operators=tuple(fixtures.operators.values()),
                not_listed=tuple(fixtures.not_listed),
                listed_today=tuple(fixtures.listed_today),
                structures=tuple(fixtures.structures.values()),
                mailboxes=boxes,
                med_accounts=med,
                delegations=delegations,
                patients=patients,
                legacy_app=fixtures.legacy_app,
            )
        )


def _box(box: Mailbox, members: tuple[str, ...]) -> BoxOfSpace:
    assert box.type != "PATIENT"  # noqa: S101 - narrows for mypy
    return BoxOfSpace(
        address=box.address,
        type=box.type,
        role=box.role,
        state=convert("unlisted" if box.unlisted and box.state == "open" else box.state, BoxState),
        holder=box.holder,
        profession=box.profession,
        rpps=box.rpps,
        structure=box.structure,
        town=box.town,
        department=box.department,
        region=box.region,
        preferred=box.preferred,
        members=members,
    )


def _patient(box: Mailbox) -> Patient:
    return Patient(
        address=box.address,
        box=convert(box.state, PatientBox),
        name=box.holder,
        state=box.role,
        opposed="patient_channel" if box.opposed == "patient_channel" else "none",
        minor=box.minor,
    )
