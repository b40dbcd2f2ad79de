"""One send, all its effects: copies, notices, receipts, journal; and what is never kept."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest

from bot.sandbox.attempt import Context
from bot.sandbox.post.documents import File
from bot.sandbox.post.letters import Envelope
from bot.sandbox.post.post_office import WorldIsOver
from bot.sandbox.post.senders import Sender
from bot.sandbox.store import journal, worlds
from bot.sandbox.store.mail import Delivery, Message, Source
from bot.sandbox.store.people import World
from bot.sandbox.store.sends import Submission
from tests.sandbox_store.documents import archive
from tests.sandbox_store.scene import (
    ALIX,
    CARDIOLOGY,
    CLAIRE,
    FULL,
    HUGO,
    INES,
    JULIE,
    NOBODY,
    OUTSIDE,
    PHARMACY,
    SECRETARY,
    wire,
)


def parsed(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=email.policy.default)


# Copies


def test_a_message_lies_in_the_senders_copies_and_in_the_inbox(scene: Any) -> None:
    sent = scene.send(CLAIRE, HUGO, subject="Avis cardiologique", text="Bonjour,\nmerci de votre avis.")

    assert sent.state == "accepted"
    (copy,), (received,) = scene.lines(CLAIRE, "sent"), scene.lines(HUGO)
    assert (copy.subject, copy.seen, received.seen) == ("Avis cardiologique", True, False)
    assert copy.thread == received.thread
    message = parsed(scene.raw(received))
    assert message["Return-Path"] == f"<{CLAIRE}>"
    assert message["From"] == f"Claire Durand - Centre hospitalier ABCD <{CLAIRE}>"
    assert message["X-MSS-INS"] == "N"
    assert "merci de votre avis." in message.get_content()
    assert scene.raw(copy) in scene.raw(received)


def test_hidden_recipients_are_seen_by_the_sender_alone(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, cc=(INES,), bcc=(JULIE,))

    assert parsed(scene.raw(scene.lines(CLAIRE, "sent")[0]))["Bcc"] == JULIE
    for address in (HUGO, INES, JULIE):
        message = parsed(scene.raw(scene.lines(address)[0]))
        assert (message["Bcc"], message["Cc"]) == (None, INES)
        assert JULIE.encode() not in scene.raw(scene.lines(address)[0])


def test_a_client_that_leaves_bcc_in_its_message_betrays_nobody(scene: Any) -> None:
    sent = scene.submit_raw(wire(Bcc=f"Julie <{JULIE}>,\r\n {INES}", Return_Path="<x@y.fr>"), HUGO, JULIE, INES)

    assert sent.state == "accepted"
    for address in (HUGO, JULIE, INES):
        raw = scene.raw(scene.lines(address)[0])
        assert JULIE.encode() not in raw
        assert b"x@y.fr" not in raw


def test_one_listed_twice_receives_once(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, cc=(HUGO.upper(),), bcc=(f"Hugo <{HUGO}>",))
    assert scene.kinds(HUGO) == ["ordinary"]


def test_the_bytes_of_a_message_are_kept_once_whatever_the_copies(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, INES, JULIE, files=(File("a.txt", b"texte\n" * 50_000),))
    assert (scene.count(Source), scene.count(Message), scene.count(Delivery)) == (1, 2, 4)


def test_a_patients_mail_goes_in_the_tree_of_patients(scene: Any) -> None:
    scene.send(CLAIRE, ALIX, subject="Consignes")
    scene.send(ALIX, CLAIRE, subject="Question")

    assert [line.subject for line in scene.lines(CLAIRE, "sent", "patient")] == ["Consignes"]
    assert [line.subject for line in scene.lines(CLAIRE, "inbox", "patient")] == ["Question"]
    assert scene.lines(CLAIRE) == []
    assert [line.subject for line in scene.lines(ALIX)] == ["Consignes"]


def test_an_answer_stands_in_the_thread_of_what_it_answers(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, subject="Avis")
    first = scene.read(scene.lines(HUGO)[0])
    scene.send(HUGO, CLAIRE, subject="Re: Avis", in_reply_to=first.message_id, references=tuple(first.answered_ids))

    answer = scene.lines(CLAIRE)[0]
    assert answer.thread == scene.lines(CLAIRE, "sent")[0].thread
    assert parsed(scene.raw(answer))["In-Reply-To"] == first.message_id


# Refused, returned, confirmed


def test_a_bounce_says_why_what_to_do_and_by_which_rule(scene: Any) -> None:
    scene.send(CLAIRE, NOBODY, subject="Avis")

    (line,) = scene.lines(CLAIRE)
    assert (line.subject, line.sender_address) == (
        "Undelivered Mail Returned to Sender",
        "MAILER-DAEMON@ch-abcd.mssante.fr",
    )
    report = parsed(scene.raw(line))
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    text, status, returned = report.iter_parts()
    assert "Pourquoi : Le domaine existe, mais aucune boîte" in text.get_content()
    assert "Que faire : Cherchez la personne dans l’annuaire" in text.get_content()
    assert "Règle : boite-inexistante" in text.get_content()
    per_message, per_recipient = status.get_payload()
    assert per_message["Reporting-MTA"] == "dns; mta.ch-abcd.mssante.fr"
    assert per_recipient["Final-Recipient"] == f"rfc822; {NOBODY}"
    assert (per_recipient["Action"], per_recipient["Status"]) == ("failed", "5.1.1")
    assert per_recipient["Diagnostic-Code"] == "smtp; 550 5.1.1 boite-inexistante"
    assert returned.get_content_type() == "message/rfc822"
    assert returned.get_payload(0)["Subject"] == "Avis"
    assert report["Auto-Submitted"] == "auto-replied"
    assert report["Return-Path"] == "<>"


def test_a_patient_who_is_not_there_is_told_by_mon_espace_sante(scene: Any) -> None:
    scene.send(CLAIRE, "200139999900255@patient.mssante.fr")

    (line,) = scene.lines(CLAIRE, tree="patient")
    assert line.sender_address == "MAILER-DAEMON@patient.mssante.fr"
    assert scene.lines(CLAIRE) == []


def test_some_are_served_and_the_others_told_in_one_notice(scene: Any) -> None:
    sent = scene.send(CLAIRE, HUGO, NOBODY, FULL)

    assert scene.addressees(sent) == {HUGO: "delivered", NOBODY: "bounced", FULL: "bounced"}
    (notice,) = scene.lines(CLAIRE)
    text = parsed(scene.raw(notice)).get_payload(0).get_content()
    assert "boite-inexistante" in text
    assert "boite-pleine" in text


def test_a_screen_stops_the_whole_message_a_wire_the_faulty_recipient(scene: Any) -> None:
    on_screen = scene.send(CLAIRE, HUGO, OUTSIDE)
    by_wire = scene.submit_raw(wire(), HUGO, OUTSIDE)

    assert (on_screen.state, by_wire.state) == ("refused", "accepted")
    assert scene.addressees(on_screen) == {HUGO: "refused", OUTSIDE: "refused"}
    assert scene.addressees(by_wire) == {HUGO: "delivered", OUTSIDE: "refused"}
    assert len(scene.lines(HUGO)) == 1
    assert scene.lines(CLAIRE) == []


def test_a_warning_asks_first_and_then_lets_go(scene: Any) -> None:
    asked = scene.send(CLAIRE, HUGO, subject="", text="", key="vide")
    assert asked.state == "to_confirm"
    assert (scene.lines(HUGO), scene.lines(CLAIRE, "sent")) == ([], [])

    assert scene.send(CLAIRE, HUGO, subject="", text="", key="vide", confirmed=True).state == "accepted"
    assert len(scene.lines(HUGO)) == 1
    assert scene.count(Submission) == 1


def test_an_unlawful_send_goes_through_and_is_explained_afterwards(scene: Any) -> None:
    sent = scene.send(CLAIRE, HUGO, context=Context(in_care=False))

    assert (sent.state, sent.outcome) == ("accepted", "allowed_bad_practice")
    assert "hors-prise-en-charge" in [finding["rule"] for finding in sent.result["findings"]]
    assert scene.kinds(HUGO) == ["ordinary"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Les images sont sur https://www.wetransfer.com/downloads/x", "lien-vers-l-exterieur"),
        ("Écrivez-moi plutôt à claire.durand@gmail.com", "renvoi-vers-un-mail-personnel"),
    ],
)
def test_what_a_text_gives_away_is_seen(scene: Any, text: str, rule: str) -> None:
    sent = scene.send(CLAIRE, HUGO, text=text)
    assert (sent.outcome, rule in [f["rule"] for f in sent.result["findings"]]) == ("allowed_bad_practice", True)


def test_a_message_marked_urgent_is_not_read_faster(scene: Any) -> None:
    sent = scene.send(CLAIRE, HUGO, urgent=True)
    assert "urgence-par-messagerie" in [finding["rule"] for finding in sent.result["findings"]]
    assert scene.lines(HUGO)[0].urgent


def test_the_size_after_encoding_counts(scene: Any) -> None:
    too_big = scene.send(CLAIRE, HUGO, files=(File("images.pdf", b"%PDF" + b"1" * 7_600_000),))
    fits = scene.send(CLAIRE, HUGO, files=(File("images.pdf", b"%PDF" + b"1" * 7_400_000),))

    assert (too_big.outcome, too_big.decided_by) == ("refused_submission", "sender_operator")
    assert fits.outcome == "delivered"


def test_a_body_without_end_weighs_too(scene: Any) -> None:
    assert scene.send(CLAIRE, HUGO, text="a " * 5_000_000).outcome == "refused_submission"


# Who sends


def test_a_shared_box_writes_in_its_name_and_the_journal_keeps_the_person(scene: Any) -> None:
    sent = scene.send(CLAIRE, HUGO, acting_as=CARDIOLOGY)

    assert sent.outcome == "delivered"
    assert parsed(scene.raw(scene.lines(HUGO)[0]))["From"].addresses[0].addr_spec == CARDIOLOGY
    assert [line.subject for line in scene.lines(CARDIOLOGY, "sent")] == ["Avis"]
    with scene.store.reading(1) as session:
        box = worlds.box_of(session, 1, CARDIOLOGY)
        ((line, persona, _),) = journal.of_box(session, box)
    assert (line.act, persona) == ("sent", "Claire Durand")


def test_a_med_account_writes_from_its_shared_box_and_from_no_other(scene: Any) -> None:
    med = {"auth": "med_account"}
    assert scene.send(SECRETARY, HUGO, acting_as=CARDIOLOGY, sender=med).outcome == "delivered"
    assert scene.send(SECRETARY, HUGO, sender=med).outcome == "refused_client"
    other = scene.send(SECRETARY, HUGO, acting_as="contact@ehpad-fictif.mssante.fr", sender=med)
    assert (other.outcome, other.result["findings"][0]["rule"]) == ("refused_login", "boite-partagee-non-autorisee")


def test_delegation_is_a_right_of_the_world_not_a_claim(scene: Any) -> None:
    assert scene.send(JULIE, HUGO, acting_as=CLAIRE).outcome == "delivered"
    claimed = scene.send(INES, HUGO, acting_as=CLAIRE, sender={"auth": "delegate"})
    assert (claimed.outcome, claimed.state) == ("refused_login", "refused")


def test_nobody_of_another_world_sends_here(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    with other.store.reading() as session:
        stranger = worlds.persona_of(session, other.world_id, CLAIRE).id
        box = worlds.box_of(session, other.world_id, CARDIOLOGY).id
        mine = worlds.persona_of(session, scene.world_id, CLAIRE).id
    with scene.store.writing() as session:
        world = session.get_one(World, scene.world_id)
        for sender in (Sender(persona_id=stranger), Sender(persona_id=mine, box_id=box)):
            with pytest.raises(LookupError):
                scene.office.submit(session, world, sender, wire(), door="webmail", idempotency_key="x")


def test_nothing_enters_a_world_that_is_over(scene: Any, clock: Any) -> None:
    clock.forward(days=30)
    with pytest.raises(WorldIsOver):
        scene.send()


# The same key twice


def test_the_same_key_sends_once(scene: Any) -> None:
    first = scene.send(CLAIRE, HUGO, NOBODY, key="formulaire")
    again = scene.send(CLAIRE, HUGO, NOBODY, key="formulaire", subject="Tout autre chose")

    assert first.id == again.id
    assert (len(scene.lines(HUGO)), len(scene.lines(CLAIRE)), len(scene.lines(CLAIRE, "sent"))) == (1, 1, 1)


def test_a_refused_send_is_corrected_under_the_same_key(scene: Any) -> None:
    assert scene.send(CLAIRE, OUTSIDE, key="brouillon").state == "refused"
    assert scene.send(CLAIRE, HUGO, key="brouillon").state == "accepted"
    assert len(scene.lines(HUGO)) == 1


def test_the_same_key_in_two_worlds_is_two_sends(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    scene.send(key="k")
    other.send(key="k")
    assert (len(scene.lines(HUGO)), len(other.lines(HUGO))) == (1, 1)


# By a wire


def test_a_wire_is_judged_on_the_headers_it_really_has(scene: Any) -> None:
    good = scene.submit_raw(wire())
    bad = scene.submit_raw(wire(X_MSS_NIL=""))
    reply = scene.submit_raw(wire(subject="Re: Avis"))

    assert good.outcome == "delivered"
    assert [bad.outcome, bad.result["recipients"][0]["rule"]] == ["allowed_nonconformity", "x-mss-nil-absent"]
    assert reply.result["recipients"][0]["rule"] == "fil-de-reponse-absent"


def test_a_wire_keeps_no_copy_unless_asked(scene: Any) -> None:
    scene.submit_raw(wire())
    assert scene.lines(CLAIRE, "sent") == []
    scene.submit_raw(wire(), keep_copy=True)
    assert len(scene.lines(CLAIRE, "sent")) == 1


def test_receipts_of_delivery_are_asked_per_recipient(scene: Any) -> None:
    envelope = Envelope(
        recipients=(HUGO, INES, NOBODY),
        notify={HUGO: frozenset({"SUCCESS"}), NOBODY: frozenset({"NEVER"})},
        envelope_id="abc123",
    )
    scene.submit_raw(wire(), envelope=envelope)

    (notice,) = scene.lines(CLAIRE)
    report = parsed(scene.raw(notice))
    assert notice.kind == "dsn"
    blocks = report.get_payload(1).get_payload()
    assert blocks[0]["Original-Envelope-Id"] == "abc123"
    assert [(b["Final-Recipient"], b["Action"]) for b in blocks[1:]] == [(f"rfc822; {HUGO}", "delivered")]


def test_each_recipient_has_its_answer_before_the_message(scene: Any) -> None:
    with scene.store.reading(1) as session:
        world = session.get_one(World, 1)
        claire = scene.sender(session, CLAIRE, channel="mail_client", auth="token")

        def said(address: str) -> tuple[bool, str]:
            answer = scene.office.judge_recipient(session, world, claire, address)
            return answer.accepted, answer.reply

        assert said(HUGO) == (True, "250 2.1.5")
        assert said(NOBODY) == (True, "250 2.1.5")
        assert said(OUTSIDE) == (False, "550 5.7.1 hors-espace-depot")
        assert said("hugo.leroy@") == (False, "501 5.1.3 adresse-mal-formee")
        assert said("190059999900154@patient.mssante.fr")[0] is False
        hugo = scene.sender(session, HUGO, CARDIOLOGY, channel="mail_client", auth="token")
        entry = scene.office.judge_sign_in(session, world, hugo)
        assert (entry.accepted, entry.reply) == (False, "550 5.7.1 boite-partagee-non-autorisee")
        assert scene.office.judge_sign_in(session, world, claire).accepted


# Never kept

REAL = "1 85 05 78 006 084 36"
WHERE = {
    "subject": {"subject": f"Patient {REAL}"},
    "text": {"text": f"Bonjour\n\n{REAL}\n"},
    "recipient": {"to": ("185057800608436@patient.mssante.fr",)},
    "hidden": {"bcc": ("185057800608436@patient.mssante.fr",)},
    "reply": {"reply_to": "185057800608436@patient.mssante.fr"},
    "name": {"files": (File("185057800608436.pdf", b"%PDF"),)},
    "file": {"files": (File("a.csv", f"nom;{REAL}\n".encode()),)},
    "archive": {"files": (File("a.zip", archive({"x/a.xml": f"<id>{REAL}</id>"})),)},
    "corsican": {"text": "1 85 05 2A 006 084 36"},
    "without key": {"text": "1850578006084"},
}


@pytest.mark.parametrize("where", WHERE, ids=list(WHERE))
def test_a_real_number_is_refused_and_kept_nowhere(scene: Any, database: Any, where: str) -> None:
    sent = scene.send(CLAIRE, **{"to": (HUGO,), **WHERE[where]})

    assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", "numero-peut-etre-reel")
    nothing_of_it(scene, database)


@pytest.mark.parametrize(
    "raw",
    [
        wire(subject=f"Patient {REAL}"),
        wire(text=f"Bonjour {REAL}"),
        wire(X_Patient=REAL),
        wire(subject="=?utf-8?b?MTg1MDU3ODAwNjA4NDM2?="),
        wire(To="185057800608436@patient.mssante.fr"),
        wire(text="MTg1MDU3ODAwNjA4NDM2", Content_Transfer_Encoding="base64"),
        wire(text="<p>1850578<b>006</b>084 36</p><p>185057800608436</p>", Content_Type="text/html"),
    ],
)
def test_a_real_number_by_a_wire_is_refused_and_kept_nowhere(scene: Any, database: Any, raw: bytes) -> None:
    sent = scene.submit_raw(raw)
    assert (sent.state, sent.smtp_reply) == ("refused", "550 5.7.1 numero-peut-etre-reel")
    nothing_of_it(scene, database)


def nothing_of_it(scene: Any, database: Any) -> None:
    with scene.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in database.parent.glob("sandbox.sqlite3*"):
        content = path.read_bytes()
        for shape in (b"185057800608436", b"1850578006084", REAL.encode(), b"1 85 05 2A 006", b"MTg1MDU3ODAwNjA4NDM2"):
            assert shape not in content, path.name


def test_a_fictional_patient_is_welcome(scene: Any) -> None:
    assert scene.send(CLAIRE, ALIX, text="INS 2 79 13 99 999 012 54").outcome == "delivered"


def test_figures_of_machines_are_nobodys_number(scene: Any) -> None:
    raw = wire(Message_ID="<1763890000000.42.1763890000000@ch-abcd.mssante.fr>", References="<1763890000000@x.fr>")
    assert scene.submit_raw(raw).state == "accepted"


def test_the_journal_tells_the_acts_and_never_the_words(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, subject="Mot-rare", text="Mot-plus-rare")
    scene.send(CLAIRE, NOBODY)
    scene.send(CLAIRE, OUTSIDE)
    scene.send(CLAIRE, PHARMACY, read_receipt=True)

    assert scene.journal() == ["sent", "sent", "bounce_received", "refused", "sent"]
    with scene.store.reading(1) as session:
        lines = journal.since(session, 1)
        assert not any("rare" in str(line.details) for line in lines)
        assert lines[2].details["rules"] == "boite-inexistante"
