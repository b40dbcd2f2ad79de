"""What a message wants: a verdict, the answer to our question, a fresh start, the steps, or a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.chat.understanding import NO_VERDICT_ALONE

if TYPE_CHECKING:
    from bot.chat.ranking import Ranked
    from bot.chat.state import State
    from bot.chat.understanding import Understanding
    from knowledge.base import Base

SHORT = 7

# A logistic regression on the repo's labelled messages and a sample of the voices (0.96 and 0.997 right).
WEIGHTS = {
    "constant": -0.49,
    "eligible": 3.44,
    "asks": 0.77,
    "box_choice": 1.30,
    "self": 0.32,
    "starts": 1.67,
    "question": -1.17,
    "short": 0.64,
    "need": 0.82,
    "fact": 0.91,
    "covered": 2.19,
    "structure_asks": 1.50,
    "structure_need": 1.20,
    "own_need": 0.80,
    "asks_of_someone": 0.65,
}


class Intent(NamedTuple):
    """`second`: a second topic asked about in the same message. `certain`: never answer with « pas sûr »."""

    kind: str
    second: str = ""
    certain: bool = False
    correction: bool = False


def read_intent(base: Base, u: Understanding, ranked: list[Ranked], state: State) -> Intent:
    """What to do with a message, before any rule of law is looked at."""
    said = u.values("dialogue")
    count = len(u.line.words)
    if "restart" in said and count <= 10:
        return Intent("restart")
    correction = bool({"correction", "ellipsis"} & set(said))
    if state.subjects and not u.persons:
        if "which_box" in said and count <= 8 and not u.places:
            return Intent("which_box")
        if "onboarding" in said and count <= 8 and not u.named:
            return Intent("onboarding")
        if "both" in said and count <= 4:
            return Intent("both")
        if goes_on(u, ranked, state, correction):
            return Intent("slot" if state.asked else "verdict", correction=True)
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
    return about_rights and bool(u.places) and (count <= 5 or (correction and count <= 14))


def wants_verdict(base: Base, u: Understanding, ranked: list[Ranked], state: State) -> bool:
    """Is the right of someone named asked about, rather than how something works?"""
    if not u.named:
        return False
    only_patients = bool(u.people) and not (u.vague or u.places)
    only_patients = only_patients and all(m.entity.id in NO_VERDICT_ALONE for m in u.people)
    if only_patients and not u.asks_for_a_right and not ranked[0].topic.startswith("elig_") and len(u.line.words) > 3:
        # A patient mostly asks about Mon espace santé; a right is at stake only when it is said.
        return False
    score = sum(WEIGHTS[name] * value for name, value in signs(u, ranked).items()) + WEIGHTS["constant"]
    return score + (0.6 if state.asked in ("profession", "employer") else 0.0) > 0


def signs(u: Understanding, ranked: list[Ranked]) -> dict[str, float]:
    """What tells a question of right from a question of use."""
    # Softened: the ranking alone is not to settle what the names and cues say otherwise.
    total = sum(r.p**0.5 for r in ranked)
    eligible = sum(r.p**0.5 for r in ranked if r.topic.startswith("elig_")) / total
    other = max((r.p**0.5 for r in ranked if not r.topic.startswith("elig_")), default=0.0) / total
    asking, kinds = u.values("asking"), {h.cue.kind for h in u.heard}
    named = (*u.people, *u.vague, *u.places)
    covered = {index for e in u.entities for index in range(e.start, e.end)}
    asks = "eligibility" in asking
    return {
        "eligible": eligible - other,
        "asks": asks,
        "box_choice": "box_choice" in asking,
        "self": any(m.role == "self" for m in (*u.people, *u.vague)),
        "starts": u.leading or any(m.entity.start == 0 or (m.role == "self" and m.score >= 4) for m in named),
        "question": u.line.question,
        "short": len(u.line.words) <= SHORT,
        "need": "need" in kinds,
        "fact": "fact" in kinds,
        "covered": len(covered) / max(1, len(u.line.words)),
        "structure_asks": asks and u.leading,
        "structure_need": "need" in kinds and u.subjects[0].about == "structure",
        "own_need": any(h.cue.value == "personal" for h in u.heard) and any(m.role == "self" for m in u.people),
        "asks_of_someone": asks
        and (any(m.role in ("self", "named") for m in named) or u.subjects[0].about == "structure"),
    }


def answers_something(u: Understanding, state: State) -> bool:
    """Can this message be the answer to what we asked?"""
    said = set(u.values("dialogue"))
    if state.asked in ("profession", "employer"):
        return bool(u.people or u.vague or u.places or {"unknown"} & said)
    return bool({"yes", "no", "unknown", "both"} & said or _facts(u) or u.places)


def _facts(u: Understanding) -> bool:
    return any(h.cue.kind in ("fact", "need") for h in u.heard)
