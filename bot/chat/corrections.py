"""« Non, X », « A, pardon B »: what is said after a word of correction replaces what was said before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.chat.features import SILENT
from bot.chat.shorthand import POLITE
from knowledge.naming import forms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.state import State
    from bot.chat.understanding import Understander, Understanding
    from knowledge.base import Base

NO = {"non", "nan"}
HESITATION = {"euh", "heu", "ah", "oh", "bah", "ben", "oups", "pardon", "enfin", "mince"}
BEFORE_A_NAME = (
    {
        "suis",
        "sont",
        "sommes",
        "plutot",
        "moi",
        "fait",
        "chez",
        "exactement",
        "non",
        "pas",
        "mais",
        "travaille",
        "exerce",
    }
    | HESITATION
    | SILENT
    | POLITE
)
"""Words that may stand between a word of correction and the name that corrects."""
SHORT = 5
OF_A_STRUCTURE = ("habil", "ident")


class Correction(NamedTuple):
    """What was said before the word of correction, and what replaces it."""

    before: Understanding
    after: Understanding


def correction(base: Base, understander: Understander, u: Understanding, state: State) -> Correction | None:
    """The correction that a message holds, the last one when there are several."""
    for start, end in sorted(_marks(u, state), reverse=True):
        before, after = (understander.understand(u.line.part(*span)) for span in ((0, start), (end, len(u.line.words))))
        if not (state.subjects or before.subjects):
            continue
        if _corrects(base, before, after, state):
            return Correction(before, after)
    return None


def corrected_place(base: Base, after: Understanding) -> str:
    """The structure that replaces another: named, or the only one whose names hold every telling word said."""
    if after.places:
        return after.places[-1].entity.id
    words = [word for word in after.line.words if word not in BEFORE_A_NAME]
    if len(words) != 1 or len(words[0]) <= SHORT:
        return ""
    found = [s.id for s in base.sections.structures if any(words[0] in form.split() for form in forms_of(s))]
    return found[0] if len(found) == 1 else ""


def _marks(u: Understanding, state: State) -> Iterator[tuple[int, int]]:
    """The words of correction: [start, end) of each."""
    words, breaks = u.line.words, u.line.breaks
    for h in u.heard:
        if h.cue.kind == "dialogue" and h.cue.value == "replaces":
            start = h.start
            while start and words[start - 1] in (HESITATION | NO):
                start -= 1
            yield start, h.end
    for index, word in enumerate(words[:-1]):
        if word not in NO:
            continue
        hesitates = index and words[index - 1] in HESITATION
        if (index == 0 and state.subjects) or index + 1 in breaks or hesitates:
            yield index - 1 if hesitates else index, index + 1


def _corrects(base: Base, before: Understanding, after: Understanding, state: State) -> bool:
    """Does what follows name, at once, someone or something else than what is corrected?"""
    current = state.subjects[0] if state.subjects else None
    denied = [m for m in (*after.people, *after.vague, *after.places) if m.role == "negated"]
    named = sorted(
        (m for m in (*after.people, *after.vague, *after.places) if m.role not in ("negated", "past", "counterpart")),
        key=lambda m: m.entity.start,
    )
    if not named:
        known_place = "employer" in current.facts if current else bool(before.places)
        return known_place and bool(corrected_place(base, after))
    first = named[0]
    skipped = {i for m in denied for i in range(m.entity.start, m.entity.end)}
    between = {word for i, word in enumerate(after.line.words[: first.entity.start]) if i not in skipped}
    if not between <= BEFORE_A_NAME:
        return False
    if first.entity.section == "structures":
        return True
    if not after.subjects:
        return False
    if before.subjects or current is None:
        return True
    if current.about == "structure" and state.asked in OF_A_STRUCTURE and first.role != "self":
        # "Non, une infirmière": who answers for the box, not who asks.
        return False
    return first.entity.id not in (*current.facts.get("profession", "").split(","), current.vague)
