"""Facts from one turn to the next: the answer to a question, a correction, another person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.chat.state import Person, State
from eligibility.answers import UNKNOWN

if TYPE_CHECKING:
    from bot.chat.cues import CueEar
    from bot.chat.intent import Intent
    from bot.chat.understanding import Understanding
    from knowledge.base import Base

YES_NO = {"rpps": {"yes": "active", "no": "absent"}, "ident": {"yes": "siret", "no": "none"}}
"""How « oui » and « non » answer the questions that are not yes/no in the base."""


def answered(base: Base, ear: CueEar, state: State, u: Understanding) -> tuple[Person, ...] | None:
    """The subjects once the message has answered what was asked; None when it does not."""
    if not state.subjects:
        return fresh(u) or None
    current, fact = state.subjects[0], state.asked
    said = u.values("dialogue")
    facts = dict(current.facts)
    given = _given(u)
    if fact in ("profession", "employer"):
        if fact == "profession" and (u.people or u.vague) and u.subjects:
            new = u.subjects[0]
            facts.pop("profession", None)
            return (Person(who=current.who, about=current.about, facts={**facts, **new.facts}, vague=new.vague),)
        if u.places:
            facts["employer"] = u.places[0].entity.id
        elif "unknown" in said:
            facts[fact] = UNKNOWN
        else:
            return None
        return (msgspec.structs.replace(current, facts={**facts, **given}, vague=""),)
    if fact in given:
        return (msgspec.structs.replace(current, facts={**facts, **given}),)
    if "unknown" in said:
        facts[fact] = UNKNOWN
    elif "yes" in said or "no" in said:
        answer = "yes" if "yes" in said else "no"
        facts[fact] = YES_NO.get(fact, {}).get(answer, answer)
    elif u.places or given:
        if u.places:
            facts["employer"] = u.places[0].entity.id
        facts.update(given)
    else:
        return None
    return (msgspec.structs.replace(current, facts=facts),)


def fresh(u: Understanding) -> tuple[Person, ...]:
    """The subjects of a message taken on its own."""
    return tuple(Person(who=s.who, about=s.about, facts=s.facts, vague=s.vague) for s in u.subjects)


def merged(base: Base, state: State, u: Understanding, intent: Intent) -> tuple[Person, ...]:
    """The subjects of a message, told with what was said before where it goes on with it."""
    new = fresh(u)
    if not state.subjects:
        return new
    current = state.subjects[0]
    if not new or (new[0].about == "structure" and intent.correction and current.about != "structure" and not u.people):
        # "pardon, en EHPAD": the same person elsewhere, or with other facts.
        facts = {**current.facts, **_given(u)}
        if u.places:
            facts["employer"] = u.places[0].entity.id
        return (msgspec.structs.replace(current, facts=facts),)
    first = new[0]
    carried = current.facts.get("employer")
    if intent.correction and first.about == "person" and carried and "employer" not in first.facts:
        # "et ma secrétaire ?": someone else in the same place.
        implied = [
            base.professions[n].implies for n in first.facts.get("profession", "").split(",") if n in base.professions
        ]
        if not any("employer" in i for i in implied):
            first = msgspec.structs.replace(first, facts={**first.facts, "employer": carried})
    return (first, *new[1:])


def _given(u: Understanding) -> dict[str, str]:
    facts: dict[str, str] = {}
    for h in u.heard:
        if h.cue.kind == "fact" and h.cue.value not in ("without_carer", "no_self_care"):
            facts.setdefault(h.cue.fact, h.cue.value)
        elif h.cue.kind == "need":
            facts.setdefault("need", h.cue.value)
    return facts
