"""What the message carries: sizes, documents, technical subject, empty messages.

Sizes (dossier § 2.5): the sum of the attachments, after base64 (4/3) for operators; for Mon espace santé, above 25 MB
before encoding it bounces, between the two measures it depends (fixtures, size_limit_note). Documents: IHE_XDM.ZIP,
subject XDM/1.0/DDM+…, PDF beside it (ECO.2.1.1 to 2.1.6 as reported).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from bot.sandbox.addresses import parse
from bot.sandbox.settings import YesNo, limits, yes

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attachment, Attempt, DocumentKind
    from bot.sandbox.world import Operator, World

Room: TypeAlias = Literal["within", "between", "over"]

_GOOD_SUBJECT = re.compile(
    r"^XDM/1\.0/DDM\+(?P<label>\S.*?) (?P<family>[^\W\d_a-z][^\d_a-z]*) (?P<given>[^\W\d_][^\d_]*?)(?: [0-9]{2}/[0-9]{2}/[0-9]{4})?$"
)
_PDF_NAME = re.compile(r"^[0-9]{8}_[^_]+_[^_]+_[^_]+(?:_[^_]+)?\.pdf$", re.IGNORECASE)


class ContentFacts(Struct, frozen=True):
    """What the sender's side can tell of the message, whoever receives it."""

    blank: Literal["no", "subject", "text", "all"]
    sender_room: Room
    legacy_size: Literal["n/a", "within", "over"]
    legacy_body: Literal["n/a", "within", "over"]
    archive: Literal["none", "good", "misnamed"]
    loose_cda: YesNo
    xdm_subject: Literal["none", "incomplete", "good"]
    beside_archive: Literal["n/a", "good", "no_pdf", "pdf_misnamed", "pdf_differs"]
    archive_identity: Literal["n/a", "ok", "absent", "partial", "other_person", "no_metadata"]
    empty_archive: YesNo
    dangerous: Literal["no", "exe", "eicar"]
    imaging: YesNo
    shown_to_patient: YesNo
    people: Literal["none", "one", "several"]
    to_dmp: YesNo
    corrected: YesNo
    crowd: Literal["few", "many"]
    no_recipient: YesNo
    body_format: Literal["text", "html_only", "alternative"]


def content_facts(attempt: Attempt, world: World) -> ContentFacts:
    """The message as it is about to leave."""
    kinds = [kind_of(a) for a in attempt.attachments]
    legacy = attempt.channel == "legacy_app"
    archives = archives_in(attempt)
    count = attempt.context.bulk_count or len(attempt.recipients)
    address = parse(attempt.sending_address) if attempt.sending_address is not None else None
    people = {person for a in attempt.attachments for person in a.document.patients}
    return ContentFacts(
        blank=_blank(attempt),
        sender_room=room(attempt, world.operator_of.get(address.domain) if address else None),
        legacy_size=_measured(legacy, total_mb(attempt) > world.legacy_app.size_limit_mb),
        legacy_body=_measured(legacy, _body_length(attempt) > world.legacy_app.body_limit_chars),
        archive=_archive(archives),
        loose_cda=yes("cda" in kinds),
        xdm_subject=_subject(attempt.subject),
        beside_archive=_beside_archive(attempt, archives, kinds),
        archive_identity=_identity(archives),
        empty_archive=yes(any(a.document.cda_count == 0 for a in archives)),
        dangerous="eicar" if "eicar" in kinds else "exe" if "exe" in kinds else "no",
        imaging=yes("dicom" in kinds),
        shown_to_patient=yes(all(_extension(a) in limits().shown_to_patients for a in attempt.attachments)),
        people="none" if not people else "one" if len(people) == 1 else "several",
        to_dmp=yes(any(a.document.dmp for a in attempt.attachments)),
        corrected=yes(any(a.document.replaces != "none" for a in attempt.attachments)),
        crowd="many" if count > limits().many_recipients else "few",
        no_recipient=yes(not attempt.recipients),
        body_format=attempt.body_format,
    )


def kind_of(attachment: Attachment) -> DocumentKind:
    """The nature of an attachment: as told, else as its extension says. A name alone never makes an XDM archive."""
    return attachment.document.kind or limits().extensions.get(_extension(attachment), "other")


def archives_in(attempt: Attempt) -> list[Attachment]:
    """The attachments that really hold an IHE XDM archive."""
    return [a for a in attempt.attachments if kind_of(a) == "xdm"]


def well_named(archive: Attachment) -> bool:
    """Does the archive bear the name the sorting looks for?"""
    return archive.name.strip().lower() == limits().archive_name


def total_mb(attempt: Attempt) -> float:
    """The size of the attachments before encoding."""
    return sum(a.size_mb for a in attempt.attachments)


def room(attempt: Attempt, operator: Operator | None) -> Room:
    """Does the message fit the operator's limit? `between`: only when measured before encoding (Mon espace santé)."""
    if operator is None or operator.size_limit_mb is None:
        return "within"
    raw = total_mb(attempt)
    if raw * 4 <= operator.size_limit_mb * 3:
        return "within"
    return "between" if operator.kind == "patient_space" and raw <= operator.size_limit_mb else "over"


def _extension(attachment: Attachment) -> str:
    return attachment.name.strip().rpartition(".")[2].lower()


def _measured(measured: bool, over: bool) -> Literal["n/a", "within", "over"]:
    if not measured:
        return "n/a"
    return "over" if over else "within"


def _body_length(attempt: Attempt) -> int:
    if attempt.body_length is not None:
        return attempt.body_length
    return len(attempt.body) if attempt.body is not None else 1


def _blank(attempt: Attempt) -> Literal["no", "subject", "text", "all"]:
    """What is missing. A file says enough by itself, and so does the subject that closes an exchange."""
    text = attempt.body.strip() if attempt.body is not None else "texte"
    empty = (attempt.body_length == 0 or not text) and not attempt.attachments
    if not attempt.subject.strip():
        return "all" if empty else "subject"
    return "text" if empty and attempt.subject != limits().closing_subject else "no"


def _archive(archives: list[Attachment]) -> Literal["none", "good", "misnamed"]:
    if not archives:
        return "none"
    return "good" if any(well_named(a) for a in archives) else "misnamed"


def _subject(subject: str) -> Literal["none", "incomplete", "good"]:
    if not subject.lstrip().lower().startswith(limits().subject_prefix.lower()):
        return "none"
    return "good" if _GOOD_SUBJECT.match(subject) else "incomplete"


def _beside_archive(
    attempt: Attempt, archives: list[Attachment], kinds: list[DocumentKind]
) -> Literal["n/a", "good", "no_pdf", "pdf_misnamed", "pdf_differs"]:
    if not archives:
        return "n/a"
    if "pdf" not in kinds:
        return "no_pdf"
    if not all(a.document.pdf_matches_cda for a in archives):
        return "pdf_differs"
    named = all(_PDF_NAME.match(a.name) for a in attempt.attachments if kind_of(a) == "pdf")
    return "good" if named else "pdf_misnamed"


def _identity(archives: list[Attachment]) -> Literal["n/a", "ok", "absent", "partial", "other_person", "no_metadata"]:
    """The first identity that is not in order, else that it is."""
    faulty = (a.document.ins for a in archives if a.document.ins != "ok")
    return next(faulty, "ok") if archives else "n/a"
