"""What a patient's address and box bring to a send, both ways (dossier § 3).

An address is fifteen characters of INS (thirteen and a key; a letter in Corsica) before @patient.mssante.fr. The
sandbox takes the fictional kind only, birth month 13 (DESIGN § 6); anything shaped like a real one is refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from bot.sandbox.addresses import Address, parse
from bot.sandbox.settings import YesNo, limits, yes

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt
    from bot.sandbox.world import World

PatientState: TypeAlias = Literal["n/a", "open", "closed", "unknown", "auto_reply", "malformed"]
Contact: TypeAlias = Literal[
    "n/a",
    "allowed",
    "pharmacy",
    "stranger",
    "ended",
    "pharmacy_unknown",
    "pharmacy_unpublished",
    "patient",
    "software",
    "nowhere",
]

_MATRICULE = re.compile(r"^[0-9]{6}[0-9ab][0-9]{8}$")
_BETWEEN = r"(?:\s?[.,;:/_()|–·-]\s?|\s)?"
_NUMBER = re.compile(
    # A word may touch it on either side (NIR1…, …X), a figure may not: a digest mixes both.
    r"(?:(?<![0-9A-Za-z])|(?<![0-9A-Za-z])[A-Za-z]{2,12})(?!34009)[1-478]"
    + _BETWEEN + r"[0-9]{2}" + _BETWEEN + r"(?P<month>[0-9]{2})" + _BETWEEN + r"[0-9][0-9AB]" + _BETWEEN
    + r"[0-9]{3}" + _BETWEEN + r"[0-9]{3}(?:" + _BETWEEN + r"[0-9]{2})?(?=[A-Za-z]{0,12}(?![0-9A-Za-z]))",
    re.IGNORECASE,
)  # fmt: skip
WORTH_ASKING = re.compile(r"[1-478](?:[^0-9A-Za-z]*[0-9ABab]){12}")
"""Twelve more figures (a letter in Corsica) after a first one: no number goes without, and it is quick to look for."""
# 34009…: code of a medicine (CIP13), thirteen figures that any prescription may hold.
FICTIONAL_MONTH = "13"


class PatientFacts(Struct, frozen=True):
    """What the message as a whole says about patients."""

    real_number: YesNo
    number_in_subject: YesNo
    patients_written_to: Literal["none", "one", "several"]
    patient_and_professional: YesNo
    closing: Literal["no", "subject", "almost"]


def patient_facts(attempt: Attempt, world: World) -> PatientFacts:
    """The patients written to, and numbers typed where they should not be."""
    addresses = [parse(typed) for typed in attempt.recipients]
    patients = {a.text for a in addresses if a and is_patient(a, world)}
    others = any(a and not is_patient(a, world) and a.domain in world.operator_of for a in addresses)
    subject = attempt.subject
    return PatientFacts(
        real_number=yes(_real_number(attempt)),
        number_in_subject=yes(_NUMBER.search(subject) is not None),
        patients_written_to="none" if not patients else "one" if len(patients) == 1 else "several",
        patient_and_professional=yes(bool(patients) and others),
        closing=_closing(subject),
    )


def is_patient(address: Address, world: World) -> bool:
    """Is it a box of Mon espace santé?"""
    operator = world.operator_of.get(address.domain)
    return operator is not None and operator.kind == "patient_space"


def state_of(address: Address, world: World) -> PatientState:
    """The state of a patient's box; an address that is not in the world is nobody's."""
    patient = world.patient(address.text)
    if patient is not None:
        return patient.box
    return "unknown" if _MATRICULE.match(address.local) else "malformed"


def contact_of(address: Address | None, attempt: Attempt, world: World) -> Contact:
    """Is this correspondent offered to the patient who writes? The patient never types an address.

    The professional always starts; pharmacies visited within the year are the exception, by their published ORG box.
    An APP box puts a Reply-To, and only that box becomes a contact.
    """
    if attempt.from_type != "patient":
        return "n/a"
    if address is None or address.domain not in world.operator_of:
        return "nowhere"
    if is_patient(address, world):
        return "patient"
    box = world.box(address.text)
    if box is not None and box.type == "APP":
        return "software"
    if attempt.context.thread != "none":
        return "allowed" if attempt.context.thread == "open" else "ended"
    if box is None or not world.is_pharmacy(box):
        return "stranger"
    if not attempt.context.pharmacy_published or box.state == "unlisted":
        return "pharmacy_unpublished"
    return "pharmacy" if attempt.context.pharmacy_known else "pharmacy_unknown"


def _closing(subject: str) -> Literal["no", "subject", "almost"]:
    """Only the exact subject closes, case included (CNAM document as reported, dossier § 3)."""
    wanted = limits().closing_subject
    if subject == wanted:
        return "subject"
    return "almost" if wanted.strip("[]").lower() == subject.strip().strip("[]().").strip().lower() else "no"


def _real_number(attempt: Attempt) -> bool:
    """Was anything typed that could be somebody's number? The key is ignored, as everywhere."""
    typed = [attempt.subject, attempt.body or "", attempt.sender or "", attempt.acting_as or ""]
    typed += [
        *attempt.recipients,
        *(text or "" for name, text in attempt.headers.items() if name.lower() != "message-id"),
    ]
    typed += [name for attachment in attempt.attachments for name in (attachment.name, *attachment.document.patients)]
    worth = (plain for text in typed if WORTH_ASKING.search(plain := _plain_figures(text)))
    return any(found["month"] != FICTIONAL_MONTH for plain in worth for found in _NUMBER.finditer(plain))


def _plain_figures(text: str) -> str:
    """The same text with the decimal figures of every alphabet written 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
