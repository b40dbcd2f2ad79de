"""What comes before any answer: identity numbers, emergencies, medical advice, secrets, attacks.

DESIGN § 6: any NIR-shaped number is refused, dropped, never repeated, logged or stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.chat.given_secrets import gives_secret
from bot.identity_numbers import holds_nir

if TYPE_CHECKING:
    from collections.abc import Container

    from bot.chat.cues import CueEar
    from bot.chat.lines import Line
    from bot.chat.ranking import Ranked
    from bot.chat.understanding import Understanding

_CIVILITY = re.compile(
    r"\b(?:M\.|Mr\.?|Mme|Mlle|Madame|Monsieur|Mademoiselle)\s+(?!le\b|la\b|les\b|Tout)[A-ZÉÈÀÂÎ][\w’'\-]+"
)
_BIRTH = re.compile(r"\bn[ée]+e?\s+(?:le\s+)?\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{2,4}", re.IGNORECASE)

EMERGENCY, ADVICE, DATA = "emergency", "medical_advice", "patient_data"
SECRET, ATTACK, CONDITION = "credentials", "injection", "condition"

GUARDED = frozenset({"urgence_medicale", "avis_medical", "donnees_sensibles_chat", "hors_sujet"})
"""Topics of what is not answered: refused, redirected, or none of our business."""

PATIENT_WORDS = {
    "patient",
    "patiente",
    "monsieur",
    "madame",
    "mr",
    "mme",
    "m",
    "mlle",
    "dossier",
    "resultats",
    "resident",
    "residente",
}
SHORT = 6
"""A message of at most so many words that says a fact of oneself asks for no advice."""
_MARKUP = re.compile(r"</?[a-z]+[^>]*>|\{\{|\$\{", re.IGNORECASE)


def names_someone(line: Line, known: Container[str]) -> bool:
    """Does a word that no dictionary knows follow a word for a patient, within three words?"""
    for index, word in enumerate(line.words):
        if word in PATIENT_WORDS:
            for after in line.words[index + 1 : index + 4]:
                if len(after) >= 4 and after.isalpha() and after not in known:
                    return True
    return False


def guard(text: str, u: Understanding, ear: CueEar, ranked: list[Ranked], known: Container[str]) -> str:
    """The guard that applies to a message, or an empty text.

    `ranked`: topics of the message, best first. `known`: words that are no one's name.
    """
    if holds_nir(text):
        return DATA
    if _MARKUP.search(text):
        return ATTACK
    line, plain = u.line, u.line.plain
    heard = set(ear.values(plain, "guard"))
    p = {r.topic: r.p for r in ranked[:4]}
    first = ranked[0].topic if ranked else ""
    if (EMERGENCY in heard and first not in ("alerte_sanitaire",)) or (
        p.get("urgence_medicale", 0) > 0.85 and not u.named
    ):
        return EMERGENCY
    named = bool(_CIVILITY.search(text) or _BIRTH.search(text)) or names_someone(line, known)
    told = DATA in heard or ADVICE in heard or CONDITION in heard or p.get("donnees_sensibles_chat", 0) > 0.1
    if (named and told) or (DATA in heard and p.get("donnees_sensibles_chat", 0) > 0.1):
        return DATA
    if SECRET in heard or gives_secret(text, known):
        return SECRET
    if p.get("donnees_sensibles_chat", 0) > 0.5:
        return DATA
    if ATTACK in heard:
        return ATTACK
    advised = ADVICE in heard and (p.get("avis_medical", 0) > 0.02 or (ranked and ranked[0].p < 0.6))
    tells = len(line.words) <= SHORT and any(h.cue.kind == "fact" for h in u.heard)
    if not u.asks_for_a_right and not tells and (advised or p.get("avis_medical", 0) > 0.5):
        return ADVICE
    return ""
