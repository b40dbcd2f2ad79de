"""Words of the screens: dates in French time, sizes, names of folders and states. No rule, no HTML."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from eligibility.phrases import upper_first

if TYPE_CHECKING:
    from bot.sandbox.store.boxes import Folder, Mailbox

PARIS = ZoneInfo("Europe/Paris")
MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
KINDS = {
    "PER": "boîte nominative (PER)",
    "ORG": "boîte organisationnelle (ORG)",
    "APP": "boîte applicative (APP)",
    "CAB": "boîte de cabinet (CAB)",
    "MED": "compte MED, sans adresse MSSanté",
    "PATIENT": "messagerie de Mon espace santé, simulée",
}
RIGHTS = {"own": "votre boîte", "member": "ouverte avec votre propre identité", "delegate": "par délégation"}
OUTCOMES = {
    "refused_login": ("Connexion refusée", "stop"),
    "impossible_ui": ("Impossible à l’écran", "stop"),
    "refused_client": ("Arrêté avant l’envoi", "stop"),
    "refused_submission": ("Refusé au dépôt", "stop"),
    "refused_peer": ("Refusé entre opérateurs", "stop"),
    "bounced": ("Revenu : non remis", "stop"),
    "warned": ("À confirmer", "mind"),
    "operator_dependent": ("Dépend de l’opérateur", "mind"),
    "allowed_nonconformity": ("Remis, mais non conforme", "mind"),
    "allowed_bad_practice": ("Remis, mais à éviter", "mind"),
    "delivered_not_integrated": ("Remis, non intégré", "mind"),
    "delivered_with_notice": ("Remis, avec une information", "good"),
    "delivered": ("Remis", "good"),
}
DECIDERS = {
    "client": "votre outil d’envoi",
    "sender_operator": "l’opérateur de la boîte émettrice",
    "recipient_operator": "l’opérateur de la boîte destinataire",
    "patient_space": "Mon espace santé (simulé)",
    "recipient_software": "le logiciel destinataire",
    "recipient_client": "l’outil du destinataire",
    "gateway": "la passerelle vers l’autre messagerie",
    "directory": "l’annuaire",
}
LEVELS = {
    "block": ("Arrête l’envoi", "stop"),
    "warn": ("À confirmer", "mind"),
    "nonconformity": ("Non conforme", "mind"),
    "bad_practice": ("À éviter", "mind"),
    "info": ("À savoir", "info"),
}
MESSAGE_KINDS = {
    "bounce": "Avis de non-remise",
    "dsn": "Accusé de réception",
    "mdn": "Accusé de lecture",
    "auto_reply": "Réponse automatique",
    "answer": "Réponse simulée",
    "forward": "Transfert automatique",
    "draft": "Brouillon",
}


def when(moment: datetime.datetime) -> str:
    """23/11/2026 à 16:12, heure de Paris."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M}"


def short_when(moment: datetime.datetime, now: datetime.datetime) -> str:
    """The hour today, the day this year, the date before that."""
    there, here = moment.astimezone(PARIS), now.astimezone(PARIS)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if there.year == here.year:
        return f"{there.day} {MONTHS[there.month - 1]}"
    return f"{there:%d/%m/%Y}"


def weight(size: int) -> str:
    """A size that a person reads: octets, Ko, Mo (decimal, as the limits of operators)."""
    if size < 1_000:
        return f"{size} o"
    if size < 1_000_000:
        return f"{round(size / 1_000)} Ko"
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")


def title_of(box: Mailbox) -> str:
    """What a box is called on a screen."""
    return upper_first(box.holder or box.address)


def folder_title(folder: Folder, box: Mailbox) -> str:
    """« Boîte de réception, Patients »."""
    return folder.label if box.is_patient or folder.tree == "professional" else f"{folder.label} (Patients)"
