"""Three-valued answers, presumptions, several professions, explanations: what the engine promises."""

from __future__ import annotations

import datetime

import pytest

from eligibility.answers import FactError, read_answers
from knowledge.base import DateNotCovered


def test_a_speech_therapist_is_eligible_once_the_rpps_is_checked(decide):
    verdict = decide(profession="orthophoniste").verdict

    assert (verdict.nominative, verdict.org_access, verdict.structure_boxes) == ("yes", "yes", "n/a")
    assert verdict.boxes == ("PER",)
    assert verdict.conditions == ("check_rpps",)
    assert verdict.rows == ("P07",)


def test_what_is_not_answered_is_asked_and_never_taken_for_a_no(decide):
    decision = decide(profession="medecin-conseil")

    assert decision.verdict.nominative == "depends"
    assert decision.asks.fact == "care"


def test_i_do_not_know_is_an_answer_and_is_never_asked_again(decide):
    decision = decide(profession="medecin-conseil", care="unknown")

    assert decision.verdict.nominative == "depends"
    assert decision.asks is None


def test_an_educator_is_asked_for_the_employer_before_anything(decide):
    assert decide(profession="educateur-specialise").asks.fact == "employer"


def test_an_employer_that_stays_vague_leaves_the_question_open(decide):
    decision = decide(profession="educateur-specialise", employer="association")

    assert decision.verdict.rows == ("P01",)
    assert decision.asks.fact == "employer"


def test_an_educator_enters_by_the_letter_of_the_employer(decide):
    decision = decide(profession="educateur-specialise", employer="ime")

    assert decision.verdict.nominative == "yes"
    assert "r1110-2/2-g" in decision.basis


def test_the_same_educator_in_a_nursery_is_not_told_yes(decide):
    assert decide(profession="educateur-jeunes-enfants", employer="creche").verdict.nominative == "depends"


def test_of_two_professions_the_better_quality_wins(decide):
    assert decide(profession="sophrologue,infirmier").verdict.rows == ("P07",)
    assert decide(profession=["infirmier", "sophrologue"]).verdict.rows == ("P07",)


def test_the_more_prudent_of_person_and_structure_decides_the_access(decide):
    verdict = decide(profession="infirmier", employer="ccas").verdict

    assert verdict.nominative == "yes"
    assert verdict.org_access == "depends"
    assert verdict.rows == ("P07", "S09")


def test_an_employer_that_is_eligible_adds_no_row(decide):
    assert decide(profession="infirmier", employer="ehpad").verdict.rows == ("P07",)


def test_a_presumption_is_always_said(decide):
    assert any("Présumé" in text for text in decide(profession="orthophoniste").presumed)
    assert len(decide(employer="ehpad", need="service").presumed) == 2


def test_nothing_is_presumed_of_a_hybrid_body(decide):
    decision = decide(employer="cpts", need="service")

    assert decision.presumed == ()
    assert decision.verdict.rows == ("S04",)


def test_a_practice_is_never_presumed_to_have_an_identifier(decide):
    decision = decide(employer="cabinet", habil="yes", need="practice")

    assert decision.verdict.structure_boxes == "depends"
    assert decision.asks.fact == "ident"


def test_having_an_rpps_alone_never_makes_a_yes(decide):
    for profession in ("naturopathe", "tatoueur", "secretaire-medicale", "agent-ars"):
        assert decide(profession=profession, rpps="active").verdict.nominative == "no"


def test_why_not_names_the_fact_that_failed(decide):
    near = decide(profession="secretaire-medicale").why_not

    assert "P07" in {n.row for n in near}
    assert all(any(f.fact == "quality" for f in n.failed) for n in near)
    assert "il faudrait" in near[0].text


def test_the_best_answer_has_no_why_not(decide):
    assert decide(profession="infirmier", rpps="active").why_not == ()


def test_the_explanation_ends_with_the_row_and_its_law(decide):
    reasons = decide(profession="infirmier", rpps="active").why

    assert reasons[-1].row == "P05"
    assert "l1110-4/ii" in reasons[-1].basis


def test_an_unknown_fact_is_refused_with_a_suggestion(base):
    with pytest.raises(FactError, match="profession"):
        read_answers(base, {"professions": "infirmier"})


def test_an_unknown_value_is_refused_with_a_suggestion(base):
    with pytest.raises(FactError, match="infirmier"):
        read_answers(base, {"profession": "infirmer"})


def test_two_answers_to_a_single_question_are_refused(base):
    with pytest.raises(FactError, match="Une seule réponse"):
        read_answers(base, {"care": ["yes", "no"]})


def test_a_kind_that_contradicts_the_structure_is_refused(base):
    with pytest.raises(FactError, match="ne va pas"):
        read_answers(base, {"employer": "ehpad", "kind": "PRACTICE"})


def test_the_law_is_answered_for_between_the_text_read_and_the_last_check(base):
    assert base.at(datetime.date(2024, 6, 16)).rows("personne")
    for day in (datetime.date(2024, 6, 15), base.as_of + datetime.timedelta(days=1)):
        with pytest.raises(DateNotCovered, match="date non couverte"):
            base.at(day)


def test_the_base_says_so_once_its_last_check_is_old(base):
    assert not base.is_stale(base.as_of + datetime.timedelta(days=180))
    assert base.is_stale(base.as_of + datetime.timedelta(days=181))


def test_no_profession_without_reading_gets_a_yes_from_an_unread_text(base):
    unread = {s.id for s in base.sections.sources if s.read_as == "background"}
    for profession in base.professions.values():
        if profession.quality in ("PS4", "R2_TITLE", "R2_PLACE"):
            assert {c.source for c in profession.cites} - unread
