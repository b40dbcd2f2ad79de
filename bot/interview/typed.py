"""What a visitor typed for a profession or a structure → the id it surely names, or a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.interview.naming import label_in, spoken
from eligibility.decision import Ask, Option
from knowledge.naming import fold

if TYPE_CHECKING:
    from eligibility.lookup import Lookup, Match
    from knowledge.base import Base

NAMED = ("profession", "employer")
"""Facts that are answered with a name."""

MOST = 10
LONGEST = 200


class Sure(NamedTuple):
    """The only entry of that very name. `loose`: a name that it goes by, not its own."""

    value: str
    loose: bool


class Choice(NamedTuple):
    """A question among entries. `vague`: the word is shared by several professions; `found`: something resembles it."""

    ask: Ask
    vague: bool
    found: bool


class Typed:
    """The names of one base."""

    def __init__(self, base: Base, people: Lookup, structures: Lookup) -> None:
        self._base = base
        self._lookups = {"profession": people, "employer": structures}
        cues = [cue for cue in base.sections.cues if cue.kind == "dialogue" and cue.value == "unknown"]
        self._unknown = {fold(phrase) for cue in cues for phrase in cue.phrases}

    def is_unknown(self, text: str) -> bool:
        """Is this « je ne sais pas », in one of the ways the assistant knows, or a question mark?"""
        return text.strip("? ") == "" or fold(text) in self._unknown

    def sure(self, fact: str, text: str) -> Sure | None:
        """The one entry that bears this very name, if there is one and no more."""
        exact = [match for match in self._find(fact, text) if match.score == 1]
        if len(exact) != 1 or exact[0].section == "vague":
            return None
        return Sure(self._value(exact[0]), self._is_loose(exact[0]))

    def choices(self, fact: str, text: str) -> Choice:
        """The entries that it may name, or that the word shared by several leads to."""
        matches = self._find(fact, text)
        matches = [match for match in matches if match.score == 1] or matches
        options: dict[str, Option] = {}
        vague = ""
        for match in matches:
            if match.section == "vague":
                term = self._base.section("vague")[match.id]
                vague = vague or term.question
                for name in term.choices:
                    options.setdefault(name, Option(name, self._base.professions[name].label))
            else:
                value = self._value(match)
                label = label_in(self._base, value) if match.section == "professions" else match.label
                options.setdefault(match.id, Option(value, label))
        question = vague or self._base.section("facts")[fact].question
        return Choice(Ask(fact, question, tuple(options.values())[:MOST]), bool(vague), bool(matches))

    def _find(self, fact: str, text: str) -> list[Match]:
        return self._lookups[fact].find(text[:LONGEST])

    def _value(self, match: Match) -> str:
        if match.section != "professions":
            return match.id
        return spoken(self._base.professions[match.id], match.matched)

    def _is_loose(self, match: Match) -> bool:
        if match.section != "professions":
            return False
        entry = self._base.professions[match.id]
        return match.matched not in (fold(entry.label), fold(entry.feminine), fold(entry.inclusive), fold(entry.id))
