"""Whom a patient writes to, by name alone: Mon espace santé never shows the address of a professional (dossier § 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.sandbox.addresses import parse
from bot.sandbox.post.patients import threads_with
from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.mail import Delivery, Message
from bot.sandbox.webmail.written import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sandbox.webmail.rooms import Desk


class Correspondents:
    """The names under which a patient knows the boxes that wrote to it; for a professional, nobody is hidden."""

    def __init__(self, boxes: Iterable[Mailbox] = ()) -> None:
        self._label: dict[str, str] = {}
        self._address: dict[str, str] = {}
        for box in sorted(boxes, key=lambda box: box.address):
            plain = " · ".join(" ".join(part.replace(",", " ").split()) for part in (box.holder, box.role) if part)
            label, number = plain or "Correspondant", 1
            while label in self._address:
                number += 1
                label = f"{plain} ({number})"
            self._label[box.address] = label
            self._address[label] = box.address

    def label(self, address: str) -> str:
        """The name, or the address as it is when it is not one to hide."""
        found = parse(address)
        return self._label.get(found.text, address) if found else address

    def shown(self, typed: str) -> str:
        """A field of addresses as this person may see it."""
        return ", ".join(self.label(part) for part in split(typed)) if self._label else typed

    def resolved(self, typed: str) -> str:
        """The same field with each name put back to its address."""
        if not self._address:
            return typed
        known = ((part, self._address.get(part)) for part in split(typed))
        return ", ".join(f"{part} <{address}>" if address else part for part, address in known)

    def within(self, text: str) -> str:
        """A text written by a machine, without the addresses."""
        for address, label in self._label.items():
            text = text.replace(address, label)
        return text


def correspondents_of(desk: Desk) -> Correspondents:
    """Those who wrote to this patient, and those to whom it may write."""
    if not desk.box.is_patient:
        return Correspondents()
    wrote = (
        select(Message.sender_address)
        .join(Delivery, (Delivery.message_id == Message.id) & (Delivery.world_id == Message.world_id))
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .where(Message.world_id == desk.world.id, Folder.mailbox_id == desk.box.id)
    )
    contacts = [row.contact_box_id for row in threads_with(desk.session, desk.box)]
    return Correspondents(
        desk.session.scalars(
            select(Mailbox).where(
                Mailbox.world_id == desk.world.id,
                Mailbox.type != "PATIENT",
                Mailbox.address.in_(wrote) | Mailbox.id.in_(contacts),
            )
        )
    )
