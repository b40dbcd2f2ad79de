"""The dialogue line by line: what is offered, in what order, and what each fault is told."""

from __future__ import annotations

import re
import smtplib
from typing import Any

import pytest

from tests.sandbox_store.scene import CLAIRE, HUGO, INES, OUTSIDE, wire
from tests.smtp.door import Door, Wire, plain, send


@pytest.fixture
def known(door: Door) -> Any:
    """An encrypted connection of somebody signed in."""
    with door.raw() as wire_to:
        wire_to.say("EHLO poste")
        assert wire_to.say(f"AUTH PLAIN {plain(CLAIRE, door.password())}").startswith("235 ")
        yield wire_to


def offers(reply: str) -> set[str]:
    return {line[4:].split()[0] for line in reply.splitlines()[1:]}


def test_in_clear_encryption_is_offered_and_signing_in_is_not(door: Door) -> None:
    with door.raw(encrypted=False) as wire_to:
        found = offers(wire_to.say("EHLO poste"))
    assert found >= {"STARTTLS", "SIZE", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES", "DSN"}
    assert "AUTH" not in found


def test_once_encrypted_signing_in_is_offered_and_encryption_is_not(door: Door) -> None:
    with door.raw() as wire_to:
        reply = wire_to.say("EHLO poste")
    assert "AUTH LOGIN PLAIN XOAUTH2" in reply
    assert "STARTTLS" not in offers(reply)


def test_encryption_is_tls_1_2_or_later(door: Door) -> None:
    with door.client() as client:
        assert client.sock.version() in ("TLSv1.2", "TLSv1.3")  # type: ignore[union-attr]


@pytest.mark.parametrize("command", ["AUTH PLAIN AAAA", "AUTH LOGIN", f"MAIL FROM:<{CLAIRE}>", "DATA", "VRFY x"])
def test_nothing_is_done_in_clear(door: Door, command: str) -> None:
    with door.raw(encrypted=False) as wire_to:
        wire_to.say("EHLO poste")
        assert wire_to.say(command) == "530 5.7.0 chiffrement-absent"


def test_what_was_said_before_encryption_is_forgotten(door: Door) -> None:
    with door.raw() as wire_to:
        assert wire_to.say(f"AUTH PLAIN {plain(CLAIRE, door.password())}").startswith("503 5.5.1")


def test_commands_slipped_behind_starttls_cut_the_connection(door: Door) -> None:
    with door.raw(encrypted=False) as wire_to:
        wire_to.say("EHLO poste")
        wire_to.send(b"STARTTLS\r\nEHLO poste\r\nMAIL FROM:<x@y.fr>\r\n")
        assert wire_to.reply().startswith("554 5.5.1")
        assert wire_to.is_shut()


def test_one_signs_in_once(known: Wire) -> None:
    assert known.say("AUTH PLAIN AAAA").startswith("503 5.5.1")


def test_one_signs_in_before_writing(door: Door) -> None:
    with door.raw() as wire_to:
        wire_to.say("EHLO poste")
        assert wire_to.say(f"MAIL FROM:<{CLAIRE}>") == "530 5.7.0 connexion-manquante"


def test_each_refusal_before_the_message_bears_its_rule(known: Wire) -> None:
    known.say(f"MAIL FROM:<{CLAIRE}>")
    assert known.say(f"RCPT TO:<{OUTSIDE}>") == "550 5.7.1 hors-espace-depot"
    assert known.say("RCPT TO:<pas-une-adresse>") == "501 5.1.3 adresse-mal-formee"
    assert known.say(f"RCPT TO:<{HUGO}>") == "250 2.1.5 OK"


def test_the_others_are_served_when_one_recipient_is_refused(door: Door, scene: Any) -> None:
    with door.signed_in() as client:
        refused = client.sendmail(CLAIRE, [HUGO, OUTSIDE, INES], wire())
    assert list(refused) == [OUTSIDE]
    assert refused[OUTSIDE][1] == b"5.7.1 hors-espace-depot"
    assert len(scene.lines(HUGO)) == len(scene.lines(INES)) == 1


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("MAIL", "501 5.5.4"),
        ("MAIL FROM", "501 5.5.4"),
        ("MAIL FROM:claire", "501 5.1.7"),
        (f"MAIL FROM:<{CLAIRE}> SIZE=pas-un-nombre", "501 5.5.4"),
        (f"MAIL FROM:<{CLAIRE}> SIZE=99999999999", "552 5.3.4 message-trop-gros"),
        (f"MAIL FROM:<{CLAIRE}> BODY=BINARYMIME", "501 5.5.4"),
        (f"MAIL FROM:<{CLAIRE}> RET=TOUT", "501 5.5.4"),
        (f"MAIL FROM:<{CLAIRE}> ENVID=a+ZZ", "501 5.5.4"),
        (f"MAIL FROM:<{CLAIRE}> SMTPUTF8=1", "501 5.5.4"),
        (f"MAIL FROM:<{CLAIRE}> MODE=vite", "555 5.5.4"),
        (f"MAIL FROM:<{CLAIRE}> RET=FULL RET=HDRS", "501 5.5.4"),
        ("MAIL FROM:<clairé@ch-abcd.mssante.fr>", "553 5.6.7"),
        (f"RCPT TO:<{HUGO}>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("STARTTLS", "503 5.5.1"),
        ("STARTTLS maintenant", "501 5.5.4"),
        ("EHLO", "501 5.5.4"),
        ("HELO", "501 5.5.4"),
        ("BONJOUR", "500 5.5.1"),
        ("BDAT 12 LAST", "500 5.5.1"),
        ("EXPN medecins", "502 5.5.1"),
        ("VRFY hugo.leroy", "252 2.5.0"),
        ("NOOP quelque chose", "250 2.0.0"),
        ("RSET", "250 2.0.0"),
        ("HELP", "214 2.0.0"),
        ("", "500 5.5.1"),
    ],
)
def test_each_fault_has_its_reply(known: Wire, command: str, reply: str) -> None:
    assert known.say(command).startswith(reply)


@pytest.mark.parametrize(
    ("parameters", "reply"),
    [
        ("NOTIFY=SUCCESS", "250 2.1.5"),
        ("NOTIFY=success,failure,delay", "250 2.1.5"),
        ("NOTIFY=NEVER", "250 2.1.5"),
        ("NOTIFY=NEVER,SUCCESS", "501 5.5.4"),
        ("NOTIFY=", "501 5.5.4"),
        (f"NOTIFY=FAILURE ORCPT=rfc822;{HUGO}", "250 2.1.5"),
        ("ORCPT=rfc822;a+b", "501 5.5.4"),
        ("ORCPT=hugo", "501 5.5.4"),
        ("URGENT=YES", "555 5.5.4"),
    ],
)
def test_the_parameters_of_dsn_are_read(known: Wire, parameters: str, reply: str) -> None:
    known.say(f"MAIL FROM:<{CLAIRE}> RET=HDRS ENVID=QQ314159")
    assert known.say(f"RCPT TO:<{HUGO}> {parameters}").startswith(reply)


def test_two_messages_cannot_be_entangled(known: Wire) -> None:
    known.say(f"MAIL FROM:<{CLAIRE}>")
    assert known.say(f"MAIL FROM:<{CLAIRE}>").startswith("503 5.5.1")
    known.say("RSET")
    assert known.say(f"RCPT TO:<{HUGO}>").startswith("503 5.5.1")


def test_ehlo_forgets_the_message_under_way(known: Wire) -> None:
    known.say(f"MAIL FROM:<{CLAIRE}>")
    known.say("EHLO poste")
    assert known.say(f"RCPT TO:<{HUGO}>").startswith("503 5.5.1")


def test_beyond_two_hundred_recipients_the_rule_is_told(known: Wire) -> None:
    known.say(f"MAIL FROM:<{CLAIRE}>")
    known.send(b"".join(f"RCPT TO:<personne.{i}@ch-efgh.mssante.fr>\r\n".encode() for i in range(201)))
    replies = [known.reply() for _ in range(201)]
    assert replies[:200] == ["250 2.1.5 OK"] * 200
    assert replies[200] == "452 4.5.3 trop-de-destinataires"


def test_several_messages_may_come_in_one_packet(known: Wire, scene: Any) -> None:
    start = f"MAIL FROM:<{CLAIRE}>\r\nRCPT TO:<{HUGO}>\r\nDATA\r\n".encode()
    known.send(start)
    assert [known.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
    known.send(wire("Un") + b".\r\n" + start)
    assert [known.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    known.send(wire("Deux") + b".\r\nQUIT\r\n")
    assert [known.reply()[:3] for _ in range(2)] == ["250", "221"]
    assert [line.subject for line in scene.lines(HUGO)] == ["Deux", "Un"]


def test_replies_carry_an_enhanced_code_and_stay_ascii(door: Door) -> None:
    with door.signed_in() as client:
        replies = [client.docmd(c) for c in ("NOOP", "VRFY x", f"MAIL FROM:<{CLAIRE}>", "RCPT TO:<x>", "RSET", "QUIT")]
    for code, text in replies:
        assert re.match(rf"{code // 100}\.\d\.\d ", text.decode("ascii"))


@pytest.mark.parametrize("command", [b"NOOP \xff", b"\xff\xfe", b"NO\0OP", b"NOOP\0"])
def test_a_command_that_is_no_text_is_told_what_is_wrong_with_it(known: Wire, command: bytes) -> None:
    known.send(command + b"\r\n")
    reply = known.reply()
    assert reply.startswith("500 5.5.2 A command ")
    assert "fins-de-ligne-melees" not in reply


def test_a_size_beyond_the_limit_of_one_s_operator_is_refused_before_the_message(known: Wire, fixtures: Any) -> None:
    limit = int(fixtures.operator_of[CLAIRE.partition("@")[2]].size_limit_mb * 1_000_000)
    assert known.say(f"MAIL FROM:<{CLAIRE}> SIZE={limit + 1}") == "552 5.3.4 taille-emetteur"
    assert known.say(f"MAIL FROM:<{CLAIRE}> SIZE={limit}") == "250 2.1.0 OK"


# What comes through


@pytest.mark.parametrize(
    "text",
    [".", "..", ".début", "a\n.\nb", "a\n..\n.\n", "é" * 300, "fin\n\n\n", "\n"],
)
def test_the_text_arrives_as_it_was_written(door: Door, scene: Any, text: str) -> None:
    raw = wire(text=text)
    with door.signed_in() as client:
        assert send(client, raw=raw).startswith("250 ")
    kept = scene.raw(scene.lines(HUGO)[0])
    assert kept.endswith(raw)


def test_an_accented_subject_arrives_in_8_bits(door: Door, scene: Any) -> None:
    with door.signed_in() as client:
        client.mail(CLAIRE, ["BODY=8BITMIME", "SMTPUTF8"])
        client.rcpt(HUGO)
        assert client.data(wire(subject="Hémoglobine élevée"))[0] == 250
    assert scene.lines(HUGO)[0].subject == "Hémoglobine élevée"


def test_bcc_left_by_the_client_is_not_shown(door: Door, scene: Any) -> None:
    with door.signed_in() as client:
        client.sendmail(CLAIRE, [HUGO], wire(Bcc=INES))
    assert b"Bcc" not in scene.raw(scene.lines(HUGO)[0])


def test_the_receipt_of_a_client_may_leave_from_no_path(door: Door) -> None:
    with door.signed_in() as client:
        assert client.docmd("MAIL", "FROM:<>")[0] == 250


def test_what_a_client_never_heard_it_may_send_again(door: Door, scene: Any) -> None:
    raw = wire()
    for _ in range(2):
        with door.signed_in() as client:
            assert send(client, raw=raw).startswith("250 2.0.0")
    assert len(scene.lines(HUGO)) == 1


def test_the_same_message_twice_on_one_connection_is_two(door: Door, scene: Any) -> None:
    raw = wire()
    with door.signed_in() as client:
        for _ in range(2):
            assert send(client, raw=raw).startswith("250 2.0.0")
    assert len(scene.lines(HUGO)) == 2


def test_a_refused_content_is_told_after_the_message_and_leaves_nothing(door: Door, scene: Any) -> None:
    from tests.sandbox_store.documents import EICAR

    with door.signed_in() as client:
        reply = send(client, text=EICAR, Content_Disposition="attachment; filename=facture.txt")
    assert reply == "554 5.7.1 piece-infectee"
    assert scene.lines(HUGO) == []


def test_a_number_that_may_be_somebody_s_is_refused_wherever_it_is_said(door: Door, house: Any, database: Any) -> None:
    number = "2790" + "199999012"
    with door.signed_in() as client:
        told = [
            send(client, f"{number}54@patient.mssante.fr"),
            send(client, text=f"INS {number}"),
            " ".join(str(part) for part in client.docmd(f"MAIL FROM:<{CLAIRE}> ENVID={number}")),
        ]
        client.rset()
        client.mail(CLAIRE)
        told.append(str(client.docmd(f"RCPT TO:<{HUGO}> ORCPT=rfc822;{number}@x.fr")))
    assert all("numero-peut-etre-reel" in reply for reply in told)
    door.transcript()
    kept = b"".join(path.read_bytes() for path in database.parent.glob("sandbox.sqlite3*"))
    assert number.encode() not in kept


def test_a_client_that_wants_to_know_whom_it_speaks_to_is_told_it_is_a_simulation(door: Door) -> None:
    with smtplib.SMTP(local_hostname="poste") as client:
        code, greeting = client.connect("127.0.0.1", door.port)
    assert code == 220
    assert b"simulation" in greeting
