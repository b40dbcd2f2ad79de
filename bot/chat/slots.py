"""Facts from one turn to the next: the answer to a question, a correction, another person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.chat.corrections import corrected_place
from bot.chat.followups import asks_the_place, is_elsewhere
from bot.chat.state import Person, State
from bot.chat.understanding import FACT_SAID
from eligibility.answers import UNKNOWN
from knowledge.naming import forms_of

if TYPE_CHECKING:
    from bot.chat.corrections import Correction
    from bot.chat.cues import CueEar
    from bot.chat.intent import Intent
    from bot.chat.understanding import Understanding
    from knowledge.base import Base

MOST_DENYING = 4
YES_NO = {"rpps": {"yes": "active", "no": "absent"}, "ident": {"yes": "siret", "no": "none"}}
"""How « oui » and « non » answer the questions that are not yes/no in the base."""


def denies(u: Understanding) -> bool:
    """« Sans SIRET », « pas de numéro »: a no to the question just asked."""
    return len(u.line.words) <= MOST_DENYING and u.line.words[0] in ("sans", "pas", "aucun", "aucune")


def answered(base: Base, ear: CueEar, state: State, u: Understanding) -> tuple[Person, ...] | None:
    """The subjects once the message has answered what was asked; None when it does not."""
    if not state.subjects:
        return fresh(u) or None
    current, fact = state.subjects[0], state.asked
    said = u.values("dialogue")
    facts = dict(current.facts)
    given = _given(base, u, current)
    if fact == "profession" and (u.people or u.vague) and u.subjects:
        new = u.subjects[0]
        facts.pop("profession", None)
        return (
            Person(
                who=current.who,
                about=current.about,
                facts={**facts, **new.facts},
                vague=new.vague,
                feminine=new.feminine,
            ),
        )
    if fact == "profession" and current.vague:
        named = _completed(base, current.vague, u)
        if named:
            facts["profession"] = named
            return (msgspec.structs.replace(current, facts={**facts, **given}, vague=""),)
    if u.places:
        facts["employer"] = u.places[-1].entity.id
    elif fact in given:
        pass
    elif "unknown" in said:
        facts[fact] = UNKNOWN
    elif ("yes" in said or "no" in said) and fact not in ("profession", "employer"):
        answer = "yes" if "yes" in said else "no"
        facts[fact] = YES_NO.get(fact, {}).get(answer, answer)
    elif denies(u) and fact in YES_NO and not given:
        facts[fact] = YES_NO[fact]["no"]
    elif not given:
        return None
    return (_about(msgspec.structs.replace(current, facts={**facts, **given})),)


BEFORE_NAMING = {"person": ("rpps", "care"), "structure": ("ident", "habil", "need")}
"""Facts that may be said before the one they are about."""


def said_before(base: Base, state: State, u: Understanding) -> dict[str, str]:
    """Facts kept for whoever is named next."""
    return {**state.said, **_given(base, u, Person())} if not state.subjects else {}


def with_said(state: State, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """The first one named, with what was said before."""
    if state.subjects or not people or not state.said:
        return people
    first = people[0]
    kept = {name: state.said[name] for name in BEFORE_NAMING.get(first.about, ()) if name in state.said}
    return (msgspec.structs.replace(first, facts={**kept, **first.facts}), *people[1:])


def chosen(state: State, value: str) -> tuple[Person, ...]:
    """The one asked about, once an answer offered to the question was chosen."""
    current = state.subjects[0]
    vague = "" if state.asked == "profession" else current.vague
    facts = {**current.facts, state.asked: value}
    return (_about(msgspec.structs.replace(current, facts=facts, vague=vague)),)


def _completed(base: Base, vague: str, u: Understanding) -> str:
    """ "Auxiliaire" then "de puériculture": the one choice whose names hold all these words."""
    wanted = {w for w in u.line.words if len(w) > 3}
    found = [
        choice
        for choice in base.section("vague")[vague].choices
        if wanted and any(wanted <= set(form.split()) for form in forms_of(base.professions[choice]))
    ]
    return found[0] if len(found) == 1 else ""


def both_boxes(state: State) -> tuple[Person, ...]:
    """« Les deux »: one's own box and the structure's."""
    current = state.subjects[0]
    facts = {**current.facts, "need": "personal,service"}
    return (_about(msgspec.structs.replace(current, facts=facts)),)


def _about(person: Person) -> Person:
    """With a need of the structure and a known place, the structure is asked about too."""
    shared = {"service", "practice", "automatic"} & set(person.facts.get("need", "").split(","))
    if person.about == "person" and shared and "employer" in person.facts:
        return msgspec.structs.replace(person, about="both")
    return person


def fresh(u: Understanding) -> tuple[Person, ...]:
    """The subjects of a message taken on its own."""
    return tuple(
        Person(who=s.who, about=s.about, facts=s.facts, vague=s.vague, feminine=s.feminine) for s in u.subjects
    )


def merged(base: Base, state: State, u: Understanding, intent: Intent) -> tuple[Person, ...]:
    """The subjects of a message, told with what was said before where it goes on with it."""
    new = fresh(u)
    if not state.subjects:
        return new
    current = state.subjects[0]
    if intent.correction and new and current.about != "structure" and asks_the_place(u):
        return new
    if intent.correction and (not u.persons or is_elsewhere(u)) and (u.places or _given(base, u, current)):
        # "pardon, en EHPAD": the same person elsewhere, or with other facts.
        facts = {**current.facts, **_given(base, u, current)}
        if u.places:
            facts["employer"] = u.places[-1].entity.id
        return (_about(msgspec.structs.replace(current, facts=facts)),)
    if not new:
        return (current,)
    first = new[0]
    carried = current.facts.get("employer")
    if intent.correction and first.about == "person" and carried and "employer" not in first.facts:
        # "et ma secrétaire ?": someone else in the same place.
        names = first.facts.get("profession", "").split(",")
        implied = [base.professions[n].implies for n in names if n in base.professions]
        if not any("employer" in i for i in implied):
            first = msgspec.structs.replace(first, facts={**first.facts, "employer": carried})
    return (first, *new[1:])


def replaced(base: Base, state: State, found: Correction) -> tuple[Person, ...]:
    """The person once what was said last has taken the place of what it corrects; the other facts are kept."""
    before, after = fresh(found.before), fresh(found.after)
    current = state.subjects[0] if state.subjects else Person()
    if before:
        current = msgspec.structs.replace(before[0], facts={**current.facts, **before[0].facts})
    new = after[0] if after else Person()
    facts, vague = {**current.facts, **_given(base, found.after, current)}, current.vague
    feminine = current.feminine
    place = corrected_place(base, found.after)
    if new.vague or "profession" in new.facts:
        facts.pop("profession", None)
        feminine = new.feminine
        about, vague = "person" if current.about == "structure" else current.about, new.vague
        facts.update(new.facts)
    elif new.about == "structure" and current.about == "structure":
        # Another structure: what was said of the first one's carers and identifier is not carried over.
        return (new,)
    else:
        about = current.about
        facts.update({"employer": place} if place else {})
    who = "self" if current.who == "structure" and about == "person" else current.who
    return (_about(Person(who=who, about=about, facts=facts, vague=vague, feminine=feminine)),)


def _given(base: Base, u: Understanding, current: Person) -> dict[str, str]:
    """Facts said in a message, as they bear on the person already asked about."""
    facts: dict[str, str] = {}
    for h in u.heard:
        if h.cue.kind == "need":
            facts.setdefault("need", h.cue.value)
        elif h.cue.kind == "fact":
            value = h.cue.value
            value = FACT_SAID.get(value, value)
            if value == "without_carer":
                place = current.facts.get("employer", "")
                value = base.structures[place].without_carer if place in base.structures else "no"
            facts.setdefault(h.cue.fact, value)
    return facts
