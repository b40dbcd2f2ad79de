"""Answer, forward, send again: what the new sheet holds at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.sandbox.addresses import parse
from bot.sandbox.store.sends import Addressee, Submission
from bot.sandbox.webmail.wording import when
from bot.sandbox.webmail.written import Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.post.reading import Reading
    from bot.sandbox.webmail.message_views import Opened
    from bot.sandbox.webmail.rooms import Desk

QUOTED = 20_000


def answered_with(desk: Desk, opened: Opened, reading: Reading, signature: str, *, everyone: bool) -> Written:
    """A reply: to Reply-To when there is one, else to the sender; to all but this box when asked."""
    first = [name.address for name in (reading.names("Reply-To") or reading.names("From"))]
    others = [name.address for field in ("To", "Cc") for name in reading.names(field)] if everyone else []
    mine = desk.box.address
    copies = [address for address in dict.fromkeys(others) if not _same(address, mine) and address not in first]
    subject = reading.subject
    known = reading.message_id if _usable(reading.message_id) else ""
    return Written(
        tree=opened.folder.tree,
        to=", ".join(first),
        cc=", ".join(copies[:100]),
        subject=subject if subject.lower().startswith(("re:", "re :")) else f"Re: {subject}",
        text=f"\n{signature}\n\n{_quoted(opened, reading)}",
        in_reply_to=known,
        references=[known_id for known_id in reversed(reading.answered_ids[:15]) if _usable(known_id)],
        answers=opened.delivery.id,
    )


def forwarded_with(desk: Desk, opened: Opened, reading: Reading, signature: str) -> Written:
    """A forward: the text quoted, the files along."""
    return Written(
        tree="professional" if not desk.box.is_patient else opened.folder.tree,
        subject=f"TR: {reading.subject}",
        text=f"\n{signature}\n\n{_quoted(opened, reading)}",
        carried=opened.delivery.id if reading.files and not reading.report_type else 0,
    )


def anew_with(opened: Opened, reading: Reading, lost: Sequence[str]) -> Written:
    """The same message once more, its files along; to these recipients alone when some did not get it."""
    fields = ("To", "Cc", "Bcc") if not lost else ()
    to, cc, bcc = ([name.address for name in reading.names(field)] for field in fields) if fields else (lost, (), ())
    return Written(
        tree=opened.folder.tree,
        to=", ".join(to),
        cc=", ".join(cc),
        bcc=", ".join(bcc),
        subject=reading.subject,
        text=reading.text,
        carried=opened.delivery.id if reading.files and not reading.report_type else 0,
    )


def not_reached(desk: Desk, message_id: int) -> Sequence[str]:
    """Those to whom this sent message could not be delivered."""
    return desk.session.scalars(
        select(Addressee.address)
        .join(Submission, (Submission.id == Addressee.submission_id) & (Submission.world_id == Addressee.world_id))
        .where(
            Addressee.world_id == desk.world.id,
            Submission.mailbox_id == desk.box.id,
            Submission.message_id == message_id,
            Addressee.state == "bounced",
        )
        .order_by(Addressee.position)
    ).all()


def _quoted(opened: Opened, reading: Reading) -> str:
    sender = reading.sender
    head = f"Le {when(opened.delivery.internal_date)}, {sender.label or sender.address} a écrit :"
    return "\n".join([head, *(f"> {line}" for line in reading.text[:QUOTED].splitlines())])


def _same(one: str, other: str) -> bool:
    parsed = parse(one)
    return parsed is not None and parsed.text == other.lower()


def _usable(message_id: str) -> bool:
    return message_id.startswith("<") and message_id.endswith(">") and message_id.isascii() and len(message_id) < 300
