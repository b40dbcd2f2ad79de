"""/eligibilite as a visitor without JavaScript meets it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.interview.naming import label_in, spoken
from eligibility.answers import read_answers
from knowledge.naming import fold


def text_of(response):
    return response.get_data(as_text=True)


def test_the_start_page_asks_for_the_profession(client):
    page = text_of(client.get("/eligibilite"))

    assert "Quelle est votre profession" in page
    assert '<html lang="fr">' in page
    assert page.count("<h1") == 1


def named(client, typed, fact="profession", **more):
    return client.post("/eligibilite/nom", data={"fact": fact, "nom": typed, **more})


@pytest.mark.parametrize("typed", ["INFIRMIER", "IDE", "infirmier diplômé d'État"])
def test_a_profession_is_found_by_its_names(client, typed):
    answer = named(client, typed)

    assert answer.status_code == 303
    assert answer.location == "/eligibilite?profession=infirmier"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Infirmière", "Infirmière"),
        ("infirmiere", "Infirmière"),
        ("infirmier", "Infirmier"),
        ("secrétaire médicale", "Secrétaire médicale"),
        ("secrétaire médical", "Secrétaire médical"),
        ("éducatrice spécialisée", "Éducatrice spécialisée"),
    ],
)
def test_a_profession_is_echoed_in_the_form_it_was_typed_in(client, typed, title):
    page = text_of(client.get(named(client, typed).location + "&employer=ehpad"))

    assert f"<h1>{title}</h1>" in page
    assert f"<dd>{title[0].lower()}{title[1:]} <a" in page


def test_the_form_survives_every_link_and_form_of_the_page(client):
    page = text_of(client.get("/eligibilite?profession=infirmiere&change=rpps"))

    assert 'name="profession" value="infirmiere"' in page
    assert set(re.findall(r"profession=([\w-]+)", page)) == {"infirmiere"}
    assert set(re.findall(r"profession=([\w-]+)", text_of(client.get("/eligibilite?profession=infirmiere")))) == {
        "infirmiere"
    }


def test_every_feminine_leads_to_its_profession(base):
    for profession in base.professions.values():
        for name in filter(None, (profession.label, profession.feminine)):
            value = spoken(profession, fold(name))
            assert read_answers(base, {"profession": value}).profession == (profession.id,)
            assert label_in(base, value) == name


@pytest.mark.parametrize("typed", ["je ne sais pas", "Je sais pas", "JSP", "?", "aucune idée"])
@pytest.mark.parametrize("fact", ["profession", "employer"])
def test_i_do_not_know_may_be_typed(client, fact, typed):
    assert named(client, typed, fact).location == f"/eligibilite?{fact}=unknown"


def test_i_do_not_know_stands_after_the_search(client):
    page = text_of(client.get("/eligibilite?profession=educateur-specialise"))

    assert page.index('id="nom"') < page.index(">Je ne sais pas</button>")


def test_a_change_may_be_called_off_with_nothing_lost(client):
    page = text_of(client.get("/eligibilite?profession=interne&rpps=active&change=rpps"))

    (address,) = re.findall(r'href="([^"]+)">Annuler</a>', page)
    assert unescape(address) == "/eligibilite?profession=interne&rpps=active"
    assert "Annuler" not in text_of(client.get("/eligibilite?profession=interne"))


def test_a_word_that_many_share_asks_for_the_employer_before_it_presumes(client, base):
    answer = named(client, "secrétaire")

    assert answer.location == "/eligibilite?profession=secretaire-medicale&change=employer"
    assert base.section("facts")["employer"].question in unescape(text_of(client.get(answer.location)))


def test_the_very_name_of_a_job_is_answered_and_the_employer_offered(client, base):
    answer = named(client, "secrétaire médicale")

    assert "change=" not in answer.location
    page = unescape(text_of(client.get(answer.location)))
    assert f"Pour préciser : {base.section('facts')['employer'].question}" in page


def test_an_answer_that_is_not_admitted_is_refused_in_the_form_too(client):
    answer = named(client, "hôpital", "employer", profession="infirmer", rpps="actif")

    assert answer.status_code == 422
    page = text_of(answer)
    assert "vouliez-vous dire « infirmier »" in page
    assert "pour « rpps »" in page


# Another day


def test_the_day_is_shown_and_kept_in_every_link(client):
    page = unescape(text_of(client.get("/eligibilite?profession=infirmier&on=2025-01-15")))

    assert "Réponse selon les règles en vigueur le 15/01/2025." in page
    links = re.findall(r'href="(/eligibilite\?[^"]+)"', page)
    back = "/eligibilite?profession=infirmier"
    assert back in links
    assert all("on=2025-01-15" in link for link in links if link != back)


def test_the_day_is_kept_through_a_name(client):
    answer = named(client, "orthophoniste", on="2025-01-15")

    assert answer.location == "/eligibilite?profession=orthophoniste&on=2025-01-15"


def test_the_day_is_kept_through_a_question(client):
    page = text_of(client.get("/eligibilite?profession=interne&on=2025-01-15"))

    assert 'name="on" value="2025-01-15"' in page


@pytest.mark.parametrize(
    ("day", "said"),
    [("2020-01-01", "date non couverte : 01/01/2020"), ("2099-01-01", "date non couverte"), ("hier", "se lit mal")],
)
def test_a_day_that_is_not_covered_gets_no_verdict(client, day, said):
    answer = client.get(f"/eligibilite?profession=infirmier&on={day}")

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Boîte nominative" not in text_of(answer)
    assert 'href="/eligibilite?profession=infirmier"' in text_of(answer)


def test_the_first_page_offers_the_days_that_are_covered(client):
    page = text_of(client.get("/eligibilite"))

    assert 'type="date"' in page
    assert 'min="2024-06-16"' in page


# Two professions


def test_two_jobs_are_both_shown(client):
    page = unescape(text_of(client.get("/eligibilite?profession=infirmiere,secretaire-medicale")))

    assert "<dd>infirmière, secrétaire médicale <a" in page


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
        assert "Version de travail, non relue par un juriste. Ceci n’est pas un avis juridique." in page
        assert "Site non officiel" in page


def test_a_page_that_does_not_exist_says_so_in_french(client):
    answer = client.get("/nulle-part")

    assert answer.status_code == 404
    assert "Page introuvable" in text_of(answer)


def test_a_clean_yes_says_what_to_do_next(client):
    page = text_of(client.get("/eligibilite?profession=infirmier&rpps=active"))

    after = page.split("Et maintenant")[1].split("Pourquoi")[0]
    assert "<li>" in after
    assert "/demarrer/personne" in after


def test_one_whom_no_box_is_open_to_is_given_no_steps(client):
    assert "Et maintenant" not in text_of(client.get("/eligibilite?profession=sophrologue"))
