"""A title that may no longer count, or is not exercised for persons cared for, is never granted a box at once."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "who",
    [
        "infirmière libérale retraitée",
        "kiné à la retraite",
        "médecin radié de l'Ordre",
        "sage-femme suspendue",
        "ostéopathe animalier",
        "psychothérapeute non inscrit",
        "assistante dentaire non diplômée",
        "faisant fonction d'aide-soignante",
        "diététicienne sans diplôme d'État",
        "pharmacien inspecteur",
        "médecin DIM",
        "pharmacien dans l'industrie",
        "médecin chez un assureur",
        "infirmier au chômage",
        "technicien de laboratoire de recherche",
    ],
)
def test_a_doubtful_title_gets_no_yes(talk, who):
    reply = talk(f"Je suis {who}, ai-je droit à une boîte MSSanté ?")

    assert "yes" not in [verdict.nominative for verdict in reply.verdicts]


@pytest.mark.parametrize("who", ["infirmière libérale", "ostéopathe", "médecin", "diététicienne diplômée d'État"])
def test_a_plain_title_still_gets_its_yes(talk, who):
    reply = talk(f"Je suis {who}, ai-je droit à une boîte MSSanté ?")

    assert [verdict.nominative for verdict in reply.verdicts] == ["yes"]


def test_one_who_says_that_the_activity_goes_on_is_asked_about_it(talk):
    reply = talk("Je suis infirmière retraitée mais encore en activité à l'hôpital, ai-je droit à une boîte ?")

    assert reply.asks.fact == "care"


def test_a_suspended_account_says_nothing_of_its_owner(talk):
    reply = talk("Je suis médecin et mon compte est suspendu, que faire ?")

    assert all(verdict.answers.care != "unknown" for verdict in reply.verdicts)
