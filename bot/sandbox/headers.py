"""The imposed headers, held against what a conforming client writes (Référentiel #2 v1.0.1 as reported, ECO.2.2, 2.4).

A header not imposed is conforming. No server refusal for a missing header was found (dossier § 2.3): these facts lead
to nonconformities, except a sender's address that is not the sender's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from bot.sandbox.addresses import Address, parse, place_of
from bot.sandbox.content import archives_in
from bot.sandbox.patients import is_patient
from knowledge.naming import fold

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt
    from bot.sandbox.world import Mailbox, World

_NAMED = re.compile(r"^\s*\"?(?P<label>[^<>\"]*?)\"?\s*<[^<>]*>\s*$")
_MESSAGE_ID = re.compile(r"^\s*<[^<>@\s]+@[^<>@\s]+>\s*$")


FromHeader: TypeAlias = Literal[
    "good", "missing", "no_address", "no_label", "other_label", "own_address", "other_address"
]
_TITLES = frozenset({"dr", "docteur", "pr", "professeur", "m", "mr", "mme", "monsieur", "madame", "me", "maitre"})


class HeaderFacts(Struct, frozen=True):
    """One fact a header: `good`, or what is wrong with it."""

    message_id: Literal["good", "missing", "malformed"]
    thread_headers: Literal["good", "missing"]
    from_header: FromHeader
    reply_to: Literal["good", "missing", "people", "unread", "outside"]
    x_mss_nil: Literal["good", "missing"]
    x_mss_ins: Literal["good", "missing", "malformed", "untrue"]
    x_mss_codecda: Literal["good", "missing", "no_cda", "count"]
    x_mss_mes: Literal["none", "fin", "other"]


def header_facts(attempt: Attempt, world: World) -> HeaderFacts:
    """What each header is worth."""
    return HeaderFacts(
        message_id=_message_id(attempt),
        thread_headers=_thread_headers(attempt),
        from_header=_from(attempt, world),
        reply_to=_reply_to(attempt, world),
        x_mss_nil="missing" if _missing(attempt, "X-MSS-NIL") else "good",
        x_mss_ins=_x_mss_ins(attempt),
        x_mss_codecda=_x_mss_codecda(attempt),
        x_mss_mes=_x_mss_mes(attempt),
    )


def _missing(attempt: Attempt, name: str) -> bool:
    """Is the header really missing (null), or there and empty?"""
    imposed, value = attempt.header(name)
    return imposed and not (value or "").strip()


def _message_id(attempt: Attempt) -> Literal["good", "missing", "malformed"]:
    imposed, value = attempt.header("Message-ID")
    if _missing(attempt, "Message-ID"):
        return "missing"
    return "malformed" if imposed and value and not _MESSAGE_ID.match(value) else "good"


def _thread_headers(attempt: Attempt) -> Literal["good", "missing"]:
    """A reply names the message it answers (ECO.2.2.2); a new message needs nothing."""
    lost = attempt.is_reply and any(_missing(attempt, name) for name in ("In-Reply-To", "References"))
    return "missing" if lost else "good"


def _from(attempt: Attempt, world: World) -> FromHeader:
    """Label and address of the box the message leaves from (ECO.2.2.7)."""
    imposed, value = attempt.header("From")
    if not imposed:
        return "good"
    if value is None or not value.strip():
        return "missing"
    shown = parse(value)
    if shown is None:
        return "no_address"
    if shown != _address(attempt.sending_address):
        return "own_address" if shown == _address(attempt.sender) else "other_address"
    named = _NAMED.match(value)
    label = named["label"].strip() if named else ""
    if not label or "@" in label:
        return "no_label"
    box = world.box(shown.text)
    return "other_label" if box is not None and not _suits(label, box, world) else "good"


def _suits(label: str, box: Mailbox, world: World) -> bool:
    """A person's box bears that person's name; a shared one names the entity, beside a person's name or alone."""
    words = set(fold(label.replace("_", " ")).split()) - _TITLES
    if box.type == "PER":
        return not box.holder or bool(words & set(fold(box.holder).split()))
    people = [world.box(member) for member in box.members]
    names = {word for person in people if person for word in fold(person.holder).split()}
    return not words <= names


def _reply_to(attempt: Attempt, world: World) -> Literal["good", "missing", "people", "unread", "outside"]:
    """Where answers go: to people, to a box nobody reads, or out of the trust space (ECO.2.2.5).

    None is missing where none can come: the patient of an exchange that the message itself closes.
    """
    imposed, value = attempt.header("Reply-To")
    if not imposed:
        return "good"
    if value is None or not value.strip():
        return "good" if _x_mss_mes(attempt) == "fin" and _patients_only(attempt, world) else "missing"
    address = parse(value)
    if address is None or place_of(address, world) != "listed":
        return "outside"
    box = world.box(address.text)
    read = box is not None and box.type != "APP" and box.state in ("open", "unlisted")
    return "people" if read or is_patient(address, world) else "unread"


def _patients_only(attempt: Attempt, world: World) -> bool:
    addresses = [parse(typed) for typed in attempt.recipients]
    return bool(addresses) and all(address is not None and is_patient(address, world) for address in addresses)


def _x_mss_ins(attempt: Attempt) -> Literal["good", "missing", "malformed", "untrue"]:
    """O only with an archive whose identity is complete and qualified, else N (ECO.2.4.2)."""
    imposed, value = attempt.header("X-MSS-INS")
    if not imposed:
        return "good"
    if _missing(attempt, "X-MSS-INS"):
        return "missing"
    if value not in ("O", "N"):
        return "malformed"
    archives = archives_in(attempt)
    sound = bool(archives) and all(a.document.ins in ("ok", "other_person") for a in archives)
    return "good" if (value == "O") == (sound and attempt.context.ins_qualified) else "untrue"


def _x_mss_codecda(attempt: Attempt) -> Literal["good", "missing", "no_cda", "count"]:
    """The codes of the CDAs joined in the archive; absent without one (ECO.2.4.1)."""
    imposed, value = attempt.header("X-MSS-CODECDA")
    count = sum(a.document.cda_count for a in archives_in(attempt))
    if not imposed:
        return "good"
    if _missing(attempt, "X-MSS-CODECDA"):
        return "missing" if count else "good"
    if not count:
        return "no_cda"
    return "good" if len([code for code in (value or "").split(",") if code.strip()]) == count else "count"


def _x_mss_mes(attempt: Attempt) -> Literal["none", "fin", "other"]:
    _, value = attempt.header("X-MSS-MES")
    if value is None:
        return "none"
    return "fin" if value == "FIN" else "other"


def _address(typed: str | None) -> Address | None:
    return parse(typed) if typed is not None else None
