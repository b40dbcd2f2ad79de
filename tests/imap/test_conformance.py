"""Our server holds every claim of the conformance script."""

from __future__ import annotations

import pytest

from tests.imap.conformance import CHECKS, Check, Server, prove
from tests.imap.desk import Desk
from tests.sandbox_store.scene import CLAIRE


@pytest.mark.parametrize("claim", CHECKS, ids=lambda claim: claim.title)
def test_our_server_conforms(claim: Check, desk: Desk) -> None:
    desk.house.office.clock.now = _now()  # type: ignore[attr-defined]
    assert prove(claim, Server("127.0.0.1", desk.port, CLAIRE, desk.password(), desk.tls)) == ""


def _now() -> object:
    import datetime

    return datetime.datetime.now(datetime.UTC)
