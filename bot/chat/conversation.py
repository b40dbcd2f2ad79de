"""One turn, whichever surface it comes from: words, an option chosen, a topic, or facts given by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.chat.counts import Counts
from bot.chat.state import Person, State
from bot.chat.verdicts import as_said
from bot.chat.wording import Writer
from eligibility.answers import FactError, read_answers
from eligibility.decision import Option
from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.chat.dialogue import Dialogue
    from bot.chat.replies import Reply
    from eligibility.engine import Engine

REMEMBERED = 4
"""Subjects a state keeps, the current one included."""


class Conversation:
    """The assistant as its surfaces use it. What needs no understanding of words never waits for it."""

    def __init__(self, engine: Engine, dialogue: Callable[[], Dialogue], counts: Counts | None = None) -> None:
        self.engine = engine
        self.base = engine.base
        self.counts = counts or Counts()
        self._dialogue = dialogue
        self._writer = Writer(engine.base)
        self._labels = {fold(topic.label): topic.id for topic in engine.base.sections.topics}

    def say(self, state: State, text: str) -> tuple[State, Reply]:
        """The reply to a message. An option that was offered, or a topic, said by its label, is that one."""
        option = self._chosen(state, text)
        if option is not None:
            facts = {**state.subjects[0].facts, state.asked: option.value}
            return self.about_facts(state, facts, state.subjects[0].about)
        topic = self._labels.get(fold(text))
        if topic is not None:
            return self.about_topic(state, topic)
        next_state, reply = self._dialogue().reply(state, text)
        self.counts.replied(reply)
        return next_state, reply

    def about_topic(self, state: State, name: str) -> tuple[State, Reply]:
        """The answer on a topic. Raises KeyError."""
        reply = self._writer.topic_reply([name], state.region)
        self.counts.replied(reply)
        return msgspec.structs.replace(state, topic=name, asked="", offered=()), reply

    def about_rule(self, state: State, name: str) -> tuple[State, Reply]:
        """A send rule of the sandbox, told under its id. Raises KeyError."""
        reply = self._writer.rule_reply(self.base.section("send_rules")[name])
        self.counts.replied(reply)
        return msgspec.structs.replace(state, topic=reply.topics[0], asked="", offered=()), reply

    def about_facts(self, state: State, facts: Mapping[str, object], about: str = "") -> tuple[State, Reply]:
        """The verdict on facts given by their ids. Raises FactError."""
        answers = read_answers(self.base, facts, about)
        current = state.subjects[0].who if state.subjects else "self"
        who = "structure" if answers.about == "structure" else ("self" if current == "structure" else current)
        person = Person(
            who=who, about=answers.about, facts=answers.facts(), feminine=self._said_so(state, answers.facts())
        )
        reply = self._writer.verdict_reply([as_said(self.base, self.engine.decide(answers), person)], [who])
        self.counts.replied(reply)
        others = tuple(p for p in state.subjects[1:] if p.facts != person.facts)
        next_state = State(
            subjects=(person, *others)[:REMEMBERED],
            asked=reply.asks.fact if reply.asks else "",
            topic=reply.topics[0],
            region=state.region,
        )
        return next_state, reply

    def about_person(self, state: State) -> tuple[State, Reply]:
        """The verdict on the one first talked about, whether a profession or a vague name was said."""
        next_state, reply = self._dialogue().verdict(state, state.subjects[:1])
        self.counts.replied(reply)
        return next_state, reply

    def again(self, state: State) -> tuple[State, Reply] | None:
        """What was said when this state was given, made anew from its ids; None when nothing was answered yet."""
        readings = [name for name in state.offered if name in self.base.section("topics")]
        if readings and not state.asked:
            return state, self._writer.readings_reply(readings)
        if state.subjects and (state.asked or not state.topic or state.topic.startswith("elig_")):
            return self.about_person(state)
        return self.about_topic(state, state.topic) if state.topic else None

    def options(self, state: State) -> tuple[Option, ...]:
        """The answers offered to the question that the last reply asked."""
        if not state.asked or not state.subjects:
            return ()
        vague = state.subjects[0].vague
        if state.asked == "profession" and vague:
            names = self.base.section("vague")[vague].choices
            return tuple(Option(name, self.base.professions[name].label) for name in names)
        return tuple(Option(o.value, o.label, o.help) for o in self.base.section("facts")[state.asked].options)

    def known(self, state: State) -> State:
        """The state, or a new one when it names what this base no longer holds (it may be older than the base)."""
        base = self.base
        try:
            for person in state.subjects:
                read_answers(base, person.facts, person.about)
        except FactError:
            return State()
        names = (
            ("facts", state.asked),
            ("topics", state.topic),
            ("regions", state.region),
            *(("vague", person.vague) for person in state.subjects),
        )
        return state if all(not name or name in base.section(section) for section, name in names) else State()

    def _said_so(self, state: State, facts: Mapping[str, str]) -> bool:
        """Was this profession said in the feminine by the one it is about?"""
        current = state.subjects[0] if state.subjects else Person()
        return current.feminine and current.facts.get("profession") == facts.get("profession")

    def _chosen(self, state: State, text: str) -> Option | None:
        said, folded = text.strip(), fold(text)
        for option in self.options(state):
            if said == option.value or (folded and folded == fold(option.label)):
                return option
        return None
