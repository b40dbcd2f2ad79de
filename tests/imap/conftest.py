"""An IMAP door on a real socket of this machine, over a database of its own; nothing else is reached."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.sandbox.doors import House, doors_open
from bot.sandbox.imap.limits import Limits
from bot.sandbox.imap.server import open_imap
from bot.sandbox.tls.certificates import Certificates
from tests.imap.desk import Desk
from tests.smtp.conftest import (  # noqa: F401 - the same house as the other door
    clock,
    database,
    fixtures,
    given_certificates,
    house,
    nothing_leaves,
    office,
    other_scene,
    rulebook,
    scene,
    template,
)

QUICK = Limits(refusal_seconds=0, look_seconds=0.02)
"""No test waits for what only slows attackers down."""


@pytest.fixture
def opened(house: House, given_certificates: Certificates) -> Iterator[Callable[..., Desk]]:  # noqa: F811
    """Open the door, perhaps with other limits."""
    with contextlib.ExitStack() as stack:

        def made(limits: Limits = QUICK, **changes: Any) -> Desk:
            async def opener(house: House) -> Any:
                return await open_imap(house, limits._replace(**changes))

            (port,) = stack.enter_context(doors_open(house, opener))
            desk = Desk(house, port, given_certificates.client_context())
            stack.callback(desk.close)
            return desk

        yield made


@pytest.fixture
def desk(opened: Callable[..., Desk]) -> Desk:
    return opened()
