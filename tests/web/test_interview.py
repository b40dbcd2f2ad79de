"""/eligibilite as a visitor without JavaScript meets it."""

from __future__ import annotations

import re

import pytest


def text_of(response):
    return response.get_data(as_text=True)


def test_the_start_page_asks_for_the_profession(client):
    page = text_of(client.get("/eligibilite"))

    assert "Quelle est votre profession" in page
    assert '<html lang="fr">' in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("typed", ["Infirmière", "infirmiere", "INFIRMIER", "IDE", "infirmier diplômé d'État"])
def test_a_profession_is_found_by_its_names(client, typed):
    answer = client.post("/eligibilite/nom", data={"fact": "profession", "nom": typed})

    assert answer.status_code == 303
    assert answer.location == "/eligibilite?profession=infirmier"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ortophoniste", "orthophoniste"),
        ("orthofoniste", "orthophoniste"),
        ("sage fame", "sage-femme"),
        ("osteopate", "osteopathe"),
        ("phsycologue", "psychologue"),
    ],
)
def test_one_or_two_typos_are_met_with_did_you_mean(client, typed, wanted):
    page = text_of(client.post("/eligibilite/nom", data={"fact": "profession", "nom": typed}))

    assert "Vouliez-vous dire" in page
    assert f'value="{wanted}"' in page


def test_a_shared_word_is_met_with_a_question(client):
    page = text_of(client.post("/eligibilite/nom", data={"fact": "profession", "nom": "auxiliaire"}))

    assert 'value="auxiliaire-puericulture"' in page
    assert 'value="aide-domicile"' in page


def test_nothing_found_is_said_and_nothing_is_lost(client):
    answer = client.post("/eligibilite/nom", data={"fact": "profession", "nom": "zzzzzz", "rpps": "active"})
    page = text_of(answer)

    assert "Rien ne ressemble" in page
    assert 'name="rpps" value="active"' in page


def test_an_empty_answer_is_met_with_a_clear_sentence(client):
    answer = client.post("/eligibilite/nom", data={"fact": "profession", "nom": "  "})

    assert answer.status_code == 422
    assert "Écrivez un métier" in text_of(answer)


def test_what_was_typed_never_stands_in_an_address(client):
    answer = client.post("/eligibilite/nom", data={"fact": "profession", "nom": "sage-femme"})

    assert set(re.findall(r"[?&](\w+)=", answer.location)) == {"profession"}


def test_one_question_a_page_until_the_verdict(client):
    page = text_of(client.get("/eligibilite?profession=interne"))

    assert page.count('type="radio"') == 3
    assert "RPPS actif" in page


def test_the_verdict_page_says_all(client):
    page = text_of(client.get("/eligibilite?profession=secretaire-medicale&employer=hopital"))

    for wanted in (
        "Pourquoi",
        "Pourquoi pas une autre réponse",
        "Conditions et prochaines étapes",
        "Sources",
        "vérifié le 23/11/2026",
        "Vos réponses",
        "P10",
    ):
        assert wanted in page


def test_the_address_of_a_verdict_replays_it(client):
    address = "/eligibilite?profession=interne&rpps=active"

    assert text_of(client.get(address)).split("<footer")[0].replace("nonce", "") != ""
    assert "P08" in text_of(client.get(address))


def test_an_answer_can_be_changed_without_losing_the_others(client):
    page = text_of(client.get("/eligibilite?profession=interne&rpps=active&employer=hopital&change=rpps"))

    assert 'name="profession" value="interne"' in page
    assert 'name="employer" value="hopital"' in page
    assert 'name="rpps" value="active"' not in page.split("<fieldset")[0]


def test_i_do_not_know_shows_what_remains_possible(client):
    page = text_of(client.get("/eligibilite?profession=medecin-conseil&care=unknown"))

    assert "Ce qui reste possible" in page


def test_an_unknown_value_is_refused_in_french_and_the_rest_is_kept(client):
    answer = client.get("/eligibilite?profession=infirmer&rpps=active")

    assert answer.status_code == 422
    assert "vouliez-vous dire « infirmier »" in text_of(answer)
    assert "rpps=active" in text_of(answer)


def test_a_structure_alone_is_answered(client):
    page = text_of(client.get("/eligibilite?about=structure&employer=ehpad"))

    assert "Boîtes de la structure" in page
    assert "Boîte nominative" not in page.split("Pourquoi")[0]


def test_every_page_carries_the_warning_until_a_jurist_has_signed(client):
    for address in ("/eligibilite", "/eligibilite?profession=infirmier", "/eligibilite?profession=x"):
        page = text_of(client.get(address))
        assert "Version de travail, non relue par un juriste. Ceci n&#39;est pas un avis juridique." in page
        assert "Site non officiel" in page


def test_a_page_that_does_not_exist_says_so_in_french(client):
    answer = client.get("/nulle-part")

    assert answer.status_code == 404
    assert "Page introuvable" in text_of(answer)
