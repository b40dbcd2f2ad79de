"""Drafts saved by themselves: what the form holds, the files joined to it, and the message that the folder shows."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from flask import abort
from sqlalchemy import delete, func, select
from sqlalchemy.orm import undefer

from bot.sandbox.post.compose import compose, new_message_id
from bot.sandbox.post.documents import File
from bot.sandbox.post.letters import Letter
from bot.sandbox.post.mailroom import Letterbox
from bot.sandbox.post.reading import refuse_hostile_name, reread
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store import deliveries
from bot.sandbox.store.mail import Draft, DraftFile, Message
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.webmail.written import Written, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage

    from bot.sandbox.webmail.rooms import Desk

MAX_FILES = 20
MAX_DRAFTS = 200
WORLD_BYTES = 400_000_000
"""What a world may hold in all: enough for a class, not for whoever would fill the disk."""


class DraftRefused(ValueError):
    """It cannot be kept; the message says why, in French."""


def kept(desk: Desk, key: str) -> Draft | None:
    """The draft of this key, if it is this persona's, in this box."""
    draft = desk.session.scalar(select(Draft).where(Draft.world_id == desk.world.id, Draft.key == key))
    if draft is not None and (draft.persona_id != desk.persona.id or draft.mailbox_id != desk.box.id):
        abort(404, "Ce brouillon n’est pas le vôtre.")
    return draft


def at_delivery(desk: Desk, delivery_id: int) -> Draft:
    """The draft that the folder shows under this delivery; a box that several open shows each one's."""
    draft = desk.session.scalar(
        select(Draft).where(
            Draft.world_id == desk.world.id,
            Draft.mailbox_id == desk.box.id,
            Draft.persona_id == desk.persona.id,
            Draft.delivery_id == delivery_id,
        )
    )
    if draft is None:
        abort(404, "Ce brouillon est celui d’une autre personne, ou il vient d’être envoyé.")
    return draft


def save(desk: Desk, written: Written, now: datetime.datetime) -> Draft | None:
    """Keep what is written; nothing when nothing is. Raises RealNumber, DraftRefused."""
    refuse_real_number(*written.typed())
    draft = kept(desk, written.key)
    if draft is None:
        if written.empty:
            return None
        count = desk.session.scalar(
            select(func.count()).select_from(Draft).where(
                Draft.world_id == desk.world.id, Draft.mailbox_id == desk.box.id
            )
        )
        if (count or 0) >= MAX_DRAFTS:
            raise DraftRefused(f"Une boîte garde au plus {MAX_DRAFTS} brouillons. Effacez-en.")
        draft = Draft(
            world_id=desk.world.id,
            key=written.key,
            mailbox_id=desk.box.id,
            persona_id=desk.persona.id,
            form=written.as_draft(),
            saved_at=now,
        )
        desk.session.add(draft)
    else:
        if draft.form == written.as_draft():
            return draft
        draft.form, draft.revision, draft.saved_at = written.as_draft(), draft.revision + 1, now
    desk.session.flush()
    _show(desk, draft, written, now)
    return draft


def join(desk: Desk, draft: Draft, uploads: Sequence[FileStorage]) -> None:
    """Files chosen on one's computer. Raises DraftRefused."""
    here = len(files_of(desk.session, draft))
    for upload in uploads:
        name = upload.filename or ""
        if not name:
            continue
        if here >= MAX_FILES:
            raise DraftRefused(f"Un message porte au plus {MAX_FILES} fichiers.")
        content = upload.stream.read()
        try:
            refuse_hostile_name(name)
        except Unacceptable as error:
            raise DraftRefused(error.shape.message) from None
        refuse_real_number(name)
        refuse_heavy_world(desk.session, desk.world.id, len(content))
        desk.session.add(
            DraftFile(
                world_id=desk.world.id,
                draft_id=draft.id,
                name=name,
                media_type=(upload.mimetype or "application/octet-stream")[:200],
                size=len(content),
                content=content,
            )
        )
        here += 1
    desk.session.flush()


def files_of(session: Session, draft: Draft | None, *, content: bool = False) -> Sequence[DraftFile]:
    """The files joined to a draft, with what they hold when asked."""
    if draft is None:
        return []
    wanted = select(DraftFile).where(DraftFile.world_id == draft.world_id, DraftFile.draft_id == draft.id)
    if content:
        wanted = wanted.options(undefer(DraftFile.content))
    return session.scalars(wanted.order_by(DraftFile.id)).all()


def remove_file(desk: Desk, draft: Draft, file_id: int) -> None:
    """Take one file off."""
    desk.session.execute(
        delete(DraftFile).where(
            DraftFile.world_id == desk.world.id, DraftFile.draft_id == draft.id, DraftFile.id == file_id
        )
    )


def as_files(found: Sequence[DraftFile]) -> list[File]:
    """As the post office takes them."""
    return [File(file.name, file.content, file.media_type) for file in found]


def discard(desk: Desk, draft: Draft) -> None:
    """Gone, and from the folder too."""
    if draft.delivery_id is not None:
        deliveries.remove(desk.session, desk.world.id, [draft.delivery_id])
    desk.session.delete(draft)
    desk.session.flush()


def refuse_heavy_world(session: Session, world_id: int, more: int) -> None:
    """Raises DraftRefused when the world is full."""
    held = session.scalar(select(func.sum(Message.size)).where(Message.world_id == world_id)) or 0
    held += session.scalar(select(func.sum(DraftFile.size)).where(DraftFile.world_id == world_id)) or 0
    if held + more > WORLD_BYTES:
        raise DraftRefused("Ce monde a atteint sa taille maximale. Effacez de gros messages, ou entrez dans un nouveau.")


def _show(desk: Desk, draft: Draft, written: Written, now: datetime.datetime) -> None:
    """The folder shows a draft as a message made anew at each save (IMAP clients see the same)."""
    if draft.delivery_id is not None:
        deliveries.remove(desk.session, desk.world.id, [draft.delivery_id])
    # Files are named by the form, not carried: the folder shows what is written, quickly.
    letter = Letter(to=split(written.to)[:200], cc=split(written.cc)[:200], subject=written.subject, text=written.text)
    domain = desk.box.address.rpartition("@")[2]
    raw = compose(letter, desk.box.holder, desk.box.address, now, new_message_id(domain))
    box = Letterbox(desk.session, desk.world.id, reread(raw), "draft", now)
    shown = box.place(box.copy(), desk.box, "drafts", "patient" if written.tree == "patient" else "professional", ("\\Seen", "\\Draft"))
    draft.delivery_id = shown.delivery_id
    desk.session.flush()
