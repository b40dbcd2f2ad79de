"""IMAP FETCH of 500 envelopes, ours and Dovecot's, in the same run and with the same client."""

from __future__ import annotations

import imaplib
import statistics
import tempfile
import time
from pathlib import Path

from bot.sandbox.doors import House, doors_open, open_house
from bot.sandbox.imap.server import open_imap
from bot.sandbox.store.passwords import create_app_password
from bot.sandbox.store.worlds import create_world, persona_of
from bot.sandbox.tls.certificates import certificates
from bot.settings import Settings
from knowledge.base import Base
from tests.imap import dovecot
from tests.imap.conformance import trusting

MESSAGES = 500
ROUNDS = 9
WANTED = 10
WHO = "hugo.leroy@medecin.zz.mssante.fr"


def claims(base: Base) -> list[tuple[str, bool]]:
    """The claim; none, after saying why, where Dovecot is not installed."""
    daemon = dovecot.find()
    if daemon is None:
        print("laissé   IMAP : Dovecot est absent (sudo apt install dovecot-imapd) ; rien n’est comparé")
        return []
    with tempfile.TemporaryDirectory(prefix="bench-imap-") as made:
        var = Path(made)
        house = open_house(Settings(var_dir=var, imap_port=0), base)
        try:
            with doors_open(house, open_imap) as (port,):
                ours = measured(port, WHO, _password(house))
        finally:
            house.close()
        with dovecot.running(daemon, certificates(var).bundle) as peer:
            theirs = measured(peer.port, peer.user, peer.password)
    ratio = ours / theirs
    text = (
        f"IMAP, FETCH de {MESSAGES} enveloppes : {ours:.1f} ms ; Dovecot : {theirs:.1f} ms ; "
        f"rapport {ratio:.1f} (voulu ≤ {WANTED})"
    )
    return [(text, ratio <= WANTED)]


def _password(house: House) -> str:
    with house.store.writing() as session:
        world = create_world(session, house.office.fixtures, "solo", house.now())
        return create_app_password(session, persona_of(session, world.id, WHO), "bench", house.now())


def measured(port: int, user: str, password: str) -> float:
    """Median of the milliseconds that one FETCH takes, over TLS, once the folder is warm."""
    with imaplib.IMAP4("127.0.0.1", port, timeout=60) as client:
        client.starttls(trusting(None))
        client.login(user, password)
        client.create("Banc")
        for number in range(MESSAGES):
            client.append("Banc", "", imaplib.Time2Internaldate(1_790_000_000 + number), _message(number))
        client.select("Banc")
        times = []
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            status, told = client.fetch(f"1:{MESSAGES}", "(ENVELOPE)")
            times.append((time.perf_counter() - start) * 1000)
            assert status == "OK"
            assert len(told) == MESSAGES
        return statistics.median(times[1:])


def _message(number: int) -> bytes:
    """About 3 KB."""
    head = (
        f"From: Correspondant {number} <c{number}@medecin.zz.mssante.fr>\r\n"
        f"To: Hugo Leroy <{WHO}>, Claire Durand <claire.durand@ch-abcd.mssante.fr>\r\n"
        f"Subject: Compte rendu {number}\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
        f"Message-ID: <banc-{number}@medecin.zz.mssante.fr>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (head + "Une ligne d'un compte rendu qui n'apprend rien.\r\n" * 58).encode()
