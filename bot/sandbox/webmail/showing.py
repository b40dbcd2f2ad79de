"""The rules and their texts as a screen shows them: the same id in the check panel, the result, the guide and the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.webmail.wording import DECIDERS, LEVELS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.sandbox.store.sends import Addressee
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
    """What became of the recipients that share one fate."""

    addresses: tuple[str, ...]
    label: str
    tone: str
    said: Said | None


def rule_said(base: Base, rule_id: str) -> Said | None:
    """A rule of the base by its id; None for a refusal that is no rule (a malformed message)."""
    rule = base.section("send_rules").get(rule_id)
    if rule is None:
        return None
    label, tone = OUTCOMES[rule.outcome] if rule.outcome else LEVELS[rule.level]
    places = ((cite, base.section("sources")[cite.source]) for cite in rule.cites)
    sources = tuple((f"{source.title}, {cite.at}" if cite.at else source.title, source.url) for cite, source in places)
    return Said(rule, label, tone, sources)


def findings_said(base: Base, findings: Iterable[Mapping[str, object]]) -> list[Said]:
    """The findings of a result, the gravest first."""
    order = list(LEVELS)
    said = [found for found in (rule_said(base, str(finding["rule"])) for finding in findings) if found is not None]
    return sorted(said, key=lambda one: order.index(one.rule.level))


def fates_said(base: Base, rows: Iterable[Addressee]) -> list[Explained]:
    """The recipients by fate, in the order of the first of each."""
    groups: dict[tuple[str, str | None], list[str]] = {}
    for row in rows:
        groups.setdefault((row.outcome, row.rule), []).append(row.address)
    return [
        Explained(tuple(addresses), *outcome_words(outcome), rule_said(base, rule) if rule else None)
        for (outcome, rule), addresses in groups.items()
    ]


def outcome_words(outcome: str) -> tuple[str, str]:
    """(label, tone) of an outcome."""
    return OUTCOMES.get(outcome, (outcome, "mind"))


def decider_words(decided_by: str) -> str:
    """Who decided, in words."""
    return DECIDERS.get(decided_by, decided_by)
