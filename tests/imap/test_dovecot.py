"""Dovecot, asked the same questions: what it holds, we hold; and the script is not made to our measure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.tls.certificates import Certificates
from tests.imap import dovecot
from tests.imap.conformance import CHECKS, Check, Server, prove

ON_LOOPBACK = "before STARTTLS, LOGINDISABLED is offered and LOGIN refused"
"""Dovecot takes loopback for a safe link."""


@pytest.fixture(scope="module")
def oracle(given_certificates: Certificates) -> Iterator[Server]:
    daemon = dovecot.find()
    if daemon is None:
        pytest.fail("Dovecot est absent : sudo apt install dovecot-imapd (make accept s’en charge)")
    with dovecot.running(daemon, given_certificates.bundle) as running:
        yield Server("127.0.0.1", running.port, running.user, running.password, given_certificates.client_context())


@pytest.mark.accept
@pytest.mark.parametrize(
    "claim", [claim for claim in CHECKS if claim.title != ON_LOOPBACK], ids=lambda claim: claim.title
)
def test_dovecot_holds_the_claim_too(claim: Check, oracle: Server) -> None:
    assert prove(claim, oracle) == ""
