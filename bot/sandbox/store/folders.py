"""The folders of a box: two trees of four, and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from bot.sandbox.store.boxes import Folder, Mailbox, SpecialUse, Tree
from bot.sandbox.store.mail import Delivery
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.store.people import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

PATIENTS = "Patients"
SEPARATOR = "/"
LABELS: dict[SpecialUse, str] = {
    "inbox": "Boîte de réception",
    "sent": "Messages envoyés",
    "drafts": "Brouillons",
    "trash": "Messages supprimés",
}
MAX_DEPTH = 6
MAX_NAME = 200
MAX_FOLDERS = 200


class FolderRefused(ValueError):
    """A folder cannot be made, named or removed so; the message says why, in French."""


def layout(patient_box: bool) -> list[tuple[str, SpecialUse | None, Tree, bool]]:
    """The folders every box begins with: (name, use, tree, selectable). A patient's box has one tree."""
    main: list[tuple[str, SpecialUse | None, Tree, bool]] = [
        ("INBOX" if use == "inbox" else label, use, "professional", True) for use, label in LABELS.items()
    ]
    if patient_box:
        return main
    return [
        *main,
        (PATIENTS, None, "patient", False),
        *((f"{PATIENTS}{SEPARATOR}{label}", use, "patient", True) for use, label in LABELS.items()),
    ]


def folder_rows(world: World, boxes: Sequence[tuple[int, bool]]) -> list[dict[str, Any]]:
    """Rows for the folders of these new boxes (id, is it a patient's), each with a uidvalidity of its own."""
    rows = [
        {
            "world_id": world.id,
            "mailbox_id": box_id,
            "parent_id": None,
            "name": name,
            "special_use": use,
            "tree": tree,
            "selectable": selectable,
            "subscribed": True,
            "uidvalidity": 0,
            "uidnext": 1,
            "highest_modseq": 1,
            "first_recent": 1,
        }
        for box_id, patient_box in boxes
        for name, use, tree, selectable in layout(patient_box)
    ]
    for row in rows:
        row["uidvalidity"] = world.next_uidvalidity
        world.next_uidvalidity += 1
    return rows


def folders_of(session: Session, box: Mailbox) -> list[Folder]:
    """Every folder of a box, in the order of the two trees."""
    order = {use: place for place, use in enumerate(LABELS)}
    found = session.scalars(select(Folder).where(Folder.world_id == box.world_id, Folder.mailbox_id == box.id))
    return sorted(found, key=lambda f: (f.tree == "patient", order.get(f.special_use or "trash", 9), f.name.lower()))


def folder_named(session: Session, box: Mailbox, name: str) -> Folder | None:
    """A folder by its full name; INBOX in any case (RFC 3501 § 5.1)."""
    wanted = "INBOX" if name.upper() == "INBOX" else name
    return session.scalar(
        select(Folder).where(Folder.world_id == box.world_id, Folder.mailbox_id == box.id, Folder.name == wanted)
    )


def special_folder(session: Session, box: Mailbox, use: SpecialUse, tree: Tree = "professional") -> Folder:
    """The inbox, sent, drafts or bin of a tree; a box with one tree has only that one."""
    kept: Tree = "professional" if box.is_patient else tree
    return session.scalars(
        select(Folder).where(
            Folder.world_id == box.world_id,
            Folder.mailbox_id == box.id,
            Folder.special_use == use,
            Folder.tree == kept,
        )
    ).one()


def create_folder(session: Session, box: Mailbox, name: str) -> Folder:
    """A folder of one's own, under INBOX's tree or « Patients/… »; its parents are made on the way.

    Raises FolderRefused or RealNumber.
    """
    parts = _checked(name)
    if folder_named(session, box, name):
        raise FolderRefused(f"Le dossier « {name} » existe déjà.")
    count = session.scalar(
        select(func.count()).select_from(Folder).where(Folder.world_id == box.world_id, Folder.mailbox_id == box.id)
    )
    if (count or 0) + len(parts) > MAX_FOLDERS:
        raise FolderRefused(f"Une boîte du bac à sable tient au plus {MAX_FOLDERS} dossiers.")
    patients = parts[0] == PATIENTS and not box.is_patient
    parent: Folder | None = None
    for depth in range(1, len(parts) + 1):
        path = SEPARATOR.join(parts[:depth])
        folder = folder_named(session, box, path)
        if folder is None:
            folder = Folder(
                world_id=box.world_id,
                mailbox_id=box.id,
                parent_id=parent.id if parent else None,
                name=path,
                tree="patient" if patients else "professional",
                uidvalidity=_next_uidvalidity(session, box.world_id),
            )
            session.add(folder)
            session.flush()
        parent = folder
    assert parent is not None  # noqa: S101 - a name has at least one part
    return parent


def rename_folder(session: Session, folder: Folder, name: str) -> None:
    """Another name, for it and those below; the UIDs stay good (RFC 3501 § 6.3.5). Raises FolderRefused or RealNumber."""
    box = session.get_one(Mailbox, folder.mailbox_id)
    if folder.special_use or not folder.selectable:
        raise FolderRefused("Ce dossier est celui de la messagerie ; il garde son nom.")
    parts = _checked(name)
    if name == folder.name or name.startswith(folder.name + SEPARATOR):
        raise FolderRefused("Un dossier ne se range pas dans lui-même.")
    if folder_named(session, box, name):
        raise FolderRefused(f"Le dossier « {name} » existe déjà.")
    if (parts[0] == PATIENTS) != (folder.tree == "patient"):
        raise FolderRefused("Un dossier ne passe pas d’un arbre à l’autre.")
    parent = SEPARATOR.join(parts[:-1])
    above = folder_named(session, box, parent) or create_folder(session, box, parent) if parent else None
    old = folder.name
    for below in folders_of(session, box):
        if below.name.startswith(old + SEPARATOR):
            below.name = name + below.name[len(old) :]
    folder.name, folder.parent_id = name, above.id if above else None


def delete_folder(session: Session, folder: Folder) -> None:
    """Gone with what it held. The folders of the service stay, and one with others below."""
    if folder.special_use or not folder.selectable:
        raise FolderRefused("Ce dossier est celui de la messagerie ; il ne s’efface pas.")
    below = session.scalar(
        select(Folder.id).where(Folder.world_id == folder.world_id, Folder.parent_id == folder.id).limit(1)
    )
    if below is not None:
        raise FolderRefused("Ce dossier en contient d’autres ; effacez-les d’abord.")
    session.execute(
        update(Delivery)
        .where(Delivery.world_id == folder.world_id, Delivery.previous_folder_id == folder.id)
        .values(previous_folder_id=None)
    )
    session.delete(folder)


def _checked(name: str) -> list[str]:
    parts = name.split(SEPARATOR)
    if not name or len(name) > MAX_NAME or any(not part.strip() or part != part.strip() for part in parts):
        raise FolderRefused("Donnez au dossier un nom, sans espace au bord ni barre isolée.")
    if len(parts) > MAX_DEPTH:
        raise FolderRefused(f"Les dossiers s’emboîtent au plus {MAX_DEPTH} fois.")
    if any(not char.isprintable() or char in "%*\\" for char in name):
        raise FolderRefused("Ce nom de dossier contient un signe qu’un logiciel de courriel ne sait pas montrer.")
    refuse_real_number(name)
    return parts


def _next_uidvalidity(session: Session, world_id: int) -> int:
    given = session.scalars(
        update(World)
        .where(World.id == world_id)
        .values(next_uidvalidity=World.next_uidvalidity + 1)
        .returning(World.next_uidvalidity)
        .execution_options(synchronize_session=False)
    ).one()
    return given - 1
