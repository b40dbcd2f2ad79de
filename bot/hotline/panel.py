"""The facts of the case as the agent sees and changes them beside the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import structs

from bot.chat.state import Person
from eligibility.answers import FACT_NAMES, UNKNOWN
from eligibility.phrases import upper_first
from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.state import State
    from knowledge.base import Base

ABOUTS = (("person", "une personne"), ("structure", "une structure"), ("both", "les deux"))


@dataclass(frozen=True)
class Field:
    """A fact with what may be chosen; `value` is the present answer, empty when nobody gave it."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]


class Panel:
    """The facts panel over one base."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._choices = {name: self._choices_of(name) for name in FACT_NAMES}
        self.regions = tuple((region.id, region.label) for region in base.sections.regions)

    def fields(self, person: Person | None) -> list[Field]:
        """Every fact, with the answers of the person first talked about."""
        facts = person.facts if person else {}
        found = []
        for name in FACT_NAMES:
            value = facts.get(name, "")
            if name == "kind" and facts.get("employer", UNKNOWN) != UNKNOWN:
                continue  # the structure says it
            choices = self._choices[name]
            if "," in value:
                # Several professions or needs, as they were said: kept whole until another is chosen.
                choices = ((value, self.label(name, value)), *choices)
            label = self._base.section("facts")[name].label
            found.append(Field(name, upper_first(label), value, choices))
        return found

    def label(self, name: str, value: str) -> str:
        """An answer, or several joined by commas, in French."""
        labels = dict(self._choices[name])
        return " et ".join(labels.get(one, one) for one in value.split(","))

    def summary(self, person: Person) -> str:
        """Someone talked about, in a line."""
        if person.vague:
            return upper_first(self._base.section("vague")[person.vague].label)
        said = [self.label(name, value) for name, value in person.facts.items()]
        return upper_first(", ".join(said))

    def _choices_of(self, name: str) -> tuple[tuple[str, str], ...]:
        base = self._base
        if name in ("profession", "employer"):
            entries: Mapping[str, Any] = base.professions if name == "profession" else base.structures
            ordered = sorted(((e.id, upper_first(e.label)) for e in entries.values()), key=lambda c: fold(c[1]))
            return ((UNKNOWN, "Ne sait pas"), *ordered)
        return tuple((option.value, option.label) for option in base.section("facts")[name].options)


def facts_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """The facts chosen in the panel. A structure says its own category."""
    facts = {name: chosen[name] for name in FACT_NAMES if chosen.get(name)}
    if facts.get("employer", UNKNOWN) != UNKNOWN:
        facts.pop("kind", None)
    return facts


def revised(state: State, facts: dict[str, str], about: str) -> State:
    """The case with what the panel holds now, which the agent may have changed since the last answer."""
    current = state.subjects[0] if state.subjects else None
    if current is None and not facts:
        return state
    if current is not None and (facts, about) == (facts_of(current.facts), current.about):
        return state
    if not facts:
        topic = "" if state.topic.startswith("elig_") else state.topic
        return structs.replace(state, subjects=(), asked="", offered=(), topic=topic)
    who = "structure" if about == "structure" else current.who if current and current.who != "structure" else "self"
    vague = current.vague if current and "profession" not in facts else ""
    person = structs.replace(current or Person(), who=who, about=about, facts=facts, vague=vague)
    state = structs.replace(state, subjects=(person, *state.subjects[1:]))
    return structs.replace(state, asked="", offered=()) if state.asked in facts else state


def front(state: State, index: int) -> tuple[Person, ...]:
    """The people talked about, with one of them first."""
    chosen = state.subjects[index]
    return (chosen, *(person for person in state.subjects if person is not chosen))
