"""Drafts of the writing screen: what the post office keeps of a letter, and what only this screen knows of it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from flask import abort
from sqlalchemy import func, select

from bot.sandbox.post import drafts as kept_by_post
from bot.sandbox.post.documents import File
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store.mail import Draft, DraftFile, Message
from bot.sandbox.webmail.written import Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage

    from bot.sandbox.webmail.rooms import Desk

MAX_FILES = 20
MAX_DRAFTS = 200
SCREEN = "screen"
WORLD_BYTES = {"solo": 150_000_000, "class": 400_000_000}
"""What a world may hold in all: enough to learn, not for whoever would fill the disk."""


class DraftRefused(ValueError):
    """It cannot be kept; the message says why, in French."""


def kept(desk: Desk, key: str) -> Draft | None:
    """The draft of this key, if it is this persona's, in this box."""
    draft = desk.session.scalar(select(Draft).where(Draft.world_id == desk.world.id, Draft.key == key))
    if draft is not None and (draft.persona_id != desk.persona.id or draft.mailbox_id != desk.box.id):
        abort(404, "Ce brouillon n’est pas le vôtre.")
    return draft


def at_delivery(desk: Desk, delivery_id: int) -> Draft:
    """The draft that the folder shows under this delivery; in a shared box, only its writer's."""
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


def written_in(draft: Draft) -> Written:
    """What the screen held."""
    return Written.from_draft(draft.form.get(SCREEN, {}))


def save(desk: Desk, written: Written, now: datetime.datetime, files: Sequence[File] = ()) -> Draft | None:
    """Keep what is written and join these files to it; nothing when there is nothing. Raises RealNumber, DraftRefused."""
    draft = kept(desk, written.key)
    if draft is None and written.empty and not files:
        return None
    if draft is not None and draft.form.get(SCREEN) == written.as_draft() and not files:
        return draft
    if draft is None:
        refuse_too_many(desk)
    refuse_files(desk, draft, files)
    try:
        draft = kept_by_post.save_draft(
            desk.session,
            desk.box,
            desk.persona,
            written.key,
            written.letter((), shelved=False),
            now,
            tree="patient" if written.tree == "patient" else "professional",
            files=files,
        )
    except Unacceptable as error:
        raise DraftRefused(error.shape.message) from None
    draft.form = {**draft.form, SCREEN: written.as_draft()}
    desk.session.flush()
    return draft


def uploaded(uploads: Sequence[FileStorage]) -> list[File]:
    """The files chosen on one's computer, read before anybody waits for the database."""
    return [
        File(upload.filename, upload.stream.read(), (upload.mimetype or "application/octet-stream")[:200])
        for upload in uploads
        if upload.filename
    ]


def refuse_files(desk: Desk, draft: Draft | None, files: Sequence[File]) -> None:
    """Is there room for these files, and are they of the kind one may join? Raises RealNumber, DraftRefused."""
    if not files:
        return
    if len(files_of(desk.session, draft)) + len(files) > MAX_FILES:
        raise DraftRefused(f"Un message porte au plus {MAX_FILES} fichiers. Votre texte est gardé.")
    try:
        kept_by_post.refuse_files(desk.session, desk.world.id, desk.persona, draft, files)
    except (Unacceptable, kept_by_post.NoRoom) as error:
        raise DraftRefused(str(error)) from None
    refuse_heavy_world(desk, sum(len(file.content) for file in files))


def files_of(session: Session, draft: Draft | None) -> Sequence[DraftFile]:
    """The files joined to a draft; their content is read when asked."""
    return kept_by_post.files_of(session, draft) if draft is not None else []


def remove_file(desk: Desk, draft: Draft, file_id: int, now: datetime.datetime) -> None:
    """Take one file off."""
    kept_by_post.take_file(desk.session, draft, file_id, now)


def as_files(found: Sequence[DraftFile]) -> list[File]:
    """As the post office takes them."""
    return [File(file.name, file.content, file.media_type) for file in found]


def discard(desk: Desk, draft: Draft) -> None:
    """Gone, and from the folder too."""
    kept_by_post.discard_draft(desk.session, draft)


def refuse_too_many(desk: Desk) -> None:
    """Raises DraftRefused when the box holds enough drafts."""
    count = desk.session.scalar(
        select(func.count()).select_from(Draft).where(Draft.world_id == desk.world.id, Draft.mailbox_id == desk.box.id)
    )
    if (count or 0) >= MAX_DRAFTS:
        raise DraftRefused(f"Une boîte garde au plus {MAX_DRAFTS} brouillons. Effacez-en.")


def refuse_heavy_world(desk: Desk, more: int) -> None:
    """Raises DraftRefused when the world is full."""
    if more < 100_000:
        return
    held = desk.session.scalar(select(func.sum(Message.size)).where(Message.world_id == desk.world.id)) or 0
    held += desk.session.scalar(select(func.sum(DraftFile.size)).where(DraftFile.world_id == desk.world.id)) or 0
    if held + more > WORLD_BYTES[desk.world.kind]:
        raise DraftRefused(
            "Ce monde fictif a atteint la taille que le bac à sable lui accorde. Effacez de gros messages ou de gros "
            "brouillons, ou entrez dans un nouveau monde. Votre texte est gardé."
        )
