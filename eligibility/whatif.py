"""What suffices for an answer and what would change it. Computed on demand: `decide` never pays for it.

A fact left out is tried with every value there is, « je ne sais pas » and no answer included, so that no
presumption can stand in for it unseen. What the answer presumes counts as a fact it relies on, and is said to
be presumed. A fact that nobody gave and that only frames the question (employer, category, need) stays so.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from eligibility.answers import FACT_NAMES, UNKNOWN
from eligibility.derivation import behaviour_of
from eligibility.phrases import lower_first, upper_first
from eligibility.questions import effect_of, representatives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from eligibility.answers import Answers
    from eligibility.decision import Verdict
    from eligibility.engine import Engine
    from knowledge.model import Organisation, Row

ABOUT_PERSON = ("profession", "employer", "care", "rpps")
ABOUT_STRUCTURE = ("employer", "kind", "habil", "ident", "need")
ASKED = ("care", "rpps", "habil", "ident")
"""Facts that the questionnaire asks about; the other four frame the question."""

CHANGED = ("care", "rpps", "employer", "habil", "ident", "need")
"""Facts of which a change is told: one does not change profession to get a box."""

_FAVOUR = {"yes": 2, "depends": 1, "no": 0}


class Sufficient(Struct, frozen=True):
    """An answer, given or presumed, that the verdict cannot do without."""

    fact: str
    value: str
    text: str
    presumed: bool = False


class Change(Struct, frozen=True):
    """Another answer to one question, and the verdict it would give. `answers` replays it."""

    fact: str
    value: str
    label: str
    text: str
    verdict: Verdict
    rows: tuple[Row, ...]

    @property
    def answers(self) -> Answers:
        """All the answers, with this one changed."""
        return self.verdict.answers


class Prospect(Struct, frozen=True):
    """A verdict within reach, and every single answer that would lead to it."""

    verdict: Verdict
    changes: tuple[Change, ...]


# What suffices


def minimal_reason(engine: Engine, answers: Answers) -> tuple[Sufficient, ...]:
    """The fewest answers that give this outcome whatever the others are, in the order of DESIGN § 1.

    Empty while a question is open that could still change the outcome: then nothing suffices yet.
    """
    ruling = engine.rule(answers)
    presumed = {p.fact: p.value for p in ruling.structure.presumed} if ruling.structure else {}
    if ruling.person is not None and ruling.person.care_presumed and ruling.person.care:
        presumed["care"] = ruling.person.care
    pinned = msgspec.structs.replace(answers, **presumed)
    held = [name for name in _facts_in_play(answers) if getattr(pinned, name) is not None]
    if answers.employer not in (None, UNKNOWN) and "kind" in held:
        held.remove("kind")  # the employer says it
    implied = ruling.person.implied if ruling.person else ()
    decision = engine.decide(answers)
    open_facts = (*ASKED, decision.asks.fact) if decision.asks else ASKED
    loose = [n for n in _facts_in_play(answers) if n in open_facts and n not in held and n not in implied]
    wanted = decision.verdict.outcome()
    choices = _Choices(engine)

    def suffices(kept: tuple[str, ...]) -> bool:
        free = [*(name for name in held if name not in kept), *loose]
        return all(engine.verdict(world).outcome() == wanted for world in choices.worlds(pinned, free))

    found = _smallest(tuple(held), suffices)
    if "profession" in found:
        pinned = _fewest_professions(pinned, lambda world: engine.verdict(world).outcome() == wanted, choices)
    return tuple(_sufficient(engine, pinned, name, name in presumed) for name in FACT_NAMES if name in found)


def spared(engine: Engine, answers: Answers, minimal: tuple[Sufficient, ...]) -> tuple[str, ...]:
    """The French names of the answers given that the conclusion could do without."""
    counted = {s.fact for s in minimal}
    if "employer" in counted:
        counted.add("kind")
    facts = engine.base.section("facts")
    return tuple(facts[name].label for name in answers.facts() if minimal and name not in counted)


def _smallest(held: tuple[str, ...], suffices: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """The smallest part that suffices. What cannot be spared alone belongs to every one of them."""
    if not suffices(held):
        return ()
    needed = tuple(name for name in held if not suffices(tuple(other for other in held if other != name)))
    rest = [name for name in held if name not in needed]
    for count in range(len(rest) + 1):
        for more in combinations(rest, count):
            if suffices((*needed, *more)):
                return (*needed, *more)
    return held


def _fewest_professions(answers: Answers, holds: Callable[[Answers], bool], choices: _Choices) -> Answers:
    """The answers with one profession alone, if it gives the outcome whatever the others are; else as they are."""
    given = answers.profession or ()
    if len(given) > 1:
        for one in given:
            worlds = [(one,), *((one, other) for other in (UNKNOWN, *choices.professions()) if other != one)]
            if all(holds(msgspec.structs.replace(answers, profession=world)) for world in worlds):
                return msgspec.structs.replace(answers, profession=(one,))
    return answers


def _facts_in_play(answers: Answers) -> tuple[str, ...]:
    """The facts that bear on what is asked: the person, the structure, or both."""
    person = ABOUT_PERSON if answers.person_asked else ()
    structure = ABOUT_STRUCTURE if answers.structure_asked else ()
    return tuple(name for name in FACT_NAMES if name in person or name in structure)


class _Choices:
    """Every way of answering a fact, professions and structures that behave alike being tried once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.base = engine.base

    def worlds(self, answers: Answers, free: list[str]) -> Iterator[Answers]:
        """The answers with every combination of values of the free facts that does not contradict itself."""
        for values in product(*(self._values(name) for name in free)):
            world = msgspec.structs.replace(answers, **dict(zip(free, values, strict=True)))
            employer = self.base.structures.get(world.employer or "")
            if employer is None or world.kind is None:
                yield world
            elif employer.kind == world.kind or "kind" in free:
                yield msgspec.structs.replace(world, kind=None)

    def _values(self, name: str) -> tuple[Any, ...]:
        if name == "profession":
            return (None, (UNKNOWN,), *((one,) for one in self.professions()))
        if name == "employer":
            return (None, UNKNOWN, *representatives(self.engine))
        options = tuple(o.value for o in self.base.section("facts")[name].options)
        # Several needs at once ask for the boxes of each: one at a time says it all.
        return (None, *((o,) for o in options)) if name == "need" else (None, *options)

    def professions(self) -> Iterable[str]:
        """One profession for each way of behaving."""
        everyone = self.base.professions.values()
        return {(*behaviour_of(p), *p.implies.items()): p.id for p in everyone}.values()


def _sufficient(engine: Engine, answers: Answers, name: str, presumed: bool) -> Sufficient:
    value = answers.facts()[name]
    label = ", ".join(label_of(engine, name, one) for one in value.split(","))
    return Sufficient(
        name, value, _said(engine, "whatif.presumed" if presumed else "reason.stated", name, label), presumed
    )


# What would change it


def changes(engine: Engine, answers: Answers) -> tuple[Prospect, ...]:
    """Every change of a single answer that changes the outcome, by the verdict it gives, most favourable first."""
    now = engine.verdict(answers).outcome()
    found: dict[tuple[object, ...], list[Change]] = {}
    for name in (n for n in _facts_in_play(answers) if n in CHANGED):
        for value in _other_values(engine, answers, name):
            changed = _with(engine, answers, name, value)
            verdict = engine.verdict(changed)
            if verdict.outcome() != now:
                rows = tuple(engine.base.section("rows")[row] for row in verdict.rows)
                label = _label_of_all(engine, name, value)
                text = _said(engine, "whatif.change", name, label)
                found.setdefault(verdict.outcome(), []).append(Change(name, value, label, text, verdict, rows))
    prospects = [Prospect(same[0].verdict, tuple(same)) for same in found.values()]
    return tuple(sorted(prospects, key=lambda p: favour(p.verdict), reverse=True))


def favour(verdict: Verdict) -> tuple[int, ...]:
    """How favourable a verdict is, question after question, then by what one may ask for."""
    answers = (verdict.nominative, verdict.org_access, verdict.structure_boxes)
    return (*(_FAVOUR.get(answer, 0) for answer in answers), len(verdict.boxes or ()))


def _other_values(engine: Engine, answers: Answers, name: str) -> tuple[str, ...]:
    given = getattr(answers, name)
    if name == "employer":
        values = (*representatives(engine), UNKNOWN)
        same = engine.base.structures.get(given or "")
        return tuple(
            v for v in values if v != given and (same is None or not _alike(same, engine.base.structures.get(v)))
        )
    options = tuple(o.value for o in engine.base.section("facts")[name].options)
    return tuple(o for o in options if o != given and (o,) != given)


def _with(engine: Engine, answers: Answers, name: str, value: str) -> Answers:
    change: dict[str, Any] = {name: (value,) if name == "need" else value}
    if name == "employer" and value != UNKNOWN:
        change["kind"] = None  # the employer says it
    return msgspec.structs.replace(answers, **change)


# How it is said


def label_of(engine: Engine, name: str, value: str) -> str:
    """An answer in French, as it stands inside a sentence."""
    if name == "profession" and value in engine.base.professions:
        return lower_first(engine.base.professions[value].label)
    if name == "employer" and value in engine.base.structures:
        return lower_first(engine.base.structures[value].label)
    options = {o.value: o.label for o in engine.base.section("facts")[name].options}
    return lower_first(options.get(value, "Je ne sais pas"))


def _label_of_all(engine: Engine, name: str, value: str) -> str:
    """The answer; for a structure, some of those that count the same."""
    organisation = engine.base.structures.get(value) if name == "employer" else None
    if organisation is None:
        return label_of(engine, name, value)
    alike = [lower_first(s.label) for s in engine.base.structures.values() if _alike(s, organisation)]
    if len(alike) == 1:
        return alike[0]
    return engine.base.wording("whatif.employer", names=", ".join(alike[:3]))


def _alike(one: Organisation, other: Organisation | None) -> bool:
    return other is not None and effect_of(one) == effect_of(other)


def _said(engine: Engine, sentence: str, name: str, label: str) -> str:
    fact = upper_first(engine.base.section("facts")[name].label)
    return engine.base.wording(sentence, fact=fact, answer=label)
