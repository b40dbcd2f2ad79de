"""What the assistant makes of impatient callers: two things at once, vague names, hardly a word."""

from __future__ import annotations

import pytest

from bot.chat.evaluation import same_boxes
from bot.chat.hearing import NEAR
from bot.chat.state import Person, State


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("comment ouvrir ma boîte Mailiz ? et combien ça coûte ?", {"creer_mailiz", "cout"}),
        (
            "j'ai perdu mon mot de passe. Et comment trouver l'adresse d'un confrère ?",
            {"mdp_oublie", "annuaire_chercher"},
        ),
    ],
)
def test_two_questions_get_two_answers(dialogue, talk, text, topics):
    reply = talk(text)

    assert set(reply.topics[:2]) == topics
    for topic in topics:
        assert dialogue.base.section("topics")[topic].label in reply.text
        assert dialogue.base.section("topics")[topic].short.strip() in reply.text


def test_a_right_and_a_use_get_a_verdict_and_an_answer(dialogue, talk):
    reply = talk("je suis kiné, j'ai droit à une boîte ? et c'est payant ?")

    assert reply.verdicts[0].nominative == "yes"
    assert dialogue.base.section("topics")["cout"].short.strip() in reply.text
    assert reply.topics == ["elig_soignant", "cout"]


@pytest.mark.parametrize(("text", "label"), [("psy", "psychologue"), ("isp", "sapeurs-pompiers")])
def test_a_vague_name_whose_meanings_differ_is_asked_about(talk, text, label):
    reply = talk(text)

    assert reply.asks.fact == "profession"
    assert any(label in option.label.lower() for option in reply.asks.options) or label in reply.asks.question.lower()


def test_a_vague_name_keeps_its_name_when_every_meaning_is_answered_alike(dialogue):
    alike = next(
        person
        for term in dialogue.base.sections.vague
        if not dialogue.undecided(person := Person(facts={}, vague=term.id))
    )

    _, reply = dialogue.verdict(State(), (alike,))

    label = dialogue.base.section("vague")[alike.vague].label
    assert reply.verdicts[0].subject == label
    assert f"« {label} » peut désigner plusieurs métiers" in reply.text


@pytest.mark.parametrize("text", ["Démarrer", "par quoi commencer ?"])
def test_the_steps_are_those_of_someone_so_who_is_asked_first(talk, text):
    assert "votre métier ou votre structure" in talk(text).text


def test_the_steps_are_those_of_the_person_talked_about(talk):
    nurse = talk("je suis infirmière libérale", "par quoi commencer ?")
    aide = talk("je suis aide-soignante en EHPAD", "par quoi commencer ?")

    assert nurse.links[0][1] == "demarrer/"
    assert "Mailiz" in nurse.text
    assert nurse.text != aide.text


def test_only_plausible_readings_are_offered(dialogue, talk):
    for text in ("oui", "je sais pas", "le truc mss", "c'est urgent répondez"):
        labels = {dialogue.base.section("topics")[r.topic].label: r.p for r in dialogue.ranked(State(), text)}
        for suggestion in talk(text).suggestions:
            assert labels.get(suggestion, 1.0) >= NEAR


def test_how_a_message_was_heard_is_told_in_french(talk):
    heard = talk("je suis kinesiterapeute, sans rpps, une boite a mon nom ?").heard

    assert "Corrigé : « kinesiterapeute » lu « kinesitherapeute »" in heard
    assert "Reconnu : masseur-kinésithérapeute" in heard
    assert any(line.startswith("Compris : ") for line in heard)
    assert not any("_" in line for line in heard)


def test_boxes_are_the_same_in_any_order_but_none_is_not_undecided():
    assert same_boxes(["PER", "ORG"], ["ORG", "PER"])
    assert not same_boxes(None, [])
    assert not same_boxes(["PER"], ["ORG"])
