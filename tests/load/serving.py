"""The product as a trainer starts it: its own command, its own data, a port of this machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120


class Service(NamedTuple):
    """A service that runs."""

    address: str
    pid: int

    def processor_seconds(self) -> float:
        """What it took of the processor since it began: does not depend on who else is on the machine."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)


def new_class(var_dir: Path) -> tuple[str, str]:
    """`mssante training new`: (code, trainer's secret)."""
    printed = _mssante(var_dir, "training", "new", "--title", "Charge").communicate()[0]
    code = re.search(r"Code de la session : (\w{6})", printed)
    secret = re.search(r"/reprendre/(\S+)", printed)
    if code is None or secret is None:
        raise RuntimeError(f"no class was opened: {printed}")
    return code[1], secret[1]


@contextmanager
def served(var_dir: Path) -> Iterator[Service]:
    """`mssante web`, ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = _mssante(var_dir, "web", "--port", str(port))
    try:
        _wait(server, f"http://127.0.0.1:{port}/metrics")
        yield Service(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(server: subprocess.Popen[str], address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - http, this machine
                if b"mssante_assistant_ready 1" in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.3)
    raise RuntimeError("the service did not get ready")


def _mssante(var_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    env = {**os.environ, "MSSANTE_VAR_DIR": str(var_dir)}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
