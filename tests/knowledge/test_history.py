"""The base of an old revision, read by today's code from a real git repository."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from eligibility.impact import impact
from knowledge.base import Base
from knowledge.history import History, NoSuchRevision, Unreadable
from knowledge.loading import DATA, Source, compile_sources, read_sources

ROWS = "knowledge/data/rows/personne.yaml"


def git(root, *arguments):
    identity = ("-c", "user.name=Essai", "-c", "user.email=essai@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, "-C", str(root), *arguments], check=True, capture_output=True)


def commit(root, change=None):
    if change is not None:
        path = root / ROWS
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "--allow-empty", "-m", "essai")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Five commits: no base, a field of another age, a base of today, a rule edited, back to today's."""
    root = tmp_path_factory.mktemp("depot")
    git(root, "init", "-q")
    commit(root)
    shutil.copytree(DATA, root / "knowledge" / "data", ignore=shutil.ignore_patterns("voices"))
    now = (root / ROWS).read_text(encoding="utf-8")
    commit(root, lambda text: text.replace("    because:", "    parce_que:", 1))
    commit(root, lambda _: now)
    commit(root, lambda text: text.replace('then: {nominative: "yes"', 'then: {nominative: "no"', 1))
    commit(root, lambda _: now)
    return root


@pytest.fixture(scope="module")
def history(repository):
    sources = read_sources(repository / "knowledge" / "data")
    return History(compile_sources(sources, "knowledge/data"), sources, repository)


def test_the_last_revision_is_the_base_of_today(history):
    old = history.base_at(history.revision("HEAD"))

    assert old.sections == history.today.sections
    assert old.digest == history.today.digest


def test_an_edited_rule_is_read_as_it_was_and_its_impact_told(history):
    old = history.base_at(history.revision("HEAD~1"))

    found = impact(old, Base(history.today))

    assert old.section("rows")["P05"].then.nominative == "no"
    assert found.edited == ("rows/P05",)
    assert {(m.what, m.before, m.after) for g in found.groups for m in g.moved} == {("nominative", "no", "yes")}


def test_entries_keep_the_order_of_the_files(history):
    old = history.base_at(history.revision("HEAD~1"))

    assert [row.id for row in old.sections.rows] == [row.id for row in history.today.sections.rows]


def test_yaml_that_today_s_code_cannot_read_is_told_with_its_first_fault(history):
    with pytest.raises(
        Unreadable, match=r"illisible par le code d’aujourd’hui ; premier défaut : .*personne\.yaml:\d+:\d+: champ "
    ):
        history.base_at(history.revision("HEAD~3"))


def test_a_file_that_decides_nothing_does_not_keep_the_rules_from_being_read(tmp_path):
    git(tmp_path, "init", "-q")
    shutil.copytree(DATA, tmp_path / "knowledge" / "data", ignore=shutil.ignore_patterns("voices"))
    sources = read_sources(tmp_path / "knowledge" / "data")
    glossary = tmp_path / "knowledge" / "data" / "glossary" / "patient.yaml"
    glossary.write_text(glossary.read_text(encoding="utf-8").replace("    term:", "    mot:"), encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "essai")
    history = History(compile_sources(sources, "knowledge/data"), sources, tmp_path)

    past = history.past(history.revision("HEAD"))

    assert past.unread == ("glossary/patient.yaml",)
    assert past.base.sections == history.today.sections


def test_a_sentence_written_since_does_not_keep_the_past_from_being_decided(history):
    def forget(file):
        return Source(file.path, b"entries: []\n" if file.path.startswith("wording/") else file.content)

    past = History(history.today, [], history.root)
    past.sources_at = lambda revision: [forget(file) for file in history.sources_at(revision)]

    old = past.base_at(past.revision("HEAD"))

    assert impact(old, Base(history.today)).situations == 0


def test_a_revision_without_a_base_is_unreadable(history):
    with pytest.raises(Unreadable, match="aucune règle"):
        history.base_at(history.revision("HEAD~4"))


def test_the_oldest_readable_revision_is_named(history):
    assert history.oldest_readable() == history.revision("HEAD~2")


@pytest.mark.parametrize("name", ["nulle-part", "--help", "", "HEAD:knowledge", "HEAD~99"])
def test_what_is_not_a_revision_is_refused(history, name):
    with pytest.raises(NoSuchRevision, match="pas une révision"):
        history.revision(name)


def test_a_folder_that_is_no_repository_is_told(history, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(NoSuchRevision, match="pas un dépôt git"):
        History(history.today, [], tmp_path).revision("HEAD")


def test_a_machine_without_git_is_told(history, monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NoSuchRevision, match="git est introuvable"):
        history.revision("HEAD")
