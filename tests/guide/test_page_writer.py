"""The writer alone, without MkDocs: what changes on disk, and typography."""

from __future__ import annotations

from pathlib import Path

from page_writer import write_guide
from typography import NARROW, NBSP, french

TEMPLATES = Path(__file__).resolve().parents[2] / "site" / "templates"


def test_a_second_run_writes_nothing(base, tmp_path):
    write_guide(base, tmp_path, TEMPLATES)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    write_guide(base, tmp_path, TEMPLATES)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == before


def test_stale_pages_are_removed_with_their_folder(base, tmp_path):
    stale = tmp_path / "genere" / "ancien" / "page.md"
    stale.parent.mkdir(parents=True)
    stale.write_text("# Ancienne")
    write_guide(base, tmp_path, TEMPLATES)
    assert not stale.parent.exists()


def test_a_configured_bot_is_linked_from_the_pages(base, tmp_path):
    write_guide(base, tmp_path, TEMPLATES, bot="https://assistant.exemple.test")
    assert "https://assistant.exemple.test/chat" in (tmp_path / "genere" / "hotline.md").read_text("utf-8")
    assert "https://assistant.exemple.test/eligibilite" in (tmp_path / "genere" / "verifier.md").read_text("utf-8")


def test_french_typography_binds_punctuation_and_curls_apostrophes():
    assert french("« l'hôpital » : 15 000 ?") == f"«{NBSP}l’hôpital{NBSP}»{NBSP}: 15{NARROW}000{NARROW}?"


def test_typography_leaves_code_and_addresses_alone():
    assert french("`l'x : y`") == "`l'x : y`"
    assert french("https://exemple.test/a:b?c") == "https://exemple.test/a:b?c"


def test_typography_is_idempotent(base):
    for article in base.sections.articles:
        assert french(french(article.means)) == french(article.means)
