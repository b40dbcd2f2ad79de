"""Read a message: its text, its HTML in a frame without rights, its files, its headers, its thread, its source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from flask import abort, g, redirect, request, url_for
from sqlalchemy import select

from bot.sandbox.post.mailroom import raw_of
from bot.sandbox.post.mime import content_of
from bot.sandbox.post.opening import NO_QUESTION_IN, answer_receipt, open_message, pending_receipt
from bot.sandbox.post.patients import standing, threads_with
from bot.sandbox.post.reading import reread, safe_name
from bot.sandbox.store import deliveries, listing
from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.mail import Delivery, Message
from bot.sandbox.store.sends import Submission
from bot.sandbox.webmail.correspondents import correspondents_of
from bot.sandbox.webmail.folders_views import folder_of, listed, look_of
from bot.sandbox.webmail.mail_html import framed
from bot.sandbox.webmail.showing import rule_said
from bot.web.shell import page

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from bot.sandbox.post.reading import Name, Reading
    from bot.sandbox.store.mail import ReceiptRequest
    from bot.sandbox.webmail.rooms import Desk, Rooms
    from bot.sandbox.webmail.showing import Said

MAX_SHOWN_TEXT = 300_000
MAX_SHOWN_SOURCE = 400_000
NO_WORKINGS = "Mon espace santé montre le nom du professionnel, jamais son adresse : ni la source ni les en-têtes."
_RULE = re.compile(r"^X-MSS-Regle: ([a-z0-9-]{1,100})\s*$", re.MULTILINE)


class Opened(NamedTuple):
    """A message and where it lies."""

    delivery: Delivery
    message: Message
    folder: Folder


class Piece(NamedTuple):
    """A joined file as the screen lists it."""

    number: int
    name: str
    media_type: str
    size: int


def message_routes(bp: Blueprint, rooms: Rooms) -> None:
    """Everything about one message."""
    base = rooms.base

    @bp.get("/b/<int:persona>/<int:box>/message/<int:delivery>", endpoint="message")
    def message(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            opened = opened_at(desk, delivery)
            if opened.delivery.draft:
                return redirect(url_for("sandbox.open_draft", delivery=delivery))
            reading = reread(raw_of(desk.session, opened.message))
            look = look_of(request.args)
            html = reading.html
            return page(
                "sandbox/message.html",
                **listed(desk, opened.folder, look),
                opened=opened,
                people={field: _shown(reading, field) for field in ("From", "To", "Cc", "Bcc", "Reply-To")},
                frame=framed(html, reading.files, g.nonce) if html is not None else "",
                text=_text(desk, reading)[:MAX_SHOWN_TEXT],
                cut=len(reading.text) > MAX_SHOWN_TEXT,
                pieces=pieces_of(reading),
                thread=listing.thread_of(desk.session, desk.box, opened.delivery.thread),
                receipt=_receipt(desk, opened),
                said=_rules_of_notice(reading),
                mine=sent_copy(desk, _to_correct(desk, opened)),
                closed=_closed(desk, opened, reading),
                headers=[] if desk.box.is_patient else [(n, value[:2_000]) for n, value in reading.root.headers],
            )

    @bp.post("/b/<int:persona>/<int:box>/message/<int:delivery>/lu", endpoint="mark")
    def mark(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        """Read, or to be read again. A page never marks by being shown: it asks, by this."""
        now = rooms.now()
        unread = request.form.get("etat") == "non-lu"
        with rooms.desk(writing=True) as desk:
            opened = opened_at(desk, delivery)
            if unread:
                deliveries.change_flags(desk.session, [opened.delivery], now, drop=("\\Seen",))
            else:
                open_message(desk.session, desk.world.id, desk.persona, opened.delivery.id, now)
            folder = opened.folder.id
        if request.accept_mimetypes.best == "application/json":
            return {"seen": not unread}
        if unread:
            return redirect(url_for("sandbox.folder", folder=folder, fait="non-lu"), 303)
        return redirect(url_for("sandbox.message", delivery=delivery), 303)

    @bp.post("/b/<int:persona>/<int:box>/message/<int:delivery>/accuse", endpoint="receipt")
    def receipt(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        """Send the reading receipt that was asked for, or not: one question, one answer."""
        accept = request.form.get("reponse") == "oui"
        with rooms.desk(writing=True) as desk:
            opened = opened_at(desk, delivery)
            if _receipt(desk, opened) is not None:
                answer_receipt(desk.session, desk.world.id, desk.persona, delivery, rooms.now(), accept=accept)
        told = "accuse-envoye" if accept else "accuse-refuse"
        return redirect(url_for("sandbox.message", delivery=delivery, fait=told), 303)

    @bp.get("/b/<int:persona>/<int:box>/message/<int:delivery>/piece/<int:number>", endpoint="piece")
    def piece(persona: int, box: int, delivery: int, number: int) -> ResponseReturnValue:
        """A file to save: never shown by the browser, whatever it says it is."""
        with rooms.desk() as desk:
            reading = reread(raw_of(desk.session, opened_at(desk, delivery).message))
            if desk.box.is_patient and reading.report_type:
                abort(404, NO_WORKINGS)
            if number >= len(reading.files):
                abort(404, "Cette pièce n’est pas dans ce message.")
            file = reading.files[number]
        name = safe_name(file.name)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return file.content, 200, headers

    @bp.get("/b/<int:persona>/<int:box>/message/<int:delivery>/source", endpoint="source")
    def source(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        """The bytes as they came, for those who want to see the way they took."""
        with rooms.desk() as desk:
            if desk.box.is_patient:
                abort(404, NO_WORKINGS)
            opened = opened_at(desk, delivery)
            raw = raw_of(desk.session, opened.message)
            text = raw[:MAX_SHOWN_SOURCE].decode("utf-8", "replace")
            return page(
                "sandbox/source.html",
                **listed(desk, opened.folder, look_of(request.args)),
                opened=opened,
                text=text,
                cut=len(raw) > MAX_SHOWN_SOURCE,
            )

    def _rules_of_notice(reading: Reading) -> list[Said]:
        """The rules that a notice of non-delivery cites."""
        if reading.report_type != "delivery-status":
            return []
        status = b"".join(
            content_of(leaf, reading.raw)
            for leaf in reading.root.leaves()
            if leaf.media_type == "message/delivery-status"
        )
        names = dict.fromkeys(_RULE.findall(status[:200_000].decode("ascii", "replace").replace("\r", "")))
        return [said for name in names if (said := rule_said(base, name)) is not None]


def opened_at(desk: Desk, delivery_id: int) -> Opened:
    """A message of this box; else 404."""
    row = desk.session.execute(
        select(Delivery, Message, Folder)
        .join(Message, (Message.id == Delivery.message_id) & (Message.world_id == Delivery.world_id))
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .where(Delivery.world_id == desk.world.id, Delivery.id == delivery_id, Folder.mailbox_id == desk.box.id)
    ).first()
    if row is None:
        abort(404, "Ce message n’est pas dans cette boîte.")
    opened = Opened(*row)
    folder_of(desk, opened.folder.id)
    return opened


def sent_copy(desk: Desk, message_id: int | None) -> int:
    """The delivery that the sent folders of this box hold of a message; 0 when it is there no more."""
    if message_id is None:
        return 0
    found = desk.session.scalar(
        select(Delivery.id)
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .where(
            Delivery.world_id == desk.world.id,
            Delivery.message_id == message_id,
            Folder.mailbox_id == desk.box.id,
            Folder.special_use == "sent",
        )
        .limit(1)
    )
    return found or 0


def _to_correct(desk: Desk, opened: Opened) -> int | None:
    """The message of one's own to take up again: this one, or the one that this notice sends back."""
    if opened.message.kind != "bounce":
        return opened.message.id
    return desk.session.scalar(
        select(Submission.message_id)
        .join(Message, (Message.id == Submission.message_id) & (Message.world_id == Submission.world_id))
        .where(
            Submission.world_id == desk.world.id,
            Submission.mailbox_id == desk.box.id,
            Message.thread == opened.delivery.thread,
        )
        .order_by(Submission.id.desc())
        .limit(1)
    )


def _closed(desk: Desk, opened: Opened, reading: Reading) -> str:
    """How the professional closed this exchange, as the patient is told in the thread; empty while it is open.

    Asked as the rules will ask it of an answer: of this thread if it is one of theirs, else of all with that contact.
    """
    sender = next(iter(reading.names("Reply-To") or reading.names("From")), None)
    if not desk.box.is_patient or sender is None:
        return ""
    contact = desk.session.scalar(
        select(Mailbox).where(Mailbox.world_id == desk.world.id, Mailbox.address == sender.address.lower())
    )
    if contact is None or standing(desk.session, desk.box, contact, opened.delivery.thread).thread != "closed":
        return ""
    rows = [row for row in threads_with(desk.session, desk.box) if row.contact_box_id == contact.id]
    here = [row for row in rows if row.thread == opened.delivery.thread] or rows
    return next((row.closed_by for row in reversed(here) if row.closed_by), "header")


def _text(desk: Desk, reading: Reading) -> str:
    """The text; a patient reads a notice without the addresses that the machine put in it."""
    if reading.report_type and desk.box.is_patient:
        return correspondents_of(desk).within(reading.text)
    return reading.text


def pieces_of(reading: Reading) -> list[Piece]:
    """The joined files, those of a notice left out: they are its own workings."""
    if reading.report_type:
        return []
    return [
        Piece(number, safe_name(file.name), file.media_type, len(file.content))
        for number, file in enumerate(reading.files)
        if not file.inline
    ]


def _shown(reading: Reading, field: str) -> list[Name]:
    return reading.names(field)[:100]


def _receipt(desk: Desk, opened: Opened) -> ReceiptRequest | None:
    """The question of a reading receipt: asked once, and never in sent, drafts or bin."""
    if opened.folder.special_use in NO_QUESTION_IN or desk.box.is_patient:
        return None
    return pending_receipt(desk.session, opened.delivery)
