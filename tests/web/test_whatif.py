"""What suffices and what would change the answer, on the verdict page and in the API."""

from __future__ import annotations

import re
from html import unescape

import pytest

from eligibility.answers import read_answers
from eligibility.report import is_question
from eligibility.whatif import changes, minimal_reason

FACTS = [
    {"profession": "infirmier", "rpps": "active"},
    {"profession": "secretaire-medicale", "employer": "hopital"},
    {"employer": "ehpad", "need": "service"},
    {"profession": "naturopathe"},
]


def page_of(client, facts):
    return unescape(client.get("/eligibilite", query_string=facts).get_data(as_text=True))


@pytest.mark.parametrize("facts", FACTS, ids=lambda f: "+".join(f.values()))
def test_the_page_and_the_api_say_what_the_engine_says(client, engine, facts):
    answers = read_answers(engine.base, facts)
    page = page_of(client, facts)
    body = client.post("/api/v1/eligibility", json={"facts": facts}).get_json()
    told = [c for p in changes(engine, answers) for c in p.changes]

    assert [m["fact"] for m in body["minimal"]] == [s.fact for s in minimal_reason(engine, answers)]
    assert [(c["fact"], c["value"]) for c in body["changes"]] == [(c.fact, c.value) for c in told]
    for text in (*(m["text"] for m in body["minimal"]), *(c["text"] for c in body["changes"])):
        assert text in page


def test_the_verdict_page_has_both_sections(client):
    page = page_of(client, FACTS[0])

    assert "<h2>Ce qui suffit à décider</h2>" in page
    assert "Sans effet sur la conclusion, sauf parfois sur les démarches : inscription au RPPS." in page
    assert "<h2>Ce qui changerait la réponse</h2>" in page


def test_each_change_leads_to_the_verdict_it_announces_or_to_the_question_it_raises(client, engine):
    answers = read_answers(engine.base, FACTS[0])
    page = page_of(client, FACTS[0])
    addresses = dict(re.findall(r'<li><a href="(/eligibilite\?[^"]+)">([^<]+)</a></li>', page))

    for prospect in changes(engine, answers):
        for change in prospect.changes:
            address = next(a for a, text in addresses.items() if text == change.text)
            there = unescape(client.get(address).get_data(as_text=True))
            decision = engine.decide(change.answers)
            if is_question(decision):
                assert decision.asks.question in there
            else:
                assert f"Lignes de décision : {', '.join(change.verdict.rows)}." in there


def test_where_no_single_answer_would_change_anything_the_page_says_so(client):
    assert "Profession mise à part, changer une seule réponse ne changerait pas la conclusion." in page_of(
        client, {"profession": "naturopathe"}
    )
