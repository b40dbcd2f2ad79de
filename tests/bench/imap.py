"""IMAP FETCH of 500 envelopes, ours and Dovecot's, in the same run and with the same client."""

from __future__ import annotations

import contextlib
import imaplib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.sandbox.tls.certificates import certificates
from tests.imap import dovecot, own_process
from tests.imap.conformance import trusting

MESSAGES = 500
ROUNDS = 15
WANTED = 10


def claims() -> list[tuple[str, bool]]:
    """The claim; none, after saying why, where Dovecot is not installed."""
    daemon = dovecot.find()
    if daemon is None:
        print("laissé   IMAP : Dovecot est absent (sudo apt install dovecot-imapd) ; rien n’est comparé")
        return []
    with tempfile.TemporaryDirectory(prefix="bench-imap-") as made, contextlib.ExitStack() as open_at_once:
        var = Path(made)
        door = open_at_once.enter_context(own_process.running(var))
        peer = open_at_once.enter_context(dovecot.running(daemon, certificates(var).bundle))
        ours = open_at_once.enter_context(_filled(door.port, own_process.WHO, door.password))
        theirs = open_at_once.enter_context(_filled(peer.port, peer.user, peer.password))
        # Turn by turn, so that what else the machine does weighs on both.
        pairs = [(_fetch(ours), _fetch(theirs)) for _ in range(ROUNDS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = mine / other
    text = (
        f"IMAP, FETCH de {MESSAGES} enveloppes : {mine:.1f} ms ; Dovecot : {other:.1f} ms ; "
        f"rapport {ratio:.1f} (voulu ≤ {WANTED})"
    )
    return [(text, ratio <= WANTED)]


@contextlib.contextmanager
def _filled(port: int, user: str, password: str) -> Iterator[imaplib.IMAP4]:
    """A client over TLS, in a folder of messages that was read once."""
    with imaplib.IMAP4("127.0.0.1", port, timeout=60) as client:
        client.starttls(trusting(None))
        client.login(user, password)
        client.create("Banc")
        for number in range(MESSAGES):
            client.append("Banc", "", imaplib.Time2Internaldate(1_790_000_000 + number), _message(number))
        client.select("Banc")
        _fetch(client)
        yield client


def _fetch(client: imaplib.IMAP4) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    status, told = client.fetch(f"1:{MESSAGES}", "(ENVELOPE)")
    spent = (time.perf_counter() - start) * 1000
    assert status == "OK"
    assert len(told) == MESSAGES
    return spent


def _message(number: int) -> bytes:
    """About 3 KB."""
    head = (
        f"From: Correspondant {number} <c{number}@medecin.zz.mssante.fr>\r\n"
        f"To: Hugo Leroy <{own_process.WHO}>, Claire Durand <claire.durand@ch-abcd.mssante.fr>\r\n"
        f"Subject: Compte rendu {number}\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
        f"Message-ID: <banc-{number}@medecin.zz.mssante.fr>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (head + "Une ligne d'un compte rendu qui n'apprend rien.\r\n" * 58).encode()
