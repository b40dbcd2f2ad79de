"""Verdicts on the people and structures of a conversation, and the one question that would settle a vague name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bot.chat.replies import Reply
from bot.chat.state import Person, State
from eligibility.answers import FactError, read_answers
from eligibility.decision import Ask, Option
from eligibility.phrases import lower_first

if TYPE_CHECKING:
    from bot.chat.wording import Writer
    from eligibility.decision import Decision
    from eligibility.engine import Engine
    from knowledge.base import Base

REMEMBERED = 4
"""Subjects a state keeps, the current one included."""


class Verdicts:
    """Decides and words the verdicts of one engine."""

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self._engine = engine
        self._base = engine.base
        self._writer = writer

    def decide(self, person: Person) -> Decision:
        """The decision on someone. A vague name whose every meaning is answered alike is decided under that name."""
        meanings = self._meanings(person)
        outcomes = {decision.verdict.outcome() for decision in meanings}
        if len(outcomes) == 1:
            label = self._base.section("vague")[person.vague].label
            verdict = msgspec.structs.replace(meanings[0].verdict, subject=label)
            said = self._writer.say("agreed", label=label)
            return msgspec.structs.replace(
                meanings[0], verdict=verdict, presumed=(said, *meanings[0].presumed), basis=_shared(meanings)
            )
        return as_said(self._base, self._engine.decide(read_answers(self._base, person.facts, person.about)), person)

    def reply(self, state: State, people: tuple[Person, ...]) -> tuple[State, Reply]:
        """The verdicts on these people, the one most asked about first, and the state that follows."""
        try:
            decisions = [self.decide(person) for person in people]
        except FactError as error:
            return state, Reply("clarification", ["elig_generale"], str(error))
        reply = self._writer.verdict_reply(decisions, [person.who for person in people], several=len(people) > 1)
        first = people[0]
        if self.undecided(first):
            term = self._base.section("vague")[first.vague]
            options = tuple(Option(choice, self._base.professions[choice].label) for choice in term.choices)
            reply.kind = "clarification"
            reply.topics = self._topics(first)
            reply.asks = Ask("profession", term.question, options)
            reply.text = f"**{term.question}**"
        known = tuple(p for p in state.subjects if p.facts != first.facts or p.vague != first.vague)
        next_state = State(
            subjects=(*people, *known)[:REMEMBERED],
            asked=reply.asks.fact if reply.asks else "",
            topic=reply.topics[0],
            region=state.region,
        )
        return next_state, reply

    def undecided(self, person: Person) -> bool:
        """Does the answer depend on what a vague name stands for?"""
        return len({decision.verdict.outcome() for decision in self._meanings(person)}) > 1

    def _meanings(self, person: Person) -> list[Decision]:
        """The decision under each meaning of a vague name; none when the name is not vague."""
        if not person.vague:
            return []
        choices = self._base.section("vague")[person.vague].choices
        facts = [{**person.facts, "profession": choice} for choice in choices]
        return [self._engine.decide(read_answers(self._base, given, person.about)) for given in facts]

    def _topics(self, person: Person) -> list[str]:
        """The topics that the meanings of a vague name belong to, the most frequent first."""
        counts = Counter(self._writer.topics_of(decision)[0] for decision in self._meanings(person))
        named = [topic for topic, _ in counts.most_common(2)]
        return named if len(counts) == 1 else ["elig_generale", *(t for t in named if t != "elig_generale")]


def as_said(base: Base, decision: Decision, person: Person) -> Decision:
    """The decision, the profession named in the feminine where it was said so."""
    verdict = decision.verdict
    for name in verdict.answers.profession or ():
        profession = base.professions.get(name)
        if profession and person.feminine and verdict.subject == lower_first(profession.label):
            subject = lower_first(profession.feminine or profession.label)
            return msgspec.structs.replace(decision, verdict=msgspec.structs.replace(verdict, subject=subject))
    return decision


def _shared(meanings: list[Decision]) -> tuple[str, ...]:
    """The articles behind every meaning."""
    return tuple(ref for ref in meanings[0].basis if all(ref in decision.basis for decision in meanings))
