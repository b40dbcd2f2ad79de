"""One small file per fault (tests/faults), each answered by the message one would want to get."""

from __future__ import annotations

import re

import pytest

from knowledge.loading import Source, compile_sources, read_sources
from knowledge.problems import InvalidKnowledge
from tests.conftest import ROOT

FAULTS = sorted((ROOT / "tests" / "faults").glob("*.yaml"))
NEEDED = ("sources", "articles", "facts", "tables", "rows", "contacts", "ambiguities", "conditions", "professions")


@pytest.fixture(scope="module")
def sound_files() -> list[Source]:
    """The files that the faulty ones refer to; enough for every check to mean something."""
    kept = [s for s in read_sources() if s.path.split("/")[0] in NEEDED]
    # Structures and vague terms are named by professions and by nothing else here.
    kept += [s for s in read_sources() if s.path.split("/")[0] in ("structures", "vague", "presumptions")]
    return kept


def expectations(content: bytes) -> tuple[str, list[str], int | None]:
    text = content.decode("utf-8", errors="replace")
    section = re.search(r"^# section: (.+)$", text, re.M)
    line = re.search(r"^# ligne: (\d+)$", text, re.M)
    assert section is not None
    return section[1], re.findall(r"^# attendu: (.+)$", text, re.M), int(line[1]) if line else None


@pytest.mark.parametrize("path", FAULTS, ids=lambda p: p.stem)
def test_a_faulty_file_is_answered_at_its_place_with_the_way_to_mend_it(path, sound_files):
    content = path.read_bytes()
    section, words, line = expectations(content)
    faulty = Source(f"{section}/zz-{path.stem}.yaml", content)

    with pytest.raises(InvalidKnowledge) as caught:
        compile_sources([*sound_files, faulty], "knowledge/data")

    told = str(caught.value)
    for word in words:
        assert word in told
    if line is not None:
        assert f"knowledge/data/{faulty.path}:{line}:" in told


def test_all_faults_of_all_files_are_told_at_once(sound_files):
    faulty = [
        Source(f"wording/zz-{p.stem}.yaml", p.read_bytes())
        for p in FAULTS
        if p.stem in ("champ-inconnu", "champ-manquant", "date-mal-ecrite")
    ]

    with pytest.raises(InvalidKnowledge) as caught:
        compile_sources([*sound_files, *faulty], "knowledge/data")

    assert len({problem.place.file for problem in caught.value.problems}) == 3


def test_there_is_a_file_for_at_least_twenty_five_kinds_of_fault():
    assert len(FAULTS) >= 25
