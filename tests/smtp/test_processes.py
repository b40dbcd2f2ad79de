"""The mail process as it is run: what it loads, what it says, when it stops."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

FAMILY = "from bot.family import raise_children; raise_children([('mail',)])"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "MSSANTE_VAR_DIR": str(tmp_path),
        "MSSANTE_SMTP_PORT": str(free_port()),
        "MSSANTE_IMAP_PORT": str(free_port()),
    }


def answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="poste", timeout=10) as client:
            return client.noop()[0] == 250
    except (ConnectionError, TimeoutError, smtplib.SMTPServerDisconnected):
        return False


def wait_until(claim: bool, port: int) -> bool:
    """Does the door come to answer, or to be silent? A minute at most."""
    for _ in range(240):
        if answers(port) is claim:
            return True
        time.sleep(0.25)
    return False


def test_the_mail_process_loads_neither_the_assistant_nor_its_libraries() -> None:
    asked = (
        "import sys; from bot.serving import serve_mail; from bot.sandbox.doors import doors_of; "
        "from bot.settings import Settings; doors_of(Settings()); "
        "print([m for m in ('spacy', 'sklearn', 'flask', 'mkdocs', 'waitress') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_the_parent_takes_its_children_along(environment: dict[str, str]) -> None:
    port = int(environment["MSSANTE_SMTP_PORT"])
    parent = subprocess.Popen([sys.executable, "-c", FAMILY], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    try:
        assert wait_until(True, port)
    finally:
        parent.kill()
        parent.wait()
    assert wait_until(False, port)


def test_told_to_stop_it_stops_at_once_and_well(environment: dict[str, str]) -> None:
    port = int(environment["MSSANTE_SMTP_PORT"])
    parent = subprocess.Popen([sys.executable, "-c", FAMILY], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    try:
        assert wait_until(True, port)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0
    finally:
        parent.kill()
    assert not answers(port)


def test_a_busy_port_is_named_with_its_remedy(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["MSSANTE_SMTP_PORT"]))):
        told = subprocess.run(
            [sys.executable, "-m", "bot", "mail"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 1
    assert f"MSSANTE_SMTP_PORT={int(environment['MSSANTE_SMTP_PORT']) + 1}" in told.stderr
    assert "Traceback" not in told.stderr
