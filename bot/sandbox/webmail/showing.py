"""The rules and their texts as a screen shows them: the same id in the check panel, the result, the guide and the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.webmail.wording import DECIDERS, LEVELS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from knowledge.base import Base
    from knowledge.model import SendRule


class Said(NamedTuple):
    """A rule that has something to say, told in full."""

    rule: SendRule
    level: str
    tone: str
    sources: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        return self.rule.id


class Explained(NamedTuple):
    """What became of one recipient."""

    address: str
    label: str
    tone: str
    decided_by: str
    said: Said | None


def rule_said(base: Base, rule_id: str) -> Said | None:
    """A rule of the base by its id; None for a refusal that is no rule (a malformed message)."""
    rule = base.section("send_rules").get(rule_id)
    if rule is None:
        return None
    label, tone = LEVELS[rule.level]
    places = ((cite, base.section("sources")[cite.source]) for cite in rule.cites)
    sources = tuple((f"{source.title}, {cite.at}" if cite.at else source.title, source.url) for cite, source in places)
    return Said(rule, label, tone, sources)


def findings_said(base: Base, findings: Iterable[Mapping[str, object]]) -> list[Said]:
    """The findings of a result, the gravest first."""
    order = list(LEVELS)
    said = [found for found in (rule_said(base, str(finding["rule"])) for finding in findings) if found is not None]
    return sorted(said, key=lambda one: order.index(one.rule.level))


def outcome_words(outcome: str) -> tuple[str, str]:
    """(label, tone) of an outcome."""
    return OUTCOMES.get(outcome, (outcome, "mind"))


def decider_words(decided_by: str) -> str:
    """Who decided, in words."""
    return DECIDERS.get(decided_by, decided_by)
