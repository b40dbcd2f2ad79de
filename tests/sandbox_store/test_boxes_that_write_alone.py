"""Automatic replies, forwarding, and the pretend answers of those that nobody plays."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.store.sends import PlannedAnswer, Submission
from tests.sandbox_store.scene import ALIX, CARDIOLOGY, CLAIRE, HUGO, INES, OUTSIDE, PHARMACY, SAMIR, SECRETARY, wire

TEST_BOX = "reponse.automatique-test@patient.mssante.fr"


def outcomes(scene: Any, channel: str) -> list[str]:
    with scene.store.reading(1) as session:
        found = select(Submission.outcome).where(Submission.channel == channel).order_by(Submission.id)
        return list(session.scalars(found))


def test_an_absent_colleague_answers_alone_and_once(scene: Any) -> None:
    scene.absent(HUGO, "Je suis absent jusqu’au 30.")
    first = scene.send(CLAIRE, HUGO, subject="Avis")
    second = scene.send(CLAIRE, HUGO)

    assert (first.outcome, second.outcome) == ("delivered_with_notice", "delivered")
    (answer,) = scene.lines(CLAIRE)
    assert (answer.kind, answer.subject, answer.sender_address) == ("auto_reply", "Absence", HUGO)
    reading = scene.read(answer)
    assert reading.header("Auto-Submitted") == "auto-replied"
    assert reading.header("Return-Path") == "<>"
    assert "absent jusqu’au 30" in reading.text
    assert scene.send(INES, HUGO).outcome == "delivered_with_notice"


def test_only_the_absent_one_answers_and_only_its_fate_says_so(scene: Any) -> None:
    scene.absent(HUGO)
    sent = scene.send(CLAIRE, HUGO, INES)

    fates = {fate["address"]: fate["outcome"] for fate in sent.result["recipients"]}
    assert fates == {HUGO: "delivered_with_notice", INES: "delivered"}
    assert sent.outcome == "delivered_with_notice"
    assert len(scene.lines(CLAIRE)) == 1


def test_an_absence_has_a_beginning_and_an_end(scene: Any, clock: Any) -> None:
    day = datetime.timedelta(days=1)
    scene.absent(HUGO, starts_at=clock() + day, ends_at=clock() + 2 * day)
    assert scene.send(CLAIRE, HUGO).outcome == "delivered"
    clock.forward(days=1)
    assert scene.send(CLAIRE, HUGO).outcome == "delivered_with_notice"
    clock.forward(days=1)
    assert scene.send(INES, HUGO).outcome == "delivered"


def test_two_absent_people_do_not_answer_each_other_for_ever(scene: Any) -> None:
    scene.absent(HUGO)
    scene.absent(CLAIRE)
    scene.send(CLAIRE, HUGO)

    assert scene.kinds(CLAIRE) == ["auto_reply"]
    assert scene.kinds(HUGO) == ["ordinary"]


@pytest.mark.parametrize("header", ["Auto_Submitted", "Precedence", "List_Id"])
def test_a_machine_gets_no_automatic_reply(scene: Any, header: str) -> None:
    scene.absent(HUGO)
    value = {"Auto_Submitted": "auto-generated", "Precedence": "bulk", "List_Id": "<liste.ch-abcd>"}[header]
    assert scene.submit_raw(wire(**{header: value})).outcome == "delivered"
    assert scene.lines(CLAIRE) == []


def test_an_absence_that_invites_elsewhere_is_explained_to_its_author(scene: Any) -> None:
    scene.absent(HUGO, "Écrivez-moi à hugo@gmail.com")
    scene.send(CLAIRE, HUGO)
    assert outcomes(scene, "auto_reply") == ["allowed_bad_practice"]


def test_a_shared_box_answers_in_its_own_name(scene: Any) -> None:
    scene.absent(CARDIOLOGY)
    scene.send(HUGO, CARDIOLOGY)
    assert scene.lines(HUGO)[0].sender_address == CARDIOLOGY


def test_forwarding_out_of_the_trust_space_is_blocked(scene: Any) -> None:
    scene.forwards(HUGO, OUTSIDE)
    scene.send(CLAIRE, HUGO)

    assert outcomes(scene, "forward_rule") == ["refused_submission"]
    assert scene.kinds(HUGO) == ["ordinary"]


def test_forwarding_within_is_done_and_explained(scene: Any) -> None:
    scene.forwards(HUGO, INES)
    scene.send(CLAIRE, HUGO, subject="Avis")

    assert outcomes(scene, "forward_rule") == ["allowed_bad_practice"]
    (forwarded,) = scene.lines(INES)
    assert (forwarded.kind, forwarded.subject, forwarded.sender_address) == ("forward", "TR: Avis", HUGO)


def test_two_boxes_that_forward_to_each_other_stop(scene: Any) -> None:
    scene.forwards(HUGO, INES)
    scene.forwards(INES, HUGO)
    scene.send(CLAIRE, HUGO)
    assert (scene.kinds(HUGO), scene.kinds(INES)) == (["ordinary"], ["forward"])


def test_only_documents_are_forwarded_when_so_asked(scene: Any) -> None:
    scene.forwards(CARDIOLOGY, INES, documents_only=True)
    scene.send(HUGO, CARDIOLOGY, subject="Avis")
    assert scene.lines(INES) == []
    scene.send(HUGO, CARDIOLOGY, subject="XDM/1.0/DDM+CR NOMFICTIF Alix")
    assert len(scene.lines(INES)) == 1


def test_the_test_box_of_mon_espace_sante_answers_at_once(scene: Any) -> None:
    sent = scene.send(CLAIRE, TEST_BOX, subject="TEST")
    assert sent.outcome == "delivered_with_notice"
    (answer,) = scene.lines(CLAIRE, tree="patient")
    assert (answer.subject, answer.sender_address) == ("Re: TEST", TEST_BOX)


def test_someone_nobody_plays_reads_sends_the_receipt_and_answers(scene: Any, clock: Any) -> None:
    scene.send(CLAIRE, HUGO, subject="Avis", read_receipt=True)
    assert scene.play_the_others() == 0
    clock.forward(minutes=1)
    assert scene.play_the_others() == 1

    assert scene.kinds(CLAIRE) == ["answer", "mdn"]
    answer = scene.lines(CLAIRE)[0]
    assert answer.subject == "Re: Avis"
    assert answer.thread == scene.lines(CLAIRE, "sent")[0].thread
    assert "simulée par le bac à sable" in scene.read(answer).text
    assert scene.lines(HUGO)[0].seen
    assert scene.play_the_others() == 0


def test_a_patient_nobody_plays_answers_in_the_patients_tree(scene: Any, clock: Any) -> None:
    scene.send(CLAIRE, ALIX)
    clock.forward(minutes=1)
    scene.play_the_others()
    assert scene.kinds(CLAIRE, tree="patient") == ["answer"]


def test_a_played_persona_answers_for_itself(scene: Any, clock: Any) -> None:
    scene.taken(HUGO, "Une")
    scene.send(CLAIRE, HUGO)
    assert scene.count(PlannedAnswer) == 0


def test_a_shared_box_with_someone_of_the_class_answers_for_itself(scene: Any, clock: Any) -> None:
    scene.taken(SAMIR, "Une")
    scene.send(CLAIRE, PHARMACY)
    assert scene.count(PlannedAnswer) == 0


def test_one_who_comes_between_the_message_and_the_answer_takes_over(scene: Any, clock: Any) -> None:
    scene.send(CLAIRE, HUGO)
    scene.taken(HUGO, "Une")
    clock.forward(minutes=1)
    assert scene.play_the_others() == 0
    assert scene.lines(CLAIRE) == []


def test_a_thread_gets_one_pretend_answer(scene: Any, clock: Any) -> None:
    scene.send(CLAIRE, HUGO, subject="Avis")
    first = scene.read(scene.lines(CLAIRE, "sent")[0])
    clock.forward(minutes=1)
    scene.play_the_others()
    scene.send(CLAIRE, HUGO, subject="Re: Avis", in_reply_to=first.message_id)
    clock.forward(minutes=1)
    assert scene.play_the_others() == 0
    assert scene.kinds(CLAIRE) == ["answer"]


def test_no_pretend_answer_to_a_closing(scene: Any, clock: Any) -> None:
    scene.send(CLAIRE, ALIX)
    clock.forward(minutes=1)
    scene.play_the_others()
    scene.send(CLAIRE, ALIX, subject="[FIN]", text="")
    clock.forward(minutes=1)
    assert scene.play_the_others() == 0


def test_the_secretary_of_the_box_is_somebody_of_the_class(scene: Any) -> None:
    scene.taken(SECRETARY, "Une")
    scene.send(HUGO, CARDIOLOGY)
    assert scene.count(PlannedAnswer) == 0
