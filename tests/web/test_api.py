"""POST /api/v1/eligibility: the shapes of DESIGN § 4 and its errors."""

from __future__ import annotations


def post(client, body, **more):
    return client.post("/api/v1/eligibility", json=body, **more)


def test_a_decision_has_its_shape(client):
    body = post(client, {"facts": {"profession": "orthophoniste"}}).get_json()

    assert body["step"] == "decision"
    assert body["verdict"] == {
        "about": "self",
        "subject": "orthophoniste",
        "nominative": "yes",
        "org_access": "yes",
        "structure_boxes": "n/a",
        "boxes": ["PER"],
        "conditions": ["check_rpps"],
        "rows": ["P07"],
        "facts": {"profession": "orthophoniste"},
    }
    assert body["why"]
    assert body["why_not"] == []
    assert {"id", "title", "locator", "url", "checked_on"} == set(body["sources"][0])


def test_a_question_has_its_shape(client):
    body = post(client, {"facts": {"profession": "educateur-specialise"}}).get_json()

    assert body["step"] == "question"
    assert set(body["asks"]) == {"fact", "question", "options"}
    assert body["asks"]["fact"] == "employer"
    assert {v["nominative"] for v in body["possible"]} >= {"yes", "depends"}


def test_a_fault_is_a_french_problem(client):
    answer = post(client, {"facts": {"profession": "infirmer"}})

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert "vouliez-vous dire « infirmier »" in answer.get_json()["detail"]


def test_all_that_is_wrong_is_told_at_once(client):
    facts = {"profession": "infirmer", "care": "peut-être", "metier": "x", "employer": "hopital", "rpps": "active"}

    body = post(client, {"facts": facts, "on": "2020-01-01"}).get_json()

    assert [error["pointer"] for error in body["errors"]] == ["#/on", "#/facts/profession", "#/facts/care", "#/facts"]
    assert [error.get("fact") for error in body["errors"]] == [None, "profession", "care", None]
    assert body["fact"] == "profession"
    for error in body["errors"]:
        assert error["detail"] in body["detail"]


def test_a_value_written_as_only_a_person_would_is_refused_beside_the_others(client):
    body = post(client, {"facts": {"profession": "Infirmière", "rpps": "oui"}}).get_json()

    assert {error["fact"] for error in body["errors"]} == {"profession", "rpps"}


def test_every_fault_of_an_attempt_is_told(client):
    body = client.post("/api/v1/send-check", json={"nimporte": 1, "quoi": 2}).get_json()

    assert body["status"] == 422
    assert len(body["errors"]) > 1


def test_the_address_of_the_api_tells_its_addresses(client):
    for address in ("/api/v1", "/api/v1/"):
        body = client.get(address).get_json()

        assert body["openapi"] == "/api/v1/openapi.json"
        assert body["links"]["eligibility"] == "/api/v1/eligibility"
    for link in body["links"].values():
        assert client.options(link).status_code == 204


def test_a_date_outside_what_was_read_gets_no_verdict(client):
    answer = post(client, {"facts": {"profession": "infirmier"}, "on": "2020-01-01"})

    assert answer.status_code == 422
    assert "date non couverte" in answer.get_json()["detail"]


def test_what_is_not_json_is_refused_as_a_problem(client):
    for answer in (client.post("/api/v1/eligibility", data="x"), client.post("/api/v1/eligibility", json=[1])):
        assert answer.status_code in (400, 415)
        assert answer.content_type == "application/problem+json"


def test_the_api_sets_no_cookie(client):
    assert "Set-Cookie" not in post(client, {"facts": {}}).headers
