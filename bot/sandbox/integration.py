"""What becomes of a document in a box that software reads (APP), or that an automatic sorting may look at.

The sorting looks for IHE_XDM.zip or the subject XDM/1.0/DDM; the software then integrates or refuses with a code 900
to 906 (ANS, IG courriel MSSanté 2025; dossier § 2.4). APP to APP supposes an agreement between the two structures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.sandbox.content import archives_in, well_named

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt
    from bot.sandbox.world import Mailbox

Integration: TypeAlias = Literal[
    "n/a",
    "done",
    "unread",
    "no_archive",
    "bare_subject",
    "no_agreement",
    "no_software",
    "code_900",
    "code_901",
    "code_902",
    "code_903",
    "code_904",
    "code_905",
    "code_906",
]
_OF_VERSION: dict[str, Integration] = {"outdated": "code_900", "not_author": "code_901"}
_OF_IDENTITY: dict[str, Integration] = {
    "absent": "code_903",
    "no_metadata": "code_903",
    "other_person": "code_904",
    "partial": "code_905",
}


def integration_of(box: Mailbox, sender_is_software: bool, xdm_subject: bool, attempt: Attempt) -> Integration:
    """What the software behind this box does of the message; n/a where people read."""
    archives = archives_in(attempt)
    named = [a for a in archives if well_named(a)]
    if box.type != "APP":
        return "bare_subject" if xdm_subject and not named else "n/a"
    if not named:
        return "no_archive" if attempt.attachments or xdm_subject else "unread"
    software = attempt.context.recipient_software
    if software == "none":
        return "no_software"
    if sender_is_software and not attempt.context.agreed_exchange:
        return "no_agreement"
    if software == "patient_unknown":
        return "code_902"
    for archive in named:
        code = _OF_IDENTITY.get(archive.document.ins) or _OF_VERSION.get(archive.document.replaces)
        if code:
            return code
    return "code_906" if software == "error" else "done"
