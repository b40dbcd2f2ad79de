"""Whom a message is about: a learner, someone else, oneself at a place, a title cut short."""

from __future__ import annotations

import pytest

from bot.chat.state import State
from knowledge.naming import fold
from tests.conftest import ACCEPT


def nominative(reply):
    return [verdict.nominative for verdict in reply.verdicts]


# Learners


LEARNING = [
    "{name} stagiaire, j'ai droit à une boîte ?",
    "stagiaire {name}, j'ai droit à une boîte ?",
    "Stagiaire à l'hôpital comme {name}, ai-je droit à une boîte ?",
    "{name} dans un EHPAD, stagiaire : une boîte ?",
    "je suis {name} et stagiaire, ai-je droit à une boîte ?",
    "étudiante en {name}, j'ai droit à une boîte ?",
    "je suis étudiant, {name}, j'ai droit ?",
    "JE SUIS ETUDIANTE {name} ET JE VEUX UNE BOITE",
    "{name} étudiant",
    "Je suis élève {name}, ai-je droit à une boîte nominative ?",
    "{name}, élève en 2e année, droit à une boîte ?",
    "apprentie {name} dans un hôpital, droit à une boîte ?",
    "{name} apprenti",
    "futur {name}, est-ce que j'ai droit à une boîte ?",
    "je suis une future {name}, puis-je avoir une boîte ?",
    "en formation de {name}, j'ai droit à une boîte ?",
    "{name} en formation, j'ai droit à une boîte ?",
    "je suis {name} à l'hôpital, en formation, ai-je droit à une boîte ?",
    "je prépare le diplôme de {name}, ai-je droit à une boîte ?",
    "{name} pas encore diplômé",
    "je suis {name}, pas encore diplômée, ai-je droit à une boîte ?",
    "pas encore diplômée {name}, j'ai droit à une boîte ?",
]


@pytest.mark.parametrize("message", LEARNING)
def test_who_learns_a_profession_is_never_answered_as_who_holds_it(dialogue, base, message):
    learners = {profession.id for profession in base.sections.professions if profession.quality == "TRAINEE"}
    names = [
        name
        for profession in base.sections.professions
        if profession.id not in learners
        for name in dict.fromkeys((profession.label, profession.feminine, *profession.also))
        if name
    ]
    granted = []
    for name in names if ACCEPT else names[LEARNING.index(message) % 5 :: 5]:
        for verdict in dialogue.reply(State(), message.format(name=name))[1].verdicts:
            granted_something = "yes" in (verdict.nominative, verdict.org_access)
            if granted_something and not set(verdict.answers.profession or ()) <= learners:
                granted.append(name)

    assert granted == []


def test_names_written_with_commas_are_learnt_whole(dialogue, base):
    names = [p.label for p in base.sections.professions if "," in p.label or "." in p.label]

    assert names
    for name in names:
        assert "yes" not in nominative(dialogue.reply(State(), f"{name} stagiaire, j'ai droit à une boîte ?")[1])


@pytest.mark.parametrize(
    "message",
    [
        "Je suis infirmière en formation continue, ai-je droit à une boîte ?",
        "médecin, j'ai une stagiaire. ai-je droit à une boîte ?",
        "kiné en libéral, je forme des étudiants, une boîte ?",
        "je suis pharmacien maître de stage, une boîte ?",
        "je suis étudiant en kiné et aide-soignant la nuit à l'hôpital, une boîte ?",
    ],
)
def test_who_teaches_or_also_practises_keeps_the_profession(talk, message):
    assert nominative(talk(message)) == ["yes"]


@pytest.mark.parametrize(
    "place", ["école d'orthophonie", "IFSI", "fac de médecine", "école d'infirmières", "école de sages-femmes"]
)
@pytest.mark.parametrize(
    "message", ["{place}, on a droit à une boîte ?", "je suis à l'{place}, j'ai droit à une boîte ?"]
)
def test_a_school_of_carers_is_no_place_of_care(talk, place, message):
    reply = talk(message.format(place=place))

    assert reply.verdicts
    assert not [v for v in reply.verdicts if "yes" in (v.nominative, v.org_access, v.structure_boxes)]


@pytest.mark.parametrize(
    "message",
    [
        "mon fils est en M2 d'orthophonie, pas encore diplômé",
        "je suis en L3 de psychologie",
        "ma fille fait ses études d'orthophonie, elle peut avoir une boîte ?",
        "je suis en master d'ergothérapie",
    ],
)
def test_who_is_named_by_what_is_studied_is_a_student(talk, message):
    reply = talk(message)
    assert reply.topics[0] == "elig_etudiant_remplacant"
    assert nominative(reply) == ["no"]


def test_a_degree_held_takes_no_right_away(talk):
    reply = talk("j'ai un master de psychologie et le titre de psychologue, je travaille en CMP")
    assert nominative(reply) == ["yes"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Médecin retraitée, mais je vaccine encore deux matinées par semaine au centre de santé", ["yes"]),
        ("médecin retraité, je ne soigne plus personne", ["depends"]),
        ("médecin retraité", ["depends"]),
    ],
)
def test_who_has_retired_counts_by_the_care_still_given(talk, message, expected):
    assert nominative(talk(message)) == expected


@pytest.mark.parametrize("who", ["technicienne de labo de nuit au CHU", "technicienne d'analyses", "auxi de puer"])
def test_a_synonym_is_known_in_the_feminine(talk, who):
    assert nominative(talk(who)) == ["yes"]


@pytest.mark.parametrize("who", ["femme de ménage en EHPAD", "homme de ménage à l'hôpital", "agent d'entretien"])
def test_who_cleans_is_asked_what_the_job_is(talk, who):
    reply = talk(f"{who}, j'ai droit à une boîte ?")

    assert reply.kind == "clarification"
    assert "agent-service-hospitalier" in [option.value for option in reply.asks.options]


@pytest.mark.parametrize(
    "who", ["psychologue stagiaire", "diététicienne en apprentissage", "ergothérapeute (en stage)", "kiné étudiant"]
)
def test_a_learner_named_after_the_profession_gets_no_yes(talk, who):
    assert "yes" not in nominative(talk(f"{who} à l'hôpital, j'ai droit à une boîte ?"))


def test_the_student_someone_supervises_takes_no_right_away(talk):
    assert nominative(talk("Je suis orthophoniste et j'accueille une étudiante, ai-je droit à une boîte ?")) == ["yes"]


# Titles cut short


def test_a_title_cut_short_with_another_word_behind_is_asked_about(dialogue, base):
    titles = {fold(p.label) for p in base.sections.professions}
    known = {
        word for p in base.sections.professions for name in (p.label, *p.also) if len(fold(name).split()) == 1
        for word in fold(name).split() if fold(p.label).split()[0] != word
    }  # fmt: skip
    heads = {fold(p.label).split()[0] for p in base.sections.professions if " " in fold(p.label)} - titles - known

    granted = [
        head
        for head in sorted(heads)
        for rest in ("aquatique", "immobilier", "en carrosserie")
        if "yes" in nominative(dialogue.reply(State(), f"Je suis {head} {rest}, ai-je droit à une boîte ?")[1])
    ]

    assert "preparateur" in heads
    assert granted == []


def test_the_question_about_a_title_cut_short_offers_another_job(talk):
    reply = talk("préparatrice mentale pour sportifs, ai-je droit à une boîte ?")

    assert [option.value for option in reply.asks.options] == ["preparateur-pharmacie", "autre-metier"]


@pytest.mark.parametrize("who", ["préparatrice diplômée", "préparateur en EHPAD", "préparatrice salariée de nuit"])
def test_a_short_title_said_plainly_is_not_asked_about(talk, who):
    assert nominative(talk(f"Je suis {who}, ai-je droit à une boîte ?")) == ["yes"]


# Oneself at a place


@pytest.mark.parametrize(
    "message",
    [
        "je conduis la navette de la clinique, j'ai droit ?",
        "Je m'occupe du linge dans un EHPAD, puis-je avoir une boîte ?",
        "je travaille à la lingerie d'un hôpital, il me faut une adresse à moi",
        "plongeur en maison de retraite, boîte nominative ?",
    ],
)
def test_an_unlisted_job_never_gets_the_answer_of_its_place(talk, message):
    reply = talk(message)

    assert "structure" not in reply.abouts
    assert "yes" not in nominative(reply)


def test_a_place_that_asks_for_itself_is_answered(talk):
    assert talk("Notre clinique voudrait une boîte de service, on peut ?").abouts == ["structure"]


def test_whom_the_service_is_for_is_no_question_about_a_physician(talk):
    reply = talk("c'est seulement pour les médecins, votre messagerie ?")

    assert reply.verdicts == []


@pytest.mark.parametrize(
    ("message", "employer"),
    [
        ("je ne bosse pas dans une clinique, je suis éducatrice spécialisée en crèche", "creche"),
        ("monitrice-éducatrice, pas en EHPAD mais dans un ESAT, j'ai droit ?", "esat"),
        ("c'est la mairie qui gère, pas l'hôpital, je suis éducateur spécialisé", "mairie"),
    ],
)
def test_a_place_that_is_ruled_out_employs_nobody(talk, message, employer):
    assert [v.answers.employer for v in talk(message).verdicts] == [employer]


# Others


@pytest.mark.parametrize(
    "message",
    [
        "ma fille est orthophoniste, elle a droit à une boîte ?",
        "mon voisin est pharmacien, peut-il avoir une boîte ?",
        "une amie est psychologue, a-t-elle droit à une boîte ?",
        "ma consœur ergothérapeute a-t-elle droit à une boîte ?",
        "ma cousine, sage-femme, peut-elle avoir une boîte ?",
    ],
)
def test_someone_else_is_not_taken_for_the_one_who_asks(talk, message):
    assert talk(message).abouts == ["other"]


def test_a_midwife_speaks_for_herself(talk):
    assert talk("Je suis sage-femme, ai-je droit à une boîte ?").abouts == ["self"]


@pytest.mark.parametrize(
    "message",
    ["ma sœur est ambulancière, elle a droit à une boîte ?", "je suis régulateur au SAMU, j'ai droit à une boîte ?"],
)
def test_the_name_of_an_emergency_job_is_no_emergency(talk, message):
    assert talk(message).kind != "emergency"


def test_a_beautician_is_an_unlisted_job(talk):
    reply = talk("socio-esthéticienne dans une clinique, ai-je droit à une boîte ?")

    assert [v.answers.profession for v in reply.verdicts] == [("autre-metier",)]


# Common words


@pytest.mark.parametrize("word", ["juste", "cheveux", "équipe", "mariée", "disons", "cherche", "mais", "facile"])
def test_a_common_word_is_never_taken_for_a_place_or_an_acronym(talk, word):
    reply = talk(f"je suis infirmière {word} à l'hôpital, ai-je droit à une boîte ?")

    assert "Vouliez-vous dire" not in reply.text
