"""Nothing was checked tomorrow: told against the day that is given, never against a clock."""

from __future__ import annotations

import datetime

import pytest

from knowledge.loading import Source, compile_sources, read_sources
from knowledge.problems import InvalidKnowledge

TODAY = datetime.date(2026, 11, 23)
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def checked_tomorrow():
    """The base with its first wording checked tomorrow."""
    files = read_sources()
    number, file = next((i, f) for i, f in enumerate(files) if f.path == "wording/explication.yaml")
    content = file.content.replace(b"checked_on: 2026-11-23", b"checked_on: 2026-11-24", 1)
    assert content != file.content
    return [*files[:number], Source(file.path, content), *files[number + 1 :]]


def test_a_check_to_come_is_a_fault_at_its_place_with_the_way_out(checked_tomorrow):
    with pytest.raises(InvalidKnowledge) as caught:
        compile_sources(checked_tomorrow, "knowledge/data", today=TODAY)

    told = str(caught.value.problems[0])
    assert told.startswith("knowledge/data/wording/explication.yaml:")
    assert "date de vérification à venir" in told
    assert "24/11/2026, nous sommes le 23/11/2026" in told
    assert "astuce : mettez le jour où la source a vraiment été relue" in told


def test_the_day_after_it_is_no_fault(checked_tomorrow):
    assert compile_sources(checked_tomorrow, "knowledge/data", today=TOMORROW).digest


def test_without_a_day_the_files_alone_are_judged(checked_tomorrow):
    assert compile_sources(checked_tomorrow, "knowledge/data").digest
