"""A parent and its two children, pages and mail: started together, stopped together, whoever stops first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE = 10.0
"""Seconds a child has to finish what it is doing."""


def raise_children(commands: Sequence[Sequence[str]]) -> int:
    """Run these commands of `mssante` until one of them ends, or until told to stop; the exit status."""
    children = [
        # The pipe is never written to: its end tells a child that the parent is gone, even killed.
        subprocess.Popen([sys.executable, "-m", "bot", *command, "--with-parent"], stdin=subprocess.PIPE)  # noqa: S603
        for command in commands
    ]
    ended = threading.Event()
    told: list[int] = []

    def stop(number: int, _: object) -> None:
        told.append(number)
        ended.set()

    before = {sign: signal.signal(sign, stop) for sign in (signal.SIGINT, signal.SIGTERM)}

    def wait_for(child: subprocess.Popen[bytes]) -> None:
        child.wait()
        ended.set()

    for child in children:
        threading.Thread(target=wait_for, args=(child,), daemon=True).start()
    try:
        while not ended.wait(1.0):  # by turns: on Windows a signal does not interrupt a wait without end
            pass
        return 0 if told else max((child.returncode or 0) for child in children if child.poll() is not None)
    finally:
        for child in children:
            _stop(child)
        for sign, handler in before.items():
            signal.signal(sign, handler)


def leave_with_parent() -> None:
    """In a child: stop when standard input ends, which is when the parent has gone."""

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()
