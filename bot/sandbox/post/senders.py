"""Who sends: a persona, signed in some way, from one of the boxes of the world; and what it really has a right to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from sqlalchemy import bindparam, select

from bot.sandbox.attempt import Auth, AuthState, Channel, Transport
from bot.sandbox.store.boxes import Access, Mailbox
from bot.sandbox.store.database import NAMES_ITS_WORLD
from bot.sandbox.store.people import Persona, World

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.attempt import FromType
    from bot.sandbox.post.spaces import Spaces
    from bot.sandbox.world import World as Space


class Sender(Struct, frozen=True, kw_only=True):
    """Told by a door. `box_id` None: the persona's own box, or none for a MED account."""

    persona_id: int
    box_id: int | None = None
    channel: Channel = "webmail"
    auth: Auth = "psc"
    auth_state: AuthState = "ok"
    transport: Transport = Transport()


class Desk(NamedTuple):
    """The sender at work: `own` is the box of the persona, `box` the one the message leaves from."""

    world: World
    space: Space
    persona: Persona
    own: Mailbox | None
    box: Mailbox | None
    auth: Auth
    sender: Sender

    @property
    def from_type(self) -> FromType:
        if self.own is None:
            return "MED"
        return "patient" if self.own.type == "PATIENT" else self.own.type

    @property
    def acting_as(self) -> str | None:
        return self.box.address if self.box is not None and self.box is not self.own else None

    @property
    def address(self) -> str:
        """The Return-Path; empty for a MED account alone."""
        return self.box.address if self.box is not None else ""

    @property
    def label(self) -> str:
        """What the From header shows beside the address: the person and the structure, or the entity (ECO.2.2.7)."""
        if self.box is None:
            return ""
        structure = self.space.structures.get(self.box.structure)
        names = (self.box.holder, structure.name if structure else "")
        return " - ".join(dict.fromkeys(name for name in names if name))


_DESK = (
    select(Persona, Mailbox, Access.right)
    .outerjoin(Access, (Access.persona_id == Persona.id) & (Access.world_id == Persona.world_id))
    .outerjoin(Mailbox, (Mailbox.id == Access.mailbox_id) & (Mailbox.world_id == Access.world_id))
    .where(Persona.world_id == bindparam("the_world"), Persona.id == bindparam("the_persona"))
).execution_options(**NAMES_ITS_WORLD)


def desk_of(session: Session, spaces: Spaces, world: World, sender: Sender) -> Desk:
    """The sender with its boxes and rights, all of this world. LookupError for a persona or box of another one."""
    found = session.execute(_DESK, {"the_world": world.id, "the_persona": sender.persona_id}).all()
    if not found:
        raise LookupError("no such persona in this world")
    persona: Persona = found[0][0]
    rights = {box.id: (box, right) for _, box, right in found if box is not None}
    own = next((box for box, right in rights.values() if right == "own"), None)
    box = own
    if sender.box_id is not None and (own is None or sender.box_id != own.id):
        box = session.get(Mailbox, sender.box_id)
        if box is None or box.world_id != world.id:
            raise LookupError("no such box in this world")
    right = rights[box.id][1] if box is not None and box.id in rights else None
    space = spaces.of(session, world)
    if own is None and box is not None and right is None:
        # The rules know which boxes MED accounts open, not which account opens which.
        space = spaces.without_med(space)
    return Desk(world, space, persona, own, box, _auth(sender, right), sender)


def _auth(sender: Sender, right: str | None) -> Auth:
    """Delegation is a right of the world, not something one claims."""
    if right == "delegate" and sender.auth not in ("lent_password", "shared_password"):
        return "delegate"
    return "psc" if sender.auth == "delegate" else sender.auth
