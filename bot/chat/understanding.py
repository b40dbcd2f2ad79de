"""From a message to facts: who is asked about, what was said of them, what they need.

The verdict is the engine's; this module only fills the facts of DESIGN § 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.chat.lines import Line, read_line
from bot.chat.who import Mention, mentions

if TYPE_CHECKING:
    from bot.chat.cues import CueEar, Heard
    from bot.chat.entities import Entity, Recogniser
    from bot.chat.spelling import Speller
    from knowledge.base import Base

ACTING = ("PS4", "R2_TITLE", "R2_PLACE", "UNKNOWN", "EDGE")
NO_VERDICT_ALONE = {"patient", "aidant"}


@dataclass
class Subject:
    """One person or structure asked about, with the facts said of it."""

    who: str
    about: str
    facts: dict[str, str]
    vague: str = ""


@dataclass
class Understanding:
    """What was heard in a message, before any decision."""

    line: Line
    entities: list[Entity]
    people: list[Mention]
    places: list[Mention]
    vague: list[Mention]
    heard: list[Heard]
    subjects: list[Subject] = field(default_factory=list)

    def values(self, kind: str) -> list[str]:
        """Distinct values of the cues of one kind."""
        return list(dict.fromkeys(h.cue.value for h in self.heard if h.cue.kind == kind))

    @property
    def asks_for_a_right(self) -> bool:
        return "eligibility" in self.values("asking")

    @property
    def named(self) -> bool:
        """Is someone or something named whose right could be asked about?"""
        return bool(self.subjects)


class Understander:
    """Reads messages over one base."""

    def __init__(self, base: Base, recogniser: Recogniser, speller: Speller, ear: CueEar) -> None:
        self.base = base
        self._recogniser = recogniser
        self._speller = speller
        self._ear = ear

    def read(self, text: str) -> Understanding:
        """What a message says."""
        line = self._speller.repair(read_line(text))
        entities = self._recogniser.find(line)
        heard = self._ear.hear(line.plain)
        named = mentions(line, [e for e in entities if e.section in ("professions", "structures", "vague")], self._ear)
        understanding = Understanding(
            line,
            entities,
            [m for m in named if m.entity.section == "professions"],
            [m for m in named if m.entity.section == "structures"],
            [m for m in named if m.entity.section == "vague"],
            heard,
        )
        understanding.subjects = self._subjects(understanding)
        return understanding

    # Facts

    def stated_facts(self, u: Understanding) -> dict[str, str]:
        """Facts said outright: RPPS, care, identifier, carer, need."""
        facts: dict[str, str] = {}
        for h in u.heard:
            if h.cue.kind == "fact" and h.cue.fact not in facts:
                facts[h.cue.fact] = h.cue.value
        # "ni FINESS ni SIRET" says more than the mention of either.
        if any(h.cue.id == "ident-aucun" for h in u.heard):
            facts["ident"] = "none"
        needs = [h.cue.value for h in u.heard if h.cue.kind == "need"]
        if needs:
            facts["need"] = ",".join(dict.fromkeys(needs))
        return facts

    def _subjects(self, u: Understanding) -> list[Subject]:
        stated = self.stated_facts(u)
        place = self._place(u)
        groups = self._people(u)
        needs = set(stated.get("need", "").split(",")) - {""}
        shared = needs & {"service", "practice", "automatic"}
        acting_group = bool(groups) and all(self._acts(m) for m in groups[0])
        several = bool(groups) and all(m.several for m in groups[0])
        if groups and several and acting_group and (shared or place == "cabinet") and "personal" not in needs:
            # "Trois dentistes dans le même cabinet": the practice is asked about, and its carers are there.
            facts = {k: v for k, v in stated.items() if k in ("ident", "need")}
            return [self._structure(place or "cabinet", {**facts, "habil": "yes"})]
        if groups:
            return [self._person(u, group, place, stated, shared) for group in groups]
        if u.vague and not (place and shared) and self._vague_counts(u):
            best = max(u.vague, key=lambda m: m.score)
            narrowed = self._narrowed(u, best)
            if narrowed is not None:
                return [self._person(u, [narrowed], place, stated, shared)]
            facts = {k: v for k, v in stated.items() if k in ("care", "rpps")}
            return [Subject(_who(best), "person", facts, vague=best.entity.id)]
        if place:
            return [self._structure(place, stated)]
        return []

    def _vague_counts(self, u: Understanding) -> bool:
        """Is the vague word what is asked about, and not a mere aside about a structure?"""
        best = max(m.score for m in u.vague)
        return best >= -1 and not (best < 1 and any(m.score >= 2 for m in u.places))

    def _narrowed(self, u: Understanding, vague: Mention) -> Mention | None:
        """A profession named elsewhere in the message that the vague word may stand for."""
        choices = self.base.section("vague")[vague.entity.id].choices
        return next((m for m in u.people if m.entity.id in choices and m.score >= -1), None)

    def _acts(self, m: Mention) -> bool:
        return self.base.professions[m.entity.id].quality in ACTING

    def _people(self, u: Understanding) -> list[list[Mention]]:
        """Professions asked about, grouped by person: one's own first, then each other person's."""
        good = [m for m in u.people if m.score >= 1 and not (m.entity.id in NO_VERDICT_ALONE and m.role != "self")]
        own = [m for m in good if m.role == "self"]
        others = [m for m in good if m.role in ("mine", "other")]
        plain = [m for m in good if m.role == "named"]
        if own:
            groups = [own + plain]
            mine = [m for m in others if m.role == "mine" and u.asks_for_a_right]
            return groups + [[m] for m in mine[:2] if m.entity.id not in {o.entity.id for o in own}]
        if plain or others:
            return [plain + others] if not plain or not others else [plain or others]
        left = [m for m in u.people if m.score >= -1 and m.entity.id not in NO_VERDICT_ALONE]
        return [left[:1]] if left and (u.asks_for_a_right or len(u.line.words) <= 4) else []

    def _place(self, u: Understanding) -> str | None:
        """The structure that counts, if one is named: the last of "X qui gère un Y", else the most telling."""
        usable = [m for m in u.places if m.role not in ("counterpart", "past", "negated")]
        if not usable:
            return None
        words = u.line.words
        for first, second in zip(usable, usable[1:], strict=False):
            between = words[first.entity.end : second.entity.start]
            if any(w.startswith(("ger", "port", "gest")) for w in between):
                return second.entity.id
        by_letter = [m for m in usable if self.base.structures[m.entity.id].letter in ("g", "i", "j")]
        waits = any(self.base.professions[m.entity.id].place for m in u.people)
        pool = by_letter if waits and by_letter else usable
        known = [m for m in pool if self.base.structures[m.entity.id].kind != "UNKNOWN"]
        return (known or pool)[0].entity.id

    def _person(
        self, u: Understanding, group: list[Mention], place: str | None, stated: dict[str, str], shared: set[str]
    ) -> Subject:
        names = list(dict.fromkeys(m.entity.id for m in group))
        facts = {"profession": ",".join(names)}
        implied = next((i for n in names if (i := self.base.professions[n].implies.get("employer"))), None)
        # A school names where a school nurse works, not who employs her.
        if place and not (implied and self._tells_less(place)):
            facts["employer"] = place
        facts.update({k: v for k, v in stated.items() if k in ("care", "rpps")})
        about = "person"
        quality = {self.base.professions[n].quality for n in names}
        staff = quality <= {"STAFF", "TRAINEE", "NONE"}
        wanted = set(stated.get("need", "").split(","))
        gone = stated.get("habil") == "without_carer" or stated.get("habil") == "no"
        structure = facts.get("employer") or ("cabinet" if "practice" in shared else None)
        if structure and (("personal" in wanted and shared) or (staff and shared and _for_all(u)) or (gone and shared)):
            about = "both"
            facts["employer"] = structure
            facts.update({k: v for k, v in stated.items() if k in ("ident", "need")})
            if "habil" in stated:
                facts["habil"] = self._habil(structure, stated["habil"])
            if gone and "care" not in facts:
                facts["care"] = "no"
        return Subject(_who(group[0]), about, facts)

    def _tells_less(self, place: str) -> bool:
        """Does this place say less than the employer that the profession itself implies?"""
        structure = self.base.structures[place]
        return structure.kind in ("OTHER", "UNKNOWN") or structure.letter == "unknown"

    def _structure(self, place: str, stated: dict[str, str]) -> Subject:
        facts = {"employer": place}
        facts.update({k: v for k, v in stated.items() if k in ("ident", "need")})
        if "habil" in stated:
            facts["habil"] = self._habil(place, stated["habil"])
        return Subject("structure", "structure", facts)

    def _habil(self, place: str, said: str) -> str:
        """What "aucun soignant" says of this structure (knowledge: `without_carer`)."""
        return self.base.structures[place].without_carer if said == "without_carer" else said


def _who(mention: Mention) -> str:
    return "other" if mention.role in ("mine", "other", "definite") else "self"


def _for_all(u: Understanding) -> bool:
    """Is a box for several asked about ("une pour toutes"), not only the reading of one?"""
    return any(h.cue.id == "besoin-service" and h.words.split()[0] in ("une", "on") for h in u.heard)
