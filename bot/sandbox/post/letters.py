"""A letter as a form gives it, and an envelope as a wire gives it: two ways to the same attempt."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import yaml
from msgspec import Struct

from bot.sandbox.addresses import parse
from bot.sandbox.attempt import Attachment, Attempt, Context, Document
from bot.sandbox.post.documents import MB, File, attachment_of, holds_number
from bot.sandbox.post.pdf_text import words_of_pdf
from bot.sandbox.post.reading import addresses_in, bare_text
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store.numbers import holds_real_number

if TYPE_CHECKING:
    from bot.sandbox.post.reading import Name, Reading
    from bot.sandbox.post.senders import Desk

DATA = Path(__file__).parent / "data"
MAX_RECIPIENTS = 200
MAX_ADDRESS = 400
SCANNED_BYTES = 4_000_000
MAX_TEXT = 1_000_000
"""Text beyond this many characters weighs like a file joined: no operator takes a body without end."""
JUDGED_HEADERS = (
    "From",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "X-MSS-NIL",
    "X-MSS-INS",
    "X-MSS-CODECDA",
    "X-MSS-MES",
)
_COMMANDS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_MARKS = re.compile(r'[<>"]')
"""What would make a name look like an address."""
_LINK = re.compile(r"https?://(?:[^/\s@]{0,100}@)?([A-Za-z0-9.-]{1,200})", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9.-]{3,200})")


class Letter(Struct, frozen=True, kw_only=True):
    """What the writing screen sends. `close_exchange`: X-MSS-MES: FIN. `reply_to`: another box to answer to."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    files: tuple[File, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    read_receipt: bool = False
    delivery_receipt: bool = False
    urgent: bool = False
    close_exchange: bool = False


class Envelope(Struct, frozen=True, kw_only=True):
    """What SMTP says around a message (RFC 3461). `notify`: of each recipient; absent: failures only.

    `originals`: ORCPT, the recipient as the client first had it.
    """

    recipients: tuple[str, ...]
    mail_from: str = ""
    notify: dict[str, frozenset[str]] = {}
    originals: dict[str, str] = {}
    envelope_id: str = ""
    headers_only: bool = False


class Traces(Struct, frozen=True):
    """What a text gives away."""

    public_shares: tuple[str, ...]
    personal_mail: tuple[str, ...]


@cache
def traces() -> Traces:
    """`data/traces.yaml`."""
    return msgspec.convert(yaml.safe_load((DATA / "traces.yaml").read_text("utf-8")), Traces)


def attempt_of_letter(desk: Desk, letter: Letter, context: Context) -> Attempt:
    """The attempt of a form: what a conforming webmail writes, so no header is imposed but those asked for."""
    refuse_form(letter)
    headers: dict[str, str | None] = {}
    if letter.reply_to:
        headers["Reply-To"] = letter.reply_to
    if letter.close_exchange:
        headers["X-MSS-MES"] = "FIN"
    return Attempt(
        **_sender(desk),
        to=letter.to,
        cc=letter.cc,
        bcc=letter.bcc,
        subject=letter.subject,
        body=letter.text,
        headers=headers,
        is_reply=bool(letter.in_reply_to),
        dsn_requested=letter.delivery_receipt,
        mdn_requested=letter.read_receipt,
        attachments=_attachments(letter.text, letter.files),
        context=_seen_in(letter.text, letter.urgent, context),
    )


def attempt_of_reading(desk: Desk, reading: Reading, envelope: Envelope, context: Context) -> Attempt:
    """The attempt of a message as it came: its headers count, the missing ones too."""
    fields: dict[str, list[str]] = {"to": [], "cc": [], "bcc": []}
    shown = {field: {n.address.lower() for n in reading.names(field)} for field in ("To", "Cc")}
    for typed in envelope.recipients:
        address = parse(typed)
        known = address.text if address else typed.lower()
        fields["to" if known in shown["To"] else "cc" if known in shown["Cc"] else "bcc"].append(typed)
    refuse_crowd(len(envelope.recipients))
    refuse_unclear_sender(reading)
    wanted = reading.header("Disposition-Notification-To")
    files = tuple(File(file.name, file.content, file.media_type) for file in reading.files)
    subject = reading.subject
    return Attempt(
        **_sender(desk),
        to=tuple(fields["to"]),
        cc=tuple(fields["cc"]),
        bcc=tuple(fields["bcc"]),
        subject=subject,
        body=reading.text,
        body_format=reading.body_format,  # type: ignore[arg-type]
        headers=_headers(desk, reading, wanted),
        is_reply=bool(reading.answered_ids) or subject.lower().startswith(("re:", "re :")),
        dsn_requested=any("SUCCESS" in when for when in envelope.notify.values()),
        mdn_requested=bool(wanted),
        attachments=_attachments(reading.text, files),
        context=_seen_in(reading.text, reading.urgent, context),
    )


def holds_real_number_in(letter: Letter) -> bool:
    """Was a number that is not of the fictional kind typed anywhere, in the files one can read included?"""
    typed = (letter.subject, letter.text, letter.reply_to, *letter.to, *letter.cc, *letter.bcc)
    if holds_real_number(*typed, *(file.name for file in letter.files)):
        return True
    return files_hold_number(letter.files)


def files_hold_number(files: tuple[File, ...]) -> bool:
    """The same for files alone: texts by their first millions of characters, archives by the texts within."""
    for file in files:
        textual = file.media_type.startswith("text/") or file.name.lower().endswith(
            (".txt", ".csv", ".xml", ".html", ".htm", ".json", ".eml", ".hl7", ".rtf", ".md")
        )
        if textual and _text_holds_number(file):
            return True
        if holds_number(file) or holds_real_number(words_of_pdf(file.content)):
            return True
    return False


def _text_holds_number(file: File) -> bool:
    """The first millions of characters, in the coding that the first bytes tell, with and without the tags."""
    wide = file.content[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = file.content[:SCANNED_BYTES].decode("utf-16" if wide else "utf-8", "replace")
    if holds_real_number(text):
        return True
    return file.name.lower().endswith((".html", ".htm", ".xml")) and holds_real_number(bare_text(text))


def refuse_form(letter: Letter) -> None:
    """Raises Unacceptable: a field that would add a header, too many recipients, a file name that lies."""
    refuse_crowd(len(letter.to) + len(letter.cc) + len(letter.bcc))
    fields = (letter.subject, letter.reply_to, letter.in_reply_to, *letter.references)
    if any(_COMMANDS.search(field) for field in (*fields, *letter.to, *letter.cc, *letter.bcc)):
        raise Unacceptable("en-tete-injecte")
    if len(letter.subject) > 2_000 or any(len(typed) > MAX_ADDRESS for typed in (*letter.to, *letter.cc, *letter.bcc)):
        raise Unacceptable("en-tetes-mal-formes")
    if sum(len(file.content) for file in letter.files) > 55 * MB or len(letter.files) > 100:
        raise Unacceptable("message-trop-gros")


def refuse_unclear_sender(reading: Reading) -> None:
    """Raises Unacceptable: no From, several, or one that no address can be read in; the same for a Sender, if any."""
    for field, least in (("From", 1), ("Sender", 0)):
        names = reading.names(field)
        values = reading.root.values(field)
        if not least <= len(values) <= 1 or (values and not names) or any(parse(n.address) is None for n in names):
            raise Unacceptable("en-tetes-mal-formes")


def refuse_crowd(count: int) -> None:
    """Raises Unacceptable beyond what one message may be addressed to here."""
    if count > MAX_RECIPIENTS:
        raise Unacceptable("trop-de-destinataires")


def _sender(desk: Desk) -> dict[str, Any]:
    return {
        "sender": desk.own.address if desk.own is not None else None,
        "from_type": desk.from_type,
        "acting_as": desk.acting_as,
        "channel": desk.sender.channel,
        "auth": desk.auth,
        "auth_state": desk.sender.auth_state,
        "transport": desk.sender.transport,
    }


def _attachments(text: str, files: tuple[File, ...]) -> tuple[Attachment, ...]:
    found = tuple(attachment_of(file) for file in files)
    if len(text) > MAX_TEXT:
        found += (Attachment(name="texte-du-message.txt", size_mb=len(text.encode()) / MB),)
    return _of_the_same_patient(found)


def _of_the_same_patient(found: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """A file that names nobody (a PDF beside an archive) is about whom the others name, not about one person more."""
    nobody = Document().patients
    named = next((a.document.patients[:1] for a in found if a.document.patients != nobody), nobody)
    return tuple(
        msgspec.structs.replace(a, document=msgspec.structs.replace(a.document, patients=named))
        if a.document.patients == nobody
        else a
        for a in found
    )


def _headers(desk: Desk, reading: Reading, wanted: str | None) -> dict[str, str | None]:
    """What the rules ask of the headers; a thread is only there or not, its ids are machines' numbers."""
    headers: dict[str, str | None] = {}
    for name in JUDGED_HEADERS:
        value = reading.header(name)
        headers[name] = "<present@message>" if value and name in ("In-Reply-To", "References") else value
    sender = _least_one_s_own(desk, reading)
    label = _MARKS.sub("", sender.label)
    headers["From"] = f"{label} <{sender.address}>" if label else sender.address
    if headers.get("Reply-To"):
        first = next(iter(addresses_in(headers["Reply-To"] or "")), None)
        headers["Reply-To"] = first.address if first else headers["Reply-To"]
    if wanted:
        first = next(iter(addresses_in(wanted)), None)
        headers["Disposition-Notification-To"] = first.address if first else wanted
    return headers


def _least_one_s_own(desk: Desk, reading: Reading) -> Name:
    """The sender that is shown, or the first one, in From or Sender, that is neither the box nor who writes from it."""
    mine = {box.address for box in (desk.box, desk.own) if box is not None}
    shown = [*reading.names("From"), *reading.names("Sender")]
    return next((name for name in shown if name.address.lower() not in mine), reading.sender)


def _seen_in(text: str, urgent: bool, context: Context) -> Context:
    """What the words give away, added to what was told: links to public shares, personal addresses, urgency."""
    searched = text[:200_000]
    shares = traces().public_shares
    hosts = {found.lower() for found in _LINK.findall(searched)} if "://" in searched else set()
    linked = any(host == share or host.endswith("." + share) for host in hosts for share in shares)
    domains = _ADDRESS.findall(searched) if "@" in searched else ()
    invited = any(domain.lower().rstrip(".") in traces().personal_mail for domain in domains)
    return msgspec.structs.replace(
        context,
        external_link=context.external_link or linked,
        invites_personal_mail=context.invites_personal_mail or invited,
        urgent_expected=context.urgent_expected or urgent,
    )
