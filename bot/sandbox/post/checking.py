"""The panel « Avant d’envoyer »: each rule that bears on this send, kept or broken, with its source.

A rule bears on a send when the setting it speaks of is there (the tool, who writes, to what kind of box); it is broken
when all its conditions hold. What only servers find out is left for after the send, unless asked to be revealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.sandbox.facts import facts_of_recipients, message_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sandbox.post.refusals import Unacceptable
    from bot.sandbox.post.verdicts import Verdict
    from bot.sandbox.rulebook import Rule, Rulebook
    from bot.sandbox.world import World as Space

SETTING = frozenset(
    {
        "channel", "door", "knows_patient", "can_ask", "from_type", "sender", "sending_box", "app_opened_by", "auth", "server", "box",
        "reader", "patient_tool",
    }
)  # fmt: skip
"""Facts that say which send this is; the others say what is right or wrong in it."""
AFTERWARDS = frozenset({"link", "relay", "mailbox", "integration", "receipts"})
"""Steps that servers and recipients decide: the person finds out, which is the lesson."""
SERVERS = frozenset({"recipient_operator", "patient_space", "recipient_software", "gateway", "server"})


class Line(Struct, frozen=True, kw_only=True):
    """One rule of the panel. `kept` False: it has something to say of this send, and `message` says it."""

    rule: str
    label: str
    says: str
    kept: bool
    level: str
    message: str
    sources: tuple[str, ...]
    confidence: str
    assumption: str | None
    recipients: tuple[str, ...] = ()


class Panel(Struct, frozen=True, kw_only=True):
    """What a person sees before sending. `may_leave`: nothing known here stops the whole message."""

    lines: tuple[Line, ...]
    may_leave: bool
    asks: bool
    outcome: str
    hidden: int

    @property
    def broken(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.kept)


def panel_of(
    verdict: Verdict | None, space: Space, rulebook: Rulebook, error: Unacceptable | None, reveal: bool
) -> Panel:
    """The panel of a verdict, or of a form refused."""
    if verdict is None:
        assert error is not None  # noqa: S101 - one or the other
        shape = error.shape
        line = Line(
            rule=shape.rule, label="Forme du message", says=shape.message, kept=False, level="block",
            message=shape.message, sources=(), confidence="high", assumption=None,
        )  # fmt: skip
        return Panel(lines=(line,), may_leave=False, asks=False, outcome="refused_client", hidden=0)
    attempt = verdict.attempt
    common = message_facts(attempt, space)
    each = [{**common, **own} for own in facts_of_recipients(attempt, space)]
    whose = list(zip(attempt.recipients, each, strict=True)) or [("", common)]
    findings = {finding.rule for finding in verdict.result.findings}
    lines, hidden = [], 0
    for rule in rulebook.rules.values():
        broken = rule.id in findings
        if not broken and not any(_bears_on(rule, facts) for _, facts in whose):
            continue
        if not reveal and _found_out_later(rule):
            hidden += 1
            continue
        lines.append(_line(rule, broken, tuple(typed for typed, facts in whose if typed and _holds(rule, facts))))
    lines.sort(key=lambda line: (line.kept, _ORDER.index(line.level)))
    return Panel(
        lines=tuple(lines),
        may_leave=not verdict.refused,
        asks=verdict.asks,
        outcome=verdict.result.outcome if reveal or verdict.refused or verdict.asks else "",
        hidden=hidden,
    )


_ORDER = ("block", "warn", "bad_practice", "nonconformity", "info")


def _bears_on(rule: Rule, facts: Mapping[str, str]) -> bool:
    """Is this the kind of send the rule speaks of? A rule that only informs has nothing to say until it holds."""
    if rule.entry.level == "info" or rule.entry.step in ("link", "sign_in"):
        return False
    return all(facts[name] in values for name, values in rule.conditions if name in SETTING and name in facts)


def _holds(rule: Rule, facts: Mapping[str, str]) -> bool:
    return all(name in facts and facts[name] in values for name, values in rule.conditions)


def _found_out_later(rule: Rule) -> bool:
    entry = rule.entry
    if entry.outcome is None or entry.level in ("bad_practice", "nonconformity"):
        return entry.step in AFTERWARDS
    return entry.step in AFTERWARDS or (entry.decided_by in SERVERS and entry.outcome != "impossible_ui")


def _line(rule: Rule, broken: bool, recipients: tuple[str, ...]) -> Line:
    entry = rule.entry
    return Line(
        rule=entry.id,
        label=entry.label,
        says=entry.says,
        kept=not broken,
        level=entry.level,
        message=f"{entry.why} {entry.remedy}" if broken else entry.says,
        sources=tuple(dict.fromkeys(cite.source for cite in entry.cites)),
        confidence=entry.confidence,
        assumption=entry.assumption or None,
        recipients=recipients if broken else (),
    )
