"""The send rules of the base, ready to be matched: conditions checked against the facts, order of precedence settled.

Precedence, as data of the model: `SendOutcome` from the worst to the best (the order of send.schema.json), then
`SendStep` along the way of the message, then the order of the files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from msgspec import Struct

from bot.sandbox.facts import recipient_words, vocabulary
from knowledge.model import SendOutcome, SendRule, SendStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from knowledge.base import Base

OUTCOMES: tuple[str, ...] = get_args(SendOutcome)
STEPS: tuple[str, ...] = get_args(SendStep)
_SMTP = re.compile(
    r"^(?P<stage>connect|auth|mail|rcpt|data) (?P<code>[2-5][0-9]{2}) (?P<enhanced>[245]\.[0-9]{1,3}\.[0-9]{1,3})$"
)


class Smtp(Struct, frozen=True):
    """The SMTP reply that decided."""

    stage: str
    code: int
    enhanced: str | None


class Rule(Struct, frozen=True):
    """A send rule of the base with its place in the order. `conditions`: every one must hold, on one of its values."""

    entry: SendRule
    conditions: tuple[tuple[str, frozenset[str]], ...]
    rank: tuple[int, int, int]
    smtp: Smtp | None

    @property
    def id(self) -> str:
        return self.entry.id

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Does every condition hold?"""
        for name, values in self.conditions:  # noqa: SIM110 - asked of every rule for every recipient: all() costs twice
            if facts[name] not in values:
                return False
        return True


class FaultyRules(ValueError):
    """Rules that no send could ever meet, or that decide nothing clear."""


class Rulebook:
    """The rules of one base, split by what they look at."""

    def __init__(self, entries: Iterable[SendRule]) -> None:
        rules, faults = [], []
        for place, entry in enumerate(entries):
            found = list(_faults(entry))
            faults += [f"{entry.id} : {fault}" for fault in found]
            if not found:
                rules.append(_rule(entry, place))
        if faults:
            raise FaultyRules("\n".join(faults))
        rules.sort(key=lambda rule: rule.rank)
        asked = recipient_words()
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in rules}
        self.of_the_message = tuple(r for r in rules if not any(name in asked for name, _ in r.conditions))
        self.of_a_recipient = tuple(r for r in rules if any(name in asked for name, _ in r.conditions))

    @classmethod
    def of(cls, base: Base) -> Rulebook:
        """The rules of this base."""
        return cls(base.sections.send_rules)


def _rule(entry: SendRule, place: int) -> Rule:
    severity = OUTCOMES.index(entry.outcome) if entry.outcome else len(OUTCOMES)
    found = _SMTP.match(entry.smtp)
    return Rule(
        entry=entry,
        conditions=tuple((name, frozenset(values)) for name, values in entry.when.items()),
        rank=(severity, STEPS.index(entry.step), place),
        smtp=Smtp(found["stage"], int(found["code"]), found["enhanced"]) if found else None,
    )


def _faults(entry: SendRule) -> Iterable[str]:
    words = vocabulary()
    if not entry.when:
        yield "aucune condition « when » : elle vaudrait pour tout envoi"
    for name, values in entry.when.items():
        if name not in words:
            yield f"fait inconnu « {name} »"
            continue
        for value in values:
            if value not in words[name]:
                yield f"« {name} » ne vaut jamais « {value} » ; valeurs : {', '.join(sorted(words[name]))}"
    if (entry.outcome is None) != (entry.decided_by is None):
        yield "« outcome » et « decided_by » vont ensemble"
    if entry.sandbox_choice != bool(entry.assumption):
        yield "« sandbox_choice » et « assumption » vont ensemble"
    if entry.smtp and not _SMTP.match(entry.smtp):
        yield f"« smtp » mal formé : « {entry.smtp} » ; écrivez « rcpt 550 5.7.1 »"
    if entry.level != _level_of(entry):
        yield f"« level: {entry.level} » ne va pas avec « outcome: {entry.outcome} »"


def _level_of(entry: SendRule) -> str:
    """The level that an outcome implies; an operator's usage may block or only inform."""
    if entry.outcome is None or entry.outcome in ("delivered", "delivered_with_notice", "delivered_not_integrated"):
        return "info"
    if entry.outcome == "operator_dependent":
        return entry.level if entry.level in ("block", "info") else "info"
    named = {
        "warned": "warn",
        "allowed_nonconformity": "nonconformity",
        "allowed_bad_practice": "bad_practice",
    }
    return named.get(entry.outcome, "block")
