"""`send-check`: a file, a batch, the schema; every fault in French, the other lines go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.sandbox.check_command import check_batch, check_file, schema_text
from tests.sandbox.attempts import HUGO, ordinary

SHARED = Path(__file__).resolve().parents[3] / "shared" / "send.schema.json"


def test_a_file_gives_its_result(tmp_path, base):
    path = tmp_path / "envoi.json"
    path.write_text(json.dumps(ordinary()), "utf-8")

    status, text = check_file(path, base)

    assert status == 0
    assert json.loads(text)["outcome"] == "delivered"


def test_a_faulty_file_tells_every_fault_in_french(tmp_path, base):
    path = tmp_path / "envoi.json"
    path.write_text(json.dumps(ordinary(chanel="webmail", to="x", context={"thread": "ouvert"})), "utf-8")

    status, text = check_file(path, base)

    assert status == 1
    assert "clé inconnue « chanel » ; vouliez-vous dire « channel » ?" in text
    assert "« to » : attendu une liste" in text
    assert "« context.thread » : valeur inconnue" in text


@pytest.mark.parametrize("sign", ["\r\n", "\r", "\n", "\0"])
@pytest.mark.parametrize("field", ["subject", "headers.Reply-To", "headers.X-MSS-MES"])
def test_what_would_add_a_header_is_refused_on_one_clear_line(tmp_path, base, sign, field):
    path = tmp_path / "envoi.json"
    value = f"Avis{sign}Bcc: quelqu-un@ch-abcd.mssante.fr"
    told = {"subject": value} if field == "subject" else {"headers": {field.partition(".")[2]: value}}
    path.write_text(json.dumps(ordinary(**told)), "utf-8")

    status, text = check_file(path, base)

    assert (status, len(text.splitlines())) == (1, 1)
    assert f"« {field} » : un retour à la ligne ou un octet nul" in text
    assert "quelqu-un" not in text


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"NaN", b'{"a":' * 5000, b"1" * 6000])
def test_what_is_not_an_attempt_is_told_without_a_trace(tmp_path, base, content):
    path = tmp_path / "envoi.json"
    path.write_bytes(content)

    status, text = check_file(path, base)

    assert status == 1
    assert text


def test_a_missing_file_is_told(tmp_path, base):
    assert check_file(tmp_path / "rien.json", base)[0] == 1


def test_a_faulty_line_has_its_error_and_the_others_their_result(tmp_path, base):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "un", **ordinary()},
        {"id": "deux", **ordinary(auth="carte")},
        {**ordinary()},
        {"id": 4, **ordinary(to=[HUGO, "\ud800@x.fr"])},
    ]
    source.write_text("\n".join(json.dumps(line) for line in lines) + "\npas du json\n\n", "utf-8")

    assert check_batch(source, target, base) == 1

    answers = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["un", "deux", None, 4, None]
    assert answers[0]["outcome"] == "delivered"
    assert "« auth » : valeur inconnue" in answers[1]["error"]
    assert "« id »" in answers[2]["error"]
    assert answers[3]["recipients"][1]["address"] == "\ud800@x.fr"
    assert "ligne 5" in answers[4]["error"]


def test_a_sound_batch_exits_well(tmp_path, base):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "un", **ordinary()}), "utf-8")

    assert check_batch(source, target, base) == 0


def test_the_schema_printed_is_the_shared_contract():
    assert json.loads(schema_text())["$id"] == "urn:guide-mssante:send"
    if not SHARED.exists():
        pytest.skip("contrat partagé absent de cette machine")
    assert schema_text() == SHARED.read_text("utf-8")


def test_the_api_refuses_it_as_a_problem_that_names_the_field(client):
    document = ordinary(subject="Avis\r\nBcc: x@y", headers={"Reply-To": "a\0b"})

    answer = client.post("/api/v1/send-check", json=document)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [
        "« subject »" in answer.json["errors"][0]["detail"],
        "« headers.Reply-To »" in answer.json["errors"][1]["detail"],
    ] == [
        True,
        True,
    ]
