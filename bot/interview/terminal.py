"""The same interview at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.answers import UNKNOWN, read_answers
from eligibility.lookup import Lookup
from eligibility.report import is_question, text_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from eligibility.engine import Engine


def interview(engine: Engine, ask: Callable[[str], str], say: Callable[[str], object]) -> None:
    """Ask until nothing could change the verdict, then say it. An empty or « ? » answer is « je ne sais pas »."""
    lookups = {
        "profession": Lookup(engine.base, ("professions", "vague")),
        "employer": Lookup(engine.base, ("structures",)),
    }
    given: dict[str, str] = {}
    while True:
        decision = engine.decide(read_answers(engine.base, given))
        if not is_question(decision) or decision.asks is None:
            say(text_report(engine, decision))
            return
        question = decision.asks
        say(question.question)
        if question.fact in lookups:
            given[question.fact] = _named(engine, lookups[question.fact], ask, say)
        else:
            for number, option in enumerate(question.options, 1):
                say(f"  {number}. {option.label}")
            given[question.fact] = _numbered([o.value for o in question.options], ask, say)


def _named(engine: Engine, lookup: Lookup, ask: Callable[[str], str], say: Callable[[str], object]) -> str:
    while True:
        typed = ask("Votre réponse (« ? » si vous ne savez pas)").strip()
        if typed == "?":
            return UNKNOWN
        matches = lookup.find(typed)
        if len(matches) >= 1 and matches[0].score == 1 and matches[0].section != "vague":
            return matches[0].id
        ids: dict[str, str] = {}
        for match in matches:
            if match.section == "vague":
                ids.update(
                    {
                        name: engine.base.professions[name].label
                        for name in engine.base.section("vague")[match.id].choices
                    }
                )
            else:
                ids[match.id] = match.label
        if not ids:
            say("Rien de ce nom. Essayez un autre mot.")
            continue
        say("Vouliez-vous dire :")
        values = list(ids)[:10]
        for number, value in enumerate(values, 1):
            say(f"  {number}. {ids[value]}")
        say(f"  {len(values) + 1}. Aucun de ceux-là")
        chosen = _numbered([*values, ""], ask, say)
        if chosen:
            return chosen


def _numbered(values: list[str], ask: Callable[[str], str], say: Callable[[str], object]) -> str:
    while True:
        typed = ask("Numéro").strip()
        if typed == "?" and UNKNOWN in values:
            return UNKNOWN
        if typed.isdigit() and 1 <= int(typed) <= len(values):
            return values[int(typed) - 1]
        say(f"Répondez par un numéro de 1 à {len(values)}.")
