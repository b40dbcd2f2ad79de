"""What stands around every screen of a box: the two trees with their counts, the boxes one may open, one's exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.store.deliveries import count_unread
from bot.sandbox.store.folders import PATIENTS, folders_of
from bot.sandbox.store.worlds import boxes_open_to

if TYPE_CHECKING:
    from bot.sandbox.store.boxes import Access, Folder, Mailbox
    from bot.sandbox.webmail.rooms import Desk


class Branch(NamedTuple):
    """A folder in its tree."""

    folder: Folder
    label: str
    depth: int
    total: int
    unread: int


class Tree(NamedTuple):
    """One of the two trees."""

    key: str
    title: str
    branches: tuple[Branch, ...]


class Chrome(NamedTuple):
    """The left-hand side."""

    trees: tuple[Tree, ...]
    boxes: tuple[tuple[Mailbox, Access], ...]

    def folders(self, tree: str) -> list[Branch]:
        """Where a message of this tree may be moved."""
        return [branch for t in self.trees if t.key == tree for branch in t.branches if branch.folder.selectable]


TITLES = {"professional": "Professionnels de santé", "patient": "Patients"}
PATIENT_SIDE = "Messagerie de Mon espace santé (simulée)"


def chrome_of(desk: Desk) -> Chrome:
    """The trees of the box at this desk, counted, and the other boxes of the persona."""
    counts = count_unread(desk.session, desk.box)
    found: dict[str, list[Branch]] = {}
    for folder in folders_of(desk.session, desk.box):
        if folder.tree == "patient" and folder.name == PATIENTS:
            continue
        total, unread = counts.get(folder.id, (0, 0))
        depth = folder.name.count("/") - (1 if folder.tree == "patient" else 0)
        found.setdefault(folder.tree, []).append(Branch(folder, folder.label, max(depth, 0), total, unread))
    trees = tuple(
        Tree(key, PATIENT_SIDE if desk.box.is_patient else title, tuple(found[key]))
        for key, title in TITLES.items()
        if key in found
    )
    return Chrome(trees, tuple(boxes_open_to(desk.session, desk.persona)))
