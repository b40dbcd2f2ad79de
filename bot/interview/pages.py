"""The pages of the interview on one day's law: a question, a choice among names, a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.interview.naming import label_in
from bot.interview.typed import NAMED
from bot.web.shell import page
from eligibility.answers import UNKNOWN
from eligibility.report import boxes_line, left_to_ask, remaining, sources_of, verdict_lines
from eligibility.steps import steps_for
from eligibility.whatif import changes, minimal_reason, spared
from knowledge.base import FIRST_DAY
from knowledge.pages import page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.interview.journey import Journey
    from bot.interview.typed import Choice
    from eligibility.answers import Answers
    from eligibility.decision import Ask, Decision
    from eligibility.engine import Engine


class Pages:
    """Everything the interview shows over one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.base = engine.base

    def start(self, journey: Journey) -> ResponseReturnValue:
        """The first page: a profession, a structure, or another day."""
        return page("interview/start.html", journey=journey, first=FIRST_DAY, state_on=self._state_on(journey))

    def question(self, journey: Journey, answers: Answers, ask: Ask, **more: Any) -> ResponseReturnValue:
        """One question, the answers so far and the way back. `error`: what to mend; `cancel`: one may leave it."""
        text = page(
            "interview/question.html",
            ask=ask,
            journey=journey,
            others=journey.without(ask.fact),
            given=self._shown(journey),
            named=ask.fact in NAMED,
            vague_employer=ask.fact == "employer" and answers.employer not in (None, UNKNOWN) and "cancel" not in more,
            state_on=self._state_on(journey),
            **more,
        )
        return text, 422 if more.get("error") else 200

    def choice(self, journey: Journey, answers: Answers, choice: Choice, typed: str) -> ResponseReturnValue:
        """The names that what was typed may mean."""
        return self.question(journey, answers, choice.ask, typed=typed, found=choice.found, vague=choice.vague)

    def verdict(self, journey: Journey, decision: Decision) -> ResponseReturnValue:
        """The verdict, with all that DESIGN § 1 wants beside it."""
        base, engine, v = self.base, self.engine, decision.verdict
        minimal = minimal_reason(engine, decision.answers)
        return page(
            "interview/verdict.html",
            journey=journey,
            subject=self._subject(journey, decision),
            decision=decision,
            verdict=v,
            lines=list(zip(_answers(v), verdict_lines(base, v), strict=True)),
            boxes=boxes_line(base, v),
            conditions=[base.section("conditions")[c] for c in v.conditions],
            ambiguities=[base.section("ambiguities")[a] for a in decision.ambiguities],
            contacts=[base.section("contacts")[c] for c in self._contacts(decision)],
            reminders=base.sections.reminders,
            steps=steps_for(base, decision) if v.boxes else [],
            profession=[base.professions[p] for p in decision.answers.profession or () if p != UNKNOWN],
            possible=[(p, verdict_lines(base, p)) for p in remaining(engine, decision)],
            minimal=minimal,
            spared=spared(engine, decision.answers, minimal),
            prospects=[
                (
                    [*verdict_lines(base, p.verdict), boxes_line(base, p.verdict)],
                    [(change, self._there(journey, change.answers)) for change in p.changes],
                )
                for p in changes(engine, decision.answers)
            ],
            sources=sources_of(base, decision),
            given=self._shown(journey),
            basis_label=base.basis_label,
            page_of=page_of,
            left=left_to_ask(engine, decision),
            open_facts=self._refine(decision),
            state_on=self._state_on(journey),
        )

    def employer_matters(self, answers: Answers) -> bool:
        """Would the employer change the quality of one of these professions?"""
        return any(self.base.professions[p].place for p in answers.profession or () if p != UNKNOWN)

    def _there(self, journey: Journey, answers: Answers) -> str:
        """The address of other answers to the same questions, on the same day."""
        about = {"about": answers.about} if answers.about else {}
        return journey.of(self.base, answers).address(**about)

    def _state_on(self, journey: Journey) -> str:
        """Which day is answered for, when one was asked for."""
        return self.base.wording("state_on", day=f"{self.base.day:%d/%m/%Y}") if journey.on else ""

    def _subject(self, journey: Journey, decision: Decision) -> str:
        """Who the verdict is about, in the form in which the profession was named."""
        label = label_in(self.base, journey.facts["profession"]) if "profession" in journey.facts else ""
        subject = decision.verdict.subject
        one = self.base.professions.get((decision.answers.profession or ("",))[0])
        return label if one and subject == one.label and len(decision.answers.profession or ()) == 1 else subject

    def _contacts(self, decision: Decision) -> list[str]:
        names = [c for name in decision.verdict.conditions for c in self.base.section("conditions")[name].contacts]
        names += [c for name in decision.ambiguities for c in self.base.section("ambiguities")[name].contacts]
        return list(dict.fromkeys(names))

    def _shown(self, journey: Journey) -> list[tuple[str, str, str]]:
        """(fact, its French name, the answer in French) for what was answered."""
        return [
            (
                name,
                self.base.section("facts")[name].label,
                ", ".join(self._label(name, one) for one in value.split(",")),
            )
            for name, value in journey.facts.items()
        ]

    def _label(self, name: str, value: str) -> str:
        if name == "profession" and value != UNKNOWN:
            return label_in(self.base, value)
        if name == "employer" and value != UNKNOWN:
            return str(self.base.structures[value].label)
        options = {o.value: o.label for o in self.base.section("facts")[name].options}
        return str(options.get(value, "Je ne sais pas"))

    def _refine(self, decision: Decision) -> list[tuple[str, str]]:
        """Facts still unanswered that would make the verdict more precise: (name, French name)."""
        wanted = []
        if "check_rpps" in decision.verdict.conditions and decision.answers.rpps is None:
            wanted.append("rpps")
        if "check_structure_id" in decision.verdict.conditions and decision.answers.ident is None:
            wanted.append("ident")
        return [(name, self.base.section("facts")[name].label) for name in wanted]


def _answers(verdict: Any) -> list[str]:
    answers = [] if verdict.nominative == "n/a" else [verdict.nominative, verdict.org_access]
    return answers if verdict.structure_boxes == "n/a" else [*answers, verdict.structure_boxes]
