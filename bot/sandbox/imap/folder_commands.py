"""Commands on folders: SELECT, EXAMINE, CREATE, DELETE, RENAME, SUBSCRIBE, LIST, LSUB, STATUS, NAMESPACE, CLOSE."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from bot.sandbox.imap import acts, boxes, listing
from bot.sandbox.imap.conversation import Command, Done
from bot.sandbox.imap.lexer import BadSyntax
from bot.sandbox.imap.mail_rows import state_of, uids_of
from bot.sandbox.imap.view import FolderGone, View
from bot.sandbox.imap.wording import Refusal, flag_list, listed, string
from bot.sandbox.store import deliveries, folders
from bot.sandbox.store.boxes import Folder
from bot.sandbox.store.folders import PATIENTS, SEPARATOR, FolderRefused
from bot.sandbox.store.mail import Delivery

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.imap.conversation import Conversation
    from bot.sandbox.imap.lexer import Lexer
    from bot.sandbox.imap.signing_in import Someone

_SYSTEM_FLAGS = tuple(deliveries.SYSTEM_FLAGS)
_OFFERED = ("$MDNSent", "$Forwarded", "$Junk", "$NotJunk")
"""Keywords that clients look for before they use them."""


class Opened(NamedTuple):
    """What SELECT tells."""

    view: View
    uidnext: int
    first_unseen: int | None
    keywords: list[str]


async def choose(talk: Conversation, lexer: Lexer) -> Done:
    return await _opened(talk, lexer, read_only=False)


async def examine(talk: Conversation, lexer: Lexer) -> Done:
    return await _opened(talk, lexer, read_only=True)


async def _opened(talk: Conversation, lexer: Lexer, *, read_only: bool) -> Done:
    lexer.space()
    name = talk.name_of(lexer.astring())
    if lexer.takes(b" "):
        lexer.expect(b"(")
        if lexer.word() != "CONDSTORE":
            raise BadSyntax("paramètre inconnu")
        lexer.expect(b")")
        talk.condstore = True
    lexer.end()
    talk.view = None
    who, known, now = talk.someone, talk.opened, talk.house.now()
    found = await talk.writing(lambda session: _open(session, who, name, known, now, read_only=read_only))
    view = talk.view = found.view
    talk.opened.add(view.box_id)
    flags = [*_SYSTEM_FLAGS, *dict.fromkeys((*_OFFERED, *found.keywords))]
    talk.untagged(f"FLAGS {flag_list(flags)}")
    talk.untagged("OK [PERMANENTFLAGS " + ("()" if read_only else f"{flag_list(flags)[:-1]} \\*)") + "] Marques.")
    talk.untagged(f"{len(view.uids)} EXISTS")
    talk.untagged(f"{view.recent_count()} RECENT")
    if found.first_unseen is not None:
        talk.untagged(f"OK [UNSEEN {view.number_of(found.first_unseen)}] Premier non lu.")
    talk.untagged(f"OK [UIDVALIDITY {view.uidvalidity}] Les UID restent bons.")
    talk.untagged(f"OK [UIDNEXT {found.uidnext}] Prochain UID.")
    talk.untagged(f"OK [HIGHESTMODSEQ {view.modseq}] Dernier changement.")
    return Done("Dossier ouvert.", "READ-ONLY" if read_only else "READ-WRITE")


def _open(
    session: Session, who: Someone, name: str, known: set[int], now: datetime.datetime, *, read_only: bool
) -> Opened:
    place, folder = boxes.existing(session, boxes.open_boxes(session, who), name)
    box = place.open_box.box
    view = View(
        folder_id=folder.id,
        box_id=box.id,
        world_id=who.world_id,
        persona_id=who.persona_id,
        name=name,
        read_only=read_only,
    )
    view.recent_from = folder.first_recent if read_only else deliveries.first_uids(session, folder)[0]
    state = state_of(session, who.world_id, who.persona_id, folder.id)
    if state is None:
        raise FolderGone
    view.uidvalidity, view.modseq = state.uidvalidity, state.modseq
    view.uids = uids_of(session, who.world_id, folder.id)
    if box.id not in known:
        acts.told(session, who, "opened_box", now, box_id=box.id, right=place.open_box.right, type=box.type)
    here = (Delivery.world_id == who.world_id, Delivery.folder_id == folder.id)
    unseen = session.scalar(select(func.min(Delivery.uid)).where(*here, Delivery.seen.is_(False)))
    words = session.scalars(select(Delivery.keywords).where(*here, Delivery.keywords != frozenset()).distinct())
    return Opened(view, state.uidnext, unseen, sorted({word for some in words for word in some})[:100])


async def close(talk: Conversation, lexer: Lexer) -> Done:
    """CLOSE takes out what is marked, without a word."""
    lexer.end()
    view, who, now = talk.selected, talk.someone, talk.house.now()
    if not view.read_only:
        await talk.writing(lambda session: acts.expunge(session, view, None, who, now))
    talk.view = None
    return Done("Dossier refermé.")


async def unselect(talk: Conversation, lexer: Lexer) -> Done:
    lexer.end()
    talk.view = None
    return Done("Dossier refermé.")


async def create(talk: Conversation, lexer: Lexer) -> Done:
    lexer.space()
    name = talk.name_of(lexer.astring()).removesuffix(SEPARATOR)
    lexer.end()
    who = talk.someone

    def work(session: Session) -> None:
        place = boxes.find(session, boxes.open_boxes(session, who), name)
        if place.folder is not None:
            raise Refusal(f"Le dossier « {name} » existe déjà.", "ALREADYEXISTS")
        try:
            folders.create_folder(session, place.open_box.box, place.inner)
        except FolderRefused as error:
            raise Refusal(str(error), "CANNOT") from None

    await talk.writing(work)
    return Done("Dossier créé.")


async def delete(talk: Conversation, lexer: Lexer) -> Done:
    lexer.space()
    name = talk.name_of(lexer.astring())
    lexer.end()
    who = talk.someone

    def work(session: Session) -> int:
        folder = _there(session, who, name)[1]
        try:
            folders.delete_folder(session, folder)
        except FolderRefused as error:
            raise Refusal(str(error), "CANNOT") from None
        return folder.id

    gone = await talk.writing(work)
    if talk.view is not None and talk.view.folder_id == gone:
        talk.view = None
    return Done("Dossier effacé, avec ce qu’il contenait.")


async def rename(talk: Conversation, lexer: Lexer) -> Done:
    """Renaming INBOX takes its messages elsewhere and leaves it empty (RFC 3501 § 6.3.5)."""
    lexer.space()
    name = talk.name_of(lexer.astring())
    lexer.space()
    new_name = talk.name_of(lexer.astring()).removesuffix(SEPARATOR)
    lexer.end()
    who = talk.someone

    def work(session: Session) -> None:
        place, folder = _there(session, who, name)
        target = boxes.find(session, boxes.open_boxes(session, who), new_name)
        if target.folder is not None:
            raise Refusal(f"Le dossier « {new_name} » existe déjà.", "ALREADYEXISTS")
        if target.open_box.box.id != place.open_box.box.id:
            raise Refusal("Un dossier ne passe pas d’une boîte à l’autre.", "CANNOT")
        try:
            if folder.name == "INBOX":
                made = folders.create_folder(session, place.open_box.box, target.inner)
                everything = select(Delivery).where(Delivery.world_id == who.world_id, Delivery.folder_id == folder.id)
                deliveries.move(session, session.scalars(everything.order_by(Delivery.uid)).all(), made)
            else:
                folders.rename_folder(session, folder, target.inner)
        except FolderRefused as error:
            raise Refusal(str(error), "CANNOT") from None

    await talk.writing(work)
    return Done("Dossier renommé.")


def _there(session: Session, who: Someone, name: str) -> tuple[boxes.Place, Folder]:
    """A folder that is there, selectable or not."""
    place = boxes.find(session, boxes.open_boxes(session, who), name)
    if place.folder is None:
        raise Refusal(f"Il n’y a pas de dossier « {name} ».", "NONEXISTENT")
    return place, place.folder


async def subscribe(talk: Conversation, lexer: Lexer) -> Done:
    return await _subscribed(talk, lexer, wanted=True)


async def unsubscribe(talk: Conversation, lexer: Lexer) -> Done:
    return await _subscribed(talk, lexer, wanted=False)


async def _subscribed(talk: Conversation, lexer: Lexer, *, wanted: bool) -> Done:
    lexer.space()
    name = talk.name_of(lexer.astring())
    lexer.end()
    who = talk.someone

    def work(session: Session) -> None:
        _there(session, who, name)[1].subscribed = wanted

    await talk.writing(work)
    return Done("Abonnement pris." if wanted else "Abonnement quitté.")


async def list_(talk: Conversation, lexer: Lexer) -> Done:
    asked = listing.read_list(lexer)
    if asked.patterns == (b"",):
        # The separator, and the root of the reference.
        talk.raw(b'* LIST (\\Noselect) "/" ""\r\n')
        return Done("Voilà.")
    who = talk.someone

    def work(session: Session) -> tuple[list[listing.Shown], dict[int, dict[str, int]]]:
        entries = boxes.entries(session, boxes.open_boxes(session, who))
        found = listing.shown(asked, entries, talk.name_of)
        here = [line.entry.folder for line in found if line.entry.folder is not None and line.entry.selectable]
        return found, _status(session, here) if asked.status else {}

    found, counts = await talk.reading(work)
    for line in found:
        attributes = " ".join(line.attributes).encode()
        ending = b' ("CHILDINFO" ("SUBSCRIBED"))' if line.child_info and "SUBSCRIBED" in asked.selects else b""
        talk.raw(b'* LIST (%s) "/" %s%s\r\n' % (attributes, talk.named(line.entry.name), ending))
        if line.entry.folder is not None and line.entry.folder.id in counts:
            talk.raw(_status_line(talk, line.entry.name, asked.status, counts[line.entry.folder.id]))
    return Done("Voilà.")


async def lsub(talk: Conversation, lexer: Lexer) -> Done:
    lexer.space()
    reference = lexer.astring()
    lexer.space()
    pattern = lexer.list_mailbox()
    lexer.end()
    asked = listing.Asked(reference, (pattern,), frozenset(), frozenset(), (), False)
    who = talk.someone

    def work(session: Session) -> list[tuple[str, bool]]:
        entries = boxes.entries(session, boxes.open_boxes(session, who))
        return listing.subscribed(asked, entries, talk.name_of)

    for name, only_above in await talk.reading(work):
        talk.raw(b'* LSUB (%s) "/" %s\r\n' % (b"\\Noselect" if only_above else b"", talk.named(name)))
    return Done("Voilà.")


async def status(talk: Conversation, lexer: Lexer) -> Done:
    lexer.space()
    name = talk.name_of(lexer.astring())
    lexer.space()
    items = listing.read_status_items(lexer)
    lexer.end()
    who = talk.someone

    def work(session: Session) -> dict[str, int]:
        opened = boxes.open_boxes(session, who)
        folder = boxes.existing(session, opened, name)[1]
        return _status(session, [folder])[folder.id]

    counts = await talk.reading(work)
    if "HIGHESTMODSEQ" in items:
        talk.condstore = True
    talk.raw(_status_line(talk, name, items, counts))
    return Done("Voilà.")


def _status(session: Session, here: Sequence[Folder]) -> dict[int, dict[str, int]]:
    counts = {folder.id: [0, 0, 0] for folder in here}
    asked = (
        select(
            Delivery.folder_id,
            func.count(),
            func.count().filter(Delivery.seen.is_(False)),
            func.count().filter(Delivery.uid >= Folder.first_recent),
        )
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .where(Delivery.folder_id.in_(counts))
        .group_by(Delivery.folder_id)
    )
    for folder_id, *numbers in session.execute(asked):
        counts[folder_id] = numbers
    return {
        folder.id: {
            "MESSAGES": counts[folder.id][0],
            "UNSEEN": counts[folder.id][1],
            "RECENT": counts[folder.id][2],
            "UIDNEXT": folder.uidnext,
            "UIDVALIDITY": folder.uidvalidity,
            "HIGHESTMODSEQ": folder.highest_modseq,
        }
        for folder in here
    }


def _status_line(talk: Conversation, name: str, items: Sequence[str], counts: dict[str, int]) -> bytes:
    told = " ".join(f"{item} {counts[item]}" for item in items).encode()
    return b"* STATUS %s (%s)\r\n" % (talk.named(name), told)


async def namespace(talk: Conversation, lexer: Lexer) -> Done:
    """RFC 2342: the box signed in to, boxes lent by delegation, shared boxes."""
    lexer.end()
    who = talk.someone
    opened = await talk.reading(lambda session: boxes.open_boxes(session, who))
    at_home = any(not box.prefix for box in opened)
    rights = {box.right for box in opened if box.prefix}

    def space(prefix: str) -> bytes:
        return b"(" + listed((talk.named(prefix), string(SEPARATOR))) + b")"

    own = space("") if at_home else b"NIL"
    lent = space(boxes.LENT + SEPARATOR) if "delegate" in rights else b"NIL"
    shared = space(boxes.SHARED + SEPARATOR) if "member" in rights else b"NIL"
    talk.raw(b"* NAMESPACE %s %s %s\r\n" % (own, lent, shared))
    return Done(f"Vos dossiers, dont ceux de l’arbre « {PATIENTS} » ; les boîtes confiées ; les boîtes partagées.")


COMMANDS = {
    "SELECT": Command(choose),
    "EXAMINE": Command(examine),
    "CLOSE": Command(close, ("selected",)),
    "UNSELECT": Command(unselect, ("selected",)),
    "CREATE": Command(create),
    "DELETE": Command(delete),
    "RENAME": Command(rename),
    "SUBSCRIBE": Command(subscribe),
    "UNSUBSCRIBE": Command(unsubscribe),
    "LIST": Command(list_),
    "LSUB": Command(lsub),
    "STATUS": Command(status),
    "NAMESPACE": Command(namespace),
}
