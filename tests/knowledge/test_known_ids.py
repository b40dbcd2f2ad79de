"""No published id vanishes without a word."""

from __future__ import annotations

import msgspec
import pytest

from knowledge.known_ids import not_listed, problems, published, read_known, updated
from knowledge.loading import Source, compile_sources, read_known_ids, read_sources
from knowledge.problems import InvalidKnowledge

SHOWN = "knowledge/known_ids.txt"


def told(base, text):
    return [str(problem) for problem in problems(base.sections, text, SHOWN)]


def without(base, section, name):
    kept = tuple(e for e in getattr(base.sections, section) if e.id != name)
    return msgspec.structs.replace(base.sections, **{section: kept})


def test_every_line_of_the_file_is_an_entry_of_the_base_or_says_why_not(base):
    file = read_known_ids()

    assert file is not None
    assert told(base, file.content.decode()) == []


def test_the_file_is_sorted_and_says_each_id_once():
    keys = [known.key for known in read_known(read_known_ids().content.decode(), SHOWN)[0]]

    assert keys == sorted(set(keys))


def test_a_vanished_id_is_told_at_its_line_with_the_way_out(base):
    (fault,) = told(base, "professions/infirmier\nprofessions/barbier\n")

    assert fault.startswith(f"{SHOWN}:2:1: identifiant publié disparu « professions/barbier »")
    assert "professions/barbier retired AAAA-MM-JJ: raison" in fault


def test_a_renamed_id_is_met_with_the_new_name(base):
    sections = without(base, "professions", "infirmier")
    renamed = msgspec.structs.replace(base.professions["infirmier"], id="infirmiere")
    sections = msgspec.structs.replace(sections, professions=(*sections.professions, renamed))

    (fault,) = problems(sections, "professions/infirmier\n", SHOWN)

    assert "renommé ? vouliez-vous dire « professions/infirmiere »" in fault.hint


def test_a_retired_id_is_no_fault(base):
    assert told(base, "professions/barbier retired 2026-11-23: métier fondu dans un autre\n") == []


def test_an_id_that_came_back_is_no_longer_retired(base):
    (fault,) = told(base, "professions/infirmier retired 2026-11-23: erreur\n")

    assert "encore présent « professions/infirmier »" in fault


@pytest.mark.parametrize(
    "line",
    ["infirmier", "professions/x retired", "professions/x retired hier: non", "professions/x retired 2026-13-01: non"],
)
def test_a_line_that_cannot_be_read_is_told(base, line):
    (fault,) = told(base, f"# commentaire\n\n{line}\n")

    assert f"{SHOWN}:3:1: ligne illisible" in fault


def test_a_new_id_is_no_fault_but_waits_to_be_listed(base):
    assert told(base, "") == []
    assert "professions/infirmier" in not_listed(published(base.sections), [])


def test_the_update_adds_and_never_takes_away():
    before = "# Titre\nprofessions/barbier\nprofessions/ancien retired 2026-11-23: raison\n"

    after = updated(before, ["professions/zzz", "faq/a"])

    assert after.splitlines() == [
        "# Titre",
        "faq/a",
        "professions/ancien retired 2026-11-23: raison",
        "professions/barbier",
        "professions/zzz",
    ]
    assert updated(after, []) == after


def test_sentences_and_cues_have_no_address_to_lose(base):
    assert not any(key.startswith(("wording/", "cues/")) for key in published(base.sections))


def test_a_vanished_id_stops_the_build_like_any_fault():
    with pytest.raises(InvalidKnowledge, match="identifiant publié disparu « faq/disparue »"):
        compile_sources(read_sources(), "knowledge/data", Source("known_ids.txt", b"faq/disparue\n"))
