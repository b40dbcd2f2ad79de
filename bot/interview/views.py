"""/eligibilite: the interview, one question a page, without JavaScript. The address holds ids, never typed text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from bot.identity_numbers import holds_nir
from bot.web.shell import page
from eligibility.answers import FACT_NAMES, UNKNOWN, FactError, read_answers
from eligibility.decision import Ask, Option
from eligibility.questions import ask_for
from eligibility.report import boxes_line, is_question, remaining, sources_of, verdict_lines
from eligibility.whatif import changes, minimal_reason, spared
from knowledge.pages import page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from eligibility.answers import Answers
    from eligibility.decision import Decision
    from eligibility.engine import Engine
    from eligibility.lookup import Lookup, Match

ABOUTS = ("person", "structure", "both")
NAMED = ("profession", "employer")


def interview_blueprint(engine: Engine, people: Lookup, structures: Lookup) -> Blueprint:
    """The interview over one engine; `people` and `structures` find what visitors type."""
    base = engine.base
    bp = Blueprint("interview", __name__, url_prefix="/eligibilite", template_folder="templates")

    @bp.get("/")
    def slash() -> ResponseReturnValue:
        there: dict[str, Any] = {k: v for k, v in request.args.items() if k in (*FACT_NAMES, "about", "change")}
        return redirect(url_for("interview.show", **there))

    @bp.get("", endpoint="show")
    def show() -> ResponseReturnValue:
        """Start, next question, or verdict, from the facts in the address."""
        given = facts_of(request.args)
        about = request.args.get("about", "")
        try:
            answers = read_answers(base, given, about)
        except FactError as error:
            kept = {k: v for k, v in given.items() if k != error.fact}
            return page("interview/refused.html", message=str(error), kept=kept, about=about), 422
        change = request.args.get("change", "")
        if change in FACT_NAMES:
            return question(answers, about, ask_for(base, change))
        if not given and not about:
            return page("interview/start.html")
        decision = engine.decide(answers)
        if is_question(decision) and decision.asks:
            return question(answers, about, decision.asks)
        return verdict(decision, about)

    @bp.get("/nom")
    def named_again() -> ResponseReturnValue:
        """The address of a choice that was typed: what was typed is not in it, so start again."""
        return redirect(url_for("interview.show"))

    @bp.post("/nom")
    def named() -> ResponseReturnValue:
        """What was typed for a profession or a structure → its id in the address, or a choice."""
        fact = request.form.get("fact", "profession")
        if fact not in NAMED:
            fact = "profession"
        about = request.form.get("about", "")
        given = facts_of(request.form)
        given.pop(fact, None)
        typed = request.form.get("nom", "").strip()
        answers = read_answers(base, given, about)
        if holds_nir(typed):
            # Dropped before anything looks at it, and never shown again (DESIGN § 6).
            return question(answers, about, ask_for(base, fact), error=base.wording("chat.data_refused"))
        if not typed:
            return question(
                answers,
                about,
                ask_for(base, fact),
                error="Écrivez un métier ou une structure, ou choisissez « Je ne sais pas ».",
            )
        matches = (people if fact == "profession" else structures).find(typed[:200])
        exact = [m for m in matches if m.score == 1]
        if len(exact) == 1 and exact[0].section != "vague":
            there: dict[str, Any] = {**given, fact: exact[0].id, **_about(about)}
            return redirect(url_for("interview.show", **there), 303)
        ask, vague = _choices(fact, exact or matches)
        return question(answers, about, ask, typed=typed, found=bool(matches), vague=vague)

    def _choices(fact: str, matches: list[Match]) -> tuple[Ask, str]:
        options: dict[str, Option] = {}
        vague = ""
        for match in matches:
            if match.section == "vague":
                term = base.section("vague")[match.id]
                vague = vague or term.question
                for name in term.choices:
                    options.setdefault(name, Option(name, base.professions[name].label))
            else:
                options.setdefault(match.id, Option(match.id, match.label))
        question_text = base.section("facts")[fact].question
        return Ask(fact, vague or question_text, tuple(list(options.values())[:10])), vague

    def question(answers: Answers, about: str, ask: Ask, **more: Any) -> ResponseReturnValue:
        facts = answers.facts()
        facts.pop(ask.fact, None)
        status = 422 if more.get("error") else 200
        return (
            page(
                "interview/question.html",
                ask=ask,
                facts=facts,
                given=_shown(answers),
                about=about,
                named=ask.fact in NAMED,
                vague_employer=ask.fact == "employer" and answers.employer not in (None, UNKNOWN),
                **more,
            ),
            status,
        )

    def verdict(decision: Decision, about: str) -> ResponseReturnValue:
        v = decision.verdict
        contacts = [base.section("contacts")[c] for c in _contacts(decision)]
        minimal = minimal_reason(engine, decision.answers)
        return page(
            "interview/verdict.html",
            decision=decision,
            verdict=v,
            lines=list(zip(_answers(v), verdict_lines(base, v), strict=True)),
            boxes=boxes_line(base, v),
            conditions=[base.section("conditions")[c] for c in v.conditions],
            ambiguities=[base.section("ambiguities")[a] for a in decision.ambiguities],
            contacts=contacts,
            reminders=base.sections.reminders,
            profession=[base.professions[p] for p in decision.answers.profession or () if p != UNKNOWN],
            possible=[(p, verdict_lines(base, p)) for p in remaining(engine, decision)],
            minimal=minimal,
            spared=spared(engine, decision.answers, minimal),
            prospects=[
                ([*verdict_lines(base, p.verdict), boxes_line(base, p.verdict)], p.changes)
                for p in changes(engine, decision.answers)
            ],
            sources=sources_of(base, decision),
            given=_shown(decision.answers),
            facts=decision.answers.facts(),
            about=about,
            basis_label=base.basis_label,
            page_of=page_of,
            open_facts=_refine(decision),
        )

    def _contacts(decision: Decision) -> list[str]:
        names = [c for name in decision.verdict.conditions for c in base.section("conditions")[name].contacts]
        names += [c for name in decision.ambiguities for c in base.section("ambiguities")[name].contacts]
        return list(dict.fromkeys(names))

    def _shown(answers: Answers) -> list[tuple[str, str, str]]:
        """(fact, its French name, the answer in French) for what was answered."""
        shown = []
        for name, value in answers.facts().items():
            labels = []
            for one in value.split(","):
                if name == "profession" and one != UNKNOWN:
                    labels.append(base.professions[one].label)
                elif name == "employer" and one != UNKNOWN:
                    labels.append(base.structures[one].label)
                else:
                    options = {o.value: o.label for o in base.section("facts")[name].options}
                    labels.append(options.get(one, "Je ne sais pas"))
            shown.append((name, base.section("facts")[name].label, ", ".join(labels)))
        return shown

    def _refine(decision: Decision) -> list[tuple[str, str]]:
        """Facts still unanswered that would make the verdict more precise: (name, French name)."""
        wanted = []
        if "check_rpps" in decision.verdict.conditions and decision.answers.rpps is None:
            wanted.append("rpps")
        if "check_structure_id" in decision.verdict.conditions and decision.answers.ident is None:
            wanted.append("ident")
        return [(name, base.section("facts")[name].label) for name in wanted]

    return bp


def facts_of(source: Any) -> dict[str, str]:
    """The facts among form or query values."""
    return {name: source[name] for name in FACT_NAMES if source.get(name)}


def _about(about: str) -> dict[str, str]:
    return {"about": about} if about in ABOUTS else {}


def _answers(verdict: Any) -> list[str]:
    answers = [] if verdict.nominative == "n/a" else [verdict.nominative, verdict.org_access]
    return answers if verdict.structure_boxes == "n/a" else [*answers, verdict.structure_boxes]
