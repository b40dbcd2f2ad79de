"""The judge of the sandbox, once for all its tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.check_command import SendCheck
from tests.sandbox.attempts import ordinary


@pytest.fixture(scope="session")
def check(base: Any) -> SendCheck:
    return SendCheck(base)


@pytest.fixture(scope="session")
def send(check: SendCheck) -> Callable[..., dict[str, Any]]:
    """send(to=[…], context={…}) → the result of Claire's ordinary message with these changes."""

    def _send(**changes: Any) -> dict[str, Any]:
        return check.of(ordinary(**changes))

    return _send
