"""A few words that complete what was said before: « étudiante » then « infirmière », « psychologue » then « en libéral »."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.chat.features import SILENT
from bot.chat.lines import Line
from knowledge.naming import fold, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.state import Person, State
    from bot.chat.understanding import Subject, Understander, Understanding
    from knowledge.base import Base

MOST_WORDS = 4
STATUS = ("situation", "doubtful", "trainee", "trainee_after")
"""Values of the cues that say how a profession is exercised, and name no other."""
GOING_ON = ("ellipsis", "correction", "replaces", "no")


def joined(base: Base, understander: Understander, u: Understanding, state: State) -> Person | None:
    """The person once this message is read right after the name said before; None when it stands alone."""
    current = state.subjects[0] if state.subjects else None
    if current is None or current.about == "structure" or not 0 < len(u.line.words) <= MOST_WORDS:
        return None
    if any(value in GOING_ON for value in u.values("dialogue")):
        return None
    found = _completed(base, understander, u, current) if current.vague else _qualified(base, understander, u, current)
    if found is None:
        return None
    facts = {name: value for name, value in current.facts.items() if name != "profession"}
    return msgspec.structs.replace(
        current, facts={**facts, **found.facts}, vague=found.vague, feminine=found.feminine or current.feminine
    )


def _completed(base: Base, understander: Understander, u: Understanding, current: Person) -> Subject | None:
    """After a vague name: the rest of a longer one ("éducatrice", "spécialisée"), or the profession it says a status of."""
    if any(m.role in ("mine", "other", "negated") for m in u.people):
        return None
    alone = u.subjects[0].facts if u.subjects else {}
    for form, together in _readings(base, understander, "vague", current.vague, u):
        if len(together.subjects) != 1:
            continue
        subject, length = together.subjects[0], len(form.split())
        across = any(e.section == "professions" and e.start < length < e.end for e in together.entities)
        status = bool(u.people) and any(h.cue.value in STATUS and h.end <= length for h in together.heard)
        if subject.about == "person" and ((across and not subject.vague) or (status and subject.facts != alone)):
            return subject
    return None


def _qualified(base: Base, understander: Understander, u: Understanding, current: Person) -> Subject | None:
    """After a profession: how it is exercised ("en libéral", "retraitée", "stagiaire"), when nothing else is said."""
    name = current.facts.get("profession", "")
    if name not in base.professions or u.people or not u.vague:
        return None
    told = {i for h in u.heard if h.cue.value in STATUS for i in range(h.start, h.end)}
    if any(i not in told and word not in SILENT | {"suis"} for i, word in enumerate(u.line.words)):
        return None
    _, together = next(_readings(base, understander, "professions", name, u))
    if len(together.subjects) != 1 or together.subjects[0].about != "person":
        return None
    return together.subjects[0]


def _readings(
    base: Base, understander: Understander, section: str, name: str, u: Understanding
) -> Iterator[tuple[str, Understanding]]:
    """The message after each form of a name, the label first."""
    entry = base.section(section)[name]
    for form in dict.fromkeys((fold(entry.label), *forms_of(entry))):
        words = [*form.split(), *u.line.words]
        yield form, understander.understand(Line(words, {0}, u.line.question, u.line.marks))
