"""A parent and its two children, pages and mail: started together, stopped together; one that is killed is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE = 10.0
"""Seconds a child has to finish what it is doing."""
RESTARTS = 3
WHILE = 60.0
NAMES = {"web": "pages", "mail": "messagerie (SMTP et IMAP)"}


def raise_children(commands: Sequence[Sequence[str]]) -> int:
    """Run these commands of `mssante` until one of them ends, or until told to stop; the exit status.

    One that is killed is started again, `RESTARTS` times in `WHILE` seconds at most; the others do not notice.
    """
    ended = threading.Event()
    told: list[int] = []

    def stop(number: int, _: object) -> None:
        told.append(number)
        ended.set()

    before = {sign: signal.signal(sign, stop) for sign in (signal.SIGINT, signal.SIGTERM)}
    children = [_Child(command, ended) for command in commands]
    try:
        while not ended.wait(1.0):  # by turns: on Windows a signal does not interrupt a wait without end
            pass
        return 0 if told else max(child.status for child in children)
    finally:
        for child in children:
            child.stop()
        for sign, handler in before.items():
            signal.signal(sign, handler)


class _Child:
    """One command, and the thread that waits for its end."""

    def __init__(self, command: Sequence[str], ended: threading.Event) -> None:
        self._command = command
        self._ended = ended
        self._stopping = False
        self._lock = threading.Lock()
        self._killed: list[float] = []
        self._process = self._start()
        self.status = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        # The pipe is never written to: its end tells a child that the parent is gone, even killed.
        return subprocess.Popen([sys.executable, "-m", "bot", *self._command, "--with-parent"], stdin=subprocess.PIPE)  # noqa: S603

    def _watch(self) -> None:
        while True:
            status = self._process.wait()
            with self._lock:
                if self._stopping or not self._starts_again(status):
                    break
                if self._process.stdin is not None:
                    self._process.stdin.close()
                self._process = self._start()
        self.status = abs(status)
        self._ended.set()

    def _starts_again(self, status: int) -> bool:
        """Only what a signal killed: what ends by itself has said why."""
        if status >= 0:
            return False
        now = time.monotonic()
        self._killed = [at for at in self._killed if now - at < WHILE] + [now]
        name = NAMES.get(self._command[0], self._command[0])
        again = len(self._killed) <= RESTARTS
        told = "redémarrage" if again else f"trop de fois ({len(self._killed)}) en peu de temps, arrêt"
        print(f"Le processus « {name} » a été tué : {told}.", file=sys.stderr, flush=True)
        return again

    def stop(self) -> None:
        """Ask it to end, then see to it."""
        with self._lock:
            self._stopping = True
            process = self._process
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()


def leave_with_parent() -> None:
    """In a child: stop when standard input ends, which is when the parent has gone."""

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
