"""What a client does to messages, in one transaction each, told to the journal like what is done on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sqlalchemy import select

from bot.sandbox.imap.boxes import existing, open_boxes
from bot.sandbox.imap.mail_rows import CHUNK, Flags, state_of
from bot.sandbox.imap.view import FolderGone
from bot.sandbox.imap.wording import Refusal
from bot.sandbox.post.appending import append
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store import deliveries
from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.journal import Act, note
from bot.sandbox.store.mail import Delivery
from bot.sandbox.store.numbers import RealNumber
from bot.sandbox.store.people import Persona

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.imap.signing_in import Someone
    from bot.sandbox.imap.view import View

Change: TypeAlias = Literal["add", "drop", "set"]
DOOR = "imap"
MAX_FLAGS = 60
LONGEST_FLAG = 60


class Stored(NamedTuple):
    """After a STORE: what each message bears, and those that had changed before (UNCHANGEDSINCE)."""

    now: list[Flags]
    conflicts: list[int]
    lost: bool
    modseq: int | None
    """The folder's, when nobody else had changed it since the client was told."""


class Copied(NamedTuple):
    """UIDs before and after, pair by pair."""

    uidvalidity: int
    before: list[int]
    after: list[int]


def mark_seen(session: Session, view: View, uids: Sequence[int], who: Someone, now: datetime.datetime) -> int | None:
    """Messages fetched whole are read. Gives the folder's modseq, when nobody else had changed it meanwhile."""
    before = _lock(session, view)
    unread = [delivery for delivery in _chosen(session, view, uids) if not delivery.seen]
    deliveries.change_flags(session, unread, now, add=("\\Seen",))
    _note(session, view.box_id, "read", unread, who, now)
    return _after(session, view, before)


def store(
    session: Session,
    view: View,
    uids: Sequence[int],
    change: Change,
    flags: Collection[str],
    unchanged_since: int | None,
    who: Someone,
    now: datetime.datetime,
) -> Stored:
    """Set, add or take off flags."""
    before = _lock(session, view)
    found = list(_chosen(session, view, uids))
    conflicts = [d.uid for d in found if unchanged_since is not None and d.modseq > unchanged_since]
    refused = set(conflicts)
    touched = [d for d in found if d.uid not in refused]
    unread = [d for d in touched if not d.seen]
    groups: dict[tuple[frozenset[str], frozenset[str]], list[Delivery]] = {}
    for delivery in touched:
        groups.setdefault(_change_of(delivery, change, flags), []).append(delivery)
    for (add, drop), some in groups.items():
        deliveries.change_flags(session, some, now, add=add, drop=drop)
    _note(session, view.box_id, "read", [d for d in unread if d.seen], who, now)
    return Stored(
        [Flags(d.uid, d.modseq, deliveries.flags_of(d)) for d in touched],
        conflicts,
        len(found) < len(uids),
        _after(session, view, before),
    )


def _change_of(delivery: Delivery, change: Change, flags: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What to add and to drop. Flags are the same in any case: the spelling that the message already bears is kept."""
    here = deliveries.flags_of(delivery)
    spelled = {flag.lower(): flag for flag in here}
    wanted = frozenset(spelled.get(flag.lower(), flag) for flag in flags)
    if change == "set":
        return wanted, here - wanted
    return (wanted, frozenset()) if change == "add" else (frozenset(), wanted)


def copy(
    session: Session, view: View, uids: Sequence[int], name: str, who: Someone, now: datetime.datetime, *, move: bool
) -> Copied:
    """COPY, or MOVE when the originals go. Raises Refusal."""
    boxes = open_boxes(session, who)
    place, target = existing(session, boxes, name, to_fill=True)
    if not move or place.open_box.box.id != view.box_id:
        _refuse_full(place.open_box.box)
    _lock(session, view)
    found = list(_chosen(session, view, uids))
    before = [delivery.uid for delivery in found]
    if move and target.id != view.folder_id and target.mailbox_id == view.box_id:
        placed = deliveries.move(session, found, target)
    else:
        placed = deliveries.copy(session, found, target)
        if move:
            deliveries.expunge(session, session.get_one(Folder, view.folder_id), before)
    if move:
        act: Act = "thrown_away" if target.special_use == "trash" else "moved"
        _note(session, view.box_id, act, found, who, now, folder=target.label)
    return Copied(target.uidvalidity, before, [one.uid for one in placed])


def expunge(session: Session, view: View, among: Sequence[int] | None, who: Someone, now: datetime.datetime) -> int:
    """Take out for good what is marked \\Deleted (among these UIDs)."""
    _lock(session, view)
    asked = (
        select(Delivery)
        .where(Delivery.world_id == view.world_id, Delivery.folder_id == view.folder_id, Delivery.deleted.is_(True))
        .order_by(Delivery.uid)
    )
    marked = session.scalars(asked).all()
    wanted = None if among is None else set(among)
    gone = [delivery for delivery in marked if wanted is None or delivery.uid in wanted]
    if not gone:
        return 0
    _note(session, view.box_id, "thrown_away", gone, who, now)
    folder = session.get_one(Folder, view.folder_id)
    uids = [delivery.uid for delivery in gone]
    for start in range(0, len(uids), CHUNK):
        deliveries.expunge(session, folder, uids[start : start + CHUNK])
    return len(uids)


def file(
    session: Session,
    who: Someone,
    name: str,
    raw: bytes,
    flags: Collection[str],
    at: datetime.datetime,
) -> tuple[int, int]:
    """APPEND: (uidvalidity, uid). Raises Refusal, in French: real number, shape of the message, full box."""
    boxes = open_boxes(session, who)
    place, target = existing(session, boxes, name, to_fill=True)
    _refuse_full(place.open_box.box)
    try:
        placed = append(session, target, raw, flags, at)
    except RealNumber as error:
        raise Refusal(f"{error} ({RealNumber.rule})", "CANNOT") from None
    except Unacceptable as error:
        raise Refusal(f"{error} ({error.shape.rule})", "CANNOT") from None
    return target.uidvalidity, placed.uid


def _refuse_full(box: Mailbox) -> None:
    if box.state == "full":
        raise Refusal("Cette boîte est pleine : supprimez des messages avant d’en ranger d’autres.", "OVERQUOTA")


def _lock(session: Session, view: View) -> int:
    """Nobody changes the folder until the end of the transaction. Gives its modseq. Raises FolderGone."""
    session.execute(
        select(Folder.id).where(Folder.world_id == view.world_id, Folder.id == view.folder_id).with_for_update()
    )
    state = state_of(session, view.world_id, view.persona_id, view.folder_id)
    if state is None:
        raise FolderGone
    return state.modseq


def _after(session: Session, view: View, before: int) -> int | None:
    """The modseq after one's own change; None when the client has yet to be told of somebody else's."""
    state = state_of(session, view.world_id, view.persona_id, view.folder_id)
    return state.modseq if state is not None and before == view.modseq else None


def _chosen(session: Session, view: View, uids: Sequence[int]) -> Iterator[Delivery]:
    for start in range(0, len(uids), CHUNK):
        yield from session.scalars(
            select(Delivery)
            .where(
                Delivery.world_id == view.world_id,
                Delivery.folder_id == view.folder_id,
                Delivery.uid.in_(uids[start : start + CHUNK]),
            )
            .order_by(Delivery.uid)
        )


def _note(
    session: Session,
    box_id: int,
    act: Act,
    found: Iterable[Delivery],
    who: Someone,
    now: datetime.datetime,
    **details: str,
) -> None:
    for delivery in found:
        told(session, who, act, now, box_id=box_id, message_id=delivery.message_id, **details)


def told(
    session: Session,
    who: Someone,
    act: Act,
    now: datetime.datetime,
    *,
    box_id: int | None = None,
    message_id: int | None = None,
    **details: str,
) -> None:
    """A line of the journal, signed by the person and not by the box."""
    persona = session.get(Persona, who.persona_id)
    note(
        session,
        who.world_id,
        act,
        now,
        participant_id=persona.participant_id if persona else None,
        persona_id=who.persona_id,
        mailbox_id=box_id,
        message_id=message_id,
        door=DOOR,
        details=details,
    )
