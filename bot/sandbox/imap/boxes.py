"""The folders one persona reaches, under one tree of names: the box signed in to, shared boxes, boxes lent.

Every function takes a session of the world of the persona, and is asked again at each command: rights may have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select

from bot.sandbox.imap.wording import Refusal
from bot.sandbox.store.boxes import Access, Folder, Mailbox, Right
from bot.sandbox.store.database import NAMES_ITS_WORLD
from bot.sandbox.store.folders import SEPARATOR, folder_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from bot.sandbox.imap.signing_in import Someone

SHARED = "Boîtes partagées"
LENT = "Délégations"
SPECIAL_USES = {"sent": "\\Sent", "drafts": "\\Drafts", "trash": "\\Trash"}

_OPEN = (
    select(Mailbox, Access.right)
    .join(Access, (Access.mailbox_id == Mailbox.id) & (Access.world_id == Mailbox.world_id))
    .where(Access.world_id == bindparam("the_world"), Access.persona_id == bindparam("the_persona"))
    .order_by(Mailbox.address)
    .execution_options(**NAMES_ITS_WORLD)
)


class OpenBox(NamedTuple):
    """A box that this persona may open, and the beginning of the names of its folders: none for the box signed in to."""

    box: Mailbox
    right: Right
    prefix: str


class Place(NamedTuple):
    """A name of the tree: which box, which folder of it (None: there is none yet), under which inner name."""

    open_box: OpenBox
    inner: str
    folder: Folder | None


class Entry(NamedTuple):
    """A line of LIST."""

    name: str
    selectable: bool
    subscribed: bool
    special_use: str
    folder: Folder | None


def open_boxes(session: Session, who: Someone) -> list[OpenBox]:
    """The box signed in to first, whose INBOX is the INBOX; then the others.

    One's own box is not among the others: it is an account of its own, which one's own address opens.
    """
    found = session.execute(_OPEN, {"the_world": who.world_id, "the_persona": who.persona_id})
    boxes = [
        OpenBox(box, right, "" if box.id == who.home else _prefix(box, right))
        for box, right in found
        if box.id == who.home or right != "own"
    ]
    return sorted(boxes, key=lambda opened: opened.prefix)


def _prefix(box: Mailbox, right: Right) -> str:
    return f"{LENT if right == 'delegate' else SHARED}{SEPARATOR}{box.address}{SEPARATOR}"


def find(session: Session, boxes: Iterable[OpenBox], name: str) -> Place:
    """The place of this name. Raises Refusal where no folder of a box can be."""
    home = None
    for opened in boxes:
        if not opened.prefix:
            home = opened
        elif name.startswith(opened.prefix) and len(name) > len(opened.prefix):
            inner = name[len(opened.prefix) :]
            return Place(opened, inner, folder_named(session, opened.box, inner))
    if name.partition(SEPARATOR)[0] in (SHARED, LENT):
        raise Refusal("Cette boîte ne vous est pas ouverte, ou ce nom n’est pas celui d’un dossier.", "NONEXISTENT")
    if home is None:
        raise Refusal("La boîte de cette connexion ne vous est plus ouverte, ou il n’y en a aucune.", "NONEXISTENT")
    inner = _inner_name(name)
    return Place(home, inner, folder_named(session, home.box, inner))


def _inner_name(name: str) -> str:
    """INBOX in any case, alone or above others (RFC 3501 § 5.1)."""
    first, slash, rest = name.partition(SEPARATOR)
    return f"INBOX{slash}{rest}" if first.upper() == "INBOX" else name


def existing(session: Session, boxes: Iterable[OpenBox], name: str, *, to_fill: bool = False) -> tuple[Place, Folder]:
    """A folder that is there and holds messages. Raises Refusal; `to_fill` tells the client that it may create it."""
    place = find(session, boxes, name)
    if place.folder is None:
        raise Refusal(f"Il n’y a pas de dossier « {name} ».", "TRYCREATE" if to_fill else "NONEXISTENT")
    if not place.folder.selectable:
        raise Refusal(f"« {name} » ne contient que des dossiers.", "CANNOT")
    return place, place.folder


def entries(session: Session, boxes: Iterable[OpenBox]) -> list[Entry]:
    """Every name there is, each box in the order of its two trees."""
    boxes = list(boxes)
    by_box: dict[int, list[Folder]] = {opened.box.id: [] for opened in boxes}
    for folder in session.scalars(select(Folder).where(Folder.mailbox_id.in_(by_box)).order_by(Folder.id)):
        by_box[folder.mailbox_id].append(folder)
    found: list[Entry] = []
    told: set[str] = set()
    for opened in boxes:
        for above in _above(opened.prefix):
            if above not in told:
                told.add(above)
                found.append(Entry(above, False, True, "", None))
        for folder in by_box[opened.box.id]:
            use = SPECIAL_USES.get(folder.special_use or "", "") if folder.tree == "professional" else ""
            found.append(
                Entry(
                    opened.prefix + folder.name,
                    folder.selectable,
                    folder.subscribed,
                    "" if opened.prefix else use,
                    folder,
                )
            )
    return found


def _above(prefix: str) -> list[str]:
    """The names a prefix goes through: « Boîtes partagées », then the address."""
    pieces = prefix.split(SEPARATOR)[:-1]
    return [SEPARATOR.join(pieces[: depth + 1]) for depth in range(len(pieces))]
