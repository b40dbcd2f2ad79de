"""Which question next: the one that tells most, in an order that a person finds natural.

Human order first: profession, then the employer when the quality waits for it (or the structure when one
is asked about). Among the rest, information gain over every completion of the answers, each as likely.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import log2
from typing import TYPE_CHECKING

from eligibility.answers import UNKNOWN
from eligibility.decision import Ask, Option
from eligibility.phrases import upper_first

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eligibility.answers import Answers
    from eligibility.decision import Verdict
    from eligibility.derivation import Person, Structure
    from eligibility.engine import Engine
    from knowledge.base import Base
    from knowledge.model import Organisation

Outcome = tuple[object, ...]


def next_question(engine: Engine, answers: Answers, person: Person | None, structure: Structure | None) -> Ask | None:
    """The one question that is still worth asking, or None when the verdict cannot change."""
    if person is not None and answers.profession is None:
        return _ask(engine, "profession")
    if person is not None and person.needs_employer:
        return _ask(engine, "employer")
    if structure is not None and (structure.kind is None or (structure.kind == "UNKNOWN" and structure.organisation)):
        return _ask(engine, "employer")
    fact = best_fact(engine, person, structure)
    if fact is not None:
        return _ask(engine, fact)
    if (
        person is not None
        and person.profession is not None
        and person.profession.ask_also
        and person.quality == "UNKNOWN"
    ):
        return Ask("profession", person.profession.ask_also, ())
    return None


def best_fact(engine: Engine, person: Person | None, structure: Structure | None) -> str | None:
    """The open fact with the greatest information gain; ties go to the order of the facts in the base."""
    open_facts = open_of(person, structure)
    if not open_facts:
        return None
    worlds = list(completions(engine, person, structure, open_facts))
    if len({outcome for _, outcome in worlds}) == 1:
        return None
    total = entropy(outcome for _, outcome in worlds)
    gains: list[tuple[float, int, str]] = []
    for position, fact in enumerate(open_facts):
        parts: dict[str, list[Outcome]] = {}
        for values, outcome in worlds:
            parts.setdefault(values[position], []).append(outcome)
        remaining = sum(len(part) / len(worlds) * entropy(part) for part in parts.values())
        gains.append((round(total - remaining, 9), -position, fact))
    return max(gains)[2]


def open_of(person: Person | None, structure: Structure | None) -> list[str]:
    """The facts of the tables that nobody answered and nothing presumes, in human order."""
    found: list[str] = []
    if person is not None and person.quality not in (None, "UNKNOWN", "NONE"):
        found += [name for name in ("care", "rpps") if getattr(person, name) is None]
    if structure is not None and structure.kind not in (None, "UNKNOWN", "OTHER", "INDUSTRY"):
        found += [name for name in ("habil", "ident") if getattr(structure, name) is None]
    return found


def completions(
    engine: Engine, person: Person | None, structure: Structure | None, open_facts: list[str]
) -> Iterable[tuple[tuple[str, ...], Outcome]]:
    """Every way of answering the open facts, with what the verdict would then say."""
    facts = engine.base.section("facts")
    domains = [[o.value for o in facts[name].options] for name in open_facts]
    for values in product(*domains):
        given = dict(zip(open_facts, values, strict=True))
        yield values, outcome_of(engine, person, structure, given)


def outcome_of(engine: Engine, person: Person | None, structure: Structure | None, given: dict[str, str]) -> Outcome:
    """What the tables say of the derived facts with some more answers; conditions do not count."""
    p_then = s_then = None
    if person is not None:
        p_then = engine.person_table.decide(
            person.quality or "UNKNOWN",
            given.get("care") or person.care or UNKNOWN,
            given.get("rpps") or person.rpps or UNKNOWN,
        ).row.then
    if structure is not None:
        s_then = engine.structure_table.decide(
            structure.kind or "UNKNOWN",
            given.get("habil") or structure.habil or UNKNOWN,
            given.get("ident") or structure.ident or UNKNOWN,
        ).row.then
    return (
        p_then and (p_then.nominative, p_then.org_access, p_then.boxes),
        s_then and (s_then.structure_boxes, s_then.boxes),
    )


def entropy(outcomes: Iterable[Outcome]) -> float:
    """Shannon entropy in bits of equally likely worlds."""
    counts = Counter(outcomes)
    total = counts.total()
    return -sum(n / total * log2(n / total) for n in counts.values())


def possible_verdicts(engine: Engine, answers: Answers) -> tuple[Verdict, ...]:
    """The different verdicts that remain possible: open facts and « je ne sais pas » answered in every way."""
    from eligibility.engine import replace

    worlds = [answers]
    names = [
        name
        for name, asked in (
            ("care", answers.person_asked),
            ("rpps", answers.person_asked),
            ("habil", answers.structure_asked),
            ("ident", answers.structure_asked),
        )
        if asked and getattr(answers, name) in (None, UNKNOWN)
    ]
    person_known = answers.profession is not None or not answers.person_asked
    if not person_known:
        return ()
    decision = engine.decide(answers)
    if decision.asks is not None and decision.asks.fact == "employer":
        worlds = [replace(answers, "employer", name) for name in representatives(engine)]
    facts = engine.base.section("facts")
    for name in names:
        values = [o.value for o in facts[name].options if o.value != UNKNOWN]
        worlds = [replace(world, name, value) for world in worlds for value in values]
    found: dict[Outcome, Verdict] = {}
    for world in worlds:
        verdict = engine.decide(world).verdict
        found.setdefault(verdict.outcome(), verdict)
    return tuple(found.values())


def representatives(engine: Engine) -> list[str]:
    """One structure for each effect there is: enough to enumerate everything an employer may change."""
    found: dict[tuple[str, ...], str] = {}
    for name, organisation in engine.base.structures.items():
        found.setdefault(effect_of(organisation), name)
    return list(found.values())


def effect_of(organisation: Organisation) -> tuple[str, ...]:
    """All of a structure that a decision looks at: two that share it count the same."""
    return organisation.kind, organisation.letter, organisation.ordinary_care, organisation.setting


def _ask(engine: Engine, name: str) -> Ask:
    return ask_for(engine.base, name)


def ask_for(base: Base, name: str) -> Ask:
    """The question of a fact with its options; for the employer, structures to choose among (any may be named)."""
    fact = base.section("facts")[name]
    options = [Option(o.value, o.label, o.help) for o in fact.options]
    options += [Option(key, upper_first(base.structures[key].label)) for key in fact.examples if key in base.structures]
    return Ask(name, fact.question, tuple(options), fact.why)
