"""Rude, broken and slow clients: a clear refusal or an end, and the others are served as before."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.imap.limits import Limits
from tests.imap.conftest import QUICK
from tests.imap.desk import Desk
from tests.imap.talking import Client
from tests.sandbox_store.scene import CLAIRE, HUGO, Scene

HASTY = QUICK._replace(line_seconds=1.5, greeting_seconds=1.5, slowest_rate=100_000_000)


def is_served(desk: Desk) -> bool:
    """Is another client served as before?"""
    return desk.reading("INBOX", HUGO).ok("NOOP").status == "OK"


# Malformed


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b" ",
        b"a",
        b"a ",
        b"GET / HTTP/1.1",
        b"a NOOP x",
        b"a LIST",
        b'a LIST "" "',
        b"a SELECT (",
        b"a SELECT \x00",
        b"a FETCH",
        b"a FETCH 1",
        b"a FETCH 1 BODY[",
        b"a FETCH 1 BODY[1.]",
        b"a FETCH 1 BODY[TEXT.1]",
        b"a FETCH 1 BODY[MIME]",
        b"a FETCH 1 BODY[]<0.0>",
        b"a FETCH 1 BODY[]<0.99999999999>",
        b"a FETCH 1 BODY[HEADER.FIELDS ()]",
        b"a FETCH 1 ()",
        b"a FETCH 1 (FLAGS",
        b"a FETCH 1 PERLIMPINPIN",
        b"a FETCH 0 FLAGS",
        b"a FETCH 99999999999 FLAGS",
        b"a UID",
        b"a UID NOOP",
        b"a STORE 1 FLAGS (\\Recent)",
        b"a STORE 1 FLAGS (a b",
        b"a STORE 1 DRAPEAUX (a)",
        b"a SEARCH " + b"(" * 2_000,
        b"a SEARCH " + b"NOT " * 2_000 + b"ALL",
        b"a SEARCH " + b"SEEN " * 2_000 + b"SEEN",
        b"a SEARCH RETURN (POUDRE) ALL",
        b"a STATUS INBOX ()",
        b"a STATUS INBOX MESSAGES",
        b"a APPEND INBOX sans litteral",
        b"a ID (",
        b"a ENABLE",
        b"a LOGIN a b",
        b"a STARTTLS",
        b"a IDLE x",
        b'a LIST (RECURSIVEMATCH) "" *',
        b"a CREATE",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\xff" * 500,
    ],
    ids=lambda line: repr(line[:30]),
)
def test_a_malformed_line_is_bad_and_the_conversation_goes_on(desk: Desk, line: bytes) -> None:
    client = desk.reading()
    client.send(line + b"\r\n")
    assert client.line().split(b" ")[1] == b"BAD"
    client.ok("NOOP")


@pytest.mark.parametrize("name", [b'"&AOk"', b'"\xff\xfe"'])
def test_a_name_that_is_badly_coded_is_a_no(desk: Desk, name: bytes) -> None:
    assert desk.signed_in().no(b"SELECT " + name).code == "CANNOT"


def test_too_many_malformed_lines_end_the_conversation(desk: Desk) -> None:
    client = desk.client()
    client.send(b"perlimpinpin\r\n" * 25)
    lines = [client.line() for _ in range(22)]
    assert lines[20].startswith(b"* BYE ")
    assert is_served(desk)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_whatever_bytes_come_the_others_are_served(desk: Desk, pieces: list[bytes]) -> None:
    client = desk.client()
    client.send(b"\r\n".join(pieces) + b"\r\n")
    client.socket.settimeout(0.05)
    client.close()
    with Client("127.0.0.1", desk.port, desk.tls) as other:
        other.ok("NOOP")


# Floods


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_line_without_end_is_refused(desk: Desk, signed_in: bool) -> None:
    client = desk.signed_in() if signed_in else desk.client()
    with contextlib.suppress(OSError):
        client.send(b"a NOOP " + b"x" * 200_000)
    assert client.line().startswith(b"* BYE [TOOBIG] ")
    assert is_served(desk)


@pytest.mark.parametrize("size", [b"4294967296", b"99999999999999999999", b"70000"])
def test_a_long_literal_is_refused_before_it_is_sent(desk: Desk, size: bytes) -> None:
    client = desk.reading()
    client.send(b"z SELECT {" + size + b"}\r\n")
    assert client.line().startswith(b"z NO [TOOBIG] ")
    client.ok("NOOP")


def test_a_long_literal_that_does_not_wait_ends_the_conversation(desk: Desk) -> None:
    client = desk.reading()
    client.send(b"z SELECT {70000+}\r\n")
    assert client.line().startswith(b"* BYE [TOOBIG] ")
    assert client.line() == b""
    assert is_served(desk)


def test_before_sign_in_literals_are_shorter_still(desk: Desk) -> None:
    client = desk.client()
    client.send(b"z LOGIN {4097}\r\n")
    assert client.line().startswith(b"z NO [TOOBIG] ")


def test_many_literals_in_one_command_are_refused(desk: Desk) -> None:
    client = desk.reading()
    client.send(b"z SEARCH " + b"SUBJECT {1+}\r\nx " * 200 + b"ALL\r\n")
    assert client.line().startswith(b"* BYE [TOOBIG] ")


def test_many_long_literals_in_one_command_are_refused(desk: Desk) -> None:
    client = desk.reading()
    with contextlib.suppress(OSError):
        client.send(b"z SEARCH " + (b"SUBJECT {60000+}\r\n" + b"x" * 60_000 + b" ") * 10 + b"ALL\r\n")
    assert client.line().startswith(b"* BYE [TOOBIG] ")


def test_long_messages_wait_for_room_and_then_are_told_to_come_back(opened: Callable[..., Desk]) -> None:
    desk = opened(HASTY, messages_at_once=1, slowest_rate=100_000)
    first, second = desk.signed_in(), desk.signed_in(HUGO)
    first.send(b"z APPEND INBOX {1000000}\r\n")
    assert first.line().startswith(b"+")
    second.send(b"z APPEND INBOX {1000000}\r\n")
    assert second.line().startswith(b"z NO [LIMIT] ")
    first.send(b"Subject: x\r\n\r\n" + b"y" * 98 + b"\r\n" * 499_943 + b"\r\n")
    first.close()
    second.ok("APPEND INBOX {}", b"Subject: x\r\n\r\n" + b"yyyy\r\n" * 20_000)


def test_a_huge_set_or_pattern_costs_nothing(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE)
    client = desk.reading()
    assert len(client.ok("FETCH " + ",".join(["1:*"] * 9_000) + " FLAGS").named("FETCH")) == 1
    client.bad('LIST "" "' + "*a" * 5_000 + '"')
    client.ok('LIST "" "' + "*a" * 200 + '"')


# Half-closed, slow, gone


def test_a_client_that_only_stopped_talking_hears_the_answer(desk: Desk) -> None:
    client = desk.plain_client()
    client.send(b"a CAPABILITY\r\nb NOOP\r\n")
    client.socket.shutdown(socket.SHUT_WR)
    assert client.line().startswith(b"* CAPABILITY")
    assert client.line().startswith(b"a OK")
    assert client.line().startswith(b"b OK")
    assert client.line() == b""


def test_a_client_that_leaves_in_the_middle_of_a_literal_leaves_nothing(desk: Desk, scene: Scene) -> None:
    client = desk.reading()
    client.send(b"z APPEND INBOX {1000}\r\n")
    client.line()
    client.send(b"Subject: x\r\n")
    client.close()
    assert is_served(desk)
    assert scene.lines(CLAIRE) == []


def test_a_client_that_leaves_during_idle_is_forgotten(opened: Callable[..., Desk]) -> None:
    desk = opened(connections_of_a_persona=1)
    secret = desk.password()
    for _ in range(3):
        client = desk.client()
        answer = client.say(f'LOGIN "{CLAIRE}" "{secret}"')
        while answer.status == "NO":
            answer = client.say(f'LOGIN "{CLAIRE}" "{secret}"')
        client.ok("SELECT INBOX")
        client.begin("IDLE")
        client.line()
        client.close()


def test_a_stranger_who_says_nothing_is_told_goodbye(opened: Callable[..., Desk]) -> None:
    desk = opened(HASTY)
    client = desk.plain_client()
    assert client.line().startswith(b"* BYE ")
    assert client.line() == b""


def test_a_line_that_drips_is_given_up(opened: Callable[..., Desk]) -> None:
    desk = opened(HASTY)
    client = desk.signed_in()
    client.send(b"z NO")
    assert client.line().startswith(b"* BYE ")


def test_a_literal_that_drips_is_given_up(opened: Callable[..., Desk]) -> None:
    desk = opened(HASTY)
    client = desk.signed_in()
    client.send(b"z APPEND INBOX {100}\r\n")
    assert client.line().startswith(b"+")
    client.send(b"Subject")
    assert client.line().startswith(b"* BYE ")


def test_a_question_left_unanswered_is_given_up(opened: Callable[..., Desk]) -> None:
    client = opened(HASTY).client()
    client.begin("AUTHENTICATE PLAIN")
    client.line()
    assert client.line().startswith(b"* BYE ")


def test_an_idle_client_is_let_go_after_its_time(opened: Callable[..., Desk]) -> None:
    client = opened(idle_seconds=0.4, still_here_seconds=0.15).reading()
    client.begin("IDLE")
    assert client.line().startswith(b"+")
    assert client.line().startswith(b"* OK")
    while (line := client.line()).startswith(b"* OK"):
        pass
    assert line.startswith(b"* BYE ")


def test_a_client_that_does_not_read_is_dropped(opened: Callable[..., Desk]) -> None:
    desk = opened(HASTY)
    client = desk.reading()
    client.ok("APPEND INBOX {}", b"Subject: x\r\n\r\n" + (b"z" * 70 + b"\r\n") * 60_000)
    client.send(b"z FETCH 1" + b",1" * 50 + b" BODY.PEEK[]\r\n" + b"z FETCH 1 BODY.PEEK[]\r\n" * 40)
    assert is_served(desk)
    client.socket.settimeout(20)
    time.sleep(2 * HASTY.line_seconds)  # longer than the server waits for a client that does not read
    received = 0
    with contextlib.suppress(OSError):
        while piece := client.socket.recv(1 << 20):
            received += len(piece)
    assert received < 41 * 4_000_000


def test_garbage_instead_of_a_handshake_is_the_end(desk: Desk) -> None:
    client = desk.plain_client()
    client.ok("STARTTLS")
    client.send(b"perlimpinpin" * 50 + b"\r\n")
    while client.line():
        pass
    assert is_served(desk)


# Many


def test_one_too_many_is_told_so_and_may_come_back(opened: Callable[..., Desk]) -> None:
    desk = opened(Limits(connections=3, refusal_seconds=0))
    first, *_ = [desk.plain_client() for _ in range(3)]
    late = desk.plain_client()
    assert late.greeting.startswith(b"* BYE [UNAVAILABLE]")
    first.ok("LOGOUT")
    assert first.line() == b""
    assert desk.plain_client().greeting.startswith(b"* OK")


def test_five_hundred_silent_connections_do_not_hinder_one_that_works(desk: Desk, scene: Scene) -> None:
    silent = [desk.plain_client() for _ in range(450)] + [desk.signed_in() for _ in range(15)]
    for who in (CLAIRE, HUGO):
        for _ in range(3):
            client = desk.reading("INBOX", who)
            client.begin("IDLE")
            client.line()
            silent.append(client)
    scene.send(HUGO, CLAIRE, subject="Toujours là")
    assert b"SUBJECT" in desk.reading().ok("FETCH 1 BODY[HEADER.FIELDS (SUBJECT)]").one("FETCH")
    assert all(client.greeting.startswith(b"* OK") for client in silent)
