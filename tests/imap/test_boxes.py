"""Which folders one reaches: one's own, shared boxes under one's own name, boxes lent; never those of another world."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.sandbox.store.people import Journal
from bot.sandbox.store.worlds import box_of, grant, persona_of, withdraw
from tests.imap.desk import Desk
from tests.imap.talking import Client
from tests.sandbox_store.scene import CARDIOLOGY, CLAIRE, HUGO, INES, SECRETARY, Scene

SHARED = "Bo&AO4-tes partag&AOk-es"
LENT = "D&AOk-l&AOk-gations"
JULIE = "julie.simon@pro.zz.mssante.fr"


def names(client: Client, pattern: str = "*") -> list[str]:
    return [
        line.split(b'"/" ')[1].strip().strip(b'"').decode() for line in client.ok(f'LIST "" "{pattern}"').named("LIST")
    ]


def test_the_two_trees_are_there(desk: Desk) -> None:
    assert names(desk.signed_in(), "%") == [
        "INBOX",
        "Messages envoy&AOk-s",
        "Brouillons",
        "Messages supprim&AOk-s",
        "Patients",
        SHARED,
    ]
    assert "Patients/Bo&AO4-te de r&AOk-ception" in names(desk.signed_in(), "Patients/%")


def test_namespace_names_what_one_has(desk: Desk) -> None:
    told = desk.signed_in(JULIE).ok("NAMESPACE").one("NAMESPACE").decode().strip()
    assert told == f'NAMESPACE (("" "/")) (("{LENT}/" "/")) (("{SHARED}/" "/"))'
    assert desk.signed_in("resultats@labo-fictif.mssante.fr").ok("NAMESPACE").one("NAMESPACE").endswith(b"NIL NIL\r\n")


def test_a_shared_box_is_opened_with_ones_own_sign_in_and_the_journal_says_who(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CARDIOLOGY, subject="Pour le service")
    client = desk.signed_in(CLAIRE)
    assert client.ok(f'SELECT "{SHARED}/{CARDIOLOGY}/INBOX"').one("EXISTS") == b"1 EXISTS\r\n"
    assert b"Pour le service" in client.ok("FETCH 1 BODY[]").one("FETCH")
    with desk.house.store.reading(1) as session:
        claire, box = persona_of(session, 1, CLAIRE), box_of(session, 1, CARDIOLOGY)
        told = session.execute(
            select(Journal.act, Journal.persona_id).where(Journal.mailbox_id == box.id, Journal.door == "imap")  # type: ignore[union-attr]
        ).all()
        assert [tuple(line) for line in told] == [("opened_box", claire.id), ("read", claire.id)]


def test_reading_a_shared_message_marks_it_read_for_colleagues(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CARDIOLOGY)
    desk.reading(f"{SHARED}/{CARDIOLOGY}/INBOX", CLAIRE).ok("FETCH 1 BODY[]")
    colleague = desk.reading(f"{SHARED}/{CARDIOLOGY}/INBOX", JULIE)
    assert colleague.ok("SEARCH SEEN").numbers() == [1]


def test_whoever_is_not_on_the_access_list_sees_no_such_box(desk: Desk) -> None:
    client = desk.signed_in(INES)
    assert not any(CARDIOLOGY in name for name in names(client))
    assert client.no(f'SELECT "{SHARED}/{CARDIOLOGY}/INBOX"').code == "NONEXISTENT"
    assert client.no(f'STATUS "{SHARED}/{CARDIOLOGY}/INBOX" (MESSAGES)').code == "NONEXISTENT"
    assert client.no(f'APPEND "{SHARED}/{CARDIOLOGY}/INBOX" {{}}', b"Subject: x\r\n\r\nx").code == "NONEXISTENT"


def test_a_box_lent_by_delegation_lies_apart(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    client = desk.reading(f"{LENT}/{CLAIRE}/INBOX", JULIE)
    assert client.ok("SEARCH ALL").numbers() == [1]


def test_the_inbox_of_a_med_account_is_that_of_the_box_it_is_attached_to(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CARDIOLOGY)
    client = desk.signed_in(SECRETARY)
    assert names(client, "INBOX") == ["INBOX"]
    assert client.ok("NAMESPACE").one("NAMESPACE").startswith(b'NAMESPACE (("" "/")) NIL ')
    client.ok("SELECT INBOX")
    assert client.ok("SEARCH ALL").numbers() == [1]


def signed_in_to(desk: Desk, box: str, who: str) -> Client:
    """With one's own password, naming a box one may open, as its sheet says."""
    client = desk.client()
    client.ok(f'LOGIN "{box}" "{desk.password(who)}"')
    return client


@pytest.mark.parametrize("who", [CLAIRE, JULIE, SECRETARY])
def test_the_box_that_the_login_names_is_the_inbox(desk: Desk, scene: Scene, who: str) -> None:
    scene.send(HUGO, CLAIRE, subject="Personnel")
    scene.send(HUGO, CARDIOLOGY, subject="Pour le service")
    client = signed_in_to(desk, CARDIOLOGY, who)
    client.ok("SELECT INBOX")
    assert b"Pour le service" in client.ok("FETCH 1:* ENVELOPE").one("FETCH")


def test_an_account_of_the_shared_box_shows_it_once_and_no_personal_box(desk: Desk) -> None:
    client = signed_in_to(desk, CARDIOLOGY, CLAIRE)
    assert not any(CARDIOLOGY in name or CLAIRE in name for name in names(client))
    assert client.ok("NAMESPACE").one("NAMESPACE").startswith(b'NAMESPACE (("" "/")) ')
    assert b"\\Sent" in client.ok('LIST (SPECIAL-USE) "" "*"').named("LIST")[0]


def test_a_folder_made_in_the_account_of_the_shared_box_is_the_colleagues_too(desk: Desk) -> None:
    signed_in_to(desk, CARDIOLOGY, CLAIRE).ok("CREATE Gardes")
    assert f"{SHARED}/{CARDIOLOGY}/Gardes" in names(desk.signed_in(JULIE))


def test_the_journal_says_who_opened_the_box_that_the_login_names(desk: Desk) -> None:
    signed_in_to(desk, CARDIOLOGY, CLAIRE).ok("SELECT INBOX")
    with desk.house.store.reading(1) as session:
        claire, box = persona_of(session, 1, CLAIRE), box_of(session, 1, CARDIOLOGY)
        asked = select(Journal.persona_id).where(Journal.mailbox_id == box.id, Journal.act == "opened_box")  # type: ignore[union-attr]
        assert session.scalars(asked).all() == [claire.id]


def test_access_withdrawn_leaves_the_account_of_the_shared_box_without_inbox(desk: Desk) -> None:
    client = signed_in_to(desk, CARDIOLOGY, CLAIRE)
    with desk.house.store.writing(1) as session:
        box = box_of(session, 1, CARDIOLOGY)
        assert box is not None
        withdraw(session, persona_of(session, 1, CLAIRE), box)
    assert client.no("SELECT INBOX").code == "NONEXISTENT"
    assert "INBOX" not in names(client)


def test_access_withdrawn_shuts_the_folder_that_is_open(desk: Desk) -> None:
    client = desk.reading(f"{SHARED}/{CARDIOLOGY}/INBOX", CLAIRE)
    with desk.house.store.writing(1) as session:
        box = box_of(session, 1, CARDIOLOGY)
        assert box is not None
        withdraw(session, persona_of(session, 1, CLAIRE), box)
    client.send(b"z FETCH 1:* FLAGS\r\n")
    assert client.line().startswith((b"* BYE", b"z BAD"))
    assert not any(CARDIOLOGY in name for name in names(desk.signed_in(CLAIRE)))


def test_access_given_shows_the_box_at_the_next_list(desk: Desk) -> None:
    client = desk.signed_in(INES)
    with desk.house.store.writing(1) as session:
        box = box_of(session, 1, CARDIOLOGY)
        assert box is not None
        grant(session, persona_of(session, 1, INES), box)
    assert any(CARDIOLOGY in name for name in names(client))


def test_folders_are_made_in_a_shared_box_and_not_beside_it(desk: Desk) -> None:
    client = desk.signed_in(CLAIRE)
    client.ok(f'CREATE "{SHARED}/{CARDIOLOGY}/Tri&AOk-s"')
    assert f"{SHARED}/{CARDIOLOGY}/Tri&AOk-s" in names(desk.signed_in(JULIE))
    client.no(f'CREATE "{SHARED}/ailleurs"')
    client.no(f'CREATE "{SHARED}"')
    client.no(f'RENAME "{SHARED}/{CARDIOLOGY}/Tri&AOk-s" "Tri&AOk-s"')


def test_the_folders_of_the_service_keep_their_names(desk: Desk) -> None:
    client = desk.signed_in()
    for name in ("Brouillons", "Patients", "Patients/Brouillons", "INBOX"):
        assert client.no(f'DELETE "{name}"').code == "CANNOT"
    assert client.no('RENAME "Brouillons" "Autre"').code == "CANNOT"
    assert client.no('SELECT "Patients"').code == "CANNOT"


def test_renaming_inbox_takes_its_messages_away(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    client = desk.signed_in()
    client.ok('RENAME INBOX "Ancien"')
    assert b"MESSAGES 0" in client.ok("STATUS INBOX (MESSAGES)").one("STATUS")
    assert b"MESSAGES 1" in client.ok("STATUS Ancien (MESSAGES)").one("STATUS")


def test_only_ones_own_professional_tree_has_special_uses(desk: Desk) -> None:
    found = desk.signed_in().ok('LIST (SPECIAL-USE) "" "*"').named("LIST")
    assert [line.split(b'"/" ')[1].strip() for line in found] == [
        b'"Messages envoy&AOk-s"',
        b'"Brouillons"',
        b'"Messages supprim&AOk-s"',
    ]


def test_a_move_between_boxes_is_kept_by_both(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CARDIOLOGY)
    client = desk.reading(f"{SHARED}/{CARDIOLOGY}/INBOX", CLAIRE)
    client.ok("MOVE 1 INBOX")
    assert scene.lines(CARDIOLOGY) == []
    assert len(scene.lines(CLAIRE)) == 1


def test_nothing_of_another_world_is_seen(desk: Desk, scene: Scene, other_scene: Scene) -> None:
    other_scene.send(HUGO, CLAIRE, subject="Ailleurs")
    scene.send(HUGO, CLAIRE, subject="Ici")
    here, there = desk.reading("INBOX", CLAIRE, 1), desk.reading("INBOX", CLAIRE, 2)
    assert b"Ici" in here.ok("FETCH 1:* ENVELOPE").one("FETCH")
    assert b"Ailleurs" in there.ok("FETCH 1:* ENVELOPE").one("FETCH")
    here.ok("STORE 1 +FLAGS (\\Deleted)")
    here.ok("EXPUNGE")
    there.ok("CREATE Ailleurs")
    assert "Ailleurs" not in names(here)
    assert there.ok("SEARCH ALL").numbers() == [1]
    assert here.ok("SEARCH TEXT Ailleurs").numbers() == []


def test_accents_come_once_the_client_takes_utf8(desk: Desk) -> None:
    client = desk.signed_in()
    assert 'dossier "A cote' in client.no('SELECT "&AMA- c&APQ-t&AOk-"').text
    client.ok("ENABLE UTF8=ACCEPT")
    assert "Boîtes partagées" in _utf8_names(client)
    client.ok('CREATE "Éléments triés"'.encode())
    assert "Éléments triés" in _utf8_names(client)
    client.ok('SELECT "Éléments triés"'.encode())
    client.ok('APPEND "Éléments triés" UTF8 (~{})'.encode(), "Subject: é\r\n\r\né".encode())
    assert 'NIL "é" NIL'.encode() in client.ok("FETCH 1 ENVELOPE").one("FETCH")
    client.bad("SEARCH CHARSET UTF-8 ALL")
    assert client.ok('SEARCH SUBJECT "É"'.encode()).numbers() == [1]
    assert "Il n’y a pas de dossier « À côté »." in client.no('SELECT "À côté"'.encode()).text


def _utf8_names(client: Client) -> list[str]:
    return [line.split(b'"/" ')[1].strip().strip(b'"').decode() for line in client.ok('LIST "" "%"').named("LIST")]
