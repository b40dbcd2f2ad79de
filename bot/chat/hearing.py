"""How a message was understood, told in French on demand: what was corrected and recognised, what else was close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.phrases import lower_first, unique

if TYPE_CHECKING:
    from bot.chat.cues import Heard
    from bot.chat.ranking import Ranked
    from bot.chat.understanding import Understanding
    from knowledge.base import Base

NEAR = 0.10
"""Below this probability a topic is too far off to be named."""

MOST_TOPICS = 3


def heard_lines(base: Base, u: Understanding, ranked: list[Ranked]) -> list[str]:
    """What was corrected and recognised in a message, and the topics it is nearest to."""
    lines = [f"Corrigé : « {u.line.repaired[i]} » lu « {u.line.words[i]} »" for i in sorted(u.line.repaired)]
    lines += [f"Reconnu : {base.section(e.section)[e.id].label}" for e in u.entities]
    lines += [_fact(base, h) for h in u.heard if h.cue.kind in ("fact", "need")]
    topics = base.section("topics")
    near = [r.topic for r in ranked[:MOST_TOPICS] if r is ranked[0] or r.p >= NEAR]
    lines += [f"Sujet le plus proche : {topics[name].label}" for name in near[:1]]
    lines += [f"Autre sujet possible : {topics[name].label}" for name in near[1:]]
    return list(unique(lines))


def _fact(base: Base, heard: Heard) -> str:
    """A fact or a need heard, in the words of the base."""
    fact = base.section("facts")[heard.cue.fact or "need"]
    said = next((option.label for option in fact.options if option.value == heard.cue.value), "")
    return (
        f"Compris : {lower_first(fact.label)}, {lower_first(said)}" if said else f"Compris : {lower_first(fact.label)}"
    )
