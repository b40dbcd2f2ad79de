"""What a message wants: a verdict, the answer to our question, a fresh start, the steps, or a topic."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

from bot.chat.features import SILENT
from bot.chat.followups import is_elsewhere
from bot.chat.shorthand import POLITE
from bot.chat.slots import YES_NO, denies
from bot.chat.understanding import NO_VERDICT_ALONE

if TYPE_CHECKING:
    from bot.chat.ranking import Ranked
    from bot.chat.state import State
    from bot.chat.understanding import Understanding
    from knowledge.base import Base

SHORT = 7
EMERGENCY, SMALLTALK = "urgence_medicale", "smalltalk"

# A logistic regression on the voices, each message ranked by a classifier that never saw its writer, and on the
# labelled eligibility cases, each counted ten times: 93 % of the voices right (groups of writers left out in turn),
# 97 % of the blind eligibility cases, which it never saw, taken for what they are.
WEIGHTS = {
    "constant": -0.56,
    "eligible": 0.83,
    "asks": 1.00,
    "box_choice": 1.42,
    "self": 1.40,
    "stated": -0.84,
    "starts": 0.68,
    "question": -1.07,
    "short": -0.52,
    "need": -0.29,
    "fact": 0.90,
    "told": 3.71,
    "structure_asks": 2.00,
    "structure_need": 1.56,
    "own_need": 0.28,
}
NAMED = ("professions", "structures", "vague")
BOX = frozenset(
    ["boite", "boites", "bal", "bals", "mss", "mssante", "messagerie", "mail", "securisee", "sante", "quelle", "quel"]
)
"""Words that name the box, and nothing done with it."""
CLEAR = 0.9
"""From this probability on, a topic of use that is asked for by its own word is no question of right."""
OTHERWISE = frozenset(
    ["comment", "cmt", "combien", "pourquoi", "obligatoire", "oblige", "obliges", "obligee", "obliger"]
)
SHYEST = 0.008
"""Neither a right nor a use is ever taken for less probable than this."""


class Intent(NamedTuple):
    """`kind`: restart, slot, both, which_box, onboarding, verdict or topic."""

    kind: str
    correction: bool = False


def read_intent(base: Base, u: Understanding, ranked: list[Ranked], state: State) -> Intent:
    """What to do with a message, before any rule of law is looked at."""
    said = u.values("dialogue")
    count = len(u.line.words)
    if "restart" in said and count <= 10:
        return Intent("restart")
    correction = bool({"correction", "ellipsis"} & set(said))
    if not state.subjects and "onboarding" in said and count <= 3 and not u.named:
        return Intent("onboarding")
    if state.subjects and not u.persons:
        if "which_box" in said and count <= 8 and not u.places:
            return Intent("which_box")
        if "onboarding" in said and count <= 8 and not u.named:
            return Intent("onboarding")
        if "both" in said and count <= 4:
            return Intent("both")
        if goes_on(u, ranked, state, correction):
            return Intent("slot" if state.asked else "verdict", correction=True)
    about_someone = bool(state.subjects) and state.subjects[0].about != "structure"
    if about_someone and state.topic.startswith("elig_") and is_elsewhere(u) and count <= 2 * SHORT:
        return Intent("verdict", correction=True)
    if state.subjects and correction and u.persons and count <= 14:
        return Intent("verdict", correction=True)
    if state.asked and state.subjects and (u.people or u.vague) and count <= 8 and answers_something(u, state):
        return Intent("slot", correction=correction)
    if state.asked == "profession" and state.subjects and state.subjects[0].vague and count <= 4:
        return Intent("slot")
    if wants_verdict(base, u, ranked, state):
        return Intent("verdict", correction=correction)
    return Intent("topic")


def goes_on(u: Understanding, ranked: list[Ranked], state: State, correction: bool) -> bool:
    """Does a message without a new person go on with the one asked about: a fact, a place, yes or no?"""
    count = len(u.line.words)
    if u.leading and u.asks_for_a_right and not state.asked:
        return False
    if state.asked and count <= 14 and answers_something(u, state):
        return True
    about_rights = state.topic.startswith("elig_")
    if about_rights and count <= 14 and _facts(u):
        return True
    return about_rights and bool(u.places) and (count <= SHORT or (correction and count <= 2 * SHORT))


def wants_verdict(base: Base, u: Understanding, ranked: list[Ranked], state: State) -> bool:
    """Is the right of someone named asked about, rather than how something works?"""
    if not u.named:
        return False
    only_patients = bool(u.people) and not (u.vague or u.places)
    only_patients = only_patients and all(m.entity.id in NO_VERDICT_ALONE for m in u.people)
    if only_patients and not u.asks_for_a_right and not ranked[0].topic.startswith("elig_") and len(u.line.words) > 3:
        # A patient mostly asks about Mon espace santé; a right is at stake only when it is said.
        return False
    if _names_only_the_box(u):
        return True
    if not ranked[0].topic.startswith("elig_") and ranked[0].p >= CLEAR and OTHERWISE.intersection(u.line.words):
        # "Comment ouvrir une boîte pour notre cabinet ?" asks how, not whether.
        return False
    score = sum(WEIGHTS[name] * value for name, value in signs(u, ranked).items()) + WEIGHTS["constant"]
    return score + (0.6 if state.asked in ("profession", "employer") else 0.0) > 0


def _names_only_the_box(u: Understanding) -> bool:
    """ "Biologiste, ma boîte ?", "boîte pour EHPAD": someone named and the box, no use of it."""
    named = {i for e in u.entities if e.section in NAMED for i in range(e.start, e.end)}
    left = {word for i, word in enumerate(u.line.words) if i not in named} - SILENT - POLITE
    return bool(left) and left <= BOX


def signs(u: Understanding, ranked: list[Ranked]) -> dict[str, float]:
    """What tells a question of right from a question of use."""
    right = sum(r.p for r in ranked if r.topic.startswith("elig_"))
    # No emergency was told, or it would have been answered before: its words name a profession or a service.
    # A greeting before a name is no small talk.
    right /= max(1 - sum(r.p for r in ranked if r.topic in (EMERGENCY, SMALLTALK)), SHYEST)
    right = min(max(right, SHYEST), 1 - SHYEST)
    asking, kinds = u.values("asking"), {h.cue.kind for h in u.heard}
    named = (*u.people, *u.vague, *u.places)
    asks = "eligibility" in asking
    structure = u.subjects[0].about == "structure"
    return {
        "eligible": log(right / (1 - right)),
        "asks": asks,
        "box_choice": "box_choice" in asking,
        "self": any(m.role == "self" for m in (*u.people, *u.vague)),
        "stated": any(m.role == "self" and m.score >= 4 for m in (*u.people, *u.vague)),
        "starts": u.leading or any(m.entity.start == 0 for m in named),
        "question": u.line.question,
        "short": len(u.line.words) <= SHORT,
        "need": "need" in kinds,
        "fact": "fact" in kinds,
        "told": _told(u),
        "structure_asks": asks and u.leading,
        "structure_need": "need" in kinds and structure,
        "own_need": any(h.cue.value == "personal" for h in u.heard) and any(m.role == "self" for m in u.people),
    }


def _told(u: Understanding) -> float:
    """The share of the telling words that names, facts, needs and roles account for."""
    spans = [(e.start, e.end) for e in u.entities] + [(h.start, h.end) for h in u.heard]
    covered = {index for start, end in spans for index in range(start, end)}
    telling = [i for i, word in enumerate(u.line.words) if word not in SILENT and word not in POLITE]
    return sum(i in covered for i in telling) / max(1, len(telling))


def answers_something(u: Understanding, state: State) -> bool:
    """Can this message be the answer to what we asked?"""
    said = set(u.values("dialogue"))
    if state.asked in ("profession", "employer"):
        return bool(u.people or u.vague or u.places or {"unknown"} & said)
    denied = state.asked in YES_NO and denies(u)
    return bool({"yes", "no", "unknown", "both"} & said or _facts(u) or u.places or denied)


def _facts(u: Understanding) -> bool:
    return any(h.cue.kind in ("fact", "need") for h in u.heard)
