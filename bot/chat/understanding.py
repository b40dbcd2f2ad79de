"""From a message to facts: who is asked about, what was said of them, what they need.

The verdict is the engine's; this module only fills the facts of DESIGN § 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.chat.lines import Line, read_line
from bot.chat.trainees import Trainees
from bot.chat.who import Mention, mentions
from eligibility.answers import UNKNOWN
from knowledge.naming import fold

if TYPE_CHECKING:
    from bot.chat.cues import CueEar, Heard
    from bot.chat.entities import Entity, Recogniser
    from bot.chat.spelling import Speller
    from knowledge.base import Base

FACT_SAID = {"no_self_care": "no", "doubtful": UNKNOWN}
"""What a cue about care says as a fact, where nothing more is known of the person."""

ACTING = ("PS4", "R2_TITLE", "R2_PLACE", "UNKNOWN", "EDGE")
LEADING = {
    "notre",
    "nos",
    "un",
    "une",
    "le",
    "la",
    "l",
    "les",
    "mon",
    "ma",
    "bonjour",
    "on",
    "est",
    "nous",
    "sommes",
    "c",
    "pour",
    "bonsoir",
    "petit",
    "petite",
    "grand",
    "grande",
}
JOINTS = {
    "et",
    "aussi",
    "mais",
    "egalement",
    "plus",
    "ou",
    "puis",
    "par",
    "ailleurs",
    "est",
    "je",
    "suis",
    "en",
    "de",
    "a",
    "60",
    "40",
    "mi",
    "temps",
    "dipl",
    "diplomee",
    "diplome",
    "d",
    "etat",
}
NO_VERDICT_ALONE = {"patient", "aidant"}
NEAR, FAR = 4, 8
"""How many words may part "je travaille" from the place: anywhere, and within one clause."""

FOR_THE_PLACE = frozenset({"pour", "notre", "nos", "mon", "ma", "mes", "que"})
"""What makes the place the one that would get the box, and not where someone works."""

RULED_OUT = ("counterpart", "past", "negated")


@dataclass
class Subject:
    """One person or structure asked about, with the facts said of it."""

    who: str
    about: str
    facts: dict[str, str]
    vague: str = ""
    feminine: bool = False


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
    leading: bool = False
    """Is a structure the grammatical subject of the message?"""

    def values(self, kind: str) -> list[str]:
        """Distinct values of the cues of one kind."""
        return list(dict.fromkeys(h.cue.value for h in self.heard if h.cue.kind == kind))

    @property
    def persons(self) -> list[Mention]:
        """People who may be asked about: neither a mere patient nor someone written to or ruled out."""
        people = [m for m in self.people if m.entity.id not in NO_VERDICT_ALONE and m.score >= -1]
        return people + [m for m in self.vague if m.score >= 1]

    @property
    def denied(self) -> bool:
        """Is everybody named only said not to be the one who asks?"""
        named = (*self.people, *self.vague)
        return bool(named) and not self.places and all(m.role == "negated" for m in named)

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
        self.known = speller.known
        self._ear = ear
        self._trainees = Trainees(base)

    def read(self, text: str) -> Understanding:
        """What a message says."""
        return self.understand(self._speller.repair(read_line(text)))

    def understand(self, line: Line) -> Understanding:
        """What a message already read into words says."""
        heard = self._ear.hear(line.plain)
        entities = self._trainees.read(line, self._recogniser.find(line), heard)
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
        needs = [
            h.cue.value
            for h in u.heard
            if h.cue.kind == "need"
            and u.line.words[max(0, h.start - 1) : h.start] != ["pas"]
            and not any(e.start <= h.start and h.end <= e.end for e in u.entities)
        ]
        if needs:
            facts["need"] = ",".join(dict.fromkeys(needs))
        return facts

    def _subjects(self, u: Understanding) -> list[Subject]:
        stated = self.stated_facts(u)
        place = self._place(u)
        needs = set(stated.get("need", "").split(",")) - {""}
        shared = needs & {"service", "practice", "automatic"}
        leading = self._leading_place(u)
        u.leading = leading is not None
        if leading is not None:
            carers = [
                m for m in u.people if m.entity.start > leading.entity.start and m.role != "self" and self._acts(m)
            ]
            if carers and "habil" not in stated:
                # "Une crèche avec une infirmière": the carer is part of what is said of the structure.
                stated["habil"] = "yes"
            others = [m for m in u.people if m not in carers and m.score >= -1]
            if not others and (carers or not any(m.role == "self" for m in u.people)):
                return [self._structure(self._managed(u, leading), stated)]
        groups = self._people(u)
        acting_group = bool(groups) and all(self._acts(m) for m in groups[0])
        several = bool(groups) and all(m.several for m in groups[0])
        if groups and several and acting_group and (shared or _is(place, "cabinet")) and "personal" not in needs:
            # "Trois dentistes dans le même cabinet": the practice is asked about, and its carers are there.
            facts = {k: v for k, v in stated.items() if k in ("ident", "need")}
            return [self._structure(place or "cabinet", {**facts, "habil": "yes"})]
        if groups:
            return [self._person(u, group, place, stated, shared) for group in groups]
        if u.vague and not (place and shared) and self._vague_counts(u):
            best = max(u.vague, key=lambda m: m.score)
            narrowed = self._narrowed(u, best, place)
            if isinstance(narrowed, Mention):
                return [self._person(u, [narrowed], place, stated, shared)]
            facts = {k: FACT_SAID.get(v, v) for k, v in stated.items() if k in ("care", "rpps")}
            if place:
                facts["employer"] = place.entity.id
            if narrowed:
                facts["profession"] = narrowed
            return [Subject(_who(best), "person", facts, vague="" if narrowed else best.entity.id)]
        if place is not None and (self._works_there(u, place) or self._asks_for_oneself(u, place, needs)):
            facts = {k: FACT_SAID.get(v, v) for k, v in stated.items() if k in ("care", "rpps")}
            return [Subject("self", "person", {"employer": place.entity.id, **facts})]
        if place:
            return [self._structure(place, stated)]
        return []

    def _leading_place(self, u: Understanding) -> Mention | None:
        """A structure that is the grammatical subject: first of all names, with no preposition before it."""
        if not u.places:
            return None
        first = u.places[0]
        named = [m.entity.start for m in (*u.people, *u.vague)]
        if any(start < first.entity.start for start in named) or first.role in ("counterpart", "negated", "complement"):
            return None
        clause = max(b for b in u.line.breaks if b <= first.entity.start)
        before = set(u.line.words[clause : first.entity.start])
        return first if before <= LEADING else None

    def _works_there(self, u: Understanding, place: Mention) -> bool:
        """ "Je travaille dans un cabinet": a person is asked about, whose profession is not known yet."""
        start = place.entity.start
        near = [h for h in u.heard if h.cue.value == "worker" and h.end <= start]
        same = [h for h in near if not any(h.end <= b <= start for b in u.line.breaks)]
        return any(start - h.end <= NEAR for h in near) or any(start - h.end <= FAR for h in same)

    def _asks_for_oneself(self, u: Understanding, place: Mention, needs: set[str]) -> bool:
        """ "La plonge à l'hôpital, j'ai droit ?": the right of the one who asks, where the place is only told."""
        own = "own_right" in u.values("asking") or "personal" in needs
        before = set(u.line.words[max(0, place.entity.start - 3) : place.entity.start])
        return own and not u.leading and not before & FOR_THE_PLACE and not needs & {"automatic", "practice"}

    def _vague_counts(self, u: Understanding) -> bool:
        """Is the vague word what is asked about, and not a mere aside about a structure?"""
        best = max(m.score for m in u.vague)
        return best >= -1 and not (best < 1 and any(m.score >= 2 for m in u.places))

    def _narrowed(self, u: Understanding, vague: Mention, place: Mention | None) -> Mention | str | None:
        """What the vague word must stand for: a profession named elsewhere, or the one its place implies."""
        choices = self.base.section("vague")[vague.entity.id].choices
        found = next((m for m in u.people if m.entity.id in choices and m.score >= -1), None)
        if found is not None:
            return found
        if place is not None:
            for name in choices:
                if self.base.professions[name].implies.get("employer") == place.entity.id:
                    return str(name)
        return None

    def _acts(self, m: Mention) -> bool:
        return self.base.professions[m.entity.id].quality in ACTING

    def _people(self, u: Understanding) -> list[list[Mention]]:
        """Professions asked about, grouped by person: one's own first, then each other person's."""
        good = [m for m in u.people if m.score >= 1 and not (m.entity.id in NO_VERDICT_ALONE and m.role != "self")]
        own = [m for m in good if m.role == "self"]
        others = [m for m in good if m.role in ("mine", "other")]
        plain = [m for m in good if m.role == "named"]
        if own:
            mine = [m for m in others if m.role == "mine" and u.asks_for_a_right]
            held = _held_together(u, own[0], own + plain)
            return [held] + [[m] for m in mine[:2] if m.entity.id not in {o.entity.id for o in held}]
        pool = plain or others
        if pool:
            return [_held_together(u, pool[0], pool)]
        left = [m for m in u.people if m.score >= -1 and m.entity.id not in NO_VERDICT_ALONE]
        goes_on = "ellipsis" in u.values("dialogue")
        return [left[:1]] if left and (u.asks_for_a_right or goes_on or len(u.line.words) <= 4) else []

    def _place(self, u: Understanding) -> Mention | None:
        """The structure that counts, if one is named: the last of "X qui gère un Y", else the most telling."""
        usable = [m for m in u.places if m.role not in RULED_OUT]
        if not usable:
            return None
        managed = self._managed(u, usable[0])
        if managed is not usable[0]:
            return managed
        by_letter = [m for m in usable if self.base.structures[m.entity.id].letter in ("g", "i", "j")]
        waits = any(self.base.professions[m.entity.id].place for m in u.people)
        pool = by_letter if waits and by_letter else usable
        known = [m for m in pool if self.base.structures[m.entity.id].kind != "UNKNOWN"]
        return (known or pool)[0]

    def _managed(self, u: Understanding, first: Mention) -> Mention:
        """Of "un CCAS qui gère un service d'aide à domicile", the service."""
        for other in (m for m in u.places if m.role not in RULED_OUT):
            between = u.line.words[first.entity.end : other.entity.start]
            if other.entity.start > first.entity.end and any(w.startswith(("ger", "port", "gest")) for w in between):
                return other
        return first

    def _person(
        self, u: Understanding, group: list[Mention], place: Mention | None, stated: dict[str, str], shared: set[str]
    ) -> Subject:
        names = list(dict.fromkeys(m.entity.id for m in group))
        facts = {"profession": ",".join(names)}
        implied = next((i for n in names if (i := self.base.professions[n].implies.get("employer"))), None)
        # A school names where a school nurse works, not who employs her.
        if place and not (implied and self._tells_less(place.entity.id)):
            facts["employer"] = place.entity.id
        facts.update({k: v for k, v in stated.items() if k in ("care", "rpps")})
        about = "person"
        quality = {self.base.professions[n].quality for n in names}
        staff = quality <= {"STAFF", "TRAINEE", "NONE"}
        wanted = set(stated.get("need", "").split(","))
        gone = stated.get("habil") == "without_carer" or stated.get("habil") == "no"
        if facts.get("care") == "no_self_care":
            # Of a collaborator, care is what the team does: not caring oneself says nothing against it.
            facts.pop("care") if staff else facts.update(care="no")
        if facts.get("care") == "doubtful":
            # Where the profession alone already asks about care, the question is the better answer.
            presumed = any(self.base.professions[n].ordinary_care == "yes" for n in names)
            facts.update(care=UNKNOWN) if presumed else facts.pop("care")
        structure = facts.get("employer") or ("cabinet" if "practice" in shared else None)
        if structure and shared and (not staff or "personal" in wanted or _for_all(u) or gone):
            about = "both"
            facts["employer"] = structure
            facts.update({k: v for k, v in stated.items() if k in ("ident", "need")})
            if "habil" in stated:
                facts["habil"] = self._habil(structure, stated["habil"])
            if gone and "care" not in facts:
                facts["care"] = "no"
        return Subject(_who(group[0]), about, facts, feminine=any(self._feminine(u.line, m.entity) for m in group))

    def _feminine(self, line: Line, entity: Entity) -> bool:
        """Is a profession said by a word that only its feminine has?"""
        profession = self.base.professions[entity.id]
        only = set(fold(profession.feminine).split()) - set(fold(profession.label).split())
        said = set(line.words[entity.start : entity.end])
        if line.words[max(0, entity.start - 1) : entity.start] in (["une"], ["ma"], ["la"], ["cette"]):
            return bool(only)
        return bool(only & said or {word + "s" for word in only} & said)

    def _tells_less(self, place: str) -> bool:
        """Does this place say less than the employer that the profession itself implies?"""
        structure = self.base.structures[place]
        return structure.kind in ("OTHER", "UNKNOWN") or structure.letter == "unknown"

    def _structure(self, place: Mention | str, stated: dict[str, str]) -> Subject:
        name = place if isinstance(place, str) else place.entity.id
        facts = {"employer": name}
        facts.update({k: v for k, v in stated.items() if k in ("ident", "need")})
        if "habil" in stated:
            facts["habil"] = self._habil(name, stated["habil"])
        elif self.base.structures[name].kind == "PRACTICE" and isinstance(place, Mention) and place.qualified:
            # "Cabinet infirmier", "cabinet de pédicure": its name says who practises there.
            facts["habil"] = "yes"
        return Subject("structure", "structure", facts)

    def _habil(self, place: str, said: str) -> str:
        """What "aucun soignant" says of this structure (knowledge: `without_carer`)."""
        return self.base.structures[place].without_carer if said == "without_carer" else said


def _held_together(u: Understanding, first: Mention, pool: list[Mention]) -> list[Mention]:
    """The professions that one person says to hold: joined by "et", "aussi", a comma or a stroke."""
    held = [first]
    for mention in pool:
        if mention is first or mention.entity.start < held[-1].entity.start:
            continue
        between = set(u.line.words[held[-1].entity.end : mention.entity.start])
        explicit = mention.role == "self" and mention.score >= 4
        if mention.entity.start == held[-1].entity.start or explicit or between <= JOINTS:
            held.append(mention)
    return held


def _is(place: Mention | None, name: str) -> bool:
    return place is not None and place.entity.id == name


def _who(mention: Mention) -> str:
    return "other" if mention.role in ("mine", "other", "definite") else "self"


def _for_all(u: Understanding) -> bool:
    """Is a box for several asked about ("une pour toutes"), not only the reading of one?"""
    return any(h.cue.id == "besoin-service" and h.words.split()[0] in ("une", "on") for h in u.heard)
