"""A student of a profession is never read as one who holds it: "élève orthoptiste", "future kiné", "psychologue stagiaire"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.entities import Entity
from knowledge.naming import forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.cues import Heard
    from bot.chat.lines import Line
    from knowledge.base import Base

ANY_STUDENT = "autre-etudiant"
"""The student of a profession that gives care and has no entry of its own."""

CARING = ("PS4", "R2_TITLE", "R2_PLACE", "EDGE")

BEFORE, AFTER = "trainee", "trainee_after"

LINKS = frozenset(
    [
        "en",
        "de",
        "d",
        "du",
        "des",
        "l",
        "la",
        "le",
        "les",
        "un",
        "une",
        "a",
        "et",
        "formation",
        "ecole",
        "etudes",
        "licence",
        "master",
        "bts",
        "diplome",
        "deust",
        "annee",
        "premiere",
        "deuxieme",
        "troisieme",
        "quatrieme",
        "cinquieme",
        "derniere",
        "1ere",
        "2eme",
        "3eme",
        "1re",
        "2e",
        "3e",
        "4e",
        "5e",
        "m1",
        "m2",
        "l1",
        "l2",
        "l3",
        "premier",
        "comme",
        "etre",
        "metier",
        "profession",
        "aide",
        "dans",
        "je",
        "suis",
        "serai",
        "encore",
        "future",
        "futur",
    ]
)
"""Words that may stand between the word for a student and the profession that is learnt."""


class Trainees:
    """Reads the students of one base."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._learners = {p.id for p in base.sections.professions if p.quality == "TRAINEE"}
        self._unsaid = next((v.id for v in base.sections.vague if set(v.choices) <= self._learners), "")
        words = {word for form in forms_of(base.section("vague")[self._unsaid]) for word in form.split()}
        learnt = {
            " ".join(_without_lead(form.split(), words)): entry.id
            for entry in base.sections.professions
            if entry.id in self._learners and entry.id != ANY_STUDENT
            for form in forms_of(entry)
            if form.split()[0] in words
        }
        self._student_of = {
            entry.id: learnt[form] for entry in base.sections.professions for form in forms_of(entry) if form in learnt
        }

    def read(self, line: Line, entities: list[Entity], heard: Iterable[Heard]) -> list[Entity]:
        """The names found, each profession that is only being learnt replaced by its student."""
        spans = [(h.start, h.end, h.cue.value) for h in heard if h.cue.value in (BEFORE, AFTER)]
        found = list(entities)
        for start, end, value in spans:
            for entity in [e for e in found if e.section in ("professions", "vague")]:
                if entity.id in self._learners or entity.id == self._unsaid:
                    continue
                if value == BEFORE and not self._leads(line, end, entity.start):
                    continue
                if value == AFTER and not _follows(line, entity, start):
                    continue
                first, last = min(start, entity.start), max(end, entity.end)
                sure = value == BEFORE and line.words[start] not in ("futur", "future", "futurs", "futures")
                found = [e for e in found if not self._covered(e, first, last)]
                found.append(self._student(entity, first, last, sure))
        # "Étudiante infirmière anesthésiste": what goes on with the name is learnt too.
        ends = {e.end for e in found if e.id in self._learners or e.id == self._unsaid} - line.breaks
        named = ("professions", "vague")
        found = [e for e in found if e.id in self._learners or not (e.section in named and e.start in ends)]
        return sorted(found, key=lambda e: e.start)

    def _leads(self, line: Line, end: int, start: int) -> bool:
        """Does nothing but link words stand between the student and what is learnt?"""
        between = line.words[end:start]
        return end <= start and len(between) <= 6 and set(between) <= LINKS and not _broken(line, end, start)

    def _covered(self, entity: Entity, first: int, last: int) -> bool:
        return entity.section in ("professions", "vague") and first <= entity.start < last

    def _student(self, entity: Entity, first: int, last: int, sure: bool) -> Entity:
        name = self._student_of.get(entity.id, "")
        if not name and entity.section == "professions" and self._base.professions[entity.id].quality in CARING:
            name = ANY_STUDENT
        if sure and name:
            return Entity("professions", name, first, last, entity.plural)
        return Entity("vague", self._unsaid, first, last, entity.plural)


def _follows(line: Line, entity: Entity, start: int) -> bool:
    """ "Psychologue stagiaire", "kiné (en stage)"; of an "éducateur, élève autiste" the pupil is someone else."""
    return entity.end == start and (start not in line.breaks or not line.words[start].startswith("eleve"))


def _broken(line: Line, end: int, start: int) -> bool:
    return any(end <= b <= start for b in line.breaks if b)


def _without_lead(words: list[str], lead: set[str]) -> list[str]:
    rest = list(words)
    while rest and (rest[0] in lead or rest[0] in LINKS):
        rest.pop(0)
    return rest
