"""/hotline: the agent's screen as plain forms: the answer to read, the question to put, the facts, the e-mail."""

from __future__ import annotations

import re
from html import unescape

import pytest

NIR = "2 85 05 78 006 084 36"


def text_of(response):
    return unescape(response.get_data(as_text=True)).replace("\u00a0", " ")


def trail_of(page):
    return re.search(r'name="trail" value="([^"]*)"|$', page)[1] or ""


def state_of(page):
    found = re.findall(r'name="state" value="([^"]*)"', page)
    return found[-1] if found else ""


@pytest.fixture
def tell(client):
    """tell("elle est interne", page) → the next page."""

    def _tell(text, page=""):
        return text_of(client.post("/hotline", data={"text": text, "state": state_of(page)}))

    return _tell


@pytest.fixture
def change(client):
    """change(page, region="corse", profession=…) → the page after the facts panel."""

    def _change(page, about="person", **facts):
        form = {"text": "", "state": state_of(page), "trail": trail_of(page), "about": about, **facts}
        return text_of(client.post("/hotline", data=form))

    return _change


def aloud(page):
    return re.search(r'id="a-lire"><h2>À lire</h2>(.*?)</div>', page, re.DOTALL)[1]


def mail(page):
    return re.search(r'<textarea id="lettre"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]


def chosen(page, name):
    field = re.search(rf'<select id="(?:fait-)?{name}".*?</select>', page, re.DOTALL)[0]
    found = re.search(r'<option value="([^"]*)" selected', field)
    return found[1] if found else ""


def test_the_screen_says_its_keys_and_offers_every_fact(client):
    page = text_of(client.get("/hotline"))

    for key in "qiux":
        assert f'accesskey="{key}"' in page
    for fact in ("profession", "employer", "care", "rpps", "kind", "ident", "habil", "need"):
        assert f'name="{fact}"' in page
    assert page.count("<h1") == 1


def test_the_callers_words_give_the_answer_the_question_and_the_facts(tell):
    page = tell("j'ai une interne au téléphone, elle veut une boîte")

    assert "Interne. Boîte nominative : cela dépend" in aloud(page)
    assert "Avez-vous un numéro RPPS actif" in page
    assert chosen(page, "profession") == "interne"
    assert 'accesskey="c"' in page
    assert 'accesskey="m"' in page


def test_the_number_of_an_option_answers_the_question(tell):
    page = tell("1", tell("j'ai une interne au téléphone, elle veut une boîte"))

    assert chosen(page, "rpps") == "active"
    assert "Lignes de décision : P08" in page


def test_a_fact_changed_in_the_panel_gives_the_new_verdict(tell, change):
    page = change(tell("elle est éducatrice spécialisée"), profession="educateur-specialise", employer="ime")

    assert "Boîte nominative : oui" in aloud(page)
    assert "P07" in page
    assert chosen(page, "employer") == "ime"


def test_the_question_may_be_about_a_structure_or_both(change):
    page = change("", about="structure", employer="ehpad", need="service")
    both = change("", about="both", profession="infirmier", employer="ehpad", need="service")

    assert "Boîtes de la structure" in aloud(page)
    assert "Boîte nominative" not in aloud(page)
    assert "Boîte nominative" in aloud(both)
    assert "Boîtes de la structure" in aloud(both)


def test_the_mail_holds_the_answer_its_sources_and_the_regions_contacts(tell, change, base):
    page = change(tell("elle a perdu son mot de passe"), region="provence-alpes-cote-d-azur")
    letter = mail(page)

    assert base.section("topics")["mdp_oublie"].short in letter
    assert "Sources :" in letter
    assert "vérifié le 23/11/2026" in letter
    assert base.section("contacts")["grades-paca"].email[0] in letter
    assert "à vérifier" in letter
    assert "non relue par un juriste" in letter
    assert "**" not in letter
    assert letter.count(base.wording("chat.contacts")) == 0
    assert chosen(page, "region") == "provence-alpes-cote-d-azur"


def test_the_region_alone_changes_the_contacts_of_a_verdict_and_not_the_verdict(tell, change):
    page = change(
        tell("orthophoniste libérale, a-t-elle droit à une boîte ?"), region="corse", profession="orthophoniste"
    )

    assert "Boîte nominative : oui" in aloud(page)
    assert chosen(page, "region") == "corse"


def test_everyone_talked_about_stays_in_the_case(client, tell):
    page = tell("et l'infirmière ?", tell("secrétaire médicale dans un cabinet, a-t-elle droit à une boîte ?"))
    back = text_of(client.post("/hotline", data={"person": "1", "state": state_of(page)}))

    assert chosen(page, "profession") == "infirmier"
    assert "Aussi dans ce dossier" in page
    assert chosen(back, "profession") == "secretaire-medicale"
    assert chosen(back, "employer") == "cabinet"


def test_a_cheat_sheet_on_the_topic_says_what_to_check(tell, base):
    sheets = [s for s in base.sections.symptoms if "mdp_oublie" in s.topics]
    page = tell("elle a perdu son mot de passe")

    for sheet in sheets[:2]:
        assert sheet.check[0] in page
        assert "Passer la main" in page


def test_the_empty_screen_offers_the_frequent_calls(client, base):
    page = text_of(client.get("/hotline"))

    for symptom in base.sections.symptoms:
        assert symptom.title in page
    if base.sections.symptoms:
        topic = base.sections.symptoms[0].topics[0]
        answer = text_of(client.post("/hotline", data={"topic": topic}))
        assert base.section("topics")[topic].short in aloud(answer).replace("\n", " ")


def test_clearing_leaves_nothing(client, tell):
    page = tell("elle est interne")

    assert 'href="/hotline" accesskey="x"' in page
    assert chosen(text_of(client.get("/hotline")), "profession") == ""


def test_nothing_of_a_call_is_cached_or_set_in_a_cookie(client):
    answer = client.post("/hotline", data={"text": "interne"})

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_patients_number_is_neither_said_again_nor_put_in_the_mail(tell):
    page = tell(f"le patient {NIR} ne reçoit rien")

    assert "Message effacé" in page
    assert "78 006" not in page
    assert 'id="lettre"' not in page


@pytest.mark.parametrize(
    "form",
    [
        {"about": "person", "region": "atlantide"},
        {"about": "person", "profession": "infirmer"},
        {"about": "nimporte", "profession": "infirmier"},
        {"person": "7"},
        {"topic": "nimporte"},
        {"person": "²"},
    ],
)
def test_what_the_panel_does_not_offer_is_refused_in_french(client, form):
    answer = client.post("/hotline", data=form)

    assert answer.status_code == 422
    assert '<html lang="fr">' in text_of(answer)


def test_an_empty_question_changes_nothing(tell):
    page = tell("elle est interne")

    assert chosen(tell(" ", page), "profession") == "interne"


# Whatever button is pressed, the whole screen is sent


def test_facts_changed_in_the_panel_count_for_the_question_asked_next(tell, change):
    page = change(tell("elle est infirmière"), text="quelle boîte ?", profession="secretaire-medicale")

    assert "Secrétaire" in aloud(page)
    assert chosen(page, "profession") == "secretaire-medicale"


def test_facts_changed_stay_beside_an_answer_that_is_on_something_else(change):
    page = change("", text="elle a perdu son mot de passe", profession="interne", employer="ehpad", region="corse")

    assert "ot de passe" in aloud(page)
    assert [chosen(page, name) for name in ("profession", "employer", "region")] == ["interne", "ehpad", "corse"]


def test_an_option_pressed_answers_for_the_facts_as_they_are_now(tell, change):
    page = change(
        tell("elle est interne, a-t-elle droit à une boîte ?"), choice="Oui, il est actif", profession="medecin"
    )

    assert (chosen(page, "profession"), chosen(page, "rpps")) == ("medecin", "active")


def test_an_option_pressed_wins_over_the_same_fact_in_the_panel(tell, change):
    first = tell("elle est interne, a-t-elle droit à une boîte ?")
    page = change(first, choice="Oui, il est actif", profession="interne", rpps="absent")

    assert chosen(page, "rpps") == "active"


def test_a_question_typed_while_the_facts_are_updated_is_answered(change):
    page = change("", text="elle a perdu son mot de passe", profession="interne")

    assert "Demandé :</span> elle a perdu son mot de passe" in page


def test_what_is_typed_stays_in_its_field_when_a_button_answers_instead(tell, change):
    first = tell("elle est interne, a-t-elle droit à une boîte ?")
    kept = change(first, text="et son mot de passe", choice="Oui, il est actif", profession="interne")
    dropped = change(first, text=f"le patient {NIR}", choice="Oui, il est actif", profession="interne")

    assert 'name="text" value="et son mot de passe"' in kept
    assert "78 006" not in dropped


def test_facts_changed_count_for_the_person_left_for_another(client, tell):
    page = tell("et l'infirmière ?", tell("secrétaire médicale dans un cabinet, a-t-elle droit à une boîte ?"))
    form = {"about": "person", "profession": "sage-femme", "person": "1", "state": state_of(page)}
    back = text_of(client.post("/hotline", data=form))

    assert chosen(back, "profession") == "secretaire-medicale"
    assert "Sage-femme" in back.split("Aussi dans ce dossier")[1]


def test_facts_emptied_leave_nobody_in_the_case(tell, change):
    page = change(tell("elle est interne, a-t-elle droit à une boîte ?"))

    assert chosen(page, "profession") == ""
    assert 'id="a-lire"' not in page


def test_an_empty_question_shows_the_same_answer_again(tell):
    page = tell("elle a perdu son mot de passe")

    assert aloud(tell(" ", page)) == aloud(page)


def test_the_answer_before_is_one_key_away(client, tell):
    first = tell("elle a perdu son mot de passe", text_of(client.get("/hotline")))
    form = {"text": "elle est interne", "state": state_of(first), "trail": trail_of(first)}
    second = text_of(client.post("/hotline", data=form))
    back = client.post("/hotline", data={"back": "1", "state": state_of(second), "trail": trail_of(second)})
    blank = client.post("/hotline", data={"back": "1", "state": "", "trail": trail_of(text_of(back))})

    assert 'accesskey="r"' in second
    assert aloud(text_of(back)) == aloud(first)
    assert "Appels fréquents" in text_of(blank)
    assert 'accesskey="r"' not in text_of(blank)
