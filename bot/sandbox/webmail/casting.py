"""Who can be played, in what order they are offered, and how each may sign in. Nothing is ever typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.people import Persona
from bot.sandbox.webmail.shelves import shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from bot.sandbox.attempt import Auth, AuthState, Channel
    from bot.sandbox.store.people import PersonaKind


class Mode(NamedTuple):
    """A way to sign in, as the screen shows it. `outcome` is not told before one tries."""

    id: str
    label: str
    english: str
    help: str
    auth: Auth
    state: AuthState = "ok"
    against_use: bool = False

    @property
    def good(self) -> bool:
        """Is it how one should sign in?"""
        return self.state == "ok" and not self.against_use and self.auth not in ("shared_password", "lent_password")


MODES: tuple[Mode, ...] = tuple(Mode(**mode) for mode in shelf("sign_in")["modes"])
_BY_ID = {mode.id: mode for mode in MODES}
_OFFERED: dict[PersonaKind, tuple[str, ...]] = {
    kind: tuple(names) for kind, names in shelf("sign_in")["offered"].items()
}
_PROPOSED: tuple[dict[str, str], ...] = tuple(shelf("personas")["proposed"])


class Part(NamedTuple):
    """A persona as the casting page shows it."""

    persona: Persona
    why: str
    boxes: tuple[Mailbox, ...]


def modes_of(persona: Persona) -> tuple[Mode, ...]:
    """How this persona may try to sign in, the good ways first."""
    return tuple(_BY_ID[name] for name in _OFFERED[persona.kind])


def mode_of(persona: Persona, name: str) -> Mode:
    """The mode of this id, or the first one that is offered."""
    return next((mode for mode in modes_of(persona) if mode.id == name), modes_of(persona)[0])


def channel_of(persona: Persona) -> Channel:
    """The tool this persona writes with."""
    if persona.kind == "PATIENT":
        return "patient_space"
    return "application" if persona.kind == "APP" else "webmail"


def proposed(session: Session, world_id: int) -> list[Part]:
    """The dozen personas that show each kind of box."""
    keys = [entry["key"] for entry in _PROPOSED]
    found = {p.key: p for p in session.scalars(_personas(world_id).where(Persona.key.in_(keys)))}
    boxes = _boxes(session, world_id, [p.id for p in found.values()])
    return [
        Part(found[entry["key"]], entry["why"], tuple(boxes.get(found[entry["key"]].id, ())))
        for entry in _PROPOSED
        if entry["key"] in found
    ]


def everyone(session: Session, world_id: int) -> list[Part]:
    """Everyone of this world who can be played, by name."""
    personas = session.scalars(_personas(world_id).order_by(Persona.kind, Persona.name)).all()
    boxes = _boxes(session, world_id, [p.id for p in personas])
    return [Part(p, "", tuple(boxes.get(p.id, ()))) for p in personas]


def mine(session: Session, world_id: int, participant_id: int) -> list[Part]:
    """Those this participant plays, the last taken first."""
    wanted = _personas(world_id).where(Persona.participant_id == participant_id).order_by(Persona.taken_at.desc())
    personas = session.scalars(wanted).all()
    boxes = _boxes(session, world_id, [p.id for p in personas])
    return [Part(p, "", tuple(boxes.get(p.id, ()))) for p in personas]


def _personas(world_id: int) -> Select[Persona]:
    return select(Persona).where(Persona.world_id == world_id)


def _boxes(session: Session, world_id: int, personas: Sequence[int]) -> dict[int, list[Mailbox]]:
    found: dict[int, list[Mailbox]] = {}
    rows = session.execute(
        select(Access.persona_id, Mailbox)
        .join(Mailbox, (Mailbox.id == Access.mailbox_id) & (Mailbox.world_id == Access.world_id))
        .where(Access.world_id == world_id, Access.persona_id.in_(personas))
        .order_by(Access.right.desc(), Mailbox.address)
    )
    for persona_id, box in rows:
        found.setdefault(persona_id, []).append(box)
    return found
