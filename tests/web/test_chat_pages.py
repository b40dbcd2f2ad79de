"""/chat and /widget as a visitor without JavaScript meets them, and what they never keep."""

from __future__ import annotations

import json
import logging
import re

import pytest

from bot.chat.state import Person, Seal, State
from bot.settings import Settings
from bot.web.markdown import plain_text, safe_html
from eligibility.answers import read_answers
from eligibility.report import verdict_json

SECRET = "tests-only-" * 4
NIR = "2 85 05 78 006 084 36"


def text_of(response):
    return response.get_data(as_text=True)


def ask(client, text, page="", address="/chat"):
    """Send a message as the form does, with the state of the page before."""
    return client.post(address, data={"text": text, "state": state_of(page)})


def trail_of(page):
    found = re.findall(r'name="trail" value="([^"]*)"', page)
    return found[-1] if found else ""


def state_of(page):
    found = re.findall(r'name="state" value="([^"]*)"', page)
    return found[-1] if found else ""


def options_of(page):
    return re.findall(r'<button class="option" name="text" value="([^"]*)"', page)


# The page


def test_the_page_is_a_plain_form_with_a_labelled_field_and_a_live_region(client):
    page = text_of(client.get("/chat"))

    assert page.count("<h1") == 1
    assert '<html lang="fr">' in page
    assert '<label for="message">' in page
    assert 'role="log" aria-live="polite"' in page
    assert '<form id="ecrire" class="say compose noprint" method="post" action="/chat"' in page


def test_a_conversation_goes_on_from_the_hidden_state(client):
    first = text_of(ask(client, "je suis éducatrice spécialisée, ai-je droit à une boîte ?"))
    second = text_of(ask(client, "dans un IME", first))

    assert "Où exercez-vous" in first
    assert "P07" in second
    assert "boîte nominative (PER)" in second


def test_the_options_of_a_question_are_buttons_that_answer_it(client):
    page = text_of(ask(client, "je suis interne, ai-je droit à une boîte ?"))

    assert "Oui, il est actif" in options_of(page)
    assert "P08" in text_of(ask(client, "Oui, il est actif", page))


def test_a_reply_shows_its_sources_its_details_and_how_it_was_understood(client):
    page = text_of(ask(client, "j'ai perdu mon mot de passe"))

    for wanted in (
        "Plus de détails",
        "Sources (",
        "vérifié le 23/11/2026",
        "Comment j’ai compris",
        "Dans le guide",
        "Cette réponse m’a aidé",
        "Il manque quelque chose",
    ):
        assert wanted in page


def test_every_page_carries_the_warning_until_a_jurist_has_signed(client):
    for page in (client.get("/chat"), client.get("/widget"), client.get("/widget/demo"), client.get("/hotline")):
        assert "Version de travail, non relue par un juriste." in text_of(page)
        assert "Site non officiel" in text_of(page)


def test_an_empty_message_is_met_with_a_clear_sentence(client):
    assert "Écrivez votre question" in text_of(ask(client, "  "))


def test_what_is_typed_is_shown_as_text_never_as_html(client):
    page = text_of(ask(client, "bonjour <img src=x onerror=alert(1)>"))

    assert "<img" not in page


# The way back


@pytest.fixture
def go(client):
    """go("text", page) → the next page; go(None, page) → the page before, by its button."""

    def _go(text, page="", address="/chat"):
        sent = {"back": "1", "text": ""} if text is None else {"text": text}
        return text_of(client.post(address, data={**sent, "state": state_of(page), "trail": trail_of(page)}))

    return _go


@pytest.mark.parametrize("address", ["/chat", "/widget"])
def test_the_button_leads_back_through_the_replies_to_the_empty_page(client, go, address):
    empty = text_of(client.get(address))
    pages = [empty]
    for text in ("je suis interne, ai-je droit à une boîte ?", "j'ai perdu mon mot de passe", "et ma boîte ?"):
        pages.append(go(text, pages[-1], address))
    assert 'name="back"' not in empty
    back = pages[-1]
    for before in (pages[2], pages[1]):
        back = go(None, back, address)
        assert said_in(back) == said_in(before)
        assert options_of(back) == options_of(before)
    blank = go(None, back, address)

    assert "Pour commencer" in blank
    assert 'name="back"' not in blank


def said_in(page):
    return re.search(r'<div class="said">(.*?)</div>', page, re.DOTALL)[1]


def test_a_doubtful_message_is_gone_back_to_with_its_readings(client, go):
    doubtful = go("ca marche pas mon compte", text_of(client.get("/chat")))
    assert "suggestions" in doubtful
    back = go(None, go("j'ai perdu mon mot de passe", doubtful))

    assert said_in(back) == said_in(doubtful)


def test_the_answer_is_found_again_after_a_vote(client, go):
    page = go("j'ai perdu mon mot de passe", text_of(client.get("/chat")))
    form = {"topic": "mdp_oublie", "vote": "helped", "state": state_of(page), "trail": trail_of(page)}
    thanks = text_of(client.post("/chat/vote", data=form))

    assert said_in(go(None, thanks)) == said_in(page)


@pytest.mark.parametrize("trail", ["", "n'importe quoi", "x" * 9000, "é . ."])
def test_a_trail_that_is_not_ours_leads_to_an_empty_page(client, trail):
    answer = client.post("/chat", data={"back": "1", "state": "?", "trail": trail})

    assert answer.status_code == 200
    assert "Pour commencer" in text_of(answer)


def test_a_trail_that_is_not_ours_is_not_handed_on(client):
    page = text_of(client.post("/chat", data={"text": "bonjour", "state": NIR, "trail": f"{NIR} secret"}))

    assert 'name="trail"' not in page
    assert "78 006" not in page


# Addresses


def test_an_address_replays_a_topic(client, base):
    page = text_of(client.get("/chat?topic=mdp_oublie"))

    assert base.section("topics")["mdp_oublie"].short.split(" ;")[0] in page.replace("\u00a0", " ")


def test_an_address_tells_every_send_rule_with_its_remedy_and_its_place_in_the_guide(client, base):
    for rule in base.sections.send_rules:
        answer = client.get(f"/chat?rule={rule.id}")
        page = plain(text_of(answer))

        assert answer.status_code == 200, rule.id
        assert plain(rule.label) in page, rule.id
        assert "Que faire" in page, rule.id
        assert f'href="/regles-envoi/#{rule.id}"' in page, rule.id
        assert f'href="/chat?rule={rule.id}">Lien vers cette réponse' in page, rule.id


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'").replace("&amp;", "&")


def test_an_address_replays_a_verdict(client):
    page = text_of(client.get("/chat?profession=secretaire-medicale&employer=hopital"))

    assert "P10" in page
    assert 'href="/chat?profession=secretaire-medicale&amp;employer=hopital"' in page


def test_the_address_of_a_reply_gives_the_same_verdict_again(client):
    page = text_of(ask(client, "je suis orthophoniste, ai-je droit à une boîte ?"))
    address = re.search(r'href="(/chat\?[^"]+)">Lien vers cette réponse', page)[1].replace("&amp;", "&")

    assert address == "/chat?profession=orthophoniste"
    assert "P07" in text_of(client.get(address))


def test_no_address_of_a_page_holds_what_was_typed(client):
    page = text_of(ask(client, "zzz-introuvable je suis infirmière zzz-introuvable"))

    assert not [a for a in re.findall(r'(?:href|action)="([^"]*)"', page) if "zzz" in a]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/chat?topic=nimporte", 404, "Ce sujet n’existe pas"),
        ("/chat?rule=nimporte", 404, "Cette règle d’envoi n’existe pas"),
        ("/chat?profession=infirmer", 422, "vouliez-vous dire « infirmier »"),
        ("/chat?profession=infirmier&about=nimporte", 422, "attendu person"),
    ],
)
def test_an_address_of_unknown_ids_is_refused_in_french(client, address, status, said):
    answer = client.get(address)

    assert answer.status_code == status
    assert said in text_of(answer)


def test_the_slash_at_the_end_changes_nothing(client):
    assert client.get("/chat/?topic=mdp_oublie").location == "/chat?topic=mdp_oublie"


# What is never kept


def test_a_number_that_may_be_a_patients_is_never_said_again(client):
    page = text_of(ask(client, f"le dossier {NIR} n'arrive pas"))

    assert "(message effacé)" in page
    for part in (NIR, NIR.replace(" ", ""), "78 006"):
        assert part not in page


def test_what_is_typed_is_neither_logged_nor_stored(client, app, caplog, monkeypatch):
    def fail(state, text):
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(app.extensions["conversation"], "say", fail)
    with caplog.at_level(logging.DEBUG):
        answers = [ask(client, "phrase-secrete"), client.post("/api/v1/chat", json={"text": "phrase-secrete"})]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert "ValueError" in caplog.text
    assert "phrase-secrete" not in caplog.text
    assert all("phrase-secrete" not in text_of(answer) for answer in answers)


def test_no_page_sets_a_cookie_and_no_answer_is_cached(client):
    answer = ask(client, "bonjour")

    assert answer.headers["Cache-Control"] == "no-store"
    for response in (answer, client.get("/chat"), client.get("/widget"), client.get("/widget.js")):
        assert "Set-Cookie" not in response.headers


def test_a_state_from_elsewhere_or_of_another_base_begins_anew(client, base):
    gone = State(subjects=(Person(facts={"profession": "metier-disparu"}),), asked="rpps", topic="elig_soignant")
    unknown = State(topic="sujet-disparu", asked="rien", region="nulle-part")
    for state in (
        "n'importe quoi",
        Seal("another key").close(State()),
        *(Seal(SECRET).close(s) for s in (gone, unknown)),
    ):
        answer = client.post("/chat", data={"text": "oui", "state": state})
        assert answer.status_code == 200


# Options


def test_every_option_offered_is_the_answer_it_says(conversation, engine):
    base = engine.base
    people = [{"profession": name} for name in base.professions]
    places = [{"employer": name, "need": "service"} for name in base.structures]
    judged = 0
    for facts in (*people, *places):
        state, _ = conversation.about_facts(State(), facts)
        for option in conversation.options(state):
            wanted = engine.decide(read_answers(base, {**facts, state.asked: option.value})).verdict
            for said in (option.label, option.value):
                _, reply = conversation.say(state, said)
                assert verdict_json(reply.verdicts[0])["rows"] == list(wanted.rows), (facts, option)
                judged += 1
    assert judged > 100


def test_every_reading_of_a_vague_word_is_taken_as_offered(conversation, base):
    for name, term in base.section("vague").items():
        state = State(subjects=(Person(vague=name),), asked="profession")
        for choice in term.choices:
            next_state, _ = conversation.say(state, base.professions[choice].label)
            assert next_state.subjects[0].facts["profession"] == choice


# Votes and figures


@pytest.fixture
def own(base, tmp_path):
    """A client of its own application, whose votes go to tmp_path."""
    from bot.app import create_app

    return create_app(Settings(secret_key=SECRET, var_dir=tmp_path), base).test_client()


def test_a_vote_keeps_the_day_the_topic_and_the_vote_only(own, tmp_path):
    answer = own.post("/chat/vote", data={"topic": "mdp_oublie", "vote": "missing", "state": "", "text": "secret"})
    lines = (tmp_path / "votes.jsonl").read_text("utf-8").splitlines()

    assert "Merci" in text_of(answer)
    assert len(lines) == 1
    vote = json.loads(lines[0])
    assert set(vote) == {"day", "topic", "vote"}
    assert (vote["topic"], vote["vote"]) == ("mdp_oublie", "missing")


@pytest.mark.parametrize("form", [{"topic": "x", "vote": "helped"}, {"topic": "mdp_oublie", "vote": "10/10"}, {}])
def test_any_other_vote_is_refused_and_nothing_is_written(own, tmp_path, form):
    assert own.post("/chat/vote", data=form).status_code == 422
    assert not (tmp_path / "votes.jsonl").exists()


def test_the_figures_count_kinds_and_topics_without_a_word(own):
    own.get("/chat?topic=mdp_oublie")
    own.post("/chat/vote", data={"topic": "mdp_oublie", "vote": "helped"})
    figures = own.get("/metrics")

    assert figures.mimetype == "text/plain"
    assert 'mssante_replies_total{kind="answer",topic="mdp_oublie"} 1' in text_of(figures)
    assert 'mssante_votes_total{vote="helped"} 1' in text_of(figures)


# The widget


def test_the_widget_may_be_framed_by_the_sites_of_the_list_only(client):
    for answer in (client.get("/widget"), ask(client, "bonjour", address="/widget")):
        assert "frame-ancestors 'self' http://hote.test" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
    for page in ("/chat", "/hotline", "/widget/demo", "/eligibilite"):
        answer = client.get(page)
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_script_of_the_widget_can_be_loaded_from_any_site(client):
    answer = client.get("/widget.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "cookie" not in text_of(answer).lower().replace("no cookie", "")


def test_the_origins_of_the_widget_are_read_from_the_environment():
    settings = Settings.from_env({"MSSANTE_WIDGET_ORIGINS": "https://exemple.fr, http://autre.fr:8080"})

    assert settings.widget_origins == ("https://exemple.fr", "http://autre.fr:8080")


@pytest.mark.parametrize("wrong", ["exemple.fr", "https://exemple.fr/page", "*", "https://a.fr; script-src *"])
def test_a_wrong_origin_is_named_with_its_variable(wrong):
    with pytest.raises(ValueError, match="MSSANTE_WIDGET_ORIGINS"):
        Settings.from_env({"MSSANTE_WIDGET_ORIGINS": wrong})


# Markdown


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<b onclick=x>a</b>"],
)
def test_no_markdown_becomes_a_script(text):
    html = str(safe_html(text))

    assert not re.search(r"<script|<img|javascript:|onclick|onerror=.*>", html)


def test_markdown_becomes_the_html_and_the_text_of_a_reply():
    text = "**Infirmier**\n- un : *deux*\n- [trois](https://exemple.fr)\n\n1. quatre"

    assert safe_html(text).count("<li>") == 3
    assert "<strong>Infirmier</strong>" in safe_html(text)
    assert plain_text(text) == "Infirmier\n- un : deux\n- trois (https://exemple.fr)\n\n1. quatre"
