"""Whom a message is about: the role of each profession and structure that it names.

Nothing here knows any profession: the words that give a role are cues of the base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.chat.cues import CueEar, Heard
    from bot.chat.entities import Entity
    from bot.chat.lines import Line

DEFINITE = {
    "le",
    "la",
    "les",
    "l",
    "du",
    "au",
    "aux",
    "des",
    "cette",
    "ce",
    "ces",
    "chaque",
    "leur",
    "leurs",
    "votre",
    "vos",
    "son",
    "sa",
    "ses",
}
POSSESSIVE = {"ma", "mon", "mes", "notre", "nos"}
INDEFINITE = {"un", "une"}
BARE = {
    "cabinet",
    "cabinets",
    "de",
    "groupe",
    "le",
    "la",
    "du",
    "au",
    "un",
    "liberal",
    "en",
    "meme",
    "notre",
    "scp",
    "scm",
    "sel",
}
COMPLEMENT = {"de", "d", "pour", "chez", "avec", "par"}
ACCOMPANIED = {"avec", "chez", "par", "sous", "sans"}
TITLES = {
    "titre",
    "metier",
    "diplome",
    "poste",
    "formation",
    "fonction",
    "profession",
    "role",
    "statut",
    "de",
    "equipe",
    "tant",
}
NUMBERS = {
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "douze",
    "quinze",
    "vingt",
    "plusieurs",
}


FIRST_PERSON = frozenset({"je", "j", "jsuis", "chui", "moi", "suis", "nous", "on", "sommes"})
TELLS = frozenset(
    [
        "est",
        "sont",
        "etait",
        "qui",
        "a",
        "ont",
        "fait",
        "travaille",
        "travaillent",
        "exerce",
        "exercent",
        "comme",
        "une",
        "un",
        "l",
        "le",
        "la",
        "les",
        "des",
        "en",
        "tant",
        "que",
        "qu",
        "aussi",
        "egalement",
        "c",
        "elle",
        "il",
        "est",
        "diplomee",
        "diplome",
        "metier",
        "de",
        "d",
        "son",
        "actuellement",
        "au",
        "telephone",
        "ligne",
        "bien",
        "deja",
    ]
)
"""What may stand between someone and the profession said of them."""

TOWARDS = frozenset(
    ["a", "au", "aux", "en", "dans", "chez", "l", "la", "le", "les", "un", "une", "d", "de", "du", "des", "par", "sur"]
)


class Mention(NamedTuple):
    """A profession or structure with the part it plays: self, other, mine, counterpart, past, negated."""

    entity: Entity
    role: str
    score: int
    several: bool
    qualified: bool = False
    """For a structure: do the words say more than its bare kind ("cabinet infirmier")?"""


def mentions(line: Line, entities: list[Entity], ear: CueEar) -> list[Mention]:
    """The role of each name, from the words around it."""
    named = [(e.start, e.end) for e in entities]
    # "Sage-femme": a word inside a name says nothing of anybody else.
    heard = [
        h
        for h in ear.hear(line.plain, ("role",))
        if not (h.cue.value.startswith("third") and any(start <= h.start < end for start, end in named))
    ]
    facts = ear.hear(line.plain, ("fact",))
    starts = {e.start for e in entities if e.section == "professions"}
    return [
        _mention(line, entity, heard, facts)._replace(qualified=_qualified(line, entity, starts)) for entity in entities
    ]


def _qualified(line: Line, entity: Entity, professions: set[int]) -> bool:
    said = set(line.words[entity.start : entity.end]) - BARE
    follows = line.words[entity.end : entity.end + 1] in (["de"], ["d"]) and entity.end + 1 in professions
    return bool(said) or follows


def _mention(line: Line, entity: Entity, heard: list[Heard], facts: list[Heard]) -> Mention:
    words, start = line.words, entity.start
    before = words[start - 1] if start else ""
    several = before in NUMBERS or before.isdigit() or entity.plural
    first = start in line.breaks
    score = 2 if first else 0
    role = "self" if first else "named"
    # The words just before, back to the last punctuation mark.
    since = max((b for b in line.breaks if b <= start), default=0)
    distances: dict[str, int] = {}
    for h in heard:
        cue, end = h.cue, h.end
        if h.start >= entity.end:
            # "le dentiste veut que…", "mon médecin me dit": what follows also gives a role.
            if (
                cue.value == "counterpart"
                and h.start == entity.end
                and h.words.split()[-1] in ("que", "dit", "demande", "laisse", "envoie")
            ):
                distances["counterpart"] = 0
            continue
        if end > start:
            continue
        gap = start - end
        if end < since and cue.value != "self":
            continue
        distances[cue.value] = min(gap, distances.get(cue.value, 99))
    if any(h.cue.kind == "fact" and h.start <= entity.start and entity.end < h.end for h in facts):
        # "médecin et SIRET compris": the word belongs to what is said of the structure.
        return Mention(entity, "counterpart", -4, several)
    if distances.get("negated", 99) <= 1 or _neither(line, entity) or _not_there(line, entity, heard):
        return Mention(entity, "negated", -6, several)
    if distances.get("past", 99) <= 2 or _past_after(words, entity, heard):
        return Mention(entity, "past", -5, several)
    if distances.get("everyone", 99) == 0:
        return Mention(entity, "counterpart", -4, several)
    if distances.get("self", 99) <= 2 and not (_of_another(words, entity, heard, TELLS) and _third_verb(words, start)):
        score, role = max(score, 0) + 4, "self"
    elif distances.get("counterpart", 99) <= 3:
        score, role = -4, "counterpart"
    elif _complement(words, start):
        score, role = -2, "complement"
    elif before in POSSESSIVE:
        score, role = score + 1, "mine"
    elif before in INDEFINITE:
        score, role = score + 1, "other"
    elif before in DEFINITE:
        score, role = score - 1, "definite"
    elif not first:
        score += 1
    if role in ("self", "named") and entity.section != "structures" and distances.get("self", 99) > 2:
        role = _of_another(words, entity, heard, TELLS) or role
    return Mention(entity, role, score, several)


def _complement(words: list[str], start: int) -> bool:
    """ "Le cabinet de médecins", "même avec un médecin": someone beside the one who asks."""
    before, earlier = words[start - 1] if start else "", words[start - 2] if start > 1 else ""
    if before in COMPLEMENT:
        return earlier not in TITLES
    return before in POSSESSIVE | INDEFINITE and earlier in ACCOMPANIED


def _of_another(words: list[str], entity: Entity, heard: list[Heard], links: frozenset[str]) -> str:
    """ "Ma sœur est dentiste", "pharmacien, a-t-il droit ?": the part played when someone else is told of."""
    if FIRST_PERSON.isdisjoint(words) and any(h.cue.value == "third_after" for h in heard):
        return "other"
    for h in heard:
        if h.cue.value == "third" and h.end <= entity.start:
            between = words[h.end : entity.start]
            if len(between) <= 5 and set(between) <= links:
                owner = words[h.start - 1] if h.start else ""
                return "mine" if owner in POSSESSIVE else "other"
    return ""


def _third_verb(words: list[str], start: int) -> bool:
    """Is there no "je" just before the name?"""
    return FIRST_PERSON.isdisjoint(words[max(0, start - 3) : start])


def _not_there(line: Line, entity: Entity, heard: list[Heard]) -> bool:
    """ "Pas à l'hôpital", "ne travaille pas dans une clinique": a place that is ruled out."""
    if entity.section != "structures":
        return False
    for h in heard:
        if h.cue.value == "negated" and h.words.split()[0] in ("pas", "ni", "sans") and h.end <= entity.start:
            between = line.words[h.end : entity.start]
            if (
                len(between) <= 4
                and set(between) <= TOWARDS
                and not any(h.end <= b <= entity.start for b in line.breaks if b)
            ):
                return True
    return False


def _neither(line: Line, entity: Entity) -> bool:
    """ "Infirmier ni médecin": what comes before "ni" is denied too, even where "pas" was left out."""
    return line.words[entity.end : entity.end + 1] == ["ni"] and entity.end not in line.breaks


def _past_after(words: list[str], entity: Entity, heard: list[Heard]) -> bool:
    after = " ".join(words[entity.end : entity.end + 3])
    return after.startswith(("de formation", "formation")) and any(h.cue.id == "passe" for h in heard)
