"""What proves a step: the acts that were seen, in order, since the exercise began."""

from __future__ import annotations

import datetime

import pytest

from bot.sandbox.training.exercises import FaultyExercise, Observed, exercises_of, progress_in
from bot.sandbox.training.handing_out import targets_of
from knowledge.model import ExerciseStep
from tests.training.reading import EXERCISES

NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
PHARMACY = "officine@pharmacie-fictive.mssante.fr"
LOOKED_UP = {"act": "looked_up", "found": frozenset({PHARMACY, "officine@ailleurs.mssante.fr"})}
CHECKED = {"act": "checked", "aimed": frozenset({PHARMACY}), "attachments": 1}
SENT = {"act": "sent", "outcome": "delivered", "served": frozenset({PHARMACY}), "recipients": 1, "attachments": 1}


def seen(*acts):
    """One act a minute."""
    return [Observed(journal_id=n, at=NOON + datetime.timedelta(minutes=n), **act) for n, act in enumerate(acts, 1)]


@pytest.fixture
def exercise(base):
    return {one.id: one for one in exercises_of(base)}["ordonnance-a-la-pharmacie"]


def proved(exercise, acts, since=NOON):
    return [bool(state.proved_at) for state in progress_in(exercise, acts, since, {}).steps]


def test_the_five_exercises_of_the_issue_are_there(base):
    assert tuple(one.id for one in exercises_of(base)) == EXERCISES


def test_each_step_is_proved_by_its_act(exercise):
    assert proved(exercise, seen(LOOKED_UP, CHECKED, SENT)) == [True, True, True]


def test_steps_are_proved_in_order(exercise):
    assert proved(exercise, seen(SENT, CHECKED, LOOKED_UP)) == [True, False, False]


def test_what_came_before_the_start_proves_nothing(exercise):
    later = NOON + datetime.timedelta(minutes=2)

    assert proved(exercise, seen(LOOKED_UP, CHECKED, SENT), later) == [False, False, False]


@pytest.mark.parametrize(
    "other",
    [
        {"served": frozenset({"officine@ailleurs.mssante.fr"})},
        {"recipients": 2},
        {"attachments": 0},
        {"act": "refused"},
    ],
)
def test_another_act_does_not_prove_the_sending(exercise, other):
    assert proved(exercise, seen(LOOKED_UP, CHECKED, {**SENT, **other})) == [True, True, False]


@pytest.mark.parametrize("other", [{"aimed": frozenset({"officine@ailleurs.mssante.fr"})}, {"attachments": 0}])
def test_checking_a_letter_to_another_pharmacy_or_without_the_document_proves_nothing(exercise, other):
    assert proved(exercise, seen(LOOKED_UP, {**CHECKED, **other})) == [True, False, False]


def test_a_search_that_did_not_show_the_pharmacy_proves_nothing(exercise):
    assert proved(exercise, seen({**LOOKED_UP, "found": frozenset()})) == [False, False, False]


def test_a_shared_box_counts_only_when_entered_with_ones_own_identity(base):
    exercise = {one.id: one for one in exercises_of(base)}["boite-partagee-sous-son-nom"]
    refused = {"act": "sign_in_refused", "rules": frozenset({"mot-de-passe-partage"})}
    opened = {"act": "opened_box", "from_kind": "ORG"}

    assert proved(exercise, seen(refused, {**opened, "own_identity": False})) == [True, False, False]
    assert proved(exercise, seen(refused, {**opened, "own_identity": True})) == [True, True, False]


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        ({"act": "danced"}, "« act » inconnu, « danced »"),
        ({"act": "sent", "colour": "yes"}, "mot de preuve inconnu « colour »"),
        ({"act": "sent", "alone": "perhaps"}, "« alone » ne vaut que « yes »"),
        ({"act": "refused", "rule": "no-such-rule"}, "règle inconnue « no-such-rule »"),
    ],
)
def test_an_exercise_that_nobody_could_prove_is_refused_with_its_fault(base, proof, said):
    step = ExerciseStep(id="pas", label="pas", text="Un pas.", proof=proof)
    faulty = _with_steps(base, (step,))

    with pytest.raises(FaultyExercise, match=said):
        exercises_of(faulty)


def test_two_steps_of_one_name_are_refused(base):
    step = ExerciseStep(id="pas", label="pas", text="Un pas.", proof={"act": "sent"})

    with pytest.raises(FaultyExercise, match="deux fois le même nom"):
        exercises_of(_with_steps(base, (step, step)))


def test_every_address_written_to_exists_in_the_pretend_space(base):
    from bot.sandbox.world import load_world

    known = {address.lower() for address in load_world().mailboxes}

    assert targets_of(exercises_of(base)) <= known


def _with_steps(base, steps):
    import msgspec

    class Faulty:
        sections = msgspec.structs.replace(
            base.sections, exercises=(msgspec.structs.replace(base.sections.exercises[0], steps=steps),)
        )
        section = base.section

    return Faulty()
