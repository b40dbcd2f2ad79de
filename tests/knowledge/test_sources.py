"""What rests on each source, and which checks are old."""

from __future__ import annotations

import datetime

import pytest

from knowledge.checks import overdue
from knowledge.loading import read_sources
from knowledge.problems import InvalidKnowledge
from knowledge.reliance import by_age, by_use, reliance
from tests.eligibility.edited_base import edited


def of(base, name):
    return next(one for one in reliance(base) if one.source.id == name)


def test_every_source_is_there_once(base):
    assert [one.source.id for one in reliance(base)] == list(base.section("sources"))


def test_what_rests_on_a_source_is_found_from_either_end(base):
    found = {one.source.id: set(one.entries) for one in reliance(base)}

    for section in ("rows", "professions", "faq", "glossary"):
        for entry in getattr(base.sections, section):
            for cite in entry.cites:
                assert f"{section}/{entry.id}" in found[cite.source]


def test_a_row_rests_on_its_sources_and_on_those_of_its_legal_basis(base):
    row = base.section("rows")["P05"]

    for cite in (*row.cites, *(c for ref in row.basis for c in base.basis_cites(ref))):
        assert "P05" in of(base, cite.source).rows


def test_the_oldest_check_comes_first(base):
    old = edited(base, "sources", "mos-ans", checked_on=datetime.date(2026, 9, 1))

    first = by_age(reliance(old))[0]

    assert first.source.id == "mos-ans"
    assert first.age(datetime.date(2026, 11, 23)) == 83


def test_what_decides_most_comes_first(base):
    found = by_use(reliance(base))

    assert [len(one.rows) for one in found] == sorted((len(one.rows) for one in found), reverse=True)


def test_a_check_is_overdue_after_a_hundred_and_eighty_days(base):
    assert overdue(base.sections, base.as_of + datetime.timedelta(days=180)) == []
    assert len(overdue(base.sections, base.as_of + datetime.timedelta(days=181))) > 1000


def test_the_oldest_overdue_entry_is_told_first(base):
    old = edited(base, "faq", base.sections.faq[3].id, checked_on=datetime.date(2026, 1, 5))

    found = overdue(old.sections, datetime.date(2026, 11, 23))

    assert found == [(f"faq/{base.sections.faq[3].id}", datetime.date(2026, 1, 5))]


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "absente.yaml").symlink_to(tmp_path / "nulle-part")

    with pytest.raises(InvalidKnowledge, match=r"absente\.yaml:1:1: fichier illisible"):
        read_sources(tmp_path)
