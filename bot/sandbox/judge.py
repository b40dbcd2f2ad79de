"""May this leave, what becomes of it, and why: (attempt, world, rulebook) → result. Pure; nothing is sent.

The fate of a recipient is the worst of the rules that hold for it; the message's, that of its worst-served recipient,
the first at equal outcome (send.schema.json, $defs/outcome and $defs/decided_by). What the tool stops, or a sign-in
that fails, stops the whole message; over SMTP only the faulty recipient is refused. What lies further along the way
than the place where a message was stopped never happened: no finding tells of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.sandbox.facts import facts_of_recipients, message_facts
from bot.sandbox.result import Fate, Finding, Result
from bot.sandbox.rulebook import OUTCOMES, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.sandbox.attempt import Attempt
    from bot.sandbox.rulebook import Rule, Rulebook, Smtp
    from bot.sandbox.world import World

STOPS_ALL = ("refused_login", "refused_client")
AT_THE_BOX = STEPS.index("mailbox")


class Sentence(Struct, frozen=True):
    """A recipient's fate before it is written down: the deciding rule, and the facts it was met with."""

    address: str
    rule: Rule | None
    facts: Mapping[str, str]

    @property
    def outcome(self) -> str:
        return self.rule.entry.outcome or "delivered" if self.rule else "delivered"

    @property
    def severity(self) -> int:
        return OUTCOMES.index(self.outcome)

    def reaches(self, rule: Rule) -> bool:
        """Did the message come as far as this rule? A recipient for whom it was stopped meets nothing beyond."""
        if self.rule is None or self.rule.entry.level != "block":
            return True
        here, stopped_at = STEPS.index(rule.entry.step), STEPS.index(self.rule.entry.step)
        if here == stopped_at and here >= AT_THE_BOX:
            return rule.entry.level == "block"  # what else happens at the box happens to a message let in
        return here <= stopped_at

    @property
    def decided_by(self) -> str:
        return _decider(self.rule, self.facts)


def judge(attempt: Attempt, world: World, rulebook: Rulebook) -> Result:
    """The result of a send. Never raises on an attempt that was read."""
    common = message_facts(attempt, world)
    of_all = [rule for rule in rulebook.of_the_message if rule.holds(common)]
    held: list[list[Rule]] = []
    sentences: list[Sentence] = []
    for address, own in zip(attempt.recipients, facts_of_recipients(attempt, world), strict=True):
        facts = {**common, **own}
        rules = [rule for rule in rulebook.of_a_recipient if rule.holds(facts)]
        held.append(rules)
        sentences.append(Sentence(address, _worst([*of_all, *rules]), facts))
    stop = _worst(rule for rules in (of_all, *held) for rule in rules if rule.entry.outcome in STOPS_ALL)
    if stop:
        sentences = [Sentence(s.address, stop, s.facts) for s in sentences]
    met = {rule.id: rule for rule in of_all}
    for sentence, rules in zip(sentences, held, strict=True):
        met.update((rule.id, rule) for rule in rules if sentence.reaches(rule))
    # Without a recipient the findings alone decide.
    decisive = min(sentences, key=lambda s: s.severity) if sentences else Sentence("", _worst(of_all), common)
    return Result(
        outcome=decisive.outcome,
        decided_by=decisive.decided_by,
        smtp=_smtp(decisive),
        recipients=tuple(Fate(s.address, s.outcome, s.rule.id if s.rule else None) for s in sentences),
        findings=tuple(_finding(rule) for rule in sorted(met.values(), key=lambda rule: rule.rank)),
    )


def _worst(rules: Iterable[Rule]) -> Rule | None:
    """The deciding rule: first in the order of precedence among those that have an outcome."""
    return min((rule for rule in rules if rule.entry.outcome), key=lambda rule: rule.rank, default=None)


def _decider(rule: Rule | None, facts: Mapping[str, str]) -> str:
    """Who decided. Whoever takes a delivered message in charge is known only with its recipient."""
    named = rule.entry.decided_by if rule and rule.entry.decided_by else "carrier"
    if named not in ("server", "carrier"):
        return named
    refused_receipt = facts.get("reader") == "person" and facts["mdn"] == "asked" and facts["mdn_reply"] == "refuse"
    if named == "carrier" and refused_receipt:
        return "recipient_client"
    return facts.get("server", "recipient_operator")


def _smtp(sentence: Sentence) -> Smtp | None:
    """The deciding reply; a refused sign-in has one only where the tool speaks SMTP."""
    if sentence.rule is None or (sentence.outcome == "refused_login" and sentence.facts["door"] != "wire"):
        return None
    return sentence.rule.smtp


def _finding(rule: Rule) -> Finding:
    entry = rule.entry
    return Finding(
        rule=entry.id,
        level=entry.level,
        message=f"{entry.why} {entry.remedy}",
        sources=tuple(dict.fromkeys(cite.source for cite in entry.cites)),
        confidence=entry.confidence,
        sandbox_assumption=entry.assumption or None,
    )
