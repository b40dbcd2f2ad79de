"""The parent of the pages and the mail doors: what a killed child does to the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.smtp.test_processes import free_port, wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")
FAMILY = "import bot.family as f, sys; f.RESTARTS = 1; sys.exit(f.raise_children([('mail',)]))"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def parent(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        "MSSANTE_VAR_DIR": str(tmp_path),
        "MSSANTE_SMTP_PORT": str(port),
        "MSSANTE_IMAP_PORT": str(free_port()),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert wait_until(True, port)
        yield process
    finally:
        process.kill()
        process.wait()


def kill_child(parent: subprocess.Popen[str]) -> None:
    pid = parent.pid
    (child,) = (
        int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    )
    os.kill(child, signal.SIGKILL)


def test_a_killed_child_is_started_again_and_said_so(parent: subprocess.Popen[str], port: int) -> None:
    kill_child(parent)
    assert parent.stderr is not None
    assert "redémarrage" in parent.stderr.readline()
    assert wait_until(True, port)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(60) == 0
    assert "Traceback" not in parent.stderr.read()


def test_a_child_killed_too_often_ends_the_family(parent: subprocess.Popen[str], port: int) -> None:
    kill_child(parent)
    assert wait_until(True, port)
    kill_child(parent)
    assert parent.wait(60) != 0
