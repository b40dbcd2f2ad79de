"""`mssante ask`, one question or a file of them, and `mssante evaluate`."""

from __future__ import annotations

import codecs
import datetime
import json

import msgspec
import pytest
from click.testing import CliRunner

from bot.api.shapes import ChatReply
from bot.chat.showing import copied
from bot.chat.state import State
from bot.chat.terminal import reply_text
from bot.cli import cli
from tests.cli.test_command import mssante


@pytest.fixture
def ask(monkeypatch, conversation):
    """ask(*arguments) → the result of the command, over the assistant of the session."""
    monkeypatch.setattr("bot.chat_commands._conversation", lambda: conversation)
    return lambda *arguments: CliRunner().invoke(cli, ["ask", *arguments])


@pytest.fixture
def batch(ask, tmp_path):
    """batch(line, …) → (exit status, output lines as JSON, what was said on the error output)."""

    def _batch(*lines):
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
        result = ask("--batch", str(source), "--out", str(target))
        return result.exit_code, [json.loads(line) for line in target.read_bytes().splitlines()], result.stderr

    return _batch


def test_a_question_in_a_real_process_is_answered_with_its_sources():
    result = mssante("ask", "je suis interne, ai-je droit à une boîte ?")

    assert result.returncode == 0
    assert "Boîte nominative : cela dépend" in result.stdout
    assert "1. Oui, il est actif" in result.stdout
    assert "vérifié le 23/11/2026" in result.stdout
    assert "non relue par un juriste" in result.stdout
    assert "**" not in result.stdout
    assert "\x1b[" not in result.stdout


def test_json_is_the_reply_of_the_contract(ask):
    body = json.loads(ask("j'ai perdu mon mot de passe", "--json").output)

    assert msgspec.convert({**body, "state": ""}, ChatReply)
    assert body["topics"][0] == "mdp_oublie"


def test_a_batch_answers_questions_and_conversations(batch):
    status, answers, _ = batch(
        {"id": "un", "text": "je suis orthophoniste, ai-je droit à une boîte ?"},
        {"id": 2, "turns": ["je suis éducatrice spécialisée, ai-je droit à une boîte ?", "dans un IME"]},
        {"id": "vide", "turns": []},
    )

    assert status == 0
    assert [answer["id"] for answer in answers] == ["un", 2, "vide"]
    assert answers[0]["verdicts"][0]["boxes"] == ["PER"]
    assert answers[1]["replies"][0]["asks"]["fact"] == "employer"
    assert answers[1]["replies"][1]["verdicts"][0]["rows"] == ["P07"]
    assert answers[2]["replies"] == []


def test_each_conversation_of_a_batch_begins_anew(batch):
    line = {"id": "a", "text": "dans un IME"}

    _, answers, _ = batch({"id": "b", "turns": ["je suis éducatrice spécialisée"]}, line)
    _, alone, _ = batch(line)

    assert answers[1] == alone[0]


def test_a_faulty_line_is_told_on_its_line_and_the_others_go_on(batch):
    status, answers, said = batch(
        {"id": "un", "text": "bonjour"},
        b"pas du json",
        {"text": "sans id"},
        {"id": "quatre", "text": 4},
        {"id": "cinq", "text": "x", "turns": []},
        {"id": "six", "turns": ["x", None]},
        [1],
        b"\xff",
        b"[" * 9999,
        b"",
        {"id": "onze", "text": "bonjour"},
    )

    assert status == 1
    assert "Lignes en faute : 8 sur 10." in said
    assert [a["id"] for a in answers] == ["un", None, None, "quatre", "cinq", "six", None, None, None, "onze"]
    assert [number for number, a in enumerate(answers, 1) if "error" in a] == [2, 3, 4, 5, 6, 7, 8, 9]
    for number, answer in enumerate(answers[1:9], 2):
        assert answer["error"].startswith(f"ligne {number} : ")
    assert said.count("ligne ") == 8


def test_a_file_of_another_encoding_is_told_as_such(batch):
    _, answers, _ = batch('{"id": 1, "text": "café"}'.encode("latin-1"), {"id": 2, "text": "bonjour"})

    assert "UTF-8" in answers[0]["error"]
    assert answers[1]["id"] == 2


def test_the_mark_that_windows_puts_first_is_no_fault(batch):
    status, answers, _ = batch(codecs.BOM_UTF8 + b'{"id": 1, "text": "bonjour"}\r')

    assert status == 0
    assert answers[0]["kind"] == "smalltalk"


def test_a_defect_on_one_message_is_told_without_its_words_and_the_others_go_on(batch, conversation, monkeypatch):
    say = conversation.say

    def fails(state, text):
        if text == "phrase-secrete":
            raise ValueError(text)
        return say(state, text)

    monkeypatch.setattr(conversation, "say", fails)
    status, answers, said = batch({"id": 1, "text": "phrase-secrete"}, {"id": 2, "text": "bonjour"})

    assert status == 1
    assert "ValueError" in answers[0]["error"]
    assert "phrase-secrete" not in said + json.dumps(answers)
    assert answers[1]["kind"] == "smalltalk"


@pytest.mark.parametrize("today", [datetime.date(2026, 11, 24), datetime.date(2027, 11, 24)])
def test_every_reply_ends_with_what_is_to_be_known_of_the_base(conversation, base, today):
    _, reply = conversation.say(State(), "j'ai perdu mon mot de passe")
    told = [reply.as_json(base, today)["reply"], reply_text(base, reply, today), copied(base, reply, today)]

    for text in told:
        assert text.rstrip("*").endswith(base.wording("not_reviewed"))
        assert text.count("Version de travail") == 1
        assert ("plus de 180 jours" in text) == (today.year == 2027)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("ask",), 2, "il manque la question"),
        (("ask", "x", "--batch", "a"), 2, "avec --batch, ni texte"),
        (("ask", "--batch", "a"), 2, "ajoutez --out"),
        (("ask", "x", "--out", "a"), 2, "--out ne va qu’avec --batch"),
        (("ask", "x", "y"), 2, "mettez la question entre guillemets"),
        (("ask", " "), 2, "il manque la question"),
        (("ask", "--batch", "/nulle/part.jsonl", "--out", "/nulle/ici"), 1, "ce fichier n’existe pas"),
        (("send-check",), 2, "donnez un fichier"),
        (("send-check", "--batch", "a"), 2, "vont ensemble"),
        (("send-check", "/nulle/part.json"), 1, "lecture impossible"),
    ],
)
def test_wrong_usage_is_told_in_french(arguments, status, said):
    result = mssante(*arguments)

    assert result.returncode == status
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_is_told_with_status_one(ask, tmp_path):
    result = ask("--batch", str(tmp_path / "rien.jsonl"), "--out", str(tmp_path / "out.jsonl"))

    assert result.exit_code == 1
    assert "rien.jsonl" in result.stderr


def test_the_answers_never_overwrite_the_questions(ask, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "text": "x"}')

    assert ask("--batch", str(source), "--out", str(source)).exit_code == 2
    assert source.read_text() == '{"id": "a", "text": "x"}'


def test_a_command_does_not_load_what_it_does_not_use():
    import subprocess
    import sys

    code = "import sys, bot.cli; print([m for m in ('flask', 'spacy', 'numpy', 'sqlalchemy') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"


def test_evaluate_says_the_shares_the_confusions_and_the_worst_messages(monkeypatch, app):
    dialogue = app.extensions["assistant"].get()
    monkeypatch.setattr("bot.chat.assistant.make_dialogue", lambda engine: dialogue)

    text = CliRunner().invoke(cli, ["evaluate", "--worst"]).output
    body = json.loads(CliRunner().invoke(cli, ["evaluate", "--json"]).output)

    for wanted in (
        "bon sujet en premier",
        "bon sujet parmi trois",
        "faux avec assurance",
        "Confusions",
        "pires messages",
    ):
        assert wanted in text
    assert set(body["messages"]) == {"questions", "chat_blind"}
    assert set(body["verdicts"]) == {"eligibility", "eligibility_blind"}
    assert body["messages"]["chat_blind"]["count"] + body["messages"]["chat_blind"]["guarded"] == 378
    assert len(body["worst"]) <= 50
    assert all(0 <= share <= 1 for share in body["messages"]["chat_blind"]["shares"].values())


def test_the_send_rules_answer_at_the_command_line():
    assert json.loads(mssante("send-check", "--schema").stdout)["$id"] == "urn:guide-mssante:send"
