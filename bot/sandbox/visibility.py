"""The management matrix of a document: whom it may go to, from its two masks and the DMP deposit.

Any combination that is not a row is an error, save one: sending a visible document to professionals alone, which the
matrix most likely forgot (dossier § 2.4). The establishment's platform and business software know the masks; a webmail
does not read the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt, Document

Visibility: TypeAlias = Literal["allowed", "hidden_from_patient", "hidden_from_professionals", "no_row"]


def visibility_for(to_patient: bool, to_professionals: bool, attempt: Attempt) -> Visibility:
    """May every document of the message go to a recipient of this kind? `to_professionals`: the message also does."""
    answers = {_one(a.document, to_patient, to_professionals) for a in attempt.attachments}
    order: tuple[Visibility, ...] = ("hidden_from_patient", "hidden_from_professionals", "no_row")
    return next((answer for answer in order if answer in answers), "allowed")


def _one(document: Document, to_patient: bool, to_professionals: bool) -> Visibility:
    if document.masque_ps and document.invisible_patient:
        return "no_row"
    if to_patient and document.invisible_patient:
        return "hidden_from_patient"
    if not to_patient and document.masque_ps:
        return "hidden_from_professionals"
    if document.dmp and (document.masque_ps or (to_patient and not to_professionals)):
        return "no_row"
    return "allowed"
