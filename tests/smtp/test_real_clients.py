"""Real clients from Debian: swaks and curl submit, by password and by token, with notices asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.tls.certificates import Certificates
from tests.sandbox_store.scene import CLAIRE, HUGO, OUTSIDE, wire
from tests.smtp.door import Door


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} manque : sudo apt install {name}")


@pytest.fixture
def authority(given_certificates: Certificates, tmp_path: Path) -> str:
    path = tmp_path / "autorite.pem"
    path.write_bytes(given_certificates.authority_pem)
    return str(path)


def swaks(door: Door, authority: str, secret: str, *more: str, to: str = HUGO) -> subprocess.CompletedProcess[str]:
    command = ["swaks", "--server", "127.0.0.1", "--port", str(door.port), "--from", CLAIRE, "--to", to, "--tls"]
    command += ["--tls-verify", "--tls-ca-path", authority, "--auth-user", CLAIRE, "--auth-password", secret]
    command += ["--ehlo", "poste", "--timeout", "60", *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@needs("swaks")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_swaks_submits(door: Door, scene: Any, authority: str, mechanism: str) -> None:
    done = swaks(door, authority, door.password(), "--auth", mechanism, "--body", "Bonjour", "--pipeline")
    assert done.returncode == 0, done.stdout
    assert len(scene.lines(HUGO)) == 1


@needs("swaks")
def test_swaks_shows_the_rule_of_a_refusal(door: Door, authority: str) -> None:
    done = swaks(door, authority, door.password(), "--auth", "PLAIN", to=OUTSIDE)
    assert done.returncode != 0
    assert "550 5.7.1 hors-espace-depot" in done.stdout


@needs("swaks")
def test_swaks_without_encryption_is_refused(door: Door) -> None:
    command = ["swaks", "--server", "127.0.0.1", "--port", str(door.port), "--from", CLAIRE, "--to", HUGO]
    done = subprocess.run([*command, "--ehlo", "poste"], capture_output=True, text=True, check=False)
    assert "530 5.7.0 chiffrement-absent" in done.stdout


def curl(door: Door, authority: str, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    message = tmp_path / "message.eml"
    message.write_bytes(wire())
    command = ["curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", authority, "--max-time", "60"]
    command += ["--url", f"smtp://127.0.0.1:{door.port}/poste", "--mail-from", CLAIRE, "--mail-rcpt", HUGO]
    return subprocess.run([*command, "--upload-file", str(message), *more], capture_output=True, text=True, check=False)


@needs("curl")
def test_curl_submits_with_a_password(door: Door, scene: Any, authority: str, tmp_path: Path) -> None:
    done = curl(door, authority, tmp_path, "--user", f"{CLAIRE}:{door.password()}")
    assert done.returncode == 0, done.stderr
    assert len(scene.lines(HUGO)) == 1


@needs("curl")
def test_curl_submits_with_a_token(door: Door, scene: Any, authority: str, tmp_path: Path) -> None:
    token = door.tokens()[0]
    done = curl(
        door, authority, tmp_path, "--user", CLAIRE, "--oauth2-bearer", token, "--login-options", "AUTH=XOAUTH2"
    )
    assert done.returncode == 0, done.stderr
    assert len(scene.lines(HUGO)) == 1


@needs("curl")
def test_curl_with_a_wrong_password_is_told_so(door: Door, authority: str, tmp_path: Path) -> None:
    done = curl(door, authority, tmp_path, "--user", f"{CLAIRE}:faux")
    assert done.returncode == 67, done.stderr
