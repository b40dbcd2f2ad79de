"""Clients that are broken, slow, rude or hostile: a clear refusal or a timeout, and the others served as before."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.sandbox.doors import House
from bot.sandbox.smtp.conversation import Conversation
from bot.sandbox.smtp.counter import Counter
from bot.sandbox.smtp.hall import Hall
from tests.sandbox_store.scene import CLAIRE, HUGO, wire
from tests.smtp.door import PATIENCE, Door, Wire, plain, send

START = f"MAIL FROM:<{CLAIRE}>\r\nRCPT TO:<{HUGO}>\r\nDATA\r\n".encode()


def opener(kind: type[Conversation] = Conversation, **hall: Any) -> Callable[[House], Any]:
    """A door of this test's own."""

    async def opened(house: House) -> asyncio.Server:
        shared, counter = Hall(house, **hall), Counter(house)
        return await asyncio.get_running_loop().create_server(lambda: kind(shared, counter), "127.0.0.1", 0)

    return opened


class Impatient(Conversation):
    idle_unknown = idle_known = idle_in_data = 0.3
    whole_message = 1.0
    farewell = 0.3


@contextlib.contextmanager
def ready(door: Door) -> Iterator[Wire]:
    """Signed in, and asked for the message."""
    with door.raw() as wire_to:
        wire_to.say("EHLO poste")
        wire_to.say(f"AUTH PLAIN {plain(CLAIRE, door.password())}")
        wire_to.send(START)
        assert [wire_to.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        yield wire_to


# Nothing is slipped in

ENDS = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\0\r\n.\n", b"\r\r\n.\r\r\n"]


@pytest.mark.parametrize("end", ENDS)
def test_a_false_end_neither_ends_the_message_nor_starts_another(door: Door, scene: Any, end: bytes) -> None:
    hidden = b"MAIL FROM:<" + HUGO.encode() + b">\r\nRCPT TO:<" + CLAIRE.encode() + b">\r\nDATA\r\nSubject: x\r\n\r\n"
    with ready(door) as wire_to:
        wire_to.send(wire() + b"suite" + end + hidden + b"\r\n.\r\n")
        assert wire_to.reply() == "554 5.6.0 fins-de-ligne-melees"
        assert wire_to.say("NOOP").startswith("250")
    assert scene.lines(HUGO) == scene.lines(CLAIRE) == []


@pytest.mark.parametrize("line", [b"NOOP\n", b"NO\rOP\r\n", b"NOOP\r\r\n"])
def test_a_command_is_one_line(door: Door, line: bytes) -> None:
    with door.raw() as wire_to:
        wire_to.send(line)
        assert wire_to.reply() == "500 5.5.2 fins-de-ligne-melees"
        assert wire_to.say("NOOP").startswith("250")


def test_the_message_of_a_refused_data_is_not_obeyed_as_commands(door: Door) -> None:
    with door.raw() as wire_to:
        wire_to.say("EHLO poste")
        wire_to.say(f"AUTH PLAIN {plain(CLAIRE, door.password())}")
        wire_to.send(b"DATA\r\nSubject: x\r\n\r\nRSET\r\n.\r\n")
        assert wire_to.reply().startswith("503 5.5.1")
        assert wire_to.is_shut()


def test_a_page_that_makes_a_browser_talk_is_shown_out(door: Door) -> None:
    with door.raw(encrypted=False) as wire_to:
        wire_to.send(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\nEHLO x\r\n")
        assert wire_to.reply().startswith("421 4.7.0")
        assert wire_to.is_shut()


# Nothing is endless


def test_a_command_without_end_is_refused_and_the_next_one_obeyed(door: Door) -> None:
    with door.raw() as wire_to:
        wire_to.send(b"NOOP " + b"a" * 300_000 + b"\r\n")
        assert wire_to.reply() == "500 5.5.2 ligne-trop-longue"
        assert wire_to.say("NOOP").startswith("250")


def test_a_line_that_never_ends_is_cut(door: Door) -> None:
    with door.raw() as wire_to:
        with contextlib.suppress(OSError):
            for _ in range(40):
                wire_to.send(b"a" * 65_536)
        assert wire_to.is_shut()


def test_a_response_without_end_is_not_a_password(door: Door) -> None:
    with door.raw() as wire_to:
        wire_to.say("EHLO poste")
        wire_to.say("AUTH PLAIN")
        assert wire_to.say("A" * 20_000).startswith("501 5.5.2")


def test_a_line_too_long_in_a_message_is_refused_by_its_rule(door: Door, scene: Any) -> None:
    with door.signed_in() as client:
        assert send(client, raw=wire(text="a" * 999)) == "554 5.6.0 ligne-trop-longue"
    assert scene.lines(HUGO) == []


def test_a_message_too_big_is_refused_at_its_end_and_the_next_one_taken(opened: Callable[..., Door]) -> None:
    door = opened(opener(largest=100_000))
    with door.signed_in() as client:
        assert send(client, text="mot " * 10 + "\n" + "mots\n" * 40_000) == "552 5.3.4 message-trop-gros"
        assert send(client).startswith("250 2.0.0")


def test_messages_share_a_bounded_memory(opened: Callable[..., Door]) -> None:
    door = opened(opener(memory=100_000))
    with ready(door) as half:
        half.send(wire(text="a\n" * 20_000))
        with door.signed_in() as client:
            assert send(client, text="b\n" * 60_000).startswith("452 4.3.1")
    with door.signed_in() as client:
        replies = [send(client, text="c\n" * 20_000) for _ in range(20)]
    assert replies[-1].startswith("250 2.0.0"), "the place of one who left is free again"


def test_faults_without_end_shut_the_door(door: Door) -> None:
    with door.raw() as wire_to:
        wire_to.send(b"BONJOUR\r\n" * 50)
        replies = [wire_to.reply() for _ in range(11)]
        assert replies[:10] == ["500 5.5.1 Command not recognized"] * 10
        assert replies[10].startswith("421 4.7.0")
        assert wire_to.is_shut()


def test_commands_without_a_message_do_not_go_on_for_ever(door: Door) -> None:
    with door.raw() as wire_to:
        wire_to.send(b"NOOP\r\n" * 1_100)
        replies = [wire_to.reply() for _ in range(1_000)]
        assert "421 4.7.0 Too many commands without a message" in replies


# Slow, or gone


def test_one_who_says_nothing_is_told_so_and_left(opened: Callable[..., Door]) -> None:
    with opened(opener(Impatient)).raw(encrypted=False) as wire_to:
        assert wire_to.reply() == "421 4.4.2 Timeout, closing"
        assert wire_to.is_shut()


def test_one_letter_at_a_time_does_not_keep_the_place(opened: Callable[..., Door]) -> None:
    with opened(opener(Impatient)).raw(encrypted=False) as wire_to, contextlib.suppress(ConnectionError):
        for letter in b"EHLO " * 4:
            wire_to.send(bytes([letter]))
            time.sleep(0.05)
        assert wire_to.reply() == "421 4.4.2 Timeout, closing"


def test_a_message_that_trickles_is_cut_and_leaves_nothing(opened: Callable[..., Door], scene: Any) -> None:
    with ready(opened(opener(Impatient))) as wire_to, contextlib.suppress(OSError):
        wire_to.send(wire())
        for _ in range(30):
            wire_to.send(b"encore\r\n")
            time.sleep(0.1)
        assert wire_to.reply() in ("421 4.4.2 Timeout, closing", "")
    assert scene.lines(HUGO) == []


def talk_without_listening(deaf: socket.socket) -> None:
    for _ in range(2_000):
        deaf.sendall(b"HELP\r\n" * 100)
        time.sleep(0.005)


def test_one_who_does_not_read_does_not_keep_the_place(opened: Callable[..., Door]) -> None:
    door = opened(opener(Impatient))
    with socket.create_connection(("127.0.0.1", door.port), timeout=PATIENCE) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            talk_without_listening(deaf)
    with door.raw(encrypted=False) as wire_to:
        assert wire_to.say("NOOP").startswith("250")


def test_one_who_stops_talking_is_still_answered(door: Door) -> None:
    with door.raw(encrypted=False) as wire_to:
        wire_to.send(b"EHLO poste\r\nNOOP\r\n")
        wire_to.socket.shutdown(socket.SHUT_WR)
        assert wire_to.reply().startswith("250-")
        assert wire_to.reply().startswith("250 ")
        assert wire_to.is_shut()


@pytest.mark.parametrize("politely", [True, False])
def test_a_message_cut_short_is_not_there(door: Door, scene: Any, politely: bool) -> None:
    with ready(door) as wire_to:
        wire_to.send(wire()[:-4])
        if politely:
            wire_to.socket.shutdown(socket.SHUT_RDWR)
    with door.signed_in() as client:
        assert send(client, subject="Suivant").startswith("250 ")
    assert [line.subject for line in scene.lines(HUGO)] == ["Suivant"]


def test_a_broken_handshake_only_ends_itself(door: Door) -> None:
    with door.raw(encrypted=False) as wire_to:
        wire_to.say("EHLO poste")
        wire_to.say("STARTTLS")
        wire_to.send(b"ce n'est pas du TLS\r\n" * 20)
        with contextlib.suppress(ConnectionError):
            wire_to.socket.recv(100)
    with door.signed_in() as client:
        assert send(client).startswith("250 ")


# Many


def test_five_hundred_idle_connections_do_not_keep_others_waiting(door: Door) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with contextlib.ExitStack() as idle:
        for _ in range(500):
            idle.enter_context(socket.create_connection(("127.0.0.1", door.port), timeout=PATIENCE))
        with door.signed_in() as client:
            assert send(client).startswith("250 2.0.0")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000, "kilobytes"


def test_one_connection_too_many_is_told_to_come_back(opened: Callable[..., Door]) -> None:
    door = opened(opener(most=3))
    with contextlib.ExitStack() as stack:
        here = [stack.enter_context(socket.create_connection(("127.0.0.1", door.port))) for _ in range(4)]
        greetings = [Wire(one).reply() for one in here]
    assert [greeting[:3] for greeting in greetings] == ["220", "220", "220", "421"]
    with door.raw(encrypted=False) as wire_to:
        assert wire_to.say("NOOP").startswith("250")


def test_ten_clients_at_once_lose_nothing(door: Door, scene: Any) -> None:
    secret = door.password()
    faults: list[BaseException] = []

    def sends(number: int) -> None:
        try:
            with door.client() as client:
                client.login(CLAIRE, secret)
                for i in range(5):
                    assert send(client, subject=f"{number}-{i}").startswith("250 2.0.0")
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=sends, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(line.subject for line in scene.lines(HUGO, count=100)) == sorted(
        f"{number}-{i}" for number in range(10) for i in range(5)
    )
