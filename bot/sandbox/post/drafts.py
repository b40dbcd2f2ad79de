"""Drafts that save themselves: the form as it was left, and a message in « Brouillons » that every client sees."""

from __future__ import annotations

import datetime
import secrets
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, func, select

from bot.sandbox.post.compose import compose, new_message_id
from bot.sandbox.post.documents import MB, File
from bot.sandbox.post.letters import Letter, files_hold_number, holds_real_number_in, refuse_form
from bot.sandbox.post.mailroom import Letterbox
from bot.sandbox.post.reading import refuse_hostile_name, reread
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.deliveries import remove
from bot.sandbox.store.mail import Delivery, Draft, DraftFile
from bot.sandbox.store.numbers import RealNumber, holds_real_number
from bot.sandbox.store.people import Persona

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from bot.sandbox.attempt import Context
    from bot.sandbox.post.post_office import PostOffice
    from bot.sandbox.post.senders import Sender
    from bot.sandbox.store.boxes import Tree
    from bot.sandbox.store.people import World
    from bot.sandbox.store.sends import Submission

MAX_FILES_MB = 55
PERSONA_MB = 60
"""What one persona's drafts may hold of files: one message too heavy for every operator, and some more."""
SHOWN_MB = 10
"""Beyond, the message of « Brouillons » names a file without holding it: else each draft would lie twice on the disk."""


def new_draft_key() -> str:
    """A name for a draft, and the idempotency key of the send that will end it."""
    return secrets.token_urlsafe(18)


def save_draft(
    session: Session,
    box: Mailbox,
    persona: Persona,
    key: str,
    letter: Letter,
    now: datetime.datetime,
    *,
    tree: Tree = "professional",
    files: Sequence[File] = (),
) -> Draft:
    """Keep the form as it stands, malformed addresses included, and join these files to it.

    Raises RealNumber, Unacceptable or NoRoom; nothing is kept then.
    """
    refuse_form(letter)
    if holds_real_number_in(letter):
        raise RealNumber
    draft = find_draft(session, box.world_id, persona, key)
    refuse_files(session, box.world_id, persona, draft, files)
    bare = msgspec.structs.replace(letter, files=())
    form = msgspec.to_builtins(bare)
    if draft is None:
        draft = Draft(world_id=box.world_id, key=key, mailbox_id=box.id, persona_id=persona.id, form=form, saved_at=now)
        session.add(draft)
    elif msgspec.convert(draft.form, Letter) != bare or draft.mailbox_id != box.id:
        draft.form, draft.mailbox_id, draft.revision, draft.saved_at = form, box.id, draft.revision + 1, now
    elif draft.delivery_id is not None and not files:
        return draft
    session.flush()
    if files:
        _join(session, draft, files, now)
    _show(session, draft, now, tree)
    return draft


class NoRoom(Exception):
    """The drafts of this persona hold enough files already; the message says so, in French."""


def refuse_files(session: Session, world_id: int, persona: Persona, draft: Draft | None, files: Sequence[File]) -> None:
    """Before anything is written: may these files be joined? Raises RealNumber, Unacceptable or NoRoom."""
    if not files:
        return
    for file in files:
        refuse_hostile_name(file.name)
    more = sum(len(file.content) for file in files)
    of_all = (
        select(func.coalesce(func.sum(DraftFile.size), 0))
        .join(Draft, (Draft.id == DraftFile.draft_id) & (Draft.world_id == DraftFile.world_id))
        .where(DraftFile.world_id == world_id, Draft.persona_id == persona.id)
    )
    here = session.scalars(of_all.where(Draft.id == draft.id)).one() if draft is not None else 0
    if here + more > MAX_FILES_MB * MB:
        raise Unacceptable("message-trop-gros")
    held = session.scalars(of_all).one()
    if held + more > PERSONA_MB * MB:
        raise NoRoom(
            f"Vos brouillons gardent déjà {_mb(held)} Mo de fichiers, et ce que vous joignez en ajoute {_mb(more)} ; le bac "
            f"à sable en garde au plus {PERSONA_MB} par personne. Retirez un fichier, ou effacez un brouillon devenu "
            "inutile, puis joignez de nouveau. Votre texte est gardé."
        )
    if files_hold_number(tuple(files)) or holds_real_number(*(file.name for file in files)):
        raise RealNumber


def find_draft(session: Session, world_id: int, persona: Persona, key: str) -> Draft | None:
    """A draft of this persona."""
    return session.scalar(
        select(Draft).where(Draft.world_id == world_id, Draft.persona_id == persona.id, Draft.key == key)
    )


def add_file(session: Session, draft: Draft, file: File, now: datetime.datetime) -> DraftFile:
    """Join a file to a draft. Raises RealNumber, Unacceptable or NoRoom."""
    refuse_files(session, draft.world_id, session.get_one(Persona, draft.persona_id), draft, (file,))
    (row,) = _join(session, draft, (file,), now)
    _show(session, draft, now, _tree_of(session, draft))
    return row


def take_file(session: Session, draft: Draft, file_id: int, now: datetime.datetime) -> None:
    """Take a file off a draft."""
    session.execute(
        delete(DraftFile)
        .where(DraftFile.world_id == draft.world_id, DraftFile.draft_id == draft.id, DraftFile.id == file_id)
        .execution_options(synchronize_session="fetch")
    )
    draft.revision, draft.saved_at = draft.revision + 1, now
    session.flush()
    _show(session, draft, now, _tree_of(session, draft))


def files_of(session: Session, draft: Draft) -> Sequence[DraftFile]:
    """The files of a draft, in the order they were joined; their content is read when asked."""
    return session.scalars(
        select(DraftFile)
        .where(DraftFile.world_id == draft.world_id, DraftFile.draft_id == draft.id)
        .order_by(DraftFile.id)
    ).all()


def letter_of(session: Session, draft: Draft) -> Letter:
    """The letter as it was left, files included: to show again, to check, to send."""
    files = tuple(File(row.name, row.content, row.media_type) for row in files_of(session, draft))
    return msgspec.structs.replace(msgspec.convert(draft.form, Letter), files=files)


def send_draft(
    session: Session,
    office: PostOffice,
    world: World,
    sender: Sender,
    key: str,
    *,
    confirmed: bool = False,
    context: Context | None = None,
) -> Submission:
    """Send a draft and end it, in one transaction. A form posted twice finds the first send, since the draft is gone."""
    done = office.already_sent(session, world, key)
    if done is not None:
        return done
    draft = session.scalar(
        select(Draft).where(Draft.world_id == world.id, Draft.persona_id == sender.persona_id, Draft.key == key)
    )
    if draft is None:
        raise LookupError("no such draft")
    letter = letter_of(session, draft)
    sent = office.submit(
        session, world, sender, letter, door="webmail", idempotency_key=key, confirmed=confirmed, context=context
    )
    if sent.state == "accepted":
        discard_draft(session, draft)
    return sent


def discard_draft(session: Session, draft: Draft) -> None:
    """Throw it away, or end it in the same transaction as the send."""
    shown = draft.delivery_id
    session.delete(draft)
    session.flush()
    if shown is not None:
        remove(session, draft.world_id, [shown])


def _join(session: Session, draft: Draft, files: Sequence[File], now: datetime.datetime) -> list[DraftFile]:
    """The rows of these files, accepted already."""
    rows = [
        DraftFile(
            world_id=draft.world_id,
            draft_id=draft.id,
            name=file.name,
            media_type=file.media_type[:255],
            size=len(file.content),
            content=file.content,
        )
        for file in files
    ]
    session.add_all(rows)
    draft.revision, draft.saved_at = draft.revision + 1, now
    session.flush()
    return rows


def _tree_of(session: Session, draft: Draft) -> Tree:
    """Where the draft is shown now."""
    found = session.scalar(
        select(Folder.tree)
        .join(Delivery, Delivery.folder_id == Folder.id)
        .where(Delivery.world_id == draft.world_id, Delivery.id == draft.delivery_id)
    )
    return found or "professional"


def _show(session: Session, draft: Draft, now: datetime.datetime, tree: Tree) -> None:
    """The draft as a message, made anew: a message never changes, an IMAP client sees one go and one come."""
    box = session.get_one(Mailbox, draft.mailbox_id)
    if draft.delivery_id is not None:
        before, draft.delivery_id = draft.delivery_id, None
        session.flush()
        remove(session, draft.world_id, [before])
    letter = msgspec.structs.replace(msgspec.convert(draft.form, Letter), files=_shown_files(session, draft))
    raw = compose(letter, box.holder, box.address, now, new_message_id(box.address.rpartition("@")[2]))
    letterbox = Letterbox(session, box.world_id, reread(raw), "draft", now)
    placed = letterbox.place(letterbox.copy(), box, "drafts", tree, ("\\Draft", "\\Seen"))
    draft.delivery_id = placed.delivery_id
    session.flush()


def _shown_files(session: Session, draft: Draft) -> tuple[File, ...]:
    """The files as the folder shows them; in place of one too many, a line that tells where it is."""
    shown, weight = [], 0
    for row in files_of(session, draft):
        weight += row.size
        if weight <= SHOWN_MB * MB:
            shown.append(File(row.name, row.content, row.media_type))
        else:
            told = (
                f"« {row.name} » ({_mb(row.size)} Mo) est gardé avec le brouillon. "
                "Ouvrez le brouillon dans le webmail pour l’envoyer avec ce fichier.\r\n"
            )
            shown.append(File(f"{row.name}.txt", told.encode(), "text/plain"))
    return tuple(shown)


def _mb(size: int) -> str:
    return f"{size / MB:.1f}".replace(".", ",")
