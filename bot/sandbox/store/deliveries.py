"""Put messages in folders, move them, mark them, take them out: the same acts for a screen and for IMAP.

A UID is given under the folder's row lock and never twice; every change raises the folder's modseq, so that another
client sees it.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.database import NAMES_ITS_WORLD, insert_row, insert_rows, table_of
from bot.sandbox.store.folders import special_folder
from bot.sandbox.store.mail import Delivery, Draft, Message, ReceiptRequest, Source
from bot.sandbox.store.numbers import refuse_real_number

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import SpecialUse, Tree

SYSTEM_FLAGS = {
    "\\Seen": "seen",
    "\\Answered": "answered",
    "\\Flagged": "flagged",
    "\\Deleted": "deleted",
    "\\Draft": "draft",
}
MDN_SENT = "$MDNSent"
MAX_KEYWORDS = 20
MAX_KEYWORD = 60
KEYWORDS_ROOM = 480


class Placed(NamedTuple):
    """Where a message now lies."""

    delivery_id: int
    folder_id: int
    uid: int


_folder = table_of(Folder)
_NEXT = (
    update(_folder)
    .where(_folder.c.world_id == bindparam("the_world"), _folder.c.id == bindparam("the_folder"))
    .values(uidnext=_folder.c.uidnext + bindparam("how_many"), highest_modseq=_folder.c.highest_modseq + 1)
    .returning(_folder.c.uidnext, _folder.c.highest_modseq)
)
_NEXT_IN = (
    update(_folder)
    .where(
        _folder.c.world_id == bindparam("the_world"),
        _folder.c.mailbox_id == bindparam("the_box"),
        _folder.c.special_use == bindparam("the_use"),
        _folder.c.tree == bindparam("the_tree"),
    )
    .values(uidnext=_folder.c.uidnext + 1, highest_modseq=_folder.c.highest_modseq + 1)
    .returning(_folder.c.id, _folder.c.uidnext, _folder.c.highest_modseq)
)


def put(
    session: Session,
    world_id: int,
    folder_id: int,
    message_id: int,
    thread: str,
    at: datetime.datetime,
    flags: Collection[str] = (),
) -> Placed:
    """The message, one more in this folder."""
    uid, modseq = _next(session, world_id, folder_id, 1)
    return _put(session, world_id, (folder_id, uid, modseq), message_id, thread, at, flags)


def put_in(
    session: Session,
    box: Mailbox,
    use: SpecialUse,
    tree: Tree,
    message_id: int,
    thread: str,
    at: datetime.datetime,
    flags: Collection[str] = (),
) -> Placed:
    """The same in a special folder of a box, found and numbered at once. A patient's box has one tree."""
    given = {
        "the_world": box.world_id,
        "the_box": box.id,
        "the_use": use,
        "the_tree": "professional" if box.is_patient else tree,
    }
    folder_id, uidnext, modseq = session.connection().execute(_NEXT_IN, given).one()
    return _put(session, box.world_id, (int(folder_id), int(uidnext) - 1, int(modseq)), message_id, thread, at, flags)


def _put(
    session: Session,
    world_id: int,
    place: tuple[int, int, int],
    message_id: int,
    thread: str,
    at: datetime.datetime,
    flags: Collection[str],
) -> Placed:
    made = insert_row(session, Delivery, _row(place, world_id, message_id, thread, at, flags))
    return Placed(made, place[0], place[1])


def _row(
    place: tuple[int, int, int],
    world_id: int,
    message_id: int,
    thread: str,
    at: datetime.datetime,
    flags: Collection[str],
) -> dict[str, Any]:
    """A delivery at this place: (folder, UID, modseq)."""
    folder_id, uid, modseq = place
    columns, keywords = split_flags(flags)
    return {
        **dict.fromkeys(SYSTEM_FLAGS.values(), False),
        **columns,
        "world_id": world_id,
        "folder_id": folder_id,
        "message_id": message_id,
        "uid": uid,
        "keywords": keywords,
        "internal_date": at,
        "modseq": modseq,
        "thread": thread,
        "previous_folder_id": None,
    }


def copy(session: Session, deliveries: Sequence[Delivery], target: Folder) -> list[Placed]:
    """The same messages in another folder as well, flags kept (RFC 3501 § 6.4.7), in the order given."""
    if not deliveries:
        return []
    first, modseq = _next(session, target.world_id, target.id, len(deliveries))
    rows = [
        _row((target.id, uid, modseq), d.world_id, d.message_id, d.thread, d.internal_date, flags_of(d))
        for uid, d in enumerate(deliveries, first)
    ]
    insert_rows(session, Delivery, rows)
    made = select(Delivery.id, Delivery.uid).where(
        Delivery.world_id == target.world_id, Delivery.folder_id == target.id, Delivery.uid >= first
    )
    return [Placed(key, target.id, uid) for key, uid in session.execute(made.order_by(Delivery.uid))]


def move(session: Session, deliveries: Sequence[Delivery], target: Folder) -> list[Placed]:
    """Out of their folder and into another, under new UIDs. What hangs on a delivery (a receipt to send) follows it."""
    moving = [delivery for delivery in deliveries if delivery.folder_id != target.id]
    if not moving:
        return []
    first, modseq = _next(session, target.world_id, target.id, len(moving))
    for left in {delivery.folder_id for delivery in moving}:
        _changed(session, target.world_id, left)
    placed = []
    for uid, delivery in enumerate(moving, first):
        delivery.previous_folder_id = delivery.folder_id
        delivery.folder_id, delivery.uid, delivery.modseq, delivery.deleted = target.id, uid, modseq, False
        placed.append(Placed(delivery.id, target.id, uid))
    session.flush()
    return placed


def throw_away(session: Session, deliveries: Sequence[Delivery]) -> int:
    """To the bin of their tree; what was there already is gone for good. Returns how many were thrown for good."""
    gone = 0
    for delivery in deliveries:
        folder = session.get_one(Folder, delivery.folder_id)
        if folder.special_use == "trash":
            gone += expunge(session, folder, [delivery.uid])
        else:
            box = session.get_one(Mailbox, folder.mailbox_id)
            move(session, [delivery], special_folder(session, box, "trash", folder.tree))
    return gone


def restore(session: Session, deliveries: Sequence[Delivery]) -> None:
    """From the bin back to where they lay, or to the inbox when that folder is gone."""
    for delivery in deliveries:
        folder = session.get_one(Folder, delivery.folder_id)
        box = session.get_one(Mailbox, folder.mailbox_id)
        before = session.get(Folder, delivery.previous_folder_id) if delivery.previous_folder_id else None
        if before is None or before.mailbox_id != box.id:
            before = special_folder(session, box, "inbox", folder.tree)
        move(session, [delivery], before)


def expunge(session: Session, folder: Folder, uids: Collection[int] | None = None) -> int:
    """Take out for good the deliveries marked \\Deleted, or exactly these UIDs. Returns how many."""
    here = select(Delivery.id).where(Delivery.world_id == folder.world_id, Delivery.folder_id == folder.id)
    if uids is None:
        ids = list(session.scalars(here.where(Delivery.deleted.is_(True))))
    else:
        wanted = sorted(uids)
        pieces = [wanted[start : start + 500] for start in range(0, len(wanted), 500)]
        ids = [key for some in pieces for key in session.scalars(here.where(Delivery.uid.in_(some)))]
    remove(session, folder.world_id, ids)
    return len(ids)


def remove(session: Session, world_id: int, ids: Sequence[int]) -> None:
    """Take these deliveries out, and the messages of drafts that nothing holds any more; their folders have changed."""
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        folders = session.scalars(
            select(Delivery.folder_id).where(Delivery.world_id == world_id, Delivery.id.in_(some)).distinct()
        )
        for folder_id in folders.all():
            _changed(session, world_id, folder_id)
        session.execute(
            update(Draft)
            .where(Draft.world_id == world_id, Draft.delivery_id.in_(some))
            .values(delivery_id=None)
            .execution_options(synchronize_session="fetch")
        )
        drafts = list(
            session.scalars(
                select(Message.source_id)
                .join(Delivery, Delivery.message_id == Message.id)
                .where(Delivery.world_id == world_id, Delivery.id.in_(some), Message.kind == "draft")
            )
        )
        session.execute(
            delete(Delivery)
            .where(Delivery.world_id == world_id, Delivery.id.in_(some))
            .execution_options(synchronize_session="fetch")
        )
        still = select(Message.source_id).join(Delivery, Delivery.message_id == Message.id)
        session.execute(
            delete(Source)
            .where(
                Source.world_id == world_id,
                Source.id.in_(drafts),
                Source.id.not_in(still.where(Delivery.world_id == world_id, Message.source_id.in_(drafts))),
            )
            .execution_options(synchronize_session=False)
        )


def change_flags(
    session: Session,
    deliveries: Sequence[Delivery],
    now: datetime.datetime,
    *,
    add: Collection[str] = (),
    drop: Collection[str] = (),
) -> None:
    """Set and unset system flags and keywords. `$MDNSent` closes the question of the reading receipt everywhere."""
    on, words_on = split_flags(add)
    off, words_off = split_flags(drop)
    modseqs: dict[int, int] = {}
    for delivery in deliveries:
        before = flags_of(delivery)
        for column in on:
            setattr(delivery, column, True)
        for column in off:
            setattr(delivery, column, False)
        delivery.keywords = _bounded((delivery.keywords | words_on) - words_off)
        if flags_of(delivery) == before:
            continue
        if delivery.folder_id not in modseqs:
            modseqs[delivery.folder_id] = _changed(session, delivery.world_id, delivery.folder_id)
        delivery.modseq = modseqs[delivery.folder_id]
        if MDN_SENT in delivery.keywords and MDN_SENT not in before:
            _close_receipt(session, delivery, now)
    session.flush()


def flags_of(delivery: Delivery) -> frozenset[str]:
    """As IMAP lists them."""
    return frozenset(flag for flag, column in SYSTEM_FLAGS.items() if getattr(delivery, column)) | delivery.keywords


def split_flags(flags: Collection[str]) -> tuple[dict[str, bool], frozenset[str]]:
    """System flags as columns, and the keywords. An unknown system flag is dropped, as \\Recent must be.

    Raises RealNumber: a keyword is typed too.
    """
    refuse_real_number(*flags)
    known = {flag.lower(): column for flag, column in SYSTEM_FLAGS.items()}
    columns = {known[flag.lower()]: True for flag in flags if flag.lower() in known}
    words = frozenset(
        flag
        for flag in flags
        if not flag.startswith("\\") and 0 < len(flag) <= MAX_KEYWORD and flag.isascii() and " " not in flag
    )
    return columns, _bounded(words)


def _bounded(words: frozenset[str]) -> frozenset[str]:
    """As many keywords as a message may bear: those of the standards ($MDNSent, $Forwarded…) before those of one's own."""
    kept: list[str] = []
    for word in sorted(words, key=lambda word: (not word.startswith("$"), word)):
        if len(kept) < MAX_KEYWORDS and sum(len(w) + 1 for w in kept) + len(word) <= KEYWORDS_ROOM:
            kept.append(word)
    return frozenset(kept)


def first_uids(session: Session, folder: Folder) -> tuple[int, int]:
    """(first UID not yet shown as \\Recent, UIDNEXT), and from now on none is recent: the first to select takes them."""
    recent, uidnext = folder.first_recent, folder.uidnext
    folder.first_recent = uidnext
    session.flush()
    return recent, uidnext


def count_unread(session: Session, box: Mailbox) -> dict[int, tuple[int, int]]:
    """For each folder of the box: how many messages, how many unread."""
    mine = session.scalars(select(Folder.id).where(Folder.world_id == box.world_id, Folder.mailbox_id == box.id)).all()
    # The folders are of this world; asked of the world again, the index on (folder, seen) would not be enough.
    found = session.execute(
        select(Delivery.folder_id, Delivery.seen, func.count())
        .where(Delivery.folder_id.in_(mine))
        .group_by(Delivery.folder_id, Delivery.seen)
        .execution_options(**NAMES_ITS_WORLD)
    )
    counts: dict[int, tuple[int, int]] = {}
    for folder_id, seen, count in found:
        total, unread = counts.get(folder_id, (0, 0))
        counts[folder_id] = (total + count, unread + (0 if seen else count))
    return counts


def _next(session: Session, world_id: int, folder_id: int, count: int) -> tuple[int, int]:
    """The next UID of the folder and its new modseq, under its lock until the end of the transaction."""
    given = {"the_world": world_id, "the_folder": folder_id, "how_many": count}
    uidnext, modseq = session.connection().execute(_NEXT, given).one()
    return int(uidnext) - count, int(modseq)


def _changed(session: Session, world_id: int, folder_id: int) -> int:
    return _next(session, world_id, folder_id, 0)[1]


def _close_receipt(session: Session, delivery: Delivery, now: datetime.datetime) -> None:
    """RFC 3503: the keyword says that the question was answered, yes or no; a receipt that goes by says yes."""
    session.execute(
        update(ReceiptRequest)
        .where(
            ReceiptRequest.world_id == delivery.world_id,
            ReceiptRequest.delivery_id == delivery.id,
            ReceiptRequest.state == "pending",
        )
        .values(state="refused", answered_at=now)
        .execution_options(synchronize_session="fetch")
    )
