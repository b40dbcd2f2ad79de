"""`--on DATE`: the rules of that day answer, within the days that were read and never outside them."""

from __future__ import annotations

import datetime
import json

import msgspec
import pytest
from click.testing import CliRunner

from eligibility.answers import FactError, read_answers
from eligibility.engine import Engine
from eligibility.proof import periods, prove, rows_without_effect
from knowledge.base import FIRST_DAY, DateNotCovered
from knowledge.model import InForce
from tests.eligibility.edited_base import edited, outcome, with_entries

LAST_OF_OLD = datetime.date(2025, 6, 30)
FIRST_OF_NEW = datetime.date(2025, 7, 1)


@pytest.fixture(scope="module")
def dated(base):
    """A base where an invented decree of 1 July 2025 makes P07 a « depends », under the name P07-2025."""

    def two_versions(rows):
        old = next(row for row in rows if row.id == "P07")
        replace = msgspec.structs.replace
        return [
            *(row for row in rows if row.id != "P07"),
            replace(old, in_force=InForce(since=FIRST_DAY, until=LAST_OF_OLD)),
            replace(
                old,
                id="P07-2025",
                in_force=InForce(since=FIRST_OF_NEW),
                then=outcome(base, "P07", nominative="depends", boxes=None),
            ),
        ]

    return with_entries(base, "rows", two_versions)


def verdict_on(base, day, **facts):
    then = base.at(day)
    return Engine(then).decide(read_answers(then, facts)).verdict


@pytest.mark.parametrize(
    ("day", "nominative", "row"),
    [
        (FIRST_DAY, "yes", "P07"),
        (LAST_OF_OLD, "yes", "P07"),
        (FIRST_OF_NEW, "depends", "P07-2025"),
        (datetime.date(2026, 11, 23), "depends", "P07-2025"),
        (None, "depends", "P07-2025"),
    ],
)
def test_the_row_in_force_that_day_answers(dated, day, nominative, row):
    verdict = verdict_on(dated, day, profession="infirmier")

    assert (verdict.nominative, verdict.rows) == (nominative, (row,))


def test_without_a_date_the_base_is_that_of_the_last_check(dated):
    assert dated.day == dated.as_of
    assert Engine(dated).decide(read_answers(dated, {"profession": "infirmier"})).verdict.rows == ("P07-2025",)


def test_one_may_go_from_any_day_to_any_other(dated):
    back = dated.at(FIRST_DAY)

    assert back.as_of == dated.as_of
    assert verdict_on(back, FIRST_OF_NEW, profession="infirmier").nominative == "depends"
    assert verdict_on(back, None, profession="infirmier").nominative == "depends"
    assert back.digest == dated.digest


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_before_the_first_and_the_day_after_the_last_are_not_covered(dated, days):
    day = FIRST_DAY - datetime.timedelta(1) if days < 0 else dated.as_of + datetime.timedelta(1)

    for base in (dated, dated.at(FIRST_DAY)):
        with pytest.raises(DateNotCovered, match="date non couverte"):
            base.at(day)


def test_a_profession_is_unknown_before_the_law_names_it(base):
    new = edited(base, "professions", "infirmier", in_force=InForce(since=FIRST_OF_NEW))

    assert verdict_on(new, FIRST_OF_NEW, profession="infirmier").nominative == "yes"
    with pytest.raises(FactError, match="Valeur inconnue"):
        verdict_on(new, LAST_OF_OLD, profession="infirmier")


def test_a_presumption_no_longer_in_force_presumes_nothing(base):
    ended = edited(base, "presumptions", "structure-ident", in_force=InForce(since=FIRST_DAY, until=LAST_OF_OLD))

    assert verdict_on(ended, LAST_OF_OLD, employer="ehpad", need="service").structure_boxes == "yes"
    assert verdict_on(ended, FIRST_OF_NEW, employer="ehpad", need="service").structure_boxes == "depends"


def test_each_stretch_of_time_is_proved_and_two_versions_of_a_row_do_not_conflict(dated):
    stretches = periods(dated)

    assert [then.day for then in stretches] == [FIRST_DAY, FIRST_OF_NEW]
    assert all(proof.holds for then in stretches for proof in prove(then))
    assert rows_without_effect(dated) == []


def test_a_base_whose_rules_never_changed_is_one_stretch(base):
    assert periods(base) == [base]


def test_a_day_left_without_a_rule_is_told_by_the_proof(base):
    hole = edited(base, "rows", "P07", in_force=InForce(since=FIRST_OF_NEW))

    before, after = periods(hole)

    assert any(proof.gaps for proof in prove(before))
    assert all(proof.holds for proof in prove(after))


def test_a_row_that_ended_before_the_first_day_has_no_effect(base):
    def add(rows):
        ended = InForce(since=datetime.date(2020, 1, 1), until=datetime.date(2021, 1, 1))
        return [*rows, msgspec.structs.replace(rows[0], id="vieille", in_force=ended)]

    assert "vieille" in rows_without_effect(with_entries(base, "rows", add))[0].message


# The doors


@pytest.fixture
def client(dated):
    from bot.app import create_app
    from bot.settings import Settings

    return create_app(Settings(secret_key="tests-only-" * 4), dated).test_client()


def ask(client, on):
    return client.post("/api/v1/eligibility", json={"facts": {"profession": "infirmier", "rpps": "unknown"}, "on": on})


@pytest.mark.parametrize(("on", "row"), [("2025-06-30", "P07"), ("2025-07-01", "P07-2025"), (None, "P07-2025")])
def test_the_api_answers_by_the_day_and_names_it(client, on, row):
    body = ask(client, on).get_json()

    assert body["verdict"]["rows"] == [row]
    assert body["knowledge"].get("on") == on
    assert all(c["verdict"]["rows"][0] != ("P07" if row != "P07" else "P07-2025") for c in body["changes"])


@pytest.mark.parametrize("on", ["2024-06-15", "2026-11-24", "2100-01-01", "hier", 20250630, ["2025-07-01"], ""])
def test_the_api_gives_no_verdict_on_a_day_that_is_not_covered(client, on):
    answer = ask(client, on)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert not {"verdict", "why", "possible", "step"} & set(answer.get_json())


def command(monkeypatch, base, *arguments):
    from bot.cli import cli

    monkeypatch.setattr("knowledge.base.load_base", lambda: base)
    return CliRunner().invoke(cli, ["eligible", "--fact", "profession=infirmier", "--fact", "rpps=unknown", *arguments])


@pytest.mark.parametrize(("on", "row"), [("2025-06-30", "P07"), ("2025-07-01", "P07-2025")])
def test_the_command_answers_by_the_day_and_says_so(monkeypatch, dated, on, row):
    body = json.loads(command(monkeypatch, dated, "--on", on, "--json").output)
    said = command(monkeypatch, dated, "--on", on).output

    assert body["verdict"]["rows"] == [row]
    assert f"Lignes : {row}" in said
    assert f"Réponse selon les règles en vigueur le {datetime.date.fromisoformat(on):%d/%m/%Y}." in said


@pytest.mark.parametrize("on", ["2024-06-15", "2026-11-24"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_the_command_gives_no_verdict_on_a_day_that_is_not_covered(monkeypatch, dated, on, more):
    result = command(monkeypatch, dated, "--on", on, *more)

    assert result.exit_code == 1
    assert "date non couverte" in result.stderr
    assert result.stdout == ""
