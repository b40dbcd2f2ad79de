"""Reading receipts: asked once, answered once, by any tool, from the box that received."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.post.documents import File
from bot.sandbox.post.opening import NotYours
from bot.sandbox.store.deliveries import change_flags
from bot.sandbox.store.mail import Delivery, ReceiptRequest
from tests.sandbox_store.documents import xdm
from tests.sandbox_store.scene import ALIX, CARDIOLOGY, CLAIRE, DPI, HUGO, INES, wire


def parsed(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=email.policy.default)


def states(scene: Any) -> list[str]:
    with scene.store.reading(1) as session:
        return list(session.scalars(select(ReceiptRequest.state).order_by(ReceiptRequest.id)))


def test_a_professional_is_asked_and_accepts(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, read_receipt=True)
    line = scene.lines(HUGO)[0]

    opened = scene.open(HUGO, line)
    assert opened.question is not None
    assert scene.answer_receipt(HUGO, line, accept=True)

    (receipt,) = scene.lines(CLAIRE)
    report = parsed(scene.raw(receipt))
    assert report.get_param("report-type") == "disposition-notification"
    told = report.get_payload(1).get_payload(0)
    assert told["Disposition"] == "manual-action/MDN-sent-manually; displayed"
    assert told["Final-Recipient"] == f"rfc822; {HUGO}"
    assert told["Original-Message-ID"] == scene.read(line).message_id
    assert receipt.thread == line.thread
    assert scene.open(HUGO, line).question is None
    assert not scene.answer_receipt(HUGO, line, accept=True)
    assert len(scene.lines(CLAIRE)) == 1


def test_a_professional_may_refuse_and_nobody_is_told(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, read_receipt=True)
    line = scene.lines(HUGO)[0]
    scene.answer_receipt(HUGO, line, accept=False)

    assert scene.lines(CLAIRE) == []
    assert states(scene) == ["refused"]
    assert scene.open(HUGO, line).question is None
    with scene.store.reading(1) as session:
        assert "$MDNSent" in session.get_one(Delivery, line.delivery_id).keywords


def test_a_patient_cannot_refuse(scene: Any) -> None:
    scene.send(CLAIRE, ALIX, read_receipt=True)
    opened = scene.open(ALIX, scene.lines(ALIX)[0])

    assert opened.question is None
    (receipt,) = scene.lines(CLAIRE, tree="patient")
    told = parsed(scene.raw(receipt)).get_payload(1).get_payload(0)
    assert told["Disposition"] == "automatic-action/MDN-sent-automatically; displayed"


def test_the_receipt_of_a_shared_box_comes_from_the_box(scene: Any) -> None:
    scene.send(HUGO, CARDIOLOGY, read_receipt=True)
    line = scene.lines(CARDIOLOGY)[0]
    scene.open(CLAIRE, line)
    scene.answer_receipt(CLAIRE, line, accept=True)

    assert parsed(scene.raw(scene.lines(HUGO)[0]))["From"].addresses[0].addr_spec == CARDIOLOGY


def test_nobody_else_opens_the_message_or_answers_for_the_box(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    scene.send(CLAIRE, HUGO, read_receipt=True)
    line = scene.lines(HUGO)[0]
    for stranger, someone in ((scene, INES), (other, HUGO)):
        with pytest.raises(NotYours):
            stranger.open(someone, line)
        with pytest.raises(NotYours):
            stranger.answer_receipt(someone, line, accept=True)


def test_the_answer_of_a_mail_client_counts_everywhere(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, read_receipt=True)
    line = scene.lines(HUGO)[0]
    original = scene.read(line).message_id
    report = (
        f"From: Hugo Leroy <{HUGO}>\r\nTo: {CLAIRE}\r\nSubject: Lu\r\nMessage-ID: <m1@medecin.zz.mssante.fr>\r\n"
        "X-MSS-NIL: ESSAI\r\nX-MSS-INS: N\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nLu.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822; {HUGO}\r\nOriginal-Message-ID: {original}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    )
    assert scene.submit_raw(report.encode(), CLAIRE, who=HUGO).state == "accepted"
    assert states(scene) == ["sent"]
    assert scene.open(HUGO, line).question is None


def test_the_keyword_set_by_a_mail_client_closes_the_question(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, read_receipt=True)
    line = scene.lines(HUGO)[0]
    with scene.store.writing(1) as session:
        change_flags(session, [session.get_one(Delivery, line.delivery_id)], scene.office.clock(), add=("$MDNSent",))
    assert scene.open(HUGO, line).question is None
    assert scene.lines(CLAIRE) == []


def test_a_receipt_wanted_elsewhere_waits_for_a_person(scene: Any) -> None:
    scene.submit_raw(wire(Disposition_Notification_To=CARDIOLOGY))
    line = scene.lines(HUGO)[0]

    question = scene.open(HUGO, line).question
    assert (question.elsewhere, question.wanted_by) == (True, CARDIOLOGY)
    scene.answer_receipt(HUGO, line, accept=True)
    assert scene.kinds(CARDIOLOGY) == ["mdn"]


def test_a_delivery_receipt_says_that_the_server_has_it(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, ALIX, delivery_receipt=True)

    (one,), (two,) = scene.lines(CLAIRE), scene.lines(CLAIRE, tree="patient")
    assert {one.kind, two.kind} == {"dsn"}
    assert one.sender_address == "MAILER-DAEMON@medecin.zz.mssante.fr"
    assert "personne ne l’a encore lu" in parsed(scene.raw(one)).get_payload(0).get_content()


PDF = File("20260105_CR de consultation_NOMFICTIF_Alix.pdf", b"%PDF-1.7")
SUBJECT = "XDM/1.0/DDM+CR de consultation NOMFICTIF Alix 01/01/1980"


@pytest.mark.parametrize(
    ("document", "disposition", "subject"),
    [
        ({}, "processed", f"Intégré : {SUBJECT}"),
        ({"ins": "partial"}, "processed/Error: 905^Identite incomplete", f"[KO Intégration système !][905] {SUBJECT}"),
        ({"ins": "absent"}, "processed/Error: 903^INS absente", f"[KO Intégration système !][903] {SUBJECT}"),
    ],
)
def test_software_answers_for_the_document(scene: Any, document: Any, disposition: str, subject: str) -> None:
    scene.send(
        DPI,
        "dpi@ch-efgh.mssante.fr",
        sender={"channel": "application", "auth": "client_certificate"},
        subject=SUBJECT,
        read_receipt=True,
        reply_to=CARDIOLOGY,
        files=(File("IHE_XDM.ZIP", xdm(document)), PDF),
    )
    (line,) = scene.lines(DPI)
    report = parsed(scene.raw(line))
    assert (line.kind, line.subject) == ("mdn", subject)
    told = report.get_payload(1).get_payload(0)
    assert told["Disposition"] == f"automatic-action/MDN-sent-automatically; {disposition}"
    returned = [part.get_filename() for part in report.walk() if part.get_filename()]
    assert returned == ([] if not document else ["IHE_XDM.ZIP", "20260105_CR de consultation_NOMFICTIF_Alix.pdf"])
