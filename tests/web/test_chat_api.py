"""POST /api/v1/chat and search, the lists and entries, and how the API refuses."""

from __future__ import annotations

import json

import msgspec
import pytest

from bot.api.catalogue import SECTIONS
from bot.api.shapes import ChatReply, SearchResults

REPLY = {"kind", "topics", "reply", "verdicts", "asks", "sources", "suggestions", "knowledge", "state"}


def chat(client, text, state=None, **more):
    return client.post("/api/v1/chat", json={"text": text, "state": state, **more}).get_json()


def test_a_reply_has_exactly_the_shape_of_the_contract(client):
    body = chat(client, "je suis interne, ai-je droit à une boîte ?")

    assert set(body) == REPLY
    assert msgspec.convert(body, ChatReply)
    assert body["kind"] == "verdict"
    assert body["asks"]["fact"] == "rpps"
    assert {"value", "label"} == set(body["asks"]["options"][0])


@pytest.mark.parametrize("text", ["bonjour", "mot de passe perdu", "185057800608436", "il ne respire plus", "zzz", ""])
def test_every_reply_says_that_no_jurist_has_read_the_base(client, base, text):
    reply, html = (chat(client, text, html=True)[key] for key in ("reply", "html"))

    assert reply.endswith(f"*{base.wording('not_reviewed')}*")
    assert reply.count("Version de travail") == 1
    # The page says it at its foot, and in the text to copy.
    assert html.count("Version de travail") == 1


def test_the_state_carries_the_conversation(client):
    first = chat(client, "je suis éducatrice spécialisée, ai-je droit à une boîte ?")
    second = chat(client, "dans un IME", first["state"])

    assert second["verdicts"][0]["facts"] == {"profession": "educateur-specialise", "employer": "ime"}
    assert second["verdicts"][0]["boxes"] == ["PER"]


def test_the_value_of_an_option_answers_as_well_as_its_label(client):
    first = chat(client, "je suis interne, ai-je droit à une boîte ?")
    replies = [chat(client, said, first["state"]) for said in ("active", "Oui, il est actif")]

    assert replies[0] == replies[1]
    assert replies[0]["verdicts"][0]["rows"] == ["P08"]


def test_the_explanation_and_the_page_come_on_demand(client):
    body = chat(client, "j'ai perdu mon mot de passe", explain=True, html=True)

    assert set(body) == {*REPLY, "explanation", "html"}
    assert body["explanation"]["details"]
    assert any("Le mot de passe oublié" in line for line in body["explanation"]["heard"])
    assert all(link["url"].startswith("/") for link in body["explanation"]["links"])
    assert body["html"].strip().startswith("<article")


def test_a_patients_number_is_refused_and_not_given_back(client):
    answer = client.post("/api/v1/chat", json={"text": "185057800608436", "html": True, "explain": True})

    assert answer.get_json()["kind"] == "refusal"
    assert "1850578" not in answer.get_data(as_text=True)


# Lists and entries


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_entry_that_is_listed_can_be_read(client, base, section):
    items = client.get(f"/api/v1/{section}").get_json()["items"]

    assert [item["id"] for item in items] == list(base.section(section))
    for item in items[:5]:
        entry = client.get(f"/api/v1/{section}/{item['id']}").get_json()
        assert entry["label"] == item["label"]
        assert entry["entry"]["id"] == item["id"]
        assert entry["url"].startswith("/")


# Search


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ortophoniste", ("professions", "orthophoniste")),
        ("EHPAD", ("structures", "ehpad")),
        ("liste rouge", ("glossary", "liste-rouge")),
        ("mot de passe oublié", ("topics", "mdp_oublie")),
    ],
)
def test_search_finds_names_terms_and_topics(client, query, wanted):
    body = client.post("/api/v1/search", json={"query": query}).get_json()

    assert msgspec.convert(body, SearchResults)
    assert wanted in [(hit["section"], hit["id"]) for hit in body["results"][:5]]
    assert query not in str(body["knowledge"])


def test_a_search_for_nothing_known_finds_nothing(client):
    assert client.post("/api/v1/search", json={"query": "zzzzzzz"}).get_json()["results"] == []


# Send rules

ATTEMPT = {
    "from": "camille.martin@ch-exemple.mssante.fr",
    "from_type": "PER",
    "channel": "webmail",
    "auth": "psc",
    "to": [],
    "subject": "essai",
}


def test_the_send_rules_answer_as_they_do_at_the_command_line(client, base):
    from bot.sandbox.check_command import SendCheck

    attempt = {**ATTEMPT, "to": ["nimporte", "\ud800@x.fr"]}
    answer = client.post("/api/v1/send-check", data=json.dumps(attempt), content_type="application/json")

    assert answer.get_json() == SendCheck(base).of(attempt)


def test_a_faulty_attempt_is_told_whole(client):
    faulty = json.dumps({**ATTEMPT, "chanel": 1, "auth": "carte", "\ud800": 1})
    answer = client.post("/api/v1/send-check", data=faulty, content_type="application/json")

    assert answer.status_code == 422
    assert "chanel" in answer.get_json()["detail"]
    assert "auth" in answer.get_json()["detail"]


# Refusals


@pytest.mark.parametrize(
    ("method", "address", "sent", "status", "said"),
    [
        ("POST", "/api/v1/chat", {"json": {"txt": "x"}}, 422, "Champ inconnu « txt »"),
        ("POST", "/api/v1/chat", {"json": {}}, 422, "Il manque « text »"),
        ("POST", "/api/v1/chat", {"json": {"text": 3}}, 422, "« text » : valeur non admise"),
        ("POST", "/api/v1/chat", {"json": {"text": "x" * 10_001}}, 422, "longueur non admise"),
        ("POST", "/api/v1/chat", {"json": [1]}, 400, "n’est pas un objet JSON"),
        ("POST", "/api/v1/chat", {"data": "{", "content_type": "application/json"}, 400, "JSON lisible"),
        ("POST", "/api/v1/chat", {"data": "[" * 9999, "content_type": "application/json"}, 400, "JSON"),
        ("POST", "/api/v1/chat", {"data": b"\xff", "content_type": "application/json"}, 400, "JSON lisible"),
        ("POST", "/api/v1/chat", {"data": {"text": "x"}}, 415, "Content-Type"),
        ("POST", "/api/v1/search", {"json": {"query": ""}}, 422, "longueur non admise"),
        ("POST", "/api/v1/search", {"json": {"query": "x" * 1_000_001}}, 413, "taille admise"),
        ("POST", "/api/v1/eligibility", {"json": {"facts": {"rpps": ["active"]}}}, 422, "rpps"),
        ("POST", "/api/v1/eligibility", {"json": {"facts": {"profession": " infirmier "}}}, 422, "mal écrite"),
        ("POST", "/api/v1/eligibility", {"json": {"facts": {}, "on": "hier"}}, 422, "AAAA-MM-JJ"),
        ("POST", "/api/v1/send-check", {"json": []}, 400, "objet JSON"),
        ("POST", "/api/v1/send-check", {"data": "NaN", "content_type": "application/json"}, 400, "JSON"),
        ("GET", "/api/v1/professions/nimporte", {}, 404, "Aucune fiche"),
        ("GET", "/api/v1/nulle-part", {}, 404, "n’existe pas"),
        ("POST", "/api/v1/nulle-part", {"json": {}}, 404, "n’existe pas"),
        ("GET", "/api/autre", {}, 404, "Cette adresse"),
        ("GET", "/api/v1/chat", {}, 405, "n’accepte pas"),
        ("DELETE", "/api/v1/topics", {}, 405, "n’accepte pas"),
    ],
)
def test_a_refusal_is_a_french_problem(client, method, address, sent, status, said):
    answer = client.open(address, method=method, **sent)
    body = answer.get_json()

    assert answer.status_code == body["status"] == status
    assert answer.content_type == "application/problem+json"
    assert said in body["detail"]
    assert set(body) >= {"type", "title", "status", "detail"}
    assert "Set-Cookie" not in answer.headers


def test_a_method_refused_says_which_are_admitted(client):
    assert client.get("/api/v1/chat").headers["Allow"] == "OPTIONS, POST"
    assert client.options("/api/v1/topics").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_what_was_sent_is_not_said_again_in_a_refusal(client):
    answer = client.post("/api/v1/chat", json={"text": ["phrase-secrete"], "state": None})

    assert "phrase-secrete" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("chat", {"text": "x", "2 85 05 78 006 084 36": 1}),
        ("search", {"query": "x", "2 85 05 78 006 084 36": 1}),
        ("eligibility", {"facts": {"2 85 05 78 006 084 36": "x"}}),
        ("eligibility", {"facts": {"profession": "2 85 05 78 006 084 36"}}),
        ("send-check", {**ATTEMPT, "auth": "2 85 05 78 006 084 36"}),
        ("send-check", {**ATTEMPT, "2 85 05 78 006 084 36": 1}),
        ("send-check", {**ATTEMPT, "attachments": "285057800608436"}),
    ],
)
def test_a_patients_number_is_not_said_again_in_a_refusal(client, address, sent):
    answer = client.post(f"/api/v1/{address}", json=sent)

    assert answer.status_code == 422
    assert answer.get_json()["detail"]
    assert not [part for part in ("78 006", "7800608") if part in answer.get_data(as_text=True)]
