"""Durable accepted messages a second over SMTP: with TLS, AUTH and all rules; and without the two, against maildev.

maildev (npm) keeps its mail in memory and a file, judges nothing and syncs nothing; it is installed in a folder of the
build, once. The same client speaks to both: four connections, 3,000 bytes, one recipient, one command at a time.
"""

from __future__ import annotations

import base64
import itertools
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.sandbox.tls.certificates import certificates
from tests.conftest import ROOT
from tests.sandbox_store.scene import CLAIRE, HUGO, wire

CLIENTS = 4
ROUNDS = 3
KEPT, NEW = 800, 200
WANTED = 150
TEXT = "Bonjour, ceci est un message de trois mille signes.\n" * 54
MAILDEV = ROOT / "build" / "bench" / "maildev"
_numbers = itertools.count()


def claims() -> list[tuple[str, bool]]:
    """What is claimed of the submission door, each with whether it holds on this machine now."""
    with our_door("closed") as (port, secret, context):
        safe = median(lambda: sends(port, KEPT, kept=True, secret=secret, context=context))
        safe_new = median(lambda: sends(port, NEW, kept=False, secret=secret, context=context))
    found = [
        (
            f"SMTP avec TLS, AUTH et toutes les règles : {safe:.0f} messages durables/s sur connexions gardées "
            f"(voulu ≥ {WANTED}), {safe_new:.0f}/s sur connexions nouvelles",
            safe >= WANTED,
        )
    ]
    with our_door("open") as (port, _, _context):
        ours, ours_new = (median(lambda n=n, k=k: sends(port, n, kept=k)) for n, k in ((KEPT, True), (NEW, False)))
    if shutil.which("npm") is None:
        return [*found, ("SMTP contre maildev : npm est absent, rien n’a été comparé", False)]
    with maildev() as port:
        theirs = median(lambda: sends(port, KEPT, kept=True))
        theirs_new = median(lambda: sends(port, NEW // 4, kept=False))
    return [
        *found,
        (f"SMTP sans TLS ni AUTH, connexions gardées : {ours:.0f}/s, maildev {theirs:.0f}/s", ours >= theirs),
        (
            f"SMTP sans TLS ni AUTH, connexions nouvelles : {ours_new:.0f}/s, maildev {theirs_new:.0f}/s",
            ours_new >= theirs_new,
        ),
    ]


def median(measure: Callable[[], float]) -> float:
    """Of a few rounds, after one that warms."""
    measure()
    return statistics.median(measure() for _ in range(ROUNDS))


@contextmanager
def our_door(mode: str) -> Iterator[tuple[int, str, ssl.SSLContext]]:
    """On this machine's disk, not in memory: what is acknowledged is synced."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        command = [sys.executable, "-m", "tests.bench.submission_door", folder, mode]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            port, secret = process.stdout.readline().split()
            yield int(port), secret, certificates(Path(folder)).client_context()
        finally:
            process.kill()
            process.wait()


@contextmanager
def maildev() -> Iterator[int]:
    """maildev on a free port, its page shut."""
    binary = MAILDEV / "node_modules" / ".bin" / "maildev"
    if not binary.exists():
        MAILDEV.mkdir(parents=True, exist_ok=True)
        (MAILDEV / "package.json").write_text('{"private": true}')
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "maildev@3"], cwd=MAILDEV, check=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        command = [str(binary), "--smtp", str(port), "--ip", "127.0.0.1", "--disable-web", "--silent"]
        command += ["--mail-directory", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()
            process.wait()


def sends(port: int, count: int, *, kept: bool, secret: str = "", context: ssl.SSLContext | None = None) -> float:
    """Messages accepted a second by four clients at once; each refusal is a fault."""
    messages = [wire(subject=f"Avis {next(_numbers)}", text=TEXT) + b".\r\n" for _ in range(count)]
    faults: list[BaseException] = []

    def run(mine: list[bytes]) -> None:
        try:
            for batch in [mine] if kept else [[one] for one in mine]:
                with Client(port, secret, context) as client:
                    for message in batch:
                        client.send(message)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(messages[i::CLIENTS],)) for i in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    if faults:
        raise faults[0]
    return count / took


class Client:
    """As little as a client can do, so that servers are measured and not it."""

    def __init__(self, port: int, secret: str, context: ssl.SSLContext | None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expect(b"220")
        self._say(b"EHLO banc", b"250")
        if context is not None:
            self._say(b"STARTTLS", b"220")
            self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
            self._say(b"EHLO banc", b"250")
            self._say(b"AUTH PLAIN " + base64.b64encode(f"\0{CLAIRE}\0{secret}".encode()), b"235")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendall(b"QUIT\r\n")
        self._socket.close()

    def send(self, message: bytes) -> None:
        self._say(f"MAIL FROM:<{CLAIRE}>".encode(), b"250")
        self._say(f"RCPT TO:<{HUGO}>".encode(), b"250")
        self._say(b"DATA", b"354")
        self._socket.sendall(message)
        self._expect(b"250")

    def _say(self, line: bytes, code: bytes) -> None:
        self._socket.sendall(line + b"\r\n")
        self._expect(code)

    def _expect(self, code: bytes) -> None:
        reply = last = b""
        while not reply.endswith(b"\r\n") or last[3:4] == b"-":
            chunk = self._socket.recv(8_192)
            if not chunk:
                raise ConnectionError("hung up")
            reply += chunk
            last = reply[:-2].rpartition(b"\r\n")[2]
        if not last.startswith(code):
            raise ValueError(reply.decode())


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        except ConnectionError:
            time.sleep(0.1)
    raise TimeoutError("maildev did not start")
