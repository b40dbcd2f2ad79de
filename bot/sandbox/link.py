"""The submission link: only business software and ordinary mail clients open one that a person sets.

Ports 587 and 143 with STARTTLS, TLS 1.2 at least, IGC Santé as sole authority (Référentiel #2 v1.0.1 as reported,
ECO.1.0.1, 1.1.1, 1.1.10); port 25 between servers; 465 in no source read (dossier § 2.2, 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.sandbox.settings import tools

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt


class LinkFacts(Struct, frozen=True):
    """`link`: the first thing that goes wrong, in the order of the dialogue."""

    link: Literal["n/a", "ok", "server_port", "implicit", "other_port", "clear", "old_tls", "untrusted"]


def link_facts(attempt: Attempt) -> LinkFacts:
    """What happens when the tool opens its link."""
    transport = attempt.transport
    if not tools()[attempt.channel].own_link:
        return LinkFacts("n/a")
    if transport.port == 25:
        return LinkFacts("server_port")
    if transport.port == 465 or transport.tls == "implicit":
        return LinkFacts("implicit")
    if transport.port != 587:
        return LinkFacts("other_port")
    if transport.tls == "none":
        return LinkFacts("clear")
    if transport.tls == "tls1_0":
        return LinkFacts("old_tls")
    return LinkFacts("ok" if transport.trusts_igc else "untrusted")
