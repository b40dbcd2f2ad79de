"""/eligibilite: the interview, one question a page, without JavaScript. The address holds ids, never typed text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from bot.identity_numbers import holds_nir
from bot.interview.journey import Journey
from bot.interview.pages import Pages
from bot.interview.typed import NAMED, Typed
from bot.web.shell import page
from eligibility.answers import FACT_NAMES, UNKNOWN, FactError, read_answers
from eligibility.engine import Engine
from eligibility.lookup import Lookup
from eligibility.questions import ask_for
from eligibility.report import is_question
from knowledge.base import DateNotCovered, read_day

if TYPE_CHECKING:
    import datetime

    from flask.typing import ResponseReturnValue

DAYS_KEPT = 8
"""How many days other than today's law stay ready."""


def interview_blueprint(engine: Engine, people: Lookup, structures: Lookup) -> Blueprint:
    """The interview over one engine; `people` and `structures` find what visitors type."""
    bp = Blueprint("interview", __name__, url_prefix="/eligibilite", template_folder="templates")
    today = (Pages(engine), Typed(engine.base, people, structures))

    @lru_cache(DAYS_KEPT)
    def at(day: datetime.date) -> tuple[Pages, Typed]:
        base = engine.base.at(day)
        names = (Lookup(base, ("professions", "vague")), Lookup(base, ("structures",)))
        return Pages(Engine(base)), Typed(base, *names)

    def rooms(on: str) -> tuple[Pages, Typed]:
        """What answers for a day. Raises DateNotCovered, or ValueError for what is not a day."""
        return at(read_day(on)) if on else today

    @bp.get("/")
    def slash() -> ResponseReturnValue:
        change = request.args.get("change", "")
        return redirect(Journey.read(request.args).address(**({"change": change} if change else {})))

    @bp.get("", endpoint="show")
    def show() -> ResponseReturnValue:
        """Start, next question, or verdict, from the facts in the address."""
        return visited(Journey.read(request.args), request.args.get("change", ""))

    @bp.get("/nom")
    def named_again() -> ResponseReturnValue:
        """The address of a choice that was typed: what was typed is not in it, so start again."""
        return redirect(url_for("interview.show"))

    @bp.post("/nom")
    def named() -> ResponseReturnValue:
        """What was typed for a profession or a structure → its id in the address, or a choice."""
        fact = request.form.get("fact", "profession")
        return typed(
            Journey.read(request.form), fact if fact in NAMED else NAMED[0], request.form.get("nom", "").strip()
        )

    def visited(journey: Journey, change: str) -> ResponseReturnValue:
        try:
            pages, _ = rooms(journey.on)
            answers = read_answers(pages.base, journey.facts, journey.about)
        except ValueError as error:
            return refused(journey, error)
        journey = journey.of(pages.base, answers)
        if change in FACT_NAMES:
            return pages.question(journey, answers, ask_for(pages.base, change), cancel=not journey.empty)
        if journey.empty:
            return pages.start(journey)
        decision = pages.engine.decide(answers)
        if is_question(decision) and decision.asks:
            return pages.question(journey, answers, decision.asks)
        return pages.verdict(journey, decision)

    def typed(journey: Journey, fact: str, text: str) -> ResponseReturnValue:
        journey = journey.without(fact)
        try:
            pages, names = rooms(journey.on)
            answers = read_answers(pages.base, journey.facts, journey.about)
        except ValueError as error:
            return refused(journey, error)
        journey = journey.of(pages.base, answers)
        if holds_nir(text):
            # Dropped before anything looks at it, and never shown again (DESIGN § 6).
            said = pages.base.wording("chat.data_refused")
            return pages.question(journey, answers, ask_for(pages.base, fact), error=said)
        if not text:
            said = "Écrivez un métier ou une structure, ou choisissez « Je ne sais pas »."
            return pages.question(journey, answers, ask_for(pages.base, fact), error=said)
        if names.is_unknown(text):
            return redirect(journey.with_fact(fact, UNKNOWN).address(), 303)
        sure = names.sure(fact, text)
        if sure is None:
            return pages.choice(journey, answers, names.choices(fact, text), text)
        there = journey.with_fact(fact, sure.value)
        asked = {"change": "employer"} if sure.loose and waits_for_employer(pages, there) else {}
        return redirect(there.address(**asked), 303)

    def waits_for_employer(pages: Pages, journey: Journey) -> bool:
        """Does a name that many people share hide an employer that would change the answer?"""
        answers = read_answers(pages.base, journey.facts, journey.about)
        return answers.employer is None and pages.employer_matters(answers)

    return bp


def refused(journey: Journey, error: Exception) -> ResponseReturnValue:
    """What is not admitted, each in its sentence, and the way on with the rest."""
    if isinstance(error, FactError):
        messages = [fault.message for fault in error.faults]
        rest = journey.without(*(fault.fact for fault in error.faults))
    else:
        covered = isinstance(error, DateNotCovered)
        messages = [str(error) if covered else "La date se lit mal : écrivez année-mois-jour, par exemple 2025-06-30."]
        rest = journey.without("on")
    return page("interview/refused.html", messages=messages, journey=rest), 422
