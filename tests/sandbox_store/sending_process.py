"""Send messages one after the other and say each one only once it is kept. Killed by the crash test, at any moment.

python -m tests.sandbox_store.sending_process DATABASE FIRST COUNT
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from bot.sandbox.post.letters import Letter
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.post.senders import Sender
from bot.sandbox.store.database import Store
from bot.sandbox.store.worlds import persona_of
from knowledge.base import load_base
from tests.sandbox_store.scene import ALIX, CLAIRE, HUGO, INES, JULIE, NOBODY

LETTERS: list[dict[str, Any]] = [
    {"to": (HUGO,), "read_receipt": True, "delivery_receipt": True},
    {"to": (NOBODY,)},
    {"to": (INES, NOBODY, ALIX)},
    {"to": (ALIX,), "cc": (), "read_receipt": True},
    {"to": (JULIE,), "bcc": (INES,)},
]
"""One of each kind in turn. Julie is absent in the database of the test, so her box answers once."""


def letter(number: int) -> Letter:
    return Letter(**{"subject": f"Envoi {number}", "text": "Bonjour " * 50, **LETTERS[number % len(LETTERS)]})


def refused(*_: Any, **__: Any) -> Any:
    raise AssertionError("the sandbox tried to reach the network")


def main() -> None:
    socket.socket = socket.create_connection = socket.getaddrinfo = refused  # type: ignore[misc,assignment]
    path, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    store, office = Store(f"sqlite:///{path}"), PostOffice.of(load_base())
    with store.reading(1) as session:
        claire = persona_of(session, 1, CLAIRE).id
    os.write(1, b"ready\n")
    for number in range(first, first + count):
        sent = office.submit_durably(
            store, 1, Sender(persona_id=claire), letter(number), door="webmail", idempotency_key=f"k-{number}"
        )
        assert sent.state == "accepted"
        os.write(1, f"{number}\n".encode())


if __name__ == "__main__":
    main()
