"""Dialogues as callers hold them: corrections, returns, follow-ups, options picked by words."""

from __future__ import annotations

import pytest

# Passwords


@pytest.mark.parametrize(
    "text",
    [
        "mon mot de passe est oublié, je fais quoi",
        "mon mdp est périmé depuis hier",
        "mon code est refusé à chaque fois",
        "mot de passe : il est bloqué !",
        "mon mot de passe medimail est erroné",
        "mon mdp c'est perdu",
        "mon code porteur est bloké",
        "mon mot de passe, c'est lequel ?",
        "le code d'erreur est 550",
        "mon code est à 6 chiffres ?",
    ],
)
def test_what_became_of_a_password_is_not_a_password(talk, text):
    assert "Ne donnez jamais un mot de passe" not in talk(text).text


@pytest.mark.parametrize(
    "text",
    [
        "mdp : Papillon92!",
        "mon mot de passe mailiz c'est Hiver2023$ et il est refusé",
        "identifiant dupont mot de passe Tulipe88 ça marche pas",
        "mon code porteur est 4821",
        "mon mot de passe est zorglub",
        "Azur!2020 c'est mon mot de passe",
        "mdp=qsdf1234",
    ],
)
def test_a_password_that_is_given_is_refused(talk, text):
    reply = talk(text)

    assert reply.kind == "refusal"
    assert "Ne donnez jamais un mot de passe" in reply.text
    assert not reply.heard


# Corrections


@pytest.mark.parametrize(
    ("turns", "profession"),
    [
        (("interne en médecine", "non, sage-femme"), "sage-femme"),
        (("orthophoniste", "nan, orthoptiste"), "orthoptiste"),
        (("infirmière en EHPAD", "non pas infirmière, aide-soignante"), "aide-soignant"),
        (("orthophoniste, oups orthoptiste",), "orthoptiste"),
        (("diététicienne heu non psychomotricienne",), "psychomotricien"),
        (
            ("sage-femme", "j'ai écrit sage-femme ? je voulais dire auxiliaire de puériculture"),
            "auxiliaire-puericulture",
        ),
    ],
)
def test_the_profession_said_last_replaces_the_other(hold, turns, profession):
    state, reply = hold(*turns)

    assert reply.verdicts[0].answers.profession == (profession,)
    assert [person.facts["profession"] for person in state.subjects] == [profession]


def test_a_corrected_profession_keeps_the_place(hold):
    state, _ = hold("infirmière en EHPAD", "non, psychologue")

    assert state.subjects[0].facts["employer"] == "ehpad"


def test_a_corrected_place_keeps_the_profession(hold):
    state, _ = hold("aide à domicile dans un SAAD", "non pardon chez un particulier")

    assert state.subjects[0].facts == {"profession": "aide-domicile", "employer": "particulier-employeur"}


@pytest.mark.parametrize("answer", ["non", "non, interne sans rpps"])
def test_no_still_answers_the_question(hold, answer):
    state, _ = hold("interne", answer)

    assert state.subjects[0].facts["rpps"] == "absent"


def test_whom_a_person_is_not_never_becomes_who_they_are(talk):
    reply = talk("secrétaire, non médecin, j'ai droit à une boîte ?")

    assert reply.verdicts[0].nominative == "no"


def test_not_caring_outlives_a_correction(talk):
    reply = talk("je ne soigne pas, je suis infirmière", "pardon, médecin")

    assert reply.verdicts[0].nominative != "yes"
