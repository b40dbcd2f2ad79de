"""State and message → next state and reply. Knows no Flask and no HTML; keeps ids and facts, never words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.chat import followups, guards
from bot.chat.clauses import clauses
from bot.chat.corrections import Correction, correction
from bot.chat.doubt import Doubt, Doubter
from bot.chat.hearing import NEAR, heard_lines
from bot.chat.intent import Intent, read_intent
from bot.chat.joined import joined
from bot.chat.onboarding import onboarding_reply
from bot.chat.ranking import Ranked
from bot.chat.replies import Reply
from bot.chat.slots import answered, both_boxes, chosen, merged, replaced, said_before, with_said
from bot.chat.state import Person, State
from bot.chat.verdicts import Verdicts
from bot.chat.wording import Writer
from bot.identity_numbers import holds_nir
from eligibility.answers import read_answers
from eligibility.phrases import unique

if TYPE_CHECKING:
    from bot.chat.cues import CueEar
    from bot.chat.ranking import Ranking
    from bot.chat.spelling import Speller
    from bot.chat.understanding import Understander, Understanding
    from eligibility.engine import Engine

LONGEST = 2000
SURE = 0.61
"""Below this probability of the best topic, ask instead of answering (measured by `mssante evaluate`)."""
ALSO = 0.25
"""Above this probability, a topic of use is named beside a verdict."""
LISTED = 0.02
"""Above this probability, a topic stands in the list of a reply."""
OPEN = 0.85
"""Above this probability, a rule that holds whatever a vague name means is told before the question."""
APART, SUPPORT = 0.50, 0.0005
"""A clause is a question of its own when its topic is this probable, and not impossible for the whole message."""
CONDITIONAL = ("elig_etudiant_remplacant", "elig_secretaire", "elig_titre_social")
"""Topics whose short answer says its own conditions: true before it is known who is meant."""
NEVER_APART = frozenset({"smalltalk", "elig_generale", *guards.GUARDED})
"""What is never taken for a question of its own beside another."""

ANSWERS = ("yes", "no", "unknown")
"""What only makes sense as the answer to a question."""

NEVER_OFFERED = frozenset({"smalltalk", *guards.GUARDED})
"""What is never among the readings offered: nobody chooses « hors sujet »."""


class Dialogue:
    """The assistant over one base."""

    def __init__(
        self, engine: Engine, understander: Understander, ranking: Ranking, ear: CueEar, speller: Speller
    ) -> None:
        self.engine = engine
        self.base = engine.base
        self._understander = understander
        self._ranking = ranking
        self._ear = ear
        self.writer = Writer(self.base)
        self._verdicts = Verdicts(engine, self.writer)
        self.speller = speller
        self._doubter = Doubter(self.base, understander, speller, self._verdicts)

    def ranked(self, state: State, text: str) -> list[Ranked]:
        """The topics of a message alone, best first: what the measures look at."""
        return self._ranked(self._understander.read(text), state)

    @property
    def names(self) -> frozenset[str]:
        """Every word that is never taken for a misspelling."""
        return self._understander.known

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
        corrected = correction(self.base, self._understander, u, state)
        if corrected is not None:
            next_state, reply = self._corrected(state, corrected)
            reply.heard = heard_lines(self.base, u, ranked)
            return next_state, reply
        followed = self._followed(state, u)
        if followed is not None:
            followed[1].heard = heard_lines(self.base, u, ranked)
            return followed
        whole = joined(self.base, self._understander, u, state)
        if whole is not None:
            next_state, reply = self.verdict(msgspec.structs.replace(state, subjects=state.subjects[1:]), (whole,))
            reply.heard = heard_lines(self.base, u, ranked)
            return next_state, reply
        intent = read_intent(self.base, u, ranked, state)
        if intent.kind == "topic" and followups.names_beside(u, state):
            intent = Intent("verdict", correction=True)
        next_state, reply = self._answer(state, u, ranked, intent)
        reply.heard = heard_lines(self.base, u, ranked)
        return next_state, reply

    def topic(self, name: str, state: State | None = None) -> Reply:
        """The answer on a topic chosen by its id (permalinks, suggestions)."""
        return self.writer.topic_reply([name], (state or State()).region)

    def verdict(self, state: State, people: tuple[Person, ...]) -> tuple[State, Reply]:
        """The verdicts on people whose facts are known, and the state that follows. No word is read."""
        return self._verdicts.reply(state, people)

    def undecided(self, person: Person) -> bool:
        """Does the answer depend on what a vague name stands for?"""
        return self._verdicts.undecided(person)

    # One turn

    def _answer(self, state: State, u: Understanding, ranked: list[Ranked], intent: Intent) -> tuple[State, Reply]:
        region = next((e.id for e in u.entities if e.section == "regions"), state.region)
        state = msgspec.structs.replace(state, region=region)
        people: tuple[Person, ...] = ()
        if intent.kind == "restart":
            return State(region=region), Reply("smalltalk", ["smalltalk"], self.writer.say("restarted"))
        if intent.kind == "slot":
            people = answered(self.base, self._ear, state, u) or ()
        elif intent.kind == "both":
            people = both_boxes(state)
        elif intent.kind == "which_box":
            people = state.subjects[:1]
        elif intent.kind == "onboarding":
            if not state.subjects:
                return state, Reply("clarification", ["elig_generale"], self.writer.say("start_who"))
            return state, onboarding_reply(self.writer, self._verdicts.decide(state.subjects[0]), state.region)
        elif intent.kind == "verdict":
            people = merged(self.base, state, u, intent)
        people = with_said(state, people)
        if not people:
            return self._topics(state, u, ranked)
        doubt = self._doubter.doubt(u, people) if intent.kind in ("verdict", "slot") else None
        if doubt is not None:
            return self._doubtful(state, people, doubt)
        next_state, reply = self.verdict(state, people)
        if intent.kind == "verdict":
            self._beside(reply, u, ranked, region)
        return next_state, reply

    def _followed(self, state: State, u: Understanding) -> tuple[State, Reply] | None:
        """The reply to a message that only makes sense after the last one; None for any other."""
        choice = followups.picked(u, followups.offered(self.base, state))
        if choice:
            if state.asked:
                return self.verdict(state, chosen(state, choice))
            return msgspec.structs.replace(state, topic=choice, offered=()), self.topic(choice, state)
        if followups.rank_said(u):
            return self._nothing_there(state)
        if not state.asked and not state.offered and any(followups.asks_only(u, value) for value in ANSWERS):
            return state, self._nothing_open(state, "nothing_asked")
        if state.asked == "care" and state.subjects and followups.practises(u):
            return self.verdict(state, chosen(state, "yes"))
        operator = followups.asks_operator(self.base, state, u)
        if operator is not None:
            return state, followups.operator_reply(self.writer, state.topic, operator, state.region)
        if followups.asks_only(u, "oneself"):
            return self.verdict(state, (followups.oneself(state),))
        why, details = (followups.asks_only(u, value) for value in ("why", "details"))
        if why or details:
            return self._explained(state, why=why)
        if state.subjects and (followups.comes_back(u) or followups.of_someone_unnamed(u)):
            return self.verdict(state, state.subjects[:1])
        return None

    def _nothing_there(self, state: State) -> tuple[State, Reply]:
        """« Le deuxième » where nothing, or less than that, was offered."""
        offered = followups.offered(self.base, state)
        if offered:
            reply = Reply("clarification", [state.topic or "elig_generale"], self.writer.say("no_such_choice"))
            if state.asked:
                reply.asks = self.verdict(state, state.subjects[:1])[1].asks
            else:
                reply.topics, reply.suggestions = list(offered), self._labels(list(offered))
            return state, reply
        return state, self._nothing_open(state, "nothing_to_choose")

    def _nothing_open(self, state: State, said: str) -> Reply:
        """Told kindly, with ways to go on."""
        starts = ("suggest.boxes", "suggest.start", "suggest.change") if state.subjects else ()
        suggestions = [self.writer.say(name) for name in starts]
        topic = state.topic or "smalltalk"
        suggestions = suggestions or list(self.base.section("topics")[topic].suggestions)[:3]
        return Reply("clarification", [topic], self.writer.say(said), suggestions=suggestions)

    def _explained(self, state: State, *, why: bool) -> tuple[State, Reply]:
        """The why, or the details, of what was last answered."""
        if state.subjects and (state.asked or state.topic.startswith("elig_")):
            next_state, reply = self.verdict(state, state.subjects[:1])
            if why:
                return next_state, followups.why_reply(self.writer, reply, [self._verdicts.decide(state.subjects[0])])
            reply.text, reply.details = reply.details, ""
            return next_state, reply
        if state.topic:
            return state, followups.details_reply(self.writer, state.topic, state.region)
        return state, self._unsure([])

    def _corrected(self, state: State, found: Correction) -> tuple[State, Reply]:
        """What was said last replaces what it corrects: the one corrected is not remembered beside it."""
        people = replaced(self.base, state, found)
        doubt = self._doubter.doubt(found.after, people)
        state = msgspec.structs.replace(state, subjects=() if found.before.subjects else state.subjects[1:])
        return self._doubtful(state, people, doubt) if doubt is not None else self.verdict(state, people)

    def _doubtful(self, state: State, people: tuple[Person, ...], doubt: Doubt) -> tuple[State, Reply]:
        """A word may mean what would change the answer: asked before anything is said."""
        first = people[0]
        facts = {name: value for name, value in first.facts.items() if name != doubt.fact}
        person = msgspec.structs.replace(first, facts=facts)
        next_state = State(
            subjects=(person, *people[1:]),
            asked=doubt.fact,
            topic="elig_generale",
            region=state.region,
            offered=tuple(option.value for option in doubt.ask.options),
        )
        text = f"{self.writer.say('did_you_mean', label=doubt.word)} {doubt.ask.question}"
        return next_state, Reply("clarification", ["elig_generale"], text, asks=doubt.ask)

    def _beside(self, reply: Reply, u: Understanding, ranked: list[Ranked], region: str) -> None:
        """What a message asks beside a right: answered when it is said apart, else named."""
        best = ranked[0]
        if reply.kind == "clarification" and best.topic in CONDITIONAL and best.p >= OPEN:
            # What holds for every reading of the vague name is said before asking which.
            reply.kind = "verdict"
            reply.text = f"{self.base.section('topics')[best.topic].short}\n\n{reply.text}"
            reply.topics = [best.topic, *(t for t in reply.topics if t != best.topic)]
        apart = [r for r in self._asked_apart(u, ranked) if not r.topic.startswith("elig_")]
        if apart and reply.kind == "verdict":
            reply.add(self.writer.topic_reply([apart[0].topic], region), *self._labels([apart[0].topic]))
        others = [r for r in (*apart, *ranked[:2]) if not r.topic.startswith("elig_") and r.p > ALSO]
        named = [r.topic for r in others if r.topic not in reply.topics]
        reply.topics = list(unique((*reply.topics, *named)))[:3]
        reply.suggestions = [*self._labels(named[:1]), *reply.suggestions][:3]

    def _topics(self, state: State, u: Understanding, ranked: list[Ranked]) -> tuple[State, Reply]:
        best = ranked[0]
        tells = len(u.line.words) <= guards.SHORT and any(h.cue.kind == "fact" for h in u.heard)
        unsaid = u.denied or followups.of_someone_unnamed(u)
        if (best.topic.startswith("elig_") and unsaid) or (best.topic in guards.GUARDED and tells):
            # "Je ne suis pas médecin", "je ne soigne pas", "elle y a droit ?": this says nothing yet of anyone's right.
            best = Ranked("elig_generale", SURE)
            ranked = [best, *(r for r in ranked if r.topic != best.topic)]
        said = said_before(self.base, state, u)
        apart = [r.topic for r in self._asked_apart(u, ranked)]
        if best.p < SURE and not apart:
            near = self._readings(ranked)
            return msgspec.structs.replace(state, asked="", offered=tuple(near), said=said), self._unsure(ranked)
        asked = list(unique((best.topic, *apart)))[:2]
        reply = self.writer.topic_reply(asked, state.region)
        near = [r.topic for r in ranked[:3] if r.p >= LISTED]
        reply.topics = list(unique((*asked, *near)))[:3]
        if best.topic == "elig_generale":
            decision = self.engine.decide(read_answers(self.base, {}))
            reply.asks = decision.asks
            reply.text = f"{reply.text}\n\n**{decision.asks.question}**" if decision.asks else reply.text
        else:
            open_ = [r.topic for r in ranked[1:3] if r.p >= NEAR and r.topic not in (*asked, *NEVER_OFFERED)]
            reply.suggestions = [*self._labels(open_), *reply.suggestions][:3]
        fact = reply.asks.fact if reply.asks else ""
        return msgspec.structs.replace(state, topic=best.topic, asked=fact, offered=(), said=said), reply

    def _asked_apart(self, u: Understanding, ranked: list[Ranked]) -> list[Ranked]:
        """Topics asked about in clauses of their own, when there are two or more, the best of the message first."""
        parts = clauses(u.line)
        if len(parts) < 2:
            return []
        whole = {r.topic: r.p for r in ranked}
        found = [(self._ranking.rank(part.text)[0], part.asks) for part in parts]
        sure = [
            r
            for r, asks in found
            if r.p >= APART
            and whole[r.topic] >= SUPPORT
            and r.topic not in NEVER_APART
            and (asks or r.topic == ranked[0].topic or (r.p >= OPEN and whole[r.topic] >= NEAR))
        ]
        names = unique(r.topic for r in sure)
        return [Ranked(name, max(r.p for r in sure if r.topic == name)) for name in names] if len(names) > 1 else []

    def _labels(self, names: list[str]) -> list[str]:
        topics = self.base.section("topics")
        return [topics[name].label for name in names]

    def _readings(self, ranked: list[Ranked]) -> list[str]:
        """The topics a doubtful message may be about, those that may be offered."""
        return [r.topic for r in ranked[:3] if r.p >= NEAR and r.topic not in NEVER_OFFERED]

    def _unsure(self, ranked: list[Ranked]) -> Reply:
        """The nearest readings as buttons, those that are plausible; never a confident wrong answer."""
        near = [r.topic for r in ranked[:3]]
        readings = self._readings(ranked)
        if not readings:
            starts = self.base.section("topics")["smalltalk"].suggestions
            return Reply(
                "clarification", near or ["smalltalk"], self.writer.say("out_of_reach"), suggestions=list(starts)[:3]
            )
        return self.writer.readings_reply(readings, near)

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
        return self._ranking.rank(u.line.topical, bonus)
