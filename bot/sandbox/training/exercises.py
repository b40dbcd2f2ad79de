"""From what the journal saw to what was learnt: pure, the same for the trainee, the grid and the results."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple, get_args

from bot.sandbox.store.journal import Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from knowledge.base import Base
    from knowledge.model import Exercise, ExerciseStep

PROOF_WORDS = frozenset(
    {
        "act",
        "outcome",
        "rule",
        "to",
        "found",
        "aimed",
        "from_kind",
        "kind",
        "from_patient",
        "attachment",
        "alone",
        "own_identity",
    }
)
YES_NO = frozenset({"from_patient", "attachment", "alone", "own_identity"})


class Observed(NamedTuple):
    """An act, as the journal and the tables around it tell it. Never what a mail says."""

    journal_id: int
    at: datetime.datetime
    act: str
    outcome: str = ""
    rules: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    found: frozenset[str] = frozenset()
    aimed: frozenset[str] = frozenset()
    recipients: int = 0
    from_kind: str = ""
    kind: str = ""
    from_patient: bool = False
    attachments: int = 0
    own_identity: bool = False

    def proves(self, proof: Mapping[str, str]) -> bool:
        """Does every word of the proof hold?"""
        if self.act != proof["act"]:
            return False
        facts = {
            "outcome": self.outcome in proof.get("outcome", "").split(),
            "rule": not self.rules.isdisjoint(proof.get("rule", "").split()),
            "to": proof.get("to", "").lower() in self.served,
            "found": proof.get("found", "").lower() in self.found,
            "aimed": proof.get("aimed", "").lower() in self.aimed,
            "from_kind": self.from_kind == proof.get("from_kind"),
            "kind": self.kind == proof.get("kind"),
            "from_patient": self.from_patient,
            "attachment": self.attachments > 0,
            "alone": self.recipients == 1,
            "own_identity": self.own_identity,
        }
        return all(facts[word] for word in proof if word != "act")


class StepState(NamedTuple):
    """A step and the moment it was proved, if it was."""

    step: ExerciseStep
    proved_at: datetime.datetime | None
    hints: int


class Progress(NamedTuple):
    """Where someone stands in an exercise."""

    exercise: Exercise
    started_at: datetime.datetime
    steps: tuple[StepState, ...]

    @property
    def done(self) -> bool:
        return all(state.proved_at for state in self.steps)

    @property
    def current(self) -> StepState | None:
        """The first step that is not proved."""
        return next((state for state in self.steps if state.proved_at is None), None)

    @property
    def proved(self) -> int:
        return sum(state.proved_at is not None for state in self.steps)

    @property
    def since(self) -> datetime.datetime:
        """When the last thing was proved, or the start."""
        return max((state.proved_at for state in self.steps if state.proved_at), default=self.started_at)


class FaultyExercise(ValueError):
    """An exercise that nobody could prove."""


def exercises_of(base: Base) -> tuple[Exercise, ...]:
    """The exercises of the base, their proofs checked. Raises FaultyExercise with every fault."""
    faults = [fault for exercise in base.sections.exercises for fault in _faults(exercise, base)]
    if faults:
        raise FaultyExercise("\n".join(faults))
    return base.sections.exercises


def progress_in(
    exercise: Exercise, seen: Iterable[Observed], started_at: datetime.datetime, hints: Mapping[str, int]
) -> Progress:
    """The steps proved, in order, by what was seen since the start."""
    acts = iter(one for one in seen if one.at >= started_at)
    states = []
    for step in exercise.steps:
        proof = next((one for one in acts if one.proves(step.proof)), None)
        states.append(StepState(step, proof.at if proof else None, hints.get(step.id, 0)))
    return Progress(exercise, started_at, tuple(states))


def all_progress(
    exercises: Sequence[Exercise],
    seen: Sequence[Observed],
    joined_at: datetime.datetime,
    starts: Mapping[str, datetime.datetime],
    hints: Mapping[tuple[str, str], int],
) -> list[Progress]:
    """Every exercise of one person. `starts`: where one began again."""
    return [
        progress_in(
            exercise,
            seen,
            starts.get(exercise.id, joined_at),
            {step: count for (name, step), count in hints.items() if name == exercise.id},
        )
        for exercise in exercises
    ]


def _faults(exercise: Exercise, base: Base) -> Iterable[str]:
    names = [step.id for step in exercise.steps]
    if len(set(names)) != len(names):
        yield f"{exercise.id} : une étape porte deux fois le même nom"
    for step in exercise.steps:
        where = f"{exercise.id}/{step.id}"
        if step.proof.get("act") not in get_args(Act):
            yield f"{where} : « act » inconnu, « {step.proof.get('act')} »"
        for word, value in step.proof.items():
            if word not in PROOF_WORDS:
                yield f"{where} : mot de preuve inconnu « {word} »"
            elif word in YES_NO and value != "yes":
                yield f"{where} : « {word} » ne vaut que « yes »"
            elif word == "rule" and not set(value.split()) <= set(base.section("send_rules")):
                yield f"{where} : règle inconnue « {value} »"
