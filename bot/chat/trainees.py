"""A student of a profession is never read as one who holds it: "élève orthoptiste", "future kiné", "psychologue stagiaire"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.entities import Entity
from knowledge.naming import forms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.cues import Heard
    from bot.chat.lines import Line
    from knowledge.base import Base

ANY_STUDENT = "autre-etudiant"
"""The student of a profession that gives care and has no entry of its own."""

IN_A_DISCIPLINE = "etudiant en "
"""How the base names a student by the discipline."""

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

MOST_LINKS = 6
HOPEFUL = frozenset({"futur", "future", "futurs", "futures"})
LEARNING = frozenset({"etudiant", "etudiante", "etudiants", "etudiantes", "eleve", "eleves", "en"})
SPEAKING = frozenset({"je", "suis", "serai"})
ARTICLES = frozenset({"un", "une", "des", "les", "mes", "nos", "mon", "ma", "notre"})
LISTING = frozenset({"ou", "et"})
TOWARDS_THE_STUDENT = LISTING | frozenset(
    {
        *("a", "au", "aux", "en", "dans", "chez", "l", "la", "le", "un", "une", "de", "d", "du", "des"),
        *(
            "mais",
            "encore",
            "actuellement",
            "toujours",
            "suis",
            "je",
            "qui",
            "est",
            "comme",
            "etat",
            "diplome",
            "simple",
        ),
    }
)
"""Words that may stand between a profession and the word that says it is only being learnt."""


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

        self._disciplines = {
            tuple(form.split()[2:]): entry.id
            for entry in base.sections.professions
            if entry.id in self._learners
            for form in forms_of(entry)
            if form.startswith(IN_A_DISCIPLINE)
        }

    def read(self, line: Line, entities: list[Entity], heard: Sequence[Heard]) -> list[Entity]:
        """The names found, each profession that is only being learnt replaced by its student."""
        found = list(entities)
        leading: set[int] = set()
        for h in (h for h in heard if h.cue.value == BEFORE):
            for entity in self._professions(found):
                if self._leads(line, h, entity, found):
                    school = next((e for e in found if e.section == "structures" and e.start == h.start), None)
                    if school is not None:
                        # "L'école d'infirmières" is a place; "en école d'infirmières", someone who learns.
                        found = [e for e in found if not self._covered(e, h.start, entity.end) and e is not school]
                        found.append(school._replace(end=entity.end))
                        continue
                    leading.add(h.start)
                    hopeful = line.words[h.start] in HOPEFUL
                    sure = not hopeful and not _broken(line, h.end, entity.start)
                    found = self._replaced(found, entity, h.start, max(h.end, entity.end), sure=sure)
            if h.start not in leading:
                found = self._with_discipline(line, h, found)
        light = {i for h in heard if h.cue.value == "situation" for i in range(h.start, h.end)}
        for h in (h for h in heard if h.cue.value == AFTER):
            if h.start in leading and line.words[h.start] in LEARNING:
                # "Infirmière étudiante sage-femme": what is learnt is what follows.
                continue
            for entity in self._before(line, h.start, found, light):
                found = self._replaced(found, entity, entity.start, max(h.end, entity.end), sure=False)
        return sorted(self._without_rest(line, found), key=lambda e: e.start)

    def _with_discipline(self, line: Line, h: Heard, found: list[Entity]) -> list[Entity]:
        """The names found, and the student that "master d'orthophonie", "en L3 de psychologie" names by what is learnt."""
        for start in range(h.end, min(h.end + MOST_LINKS, len(line.words))):
            for words, student in self._disciplines.items():
                end = start + len(words)
                if tuple(line.words[start:end]) == words and not _broken(line, h.end, start):
                    kept = [e for e in found if not self._covered(e, h.start, end)]
                    return [*kept, Entity("professions", student, h.start, end, plural=False)]
            if line.words[start] not in LINKS:
                break
        return found

    def _professions(self, found: list[Entity]) -> list[Entity]:
        """The names that may be learnt: neither a student's nor the word for one."""
        named = [e for e in found if e.section in ("professions", "vague")]
        return [e for e in named if e.id not in self._learners and e.id != self._unsaid]

    def _leads(self, line: Line, h: Heard, entity: Entity, found: list[Entity]) -> bool:
        """Does nothing but link words, or the place of the training, stand between the student and what is learnt?"""
        places = {i for e in found if e.section == "structures" for i in range(e.start, e.end)}
        between = line.words[h.end : entity.start]
        told = [word for i, word in enumerate(between, h.end) if i not in places]
        if h.end > entity.start or len(told) > MOST_LINKS or not set(told) <= LINKS:
            return False
        if len(told) < len(between) and between[-1] != "comme" and entity.start - 1 not in places:
            # "En stage chez une sage-femme" names who teaches.
            return False
        return not _broken(line, h.end, entity.start) or not SPEAKING.intersection(between)

    def _before(self, line: Line, start: int, found: list[Entity], light: set[int]) -> list[Entity]:
        """The professions that a word for a student follows: the nearest, and those listed with it."""
        someone_else = line.words[max(0, start - 2) : start]
        if someone_else[-1:] and someone_else[-1] in ARTICLES and "suis" not in someone_else:
            # "Orthophoniste, une étudiante…"
            return []
        covered = {i for e in found if e.section == "structures" for i in range(e.start, e.end)} | light
        named = sorted(self._professions(found), key=lambda e: -e.start)
        named = [e for e in named if e.end <= start]
        learnt: list[Entity] = []
        joining: frozenset[str] = TOWARDS_THE_STUDENT
        end = start
        for entity in named:
            between = [word for i, word in enumerate(line.words[entity.end : end], entity.end) if i not in covered]
            if entity.end <= end and set(between) <= joining and (learnt or _follows(line, entity, start)):
                learnt.append(entity)
                end, joining = entity.start, LISTING
            elif not learnt or entity.start != learnt[-1].start:
                break
        return learnt

    def _replaced(self, found: list[Entity], entity: Entity, first: int, last: int, *, sure: bool) -> list[Entity]:
        # A name inside a longer one ("infirmier de l'Éducation nationale") goes with it.
        first = min(first, *(e.start for e in self._professions(found) if e.start <= entity.start < e.end))
        last = max(last, entity.end)
        kept = [e for e in found if not self._covered(e, first, last)]
        return [*kept, self._student(entity, first, last, sure)]

    def _without_rest(self, line: Line, found: list[Entity]) -> list[Entity]:
        """Without what goes on with what is learnt: "étudiante infirmière anesthésiste", "stagiaire médecin ou pharmacien"."""
        named = ("professions", "vague")
        kept: list[Entity] = []
        learnt: set[int] = set()
        for entity in sorted(found, key=lambda e: (e.start, e.section not in named)):
            student = entity.id in self._learners or entity.id == self._unsaid
            before = entity.start - 1 if line.words[entity.start - 1 : entity.start] == ["ou"] else entity.start
            goes_on = before in learnt and before not in line.breaks
            if entity.section in named and (student or goes_on):
                learnt.add(entity.end)
            if student or entity.section not in named or not goes_on:
                kept.append(entity)
        return kept

    def _covered(self, entity: Entity, first: int, last: int) -> bool:
        return entity.section in ("professions", "vague") and entity.start < last and first < entity.end

    def _student(self, entity: Entity, first: int, last: int, sure: bool) -> Entity:
        name = self._student_of.get(entity.id, "")
        if not name and entity.section == "professions" and self._base.professions[entity.id].quality in CARING:
            name = ANY_STUDENT
        if sure and name:
            return Entity("professions", name, first, last, entity.plural)
        return Entity("vague", self._unsaid, first, last, entity.plural)


def _follows(line: Line, entity: Entity, start: int) -> bool:
    """ "Psychologue stagiaire", "kiné (en stage)"; of an "éducateur, élève autiste" the pupil is someone else."""
    if start not in line.breaks or not line.words[start].startswith("eleve"):
        return True
    return start + 1 >= len(line.words) or start + 1 in line.breaks or line.words[start + 1] in ("en", "a", "de", "d")


def _broken(line: Line, end: int, start: int) -> bool:
    return any(end <= b <= start for b in line.breaks if b)


def _without_lead(words: list[str], lead: set[str]) -> list[str]:
    rest = list(words)
    while rest and (rest[0] in lead or rest[0] in LINKS):
        rest.pop(0)
    return rest
