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
