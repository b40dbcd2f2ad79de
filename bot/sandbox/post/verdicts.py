"""From the judge's result to what is done: deliver, send back, refuse. The rules decide; this only sorts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import msgspec

from bot.sandbox.facts import facts_of_recipients
from bot.sandbox.judge import judge
from bot.sandbox.post.circumstances import Habits
from bot.sandbox.result import Fate, Result
from bot.sandbox.rulebook import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.attempt import Attempt, Context
    from bot.sandbox.rulebook import Rule, Rulebook
    from bot.sandbox.store.boxes import Mailbox
    from bot.sandbox.world import World as Space

Deed: TypeAlias = Literal["deliver", "bounce", "refuse"]

REFUSALS = ("refused_login", "refused_client", "refused_submission", "impossible_ui")
RETURNS = ("refused_peer", "bounced")
ALL_OR_NOTHING = ("screen", "patient_space")
"""Tools that stop the whole message before it leaves; a wire refuses the faulty recipient alone."""
_REFUSE: Deed = "refuse"
REAL_NUMBER = "numero-peut-etre-reel"


class Verdict(NamedTuple):
    """What was judged, and what is done of each recipient, in the order of to, cc, bcc.

    `boxes`: those of the world, by address; `habits`: what they do by themselves.
    """

    attempt: Attempt
    result: Result
    facts: Sequence[Mapping[str, str]]
    deeds: tuple[Deed, ...]
    asks: bool
    boxes: Mapping[str, Mailbox] = MappingProxyType({})
    habits: Habits = Habits()

    @property
    def refused(self) -> bool:
        """Nothing at all is sent."""
        return not self.deeds or all(deed == "refuse" for deed in self.deeds)

    @property
    def holds_real_number(self) -> bool:
        return any(finding.rule == REAL_NUMBER for finding in self.result.findings)

    @property
    def smtp_reply(self) -> str:
        """The line of a refusal: code, enhanced code, rule id; ASCII only."""
        if not self.refused:
            return "250 2.0.0"
        decisive = self.result.recipients[0].rule if self.result.recipients else None
        smtp = self.result.smtp
        code = f"{smtp.code} {smtp.enhanced or '5.7.1'}" if smtp else "550 5.7.1"
        return f"{code} {decisive or self.result.outcome}"


def verdict_on(
    attempt: Attempt, contexts: Sequence[Context], space: Space, rulebook: Rulebook, door_of: str
) -> Verdict:
    """The verdict, each recipient judged in its own circumstances (one is absent, another has closed the thread)."""
    results = {c: judge(msgspec.structs.replace(attempt, context=c), space, rulebook) for c in dict.fromkeys(contexts)}
    if len(results) > 1:
        result = _merged(attempt, contexts, results, space, rulebook)
    else:
        kept = contexts[0] if contexts else attempt.context
        attempt = msgspec.structs.replace(attempt, context=kept)
        result = next(iter(results.values())) if results else judge(attempt, space, rulebook)
    facts = list(facts_of_recipients(attempt, space))
    deeds: tuple[Deed, ...] = tuple(_deed(fate, rulebook) for fate in result.recipients)
    if door_of in ALL_OR_NOTHING and "refuse" in deeds:
        deeds = tuple(_REFUSE for _ in deeds)
    asks = any(_asks(rulebook.rules[finding.rule]) for finding in result.findings)
    return Verdict(attempt, result, facts, deeds, asks)


def _deed(fate: Fate, rulebook: Rulebook) -> Deed:
    if fate.outcome in REFUSALS:
        return "refuse"
    if fate.outcome in RETURNS:
        return "bounce"
    rule = rulebook.rules[fate.rule] if fate.rule else None
    if fate.outcome == "operator_dependent" and rule is not None and rule.entry.level == "block":
        # Where reality varies, the sandbox does what its choice says: stop here, or send back from there.
        return "refuse" if rule.entry.decided_by in ("client", "sender_operator") else "bounce"
    return "deliver"


def _asks(rule: Rule) -> bool:
    """Does the sender's tool ask to confirm?"""
    return rule.entry.outcome == "warned" and rule.entry.decided_by == "client"


def _merged(
    attempt: Attempt,
    contexts: Sequence[Context],
    results: Mapping[Context, Result],
    space: Space,
    rulebook: Rulebook,
) -> Result:
    """One result out of several: to each recipient its own fate, to the message the worst of them."""
    fates = tuple(results[context].recipients[place] for place, context in enumerate(contexts))
    worst = min(range(len(fates)), key=lambda place: OUTCOMES.index(fates[place].outcome))
    alone = msgspec.structs.replace(attempt, to=(fates[worst].address,), cc=(), bcc=(), context=contexts[worst])
    decided = judge(alone, space, rulebook)
    found = {finding.rule: finding for result in results.values() for finding in result.findings}
    findings = sorted(found.values(), key=lambda finding: rulebook.rules[finding.rule].rank)
    return Result(fates[worst].outcome, decided.decided_by, decided.smtp, fates, tuple(findings))
