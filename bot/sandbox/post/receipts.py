"""Reading receipts (RFC 8098): asked, answered once, by whichever tool; and those that software sends by itself.

Ask or never, no « always »; from the box that received and not from the person; `$MDNSent` so that every client of
the box agrees; nothing for automatic messages; a patient cannot refuse (dossier § 3).
"""

from __future__ import annotations

import datetime
import unicodedata
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from bot.sandbox.post.compose import new_message_id, person, plain_part, report, returned_part, text_part, words

if TYPE_CHECKING:
    from bot.sandbox.post.documents import File
    from bot.sandbox.post.reading import Reading

CODES = {
    "code_900": (900, "Version dépassée"),
    "code_901": (901, "Auteur non autorisé"),
    "code_902": (902, "Patient inconnu"),
    "code_903": (903, "INS absente"),
    "code_904": (904, "INS différente"),
    "code_905": (905, "Identité incomplète"),
    "code_906": (906, "Autre cause"),
}
"""What integrating software answers (ANS, IG courriel MSSanté 2025; « à titre indicatif »)."""


class Receipt(NamedTuple):
    """What the receipt says."""

    mode: Literal["manual-action/MDN-sent-manually", "automatic-action/MDN-sent-automatically"]
    kind: str
    subject: str
    text: str


def displayed(reading: Reading, *, by_patient: bool) -> Receipt:
    """Someone opened it and let it be known; for a patient Mon espace santé does, without asking."""
    subject = reading.subject or "(sans objet)"
    if by_patient:
        return Receipt(
            "automatic-action/MDN-sent-automatically",
            "displayed",
            f"Lu : {subject}",
            f"Le message « {subject} » a été ouvert dans Mon espace santé (simulé). Le patient ne peut pas refuser cet accusé.",
        )
    return Receipt(
        "manual-action/MDN-sent-manually",
        "displayed",
        f"Lu : {subject}",
        f"Votre correspondant a ouvert le message « {subject} » et accepté d’envoyer cet accusé de lecture. "
        "Lu ne veut pas dire pris en charge.",
    )


def integrated(reading: Reading, integration: str) -> Receipt:
    """What the software behind an applicative box did of the document."""
    mode: Literal["automatic-action/MDN-sent-automatically"] = "automatic-action/MDN-sent-automatically"
    subject = reading.subject or "(sans objet)"
    if integration not in CODES:
        return Receipt(
            mode, "processed", f"Intégré : {subject}", "Le logiciel a rangé le document dans le dossier du patient."
        )
    code, label = CODES[integration]
    return Receipt(
        mode,
        f"processed/Error: {code}^{label}",
        f"[KO Intégration système !][{code}] {subject}",
        f"Le message est remis, mais le logiciel n’a pas rangé le document. Motif {code} : {label}. "
        "Les pièces vous sont rendues.\nRègle : refus-d-integration-annonce",
    )


def mdn(
    receipt: Receipt,
    reading: Reading,
    *,
    label: str,
    address: str,
    to: str,
    at: datetime.datetime,
    files: list[File] | None = None,
) -> bytes:
    """The report itself. `address`: the box that received."""
    domain = address.rpartition("@")[2]
    original = reading.message_id
    known = original if original.startswith("<") and original.endswith(">") and original.isascii() else ""
    disposition = unicodedata.normalize("NFKD", f"{receipt.mode}; {receipt.kind}").encode("ascii", "ignore").decode()
    lines = [
        "Reporting-UA: bac-a-sable; Guide MSSante",
        f"Final-Recipient: rfc822; {address}",
        *([f"Original-Message-ID: {known}"] if known else []),
        f"Disposition: {disposition}",
    ]
    fields = [
        ("From", person(label, address)),
        ("To", to),
        ("Subject", words(receipt.subject[:500])),
        ("Date", format_datetime(at)),
        ("Message-ID", new_message_id(domain)),
        *([("In-Reply-To", known), ("References", known)] if known and len(known) < 300 else []),
        ("Auto-Submitted", "auto-replied"),
        ("X-MSS-NIL", "BAC-A-SABLE-GUIDE-MSSANTE"),
        ("X-MSS-INS", "N"),
    ]
    returned = returned_part("text/rfc822-headers", reading.raw[: reading.root.head[1]])
    parts = [text_part(receipt.text), plain_part("message/disposition-notification", lines), returned]
    return report(fields, "disposition-notification", parts, files)


def answered_by(reading: Reading) -> str | None:
    """The Message-ID that a receipt brought by a client is about."""
    if reading.report_type != "disposition-notification":
        return None
    for leaf in reading.root.leaves():
        if leaf.media_type == "message/disposition-notification":
            body = reading.raw[leaf.body[0] : leaf.body[1]].decode("utf-8", "replace")
            for line in body.splitlines():
                name, _, value = line.partition(":")
                if name.strip().lower() == "original-message-id":
                    return value.strip()[:500]
    return None
