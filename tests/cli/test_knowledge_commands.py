"""`mssante knowledge …` as its users meet it."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from click.testing import CliRunner

from bot.cli import cli
from knowledge.loading import Source, read_sources
from knowledge.problems import Place, Problem
from tests.conftest import ROOT

in_a_checkout = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs the git history")


def knowledge(*arguments):
    return CliRunner().invoke(cli, ["knowledge", *arguments])


# Lint


def test_lint_ends_with_the_count_and_the_digest(base):
    result = knowledge("lint")

    assert result.exit_code == 0
    assert re.search(r"\d+ fiches, 0 défaut\. Empreinte : [0-9a-f]{64}\n$", result.stdout)


def test_lint_warns_of_old_checks_without_failing(monkeypatch):
    monkeypatch.setattr("bot.knowledge_commands._today", lambda: datetime.date(2027, 11, 23))

    result = knowledge("lint")

    assert result.exit_code == 0
    assert "depuis plus de 180 jours, personne n’a revérifié" in result.stdout
    assert re.search(r"knowledge/data/\S+\.yaml:\d+: « \S+ », vérifié le 23/11/2026", result.stdout)


def test_lint_has_nothing_to_warn_of_on_the_day_of_the_check(monkeypatch):
    monkeypatch.setattr("bot.knowledge_commands._today", lambda: datetime.date(2026, 11, 23))

    assert "Attention" not in knowledge("lint").stdout


def test_lint_tells_a_vanished_id(monkeypatch):
    monkeypatch.setattr("knowledge.loading.read_known_ids", lambda *_: Source("known_ids.txt", b"faq/disparue\n"))

    result = knowledge("lint")

    assert result.exit_code == 1
    assert "knowledge/known_ids.txt:1:1: identifiant publié disparu « faq/disparue »" in result.stderr
    assert "faq/disparue retired AAAA-MM-JJ: raison" in result.stderr
    assert "1 défaut dans la base" in result.stderr


def test_lint_reminds_of_ids_not_listed_yet_without_failing(monkeypatch):
    monkeypatch.setattr("knowledge.loading.read_known_ids", lambda *_: None)

    result = knowledge("lint")

    assert result.exit_code == 0
    assert "Avant de publier : mssante knowledge ids --update" in result.stdout


def test_lint_tells_a_rule_that_nothing_reaches(monkeypatch):
    dead = Problem(
        Place("knowledge/data/rows/personne.yaml", 7), "ligne sans effet « P99 » : aucune situation", "retirez-la"
    )
    monkeypatch.setattr("eligibility.proof.rows_without_effect", lambda base: [dead])

    result = knowledge("lint")

    assert result.exit_code == 1
    assert "personne.yaml:7:1: ligne sans effet « P99 »" in result.stderr


def test_lint_refuses_a_check_to_come(monkeypatch):
    monkeypatch.setattr("bot.knowledge_commands._today", lambda: datetime.date(2026, 11, 22))

    result = knowledge("lint")

    assert result.exit_code == 1
    assert "date de vérification à venir" in result.stderr


def test_lint_says_that_a_review_bears_on_another_base(monkeypatch):
    signed = f"role: juriste\nday: 2026-11-20\ndigest: {'0' * 64}\n"
    files = [Source(f.path, signed.encode() if f.path == "review.yaml" else f.content) for f in read_sources()]
    monkeypatch.setattr("knowledge.loading.read_sources", lambda *_: files)

    result = knowledge("lint")

    assert result.exit_code == 0
    assert "la relecture du 20/11/2026 porte sur une autre base (000000000000)" in result.stdout


# Proof


def test_a_deleted_row_is_proved_a_gap_although_its_id_vanished(monkeypatch):
    """The whole file of the rows less one, as its author would save it."""
    kept = []
    for file in read_sources():
        content = file.content.decode()
        if file.path == "rows/personne.yaml":
            content = re.sub(r"(?ms)^  - id: P10\n.*?(?=^  - id: )", "", content)
        kept.append(Source(file.path, content.encode()))
    monkeypatch.setattr("knowledge.loading.read_sources", lambda *_: kept)

    result = knowledge("prove")

    assert result.exit_code == 1
    assert "TROU (3 situations)" in result.stdout
    assert "id: NOUVELLE" in result.stdout
    assert "identifiant publié disparu « rows/P10 »" in result.stderr


def test_a_base_that_cannot_be_proved_tells_its_faults_alone(monkeypatch):
    kept = [
        Source(f.path, f.content.replace(b"quality: [STAFF]", b"quality: [STAF]")) if f.path.startswith("rows/") else f
        for f in read_sources()
    ]
    monkeypatch.setattr("knowledge.loading.read_sources", lambda *_: kept)

    result = knowledge("prove")

    assert result.exit_code == 1
    assert "valeur inconnue « STAF »" in result.stderr
    assert "vouliez-vous dire « STAFF »" in result.stderr
    assert "situations" not in result.stdout


# Ids


def test_ids_are_listed_then_added_to_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr("knowledge.loading.DATA", tmp_path / "data")
    monkeypatch.setattr("knowledge.loading.read_known_ids", lambda *_: None)

    listed, added = knowledge("ids"), knowledge("ids", "--update")

    assert "professions/infirmier\n" in listed.stdout
    assert "de plus dans knowledge/known_ids.txt" in added.stdout
    assert "professions/infirmier\n" in (tmp_path / "known_ids.txt").read_text(encoding="utf-8")


# Sources


def test_sources_say_how_they_were_read_when_and_what_rests_on_them():
    result = knowledge("sources")

    assert result.exit_code == 0
    assert re.search(r"23/11/2026 \(\d+ j\)  presentation-paca-2024 : La MSSanté", result.stdout)
    assert re.search(r"Présentation fondatrice ; \d+ fiches, \d+ lignes de décision \(B01", result.stdout)
    assert "source faible" in result.stdout


def test_sources_as_json_by_use(base):
    found = json.loads(knowledge("sources", "--by", "usage", "--json").stdout)

    assert len(found) == len(base.sections.sources)
    assert {"id", "title", "read_as", "weak", "checked_on", "age_days", "entries", "rows"} <= set(found[0])
    assert len(found[0]["rows"]) >= len(found[1]["rows"])


def test_an_unknown_order_is_wrong_usage():
    from tests.cli.test_command import mssante

    result = mssante("knowledge", "sources", "--by", "nom")

    assert result.returncode == 2
    assert "Valeur refusée pour '--by' : « nom »" in result.stderr


# Impact


@in_a_checkout
def test_impact_since_the_last_commit_is_told_in_french():
    result = knowledge("impact", "HEAD")

    assert result.exit_code == 0
    assert re.match(r"Depuis [0-9a-f]{7} \(\d\d/\d\d/\d{4}\) : base [0-9a-f]{12} → [0-9a-f]{12}\n", result.stdout)
    assert "situations" in result.stdout


@in_a_checkout
def test_impact_as_json():
    body = json.loads(knowledge("impact", "HEAD", "--json").stdout)

    assert {"since", "digest", "entries", "situations", "groups"} == set(body)
    assert body["situations"]["examined"] > 200_000


@in_a_checkout
def test_impact_since_nowhere_is_a_french_sentence():
    result = knowledge("impact", "nulle-part")

    assert result.exit_code == 1
    assert "« nulle-part » n’est pas une révision" in result.stderr


@in_a_checkout
def test_impact_since_an_unreadable_revision_names_the_oldest_readable_one(monkeypatch):
    from knowledge.history import History, Revision, Unreadable

    def refuse(self, revision):
        raise Unreadable(revision, [])

    oldest = Revision("0123456789", datetime.date(2026, 11, 23))
    monkeypatch.setattr(History, "past", refuse)
    monkeypatch.setattr(History, "oldest_readable", lambda self: oldest)

    result = knowledge("impact", "HEAD")

    assert result.exit_code == 1
    assert "illisible par le code d’aujourd’hui" in result.stderr
    assert "Plus ancienne révision lisible : 0123456 (23/11/2026)" in result.stderr


def test_impact_without_a_revision_is_wrong_usage():
    from tests.cli.test_command import mssante

    result = mssante("knowledge", "impact")

    assert result.returncode == 2
    assert "Il manque l’argument" in result.stderr
