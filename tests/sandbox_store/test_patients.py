"""The exchange with a patient: who opens it, who closes it, how, and what opens again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox_store.scene import ALIX, CAMILLE, CARDIOLOGY, CLAIRE, DPI, HUGO, PHARMACY, wire


def may_write(scene: Any, to: str = CLAIRE, **letter: Any) -> bool:
    sent = scene.send(ALIX, to, **letter)
    assert sent.outcome in ("delivered", "impossible_ui")
    return bool(sent.outcome == "delivered")


def test_the_professional_writes_first(scene: Any) -> None:
    assert not may_write(scene)
    scene.send(CLAIRE, ALIX)
    assert may_write(scene)
    assert not may_write(scene, HUGO)
    assert scene.exchanges() == ["open"]


def test_the_pharmacy_of_the_year_is_the_exception(scene: Any) -> None:
    assert may_write(scene, PHARMACY)
    others = [box.address for box in scene.office.fixtures.mailboxes.values() if scene.office.fixtures.is_pharmacy(box)]
    assert not may_write(scene, next(address for address in others if address != PHARMACY))


def test_the_exact_subject_closes_every_thread(scene: Any) -> None:
    scene.send(CLAIRE, ALIX, subject="Un")
    scene.send(CLAIRE, ALIX, subject="Deux")
    scene.send(CLAIRE, ALIX, subject="[FIN]", text="")

    assert scene.exchanges() == ["closed", "closed"]
    assert not may_write(scene)
    assert "exchange_closed" in scene.journal()


@pytest.mark.parametrize("subject", ["[fin]", "FIN", "[FIN] merci", "Fin de l’échange"])
def test_an_inexact_subject_closes_nothing(scene: Any, subject: str) -> None:
    scene.send(CLAIRE, ALIX)
    scene.send(CLAIRE, ALIX, subject=subject)
    assert may_write(scene)


def test_the_header_closes_its_own_thread(scene: Any) -> None:
    scene.send(CLAIRE, ALIX, subject="Un")
    scene.send(CLAIRE, ALIX, subject="Deux", close_exchange=True)
    two, one = (scene.read(line) for line in scene.lines(ALIX))

    assert scene.exchanges() == ["open", "closed"]
    assert may_write(scene, subject="Re: Un", in_reply_to=one.message_id)
    assert not may_write(scene, subject="Re: Deux", in_reply_to=two.message_id)


def test_the_header_in_lower_case_closes_nothing(scene: Any) -> None:
    assert scene.submit_raw(wire(X_MSS_MES="fin", To=ALIX), ALIX).outcome == "allowed_nonconformity"
    assert scene.exchanges() == ["open"]


def test_a_new_message_opens_again(scene: Any) -> None:
    scene.send(CLAIRE, ALIX)
    scene.send(CLAIRE, ALIX, subject="[FIN]", text="")
    sent = scene.send(CLAIRE, ALIX, subject="Nouvelle consigne")

    assert "echange-rouvert" in [finding["rule"] for finding in sent.result["findings"]]
    assert may_write(scene)


def test_reply_to_makes_the_contact_and_not_the_box_that_sent(scene: Any) -> None:
    scene.send(CLAIRE, ALIX, reply_to=CARDIOLOGY)
    assert may_write(scene, CARDIOLOGY)
    assert not may_write(scene, CLAIRE)


def test_software_is_never_a_contact(scene: Any) -> None:
    how = {"channel": "application", "auth": "client_certificate"}
    scene.send(DPI, ALIX, sender=how, reply_to=CARDIOLOGY)
    scene.send(DPI, CAMILLE, sender=how)

    assert may_write(scene, CARDIOLOGY)
    assert not may_write(scene, DPI)
    assert scene.exchanges() == ["open"]


def test_a_message_that_bounced_opens_nothing(scene: Any) -> None:
    scene.send(CLAIRE, "100139999900109@patient.mssante.fr")
    assert scene.exchanges() == []


def test_two_patients_may_be_at_different_points(scene: Any) -> None:
    scene.send(CLAIRE, ALIX)
    scene.send(CLAIRE, ALIX, subject="[FIN]", text="")
    sent = scene.send(CLAIRE, ALIX, CAMILLE, subject="Information")

    assert scene.addressees(sent) == {ALIX: "delivered", CAMILLE: "delivered"}
    rules = [finding["rule"] for finding in sent.result["findings"]]
    assert {"deux-patients", "echange-rouvert"} <= set(rules)
    assert scene.exchanges() == ["closed", "open", "open"]


def test_a_patient_writes_to_no_other_patient(scene: Any) -> None:
    assert not may_write(scene, CAMILLE)
