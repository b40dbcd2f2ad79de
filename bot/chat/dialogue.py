"""State and message → next state and reply. Knows no Flask and no HTML; keeps ids and facts, never words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.chat import guards
from bot.chat.intent import Intent, read_intent
from bot.chat.onboarding import onboarding_reply
from bot.chat.replies import Reply
from bot.chat.slots import answered, both_boxes, merged
from bot.chat.state import Person, State
from bot.chat.wording import Writer
from bot.identity_numbers import holds_nir
from eligibility.answers import FactError, read_answers
from eligibility.decision import Ask, Option

if TYPE_CHECKING:
    from bot.chat.cues import CueEar
    from bot.chat.ranking import Ranked, Ranking
    from bot.chat.understanding import Understander, Understanding
    from eligibility.decision import Decision
    from eligibility.engine import Engine

LONGEST = 2000
SURE = 0.50
"""Below this probability of the best topic, ask instead of answering (measured by `mssante evaluate`)."""
ALSO = 0.25
"""Above this probability, a topic of use is named beside a verdict."""
OPEN = 0.97
"""Below this probability of the best topic, the reply also names the next readings."""


class Dialogue:
    """The assistant over one base."""

    def __init__(self, engine: Engine, understander: Understander, ranking: Ranking, ear: CueEar) -> None:
        self.engine = engine
        self.base = engine.base
        self._understander = understander
        self._ranking = ranking
        self._ear = ear
        self.writer = Writer(self.base)

    def reply(self, state: State, text: str) -> tuple[State, Reply]:
        """The next state and what to say to a message."""
        text = text.strip()
        if not text:
            return state, Reply("clarification", [], self.writer.say("empty"))
        if holds_nir(text):
            return state, self._refused(guards.DATA)
        if len(text) > LONGEST:
            return state, Reply("clarification", [], self.writer.say("too_long"))
        u = self._understander.read(text)
        ranked = self._ranked(u, state)
        guarded = guards.guard(text, u, self._ear, ranked, self._understander.known)
        if guarded:
            return state, self._refused(guarded)
        intent = read_intent(self.base, u, ranked, state)
        next_state, reply = self._answer(state, u, ranked, intent)
        reply.heard = heard_lines(self.base, u, ranked)
        return next_state, reply

    def topic(self, name: str, state: State | None = None) -> Reply:
        """The answer on a topic chosen by its id (permalinks, suggestions)."""
        return self.writer.topic_reply([name], (state or State()).region)

    # One turn

    def _answer(self, state: State, u: Understanding, ranked: list[Ranked], intent: Intent) -> tuple[State, Reply]:
        region = next((e.id for e in u.entities if e.section == "regions"), state.region)
        state = msgspec.structs.replace(state, region=region)
        if intent.kind == "restart":
            return State(region=region), Reply("smalltalk", ["smalltalk"], self.writer.say("restarted"))
        if intent.kind == "slot":
            subjects = answered(self.base, self._ear, state, u)
            if subjects is not None:
                return self._verdict(state, subjects)
        if intent.kind == "both":
            return self._verdict(state, both_boxes(state))
        if intent.kind == "which_box" and state.subjects:
            return self._verdict(state, state.subjects[:1])
        if intent.kind == "onboarding" and state.subjects:
            decision = self._decide(state.subjects[0])
            return state, onboarding_reply(self.writer, decision, state.region)
        if intent.kind == "verdict":
            subjects = merged(self.base, state, u, intent)
            if subjects:
                next_state, reply = self._verdict(state, subjects)
                # The other reading of the message, when it also asks how something works.
                other = next((r for r in ranked[:2] if not r.topic.startswith("elig_")), None)
                if other is not None and other.p > ALSO and len(reply.topics) < 3:
                    reply.topics = [*reply.topics, other.topic]
                    reply.suggestions = [self.base.section("topics")[other.topic].label, *reply.suggestions][:3]
                return next_state, reply
        return self._topics(state, ranked, intent)

    def _decide(self, person: Person) -> Decision:
        return self.engine.decide(read_answers(self.base, person.facts, person.about))

    def _verdict(self, state: State, subjects: tuple[Person, ...]) -> tuple[State, Reply]:
        people = [self._agreed(person) for person in subjects]
        try:
            decisions = [self._decide(person) for person in people]
        except FactError as error:
            return state, Reply("clarification", ["elig_generale"], str(error))
        abouts = [person.who for person in people]
        reply = self.writer.verdict_reply(decisions, abouts, several=len(decisions) > 1)
        vague = people[0].vague
        if vague:
            reply.asks = self._vague_ask(vague)
            reply.text = f"{self._vague_text(vague)}"
            reply.kind = "clarification"
        known = tuple(p for p in state.subjects if p.facts != people[0].facts)[:3]
        asked = reply.asks.fact if reply.asks else ""
        return State(subjects=(*people, *known)[:4], asked=asked, topic=reply.topics[0], region=state.region), reply

    def _agreed(self, person: Person) -> Person:
        """A vague word whose every meaning gives the same verdict needs no question."""
        if not person.vague:
            return person
        term = self.base.section("vague")[person.vague]
        candidates = [{**person.facts, "profession": name} for name in term.choices]
        outcomes = {
            self.engine.decide(read_answers(self.base, facts, person.about)).verdict.outcome() for facts in candidates
        }
        if len(outcomes) == 1:
            return msgspec.structs.replace(person, facts=candidates[0], vague="")
        return person

    def _vague_ask(self, name: str) -> Ask:
        term = self.base.section("vague")[name]
        options = tuple(Option(choice, self.base.professions[choice].label) for choice in term.choices)
        return Ask("profession", term.question, options)

    def _vague_text(self, name: str) -> str:
        term = self.base.section("vague")[name]
        return f"**{term.question}**"

    def _topics(self, state: State, ranked: list[Ranked], intent: Intent) -> tuple[State, Reply]:
        best = ranked[0]
        if intent.second:
            reply = self.writer.topic_reply([best.topic, intent.second], state.region)
            return msgspec.structs.replace(state, topic=best.topic, asked=""), reply
        if best.p < SURE and not intent.certain:
            return msgspec.structs.replace(state, asked=""), self._unsure(ranked)
        reply = self.writer.topic_reply([best.topic], state.region)
        reply.topics = [best.topic, *(r.topic for r in ranked[1:3] if best.p < OPEN)]
        if best.topic == "elig_generale":
            decision = self.engine.decide(read_answers(self.base, {}))
            reply.asks = decision.asks
            reply.text = f"{reply.text}\n\n**{decision.asks.question}**" if decision.asks else reply.text
        elif best.p < OPEN:
            other = self.base.section("topics")[ranked[1].topic]
            reply.suggestions = [other.label, *reply.suggestions][:3]
        asked = reply.asks.fact if reply.asks else ""
        return msgspec.structs.replace(state, topic=best.topic, asked=asked), reply

    def _unsure(self, ranked: list[Ranked]) -> Reply:
        """The three nearest readings as buttons; never a confident wrong answer."""
        topics = self.base.section("topics")
        near = [r.topic for r in ranked[:3]]
        labels = [topics[name].label for name in near]
        text = self.writer.say("unsure") + "\n\n" + "\n".join(f"- {label}" for label in labels)
        return Reply("clarification", near, text, suggestions=labels)

    def _refused(self, guarded: str) -> Reply:
        if guarded == guards.EMERGENCY:
            return self._alone("urgence_medicale", "emergency")
        if guarded == guards.ADVICE:
            return self._alone("avis_medical", "refusal")
        if guarded == guards.DATA:
            reply = Reply("refusal", ["donnees_sensibles_chat"], self.writer.say("data_refused"))
            reply.sources = self.base.resolve(self.base.section("topics")["donnees_sensibles_chat"].cites)
            return reply
        if guarded == guards.SECRET:
            return Reply("refusal", ["securite_compte"], self.writer.say("secret_refused"))
        return Reply("refusal", ["hors_sujet"], self.writer.say("attack_refused"))

    def _alone(self, topic: str, kind: str) -> Reply:
        reply = self.writer.topic_reply([topic])
        reply.kind = kind
        return reply

    def _ranked(self, u: Understanding, state: State) -> list[Ranked]:
        bonus = {}
        if state.topic and len(u.line.words) <= 6:
            # A short line goes on with what was being said.
            theme = self.base.section("topics")[state.topic].theme
            bonus = {t.id: 0.15 for t in self.base.sections.topics if t.theme == theme}
            bonus[state.topic] = 0.35
        if "elsewhere" in u.values("guard"):
            # Named after another service, and nothing of ours beside it.
            bonus["hors_sujet"] = bonus.get("hors_sujet", 0.0) + 1.2
        return self._ranking.rank(u.line.plain.strip(), bonus)


def heard_lines(base: object, u: Understanding, ranked: list[Ranked]) -> list[str]:
    """What was recognised and corrected, and what else was close: shown on demand."""
    lines = [f"{u.line.repaired[i]} → {u.line.words[i]}" for i in sorted(u.line.repaired)]
    lines += [f"{e.section} : {e.id}" for e in u.entities]
    lines += [f"{h.cue.kind} : {h.cue.id}" for h in u.heard if h.cue.kind in ("fact", "need")]
    lines += [f"{r.topic} ({r.p:.2f})" for r in ranked[:3]]
    return list(dict.fromkeys(lines))
