"""Webmail, IMAP and what arrives show one state of the same boxes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.sandbox.post.drafts import discard_draft, find_draft, save_draft
from bot.sandbox.post.letters import Letter
from bot.sandbox.store import deliveries
from bot.sandbox.store.folders import create_folder, delete_folder
from bot.sandbox.store.mail import Delivery, ReceiptRequest
from bot.sandbox.store.worlds import box_of, persona_of
from tests.imap.desk import Desk
from tests.imap.talking import Client
from tests.sandbox_store.scene import ALIX, CLAIRE, HUGO, Scene, wire

SENT = "Messages envoy&AOk-s"
TRASH = "Messages supprim&AOk-s"


def test_a_message_sent_on_the_screen_lies_in_both_boxes(desk: Desk, scene: Scene) -> None:
    scene.send(CLAIRE, HUGO, subject="Avis de cardiologie")
    received = desk.reading("INBOX", HUGO).ok("FETCH 1 (ENVELOPE FLAGS)").one("FETCH")
    assert b"Avis de cardiologie" in received
    assert b"\\Seen" not in received
    sent = desk.reading(SENT, CLAIRE).ok("FETCH 1 (ENVELOPE FLAGS)").one("FETCH")
    assert b"Avis de cardiologie" in sent
    assert b"\\Seen" in sent


def test_the_bytes_and_their_size_are_those_of_the_screens_source(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE, text="Accents : é à ü.\nDeux lignes.")
    raw = scene.raw(scene.lines(CLAIRE)[0])
    told = desk.reading().ok("FETCH 1 (RFC822.SIZE BODY.PEEK[])").one("FETCH")
    assert b"RFC822.SIZE %d" % len(raw) in told
    assert b"{%d}\r\n%s" % (len(raw), raw) in told


def test_headers_that_delivery_added_are_part_of_the_message(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    told = desk.reading().ok("FETCH 1 BODY.PEEK[HEADER.FIELDS (RETURN-PATH SUBJECT)]").one("FETCH")
    assert b"Return-Path: <" + HUGO.encode() in told
    assert b"Subject: Avis" in told


def test_opening_on_the_screen_is_told_to_the_client_and_the_reverse(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    scene.send(HUGO, CLAIRE)
    client = desk.reading()
    scene.open(CLAIRE, scene.lines(CLAIRE)[-1])
    assert b"\\Seen" in client.ok("NOOP").one("FETCH")
    client.ok("STORE 2 +FLAGS (\\Seen \\Flagged)")
    newest = scene.lines(CLAIRE)[0]
    assert (newest.seen, newest.flagged) == (True, True)


def test_moved_to_the_bin_by_a_client_it_can_be_restored_on_the_screen(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    desk.reading().ok(f'MOVE 1 "{TRASH}"')
    (line,) = scene.lines(CLAIRE, "trash")
    with scene.store.writing(1) as session:
        deliveries.restore(session, [session.get_one(Delivery, line.delivery_id)])
    assert len(scene.lines(CLAIRE)) == 1


def test_thrown_away_on_the_screen_it_is_expunged_for_the_client(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    client = desk.reading()
    with scene.store.writing(1) as session:
        deliveries.throw_away(session, [session.get_one(Delivery, scene.lines(CLAIRE)[0].delivery_id)])
    assert client.ok("NOOP").named("EXPUNGE") == [b"1 EXPUNGE\r\n"]


def test_what_arrives_wakes_a_client_in_idle(desk: Desk, scene: Scene) -> None:
    client = desk.reading()
    tag = client.begin("IDLE")
    client.line()
    scene.send(HUGO, CLAIRE)
    assert client.line() == b"* 1 EXISTS\r\n"
    client.send(b"DONE\r\n")
    assert client.end(tag).status == "OK"


def test_bytes_of_another_mail_client_wake_it_too(desk: Desk, scene: Scene) -> None:
    client = desk.reading("INBOX", HUGO)
    client.begin("IDLE")
    client.line()
    scene.submit_raw(wire("Par SMTP"), HUGO)
    assert client.line() == b"* 1 EXISTS\r\n"


def test_idle_with_no_folder_open_ends_like_any_other(desk: Desk) -> None:
    client = desk.signed_in()
    tag = client.begin("IDLE")
    client.line()
    client.send(b"done\r\n")
    assert client.end(tag).status == "OK"


def _questions(desk: Desk) -> list[str]:
    with desk.house.store.reading(1) as session:
        return list(session.scalars(select(ReceiptRequest.state)))


def test_mdnsent_set_by_a_client_closes_the_question_on_the_screen(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE, read_receipt=True)
    assert _questions(desk) == ["pending"]
    desk.reading().ok("STORE 1 +FLAGS ($MDNSent)")
    assert _questions(desk) != ["pending"]
    assert scene.open(CLAIRE, scene.lines(CLAIRE)[0]).question is None


def test_a_receipt_answered_on_the_screen_shows_mdnsent_to_the_client(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE, read_receipt=True)
    scene.answer_receipt(CLAIRE, scene.lines(CLAIRE)[0], accept=True)
    assert desk.reading().ok("SEARCH KEYWORD $mdnsent").numbers() == [1]


def test_a_keyword_keeps_the_spelling_it_has(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    client = desk.reading()
    client.ok("STORE 1 +FLAGS ($MDNSent)")
    assert client.ok("STORE 1 +FLAGS ($mdnsent)").one("FETCH").count(b"$") == 1
    assert b"$" not in client.ok("STORE 1 -FLAGS ($MDNSENT)").one("FETCH")


def test_a_draft_of_the_screen_is_seen_and_follows_each_save(desk: Desk, scene: Scene) -> None:
    client = desk.reading("Brouillons")
    _draft(scene, "Premier jet")
    assert client.ok("NOOP").named("EXISTS") == [b"1 EXISTS\r\n"]
    assert b"\\Draft" in client.ok("FETCH 1 FLAGS").one("FETCH")
    _draft(scene, "Second jet")
    told = client.ok("NOOP")
    assert told.named("EXPUNGE") == [b"1 EXPUNGE\r\n"]
    assert told.named("EXISTS")[-1] == b"1 EXISTS\r\n"
    assert b"Second jet" in client.ok("FETCH 1 ENVELOPE").one("FETCH")


def test_a_draft_that_is_ended_on_the_screen_goes_for_the_client(desk: Desk, scene: Scene) -> None:
    _draft(scene, "Premier jet")
    client = desk.reading("Brouillons")
    with scene.store.writing(1) as session:
        draft = find_draft(session, 1, persona_of(session, 1, CLAIRE), "brouillon")
        assert draft is not None
        discard_draft(session, draft)
    assert client.ok("NOOP").named("EXPUNGE") == [b"1 EXPUNGE\r\n"]


def _draft(scene: Scene, subject: str) -> None:
    with scene.store.writing(1) as session:
        box, persona = box_of(session, 1, CLAIRE), persona_of(session, 1, CLAIRE)
        assert box is not None
        save_draft(session, box, persona, "brouillon", Letter(to=(HUGO,), subject=subject), scene.office.clock())


def test_a_patients_message_lies_in_the_tree_of_patients(desk: Desk, scene: Scene) -> None:
    scene.send(CLAIRE, ALIX, subject="Votre rendez-vous")
    sent = desk.reading("Patients/Messages envoy&AOk-s")
    assert b"Votre rendez-vous" in sent.ok("FETCH 1 ENVELOPE").one("FETCH")


def test_a_folder_deleted_on_the_screen_ends_the_connection_that_reads_it(desk: Desk, scene: Scene) -> None:
    client = desk.signed_in()
    client.ok("CREATE Tri")
    client.ok("SELECT Tri")
    with scene.store.writing(1) as session:
        box = box_of(session, 1, CLAIRE)
        assert box is not None
        from bot.sandbox.store.folders import folder_named

        folder = folder_named(session, box, "Tri")
        assert folder is not None
        delete_folder(session, folder)
    client.send(b"z NOOP\r\n")
    assert client.line().startswith(b"* BYE [NONEXISTENT]")


def test_a_folder_made_on_the_screen_is_listed(desk: Desk, scene: Scene) -> None:
    client = desk.signed_in()
    with scene.store.writing(1) as session:
        box = box_of(session, 1, CLAIRE)
        assert box is not None
        create_folder(session, box, "Comptes rendus/Cardiologie")
    assert client.ok('LIST "" "Comptes rendus/%"').named("LIST")


def test_a_bounce_is_a_report_whose_parts_can_be_fetched(desk: Desk, scene: Scene) -> None:
    scene.submit_raw(wire(), "personne@ch-abcd.mssante.fr")
    client = desk.reading()
    told = client.ok("FETCH 1 BODYSTRUCTURE").one("FETCH").lower()
    assert b'"report"' in told
    assert b'"message" "delivery-status"' in told
    assert b"final-recipient" in client.ok("FETCH 1 BODY.PEEK[2]").one("FETCH").lower()


def test_recent_goes_to_the_first_who_looks(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    first = desk.signed_in()
    assert first.ok("EXAMINE INBOX").named("RECENT") == [b"1 RECENT\r\n"]
    assert first.ok("SELECT INBOX").named("RECENT") == [b"1 RECENT\r\n"]
    assert b"\\Recent" in first.ok("FETCH 1 FLAGS").one("FETCH")
    assert desk.signed_in().ok("SELECT INBOX").named("RECENT") == [b"0 RECENT\r\n"]


def test_the_journal_tells_what_a_client_did(desk: Desk, scene: Scene) -> None:
    for _ in range(3):
        scene.send(HUGO, CLAIRE)
    before = len(scene.journal())
    client = desk.reading()
    client.ok("STORE 1 +FLAGS (\\Seen)")
    client.ok("CREATE Tri")
    client.ok("MOVE 1 Tri")
    client.ok(f'MOVE 1 "{TRASH}"')
    client.ok("STORE 1 +FLAGS (\\Deleted)")
    client.ok("EXPUNGE")
    assert scene.journal()[before:] == ["signed_in", "opened_box", "read", "moved", "thrown_away", "thrown_away"]


def test_the_transcript_keeps_no_content(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE, subject="Objet confidentiel", text="Texte confidentiel")
    client = desk.reading()
    client.ok("FETCH 1 (ENVELOPE BODY[])")
    client.ok('SEARCH TEXT "confidentiel"')
    client.ok("SEARCH TEXT confidentiel")
    client.ok("APPEND INBOX {}", b"Subject: confidentiel\r\n\r\nconfidentiel\r\n")
    client.ok("LOGOUT")
    assert client.line() == b""
    said = " ".join(text for _, text in desk.transcript())
    assert "FETCH 1 (ENVELOPE BODY[])" in said
    assert "confidentiel" not in said


@pytest.mark.parametrize("command", ["LIST {} *", "SELECT {}", "CREATE {}", "SEARCH TEXT {}"])
def test_a_real_number_is_refused_or_not_found_and_never_kept(desk: Desk, command: str) -> None:
    number = "1 84 05 75 116 001 42".replace(" ", "")
    client = desk.reading()
    answer = client.say(command.format(f'"{number}"'))
    assert number not in answer.text
    client.ok("LOGOUT")
    client.line()
    assert not any(number in text for _, text in desk.transcript())


def test_a_long_message_comes_whole_by_slices(desk: Desk, scene: Scene) -> None:
    lines = b"".join(b"%07d une ligne d'un long message\r\n" % number for number in range(40_000))
    raw = b"From: a@b.example\r\nSubject: long\r\n\r\n" + lines
    client = desk.reading()
    client.ok("APPEND INBOX {}", raw)
    assert b"{%d}\r\n%s)" % (len(raw), raw) in client.ok("FETCH 1 BODY.PEEK[]").one("FETCH")
    assert b"{300000}\r\n%s)" % raw[500_000:800_000] in client.ok("FETCH 1 BODY.PEEK[]<500000.300000>").one("FETCH")
    assert b"Subject: long" in client.ok("FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]").one("FETCH")
    assert lines in client.ok("FETCH 1 BODY.PEEK[TEXT]").one("FETCH")


def test_a_thousand_messages_are_listed_and_searched_in_one_go(desk: Desk, scene: Scene) -> None:
    client = desk.reading()
    _fill(client, 600)
    client.ok("NOOP")
    assert len(client.ok("FETCH 1:* (UID ENVELOPE)").named("FETCH")) == 600
    assert client.ok("SEARCH SUBJECT 599").numbers() == [600]
    client.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)")
    assert len(client.ok("EXPUNGE").named("EXPUNGE")) == 600


def _fill(client: Client, count: int) -> None:
    client.ok("APPEND INBOX {}", b"From: a@b.example\r\nSubject: 0\r\n\r\nx\r\n")
    for number in range(1, count):
        client.ok("APPEND INBOX {}", b"From: a@b.example\r\nSubject: %d\r\n\r\nx\r\n" % number, plus=True)


def test_a_client_that_hangs_up_or_waits_leaves_its_transcript_all_the_same(desk: Desk) -> None:
    client = desk.reading()
    client.begin("IDLE")
    client.line()
    _until(lambda: any("SELECT" in text for _, text in desk.transcript()))
    client.close()
    other = desk.reading("INBOX", HUGO)
    other.close()
    _until(lambda: any("SELECT" in text for _, text in desk.transcript(HUGO)))


def _until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)
