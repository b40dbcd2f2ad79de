"""The connection tester against the real doors: what it says of each thing that may be wrong."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.sandbox.clients.connection_test import Step, Wanted, try_settings
from bot.sandbox.doors import House, doors_open
from bot.sandbox.imap.server import open_imap
from bot.sandbox.smtp.server import open_smtp
from bot.sandbox.store import passwords
from bot.sandbox.store.worlds import persona_of
from bot.sandbox.tls.certificates import certificates
from bot.settings import Settings
from tests.conftest import load_cases
from tests.sandbox_store.scene import CARDIOLOGY, CLAIRE


@pytest.fixture
def settings(house: House, tmp_path: Path) -> Iterator[Settings]:
    """Both doors open, their certificate made for them."""
    house.tls = certificates(tmp_path).server_context()
    with doors_open(house, open_smtp, open_imap) as (smtp, imap):
        yield Settings(var_dir=tmp_path, smtp_port=smtp, imap_port=imap)


@pytest.fixture
def secret(house: House) -> str:
    with house.store.writing(1) as session:
        return passwords.create_app_password(session, persona_of(session, 1, CLAIRE), "Essai", house.now())


def told(settings: Settings, base: Any, *given: Any, **named: Any) -> list[Step]:
    return try_settings(settings, base, Wanted(*given, **named))


@pytest.mark.parametrize("door", ["smtp", "imap"])
def test_good_settings_pass_every_step(settings: Settings, base: Any, secret: str, door: Any) -> None:
    steps = told(settings, base, CLAIRE, secret, door)
    assert [step.passed for step in steps] == [True, True, True]


@pytest.mark.parametrize("door", ["smtp", "imap"])
def test_a_wrong_password_is_named_as_such(settings: Settings, base: Any, door: Any) -> None:
    last = told(settings, base, CLAIRE, "faux", door)[-1]
    assert (last.passed, last.rule) == (False, "mot-de-passe-faux")


def test_a_shared_password_is_named_as_such(settings: Settings, base: Any) -> None:
    assert told(settings, base, CARDIOLOGY, "celui-du-service")[-1].rule == "mot-de-passe-partage"


@pytest.mark.parametrize("door", ["smtp", "imap"])
@pytest.mark.parametrize("login", ["claire", "hélène.durand@ch-abcd.mssante.fr"])
def test_a_login_that_is_no_address_is_named_as_such(
    settings: Settings, base: Any, secret: str, door: Any, login: str
) -> None:
    assert told(settings, base, login, secret, door)[-1].rule == "identifiant-mal-forme"


@pytest.mark.parametrize("door", ["smtp", "imap"])
def test_a_token_passes_until_it_expires(settings: Settings, base: Any, house: House, clock: Any, door: Any) -> None:
    with house.store.writing(1) as session:
        token, _ = passwords.create_token_pair(session, persona_of(session, 1, CLAIRE), house.now())
    assert told(settings, base, CLAIRE, token, door, way="token")[-1].passed
    clock.forward(minutes=16)
    assert told(settings, base, CLAIRE, token, door, way="token")[-1].rule == "jeton-expire"


def test_a_secret_of_another_world_is_no_success(settings: Settings, base: Any, secret: str) -> None:
    last = told(settings, base, CLAIRE, secret, elsewhere=True)[-1]
    assert not last.passed
    assert "autre session" in last.told


def test_no_encryption_is_named_by_its_rule(settings: Settings, base: Any) -> None:
    assert told(settings, base, CLAIRE, "x", encryption="none")[-1].rule == "chiffrement-absent"


def test_another_certificate_is_told_with_the_remedy(settings: Settings, base: Any, tmp_path: Path) -> None:
    (tmp_path / "tls" / "serveur.pem").unlink()
    last = told(settings, base, CLAIRE, "x")[-1]
    assert not last.passed
    assert "var/tls" in last.told


def test_the_labelled_case_of_port_25_is_told_by_the_tester(settings: Settings, base: Any, house: House) -> None:
    (case,) = [case for case in load_cases("send.yaml") if case["id"] == "H04"]
    (step,) = told(settings, base, CLAIRE, "x", port=25)
    entry = house.office.rulebook.rules[step.rule].entry
    assert (entry.outcome, entry.decided_by) == (case["expected"]["outcome"], case["expected"]["decided_by"])


def test_the_command_says_the_same(settings: Settings, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli import cli

    environment = {"MSSANTE_VAR_DIR": str(settings.var_dir), "MSSANTE_SMTP_PORT": str(settings.smtp_port)}
    good = CliRunner().invoke(
        cli, ["sandbox", "test-connection", "--login", CLAIRE], input=secret + "\n", env=environment
    )
    bad = CliRunner().invoke(cli, ["sandbox", "test-connection", "--login", CLAIRE], input="faux\n", env=environment)
    assert (good.exit_code, bad.exit_code) == (0, 1), good.output
    assert "mot-de-passe-faux" in bad.output


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    made = certificates(tmp_path)
    assert made.bundle.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" in made.bundle.read_bytes()
    assert b"PRIVATE" not in made.authority_pem


def test_the_certificate_is_made_once_and_again_when_the_name_changes(tmp_path: Path) -> None:
    first = certificates(tmp_path)
    assert certificates(tmp_path).fingerprint == first.fingerprint
    assert certificates(tmp_path, "formation.exemple.fr").fingerprint != first.fingerprint


def test_the_certificate_is_renewed_before_its_end(tmp_path: Path) -> None:
    import datetime

    first = certificates(tmp_path)
    late = first.server.not_valid_after_utc - datetime.timedelta(days=20)
    assert certificates(tmp_path, now=late).server.not_valid_after_utc > late + datetime.timedelta(days=365)


def test_a_certificate_that_cannot_be_read_is_made_again(tmp_path: Path) -> None:
    first = certificates(tmp_path)
    first.bundle.write_bytes(b"abime")
    assert certificates(tmp_path).server_context()


def test_a_client_that_trusts_nobody_does_not_trust_it(house: House, tmp_path: Path) -> None:
    import socket

    with doors_open(house, open_smtp) as (port,), socket.create_connection(("127.0.0.1", port)) as plain:
        plain.recv(200)
        plain.sendall(b"EHLO x\r\nNOOP\r\n")
        plain.recv(4_000)
        plain.sendall(b"STARTTLS\r\n")
        plain.recv(200)
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
