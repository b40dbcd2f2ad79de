"""What the people of a class were told is done."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Acknowledged:
    """`sent`: (subject, outcome). `drafts`: key → text of those saved and not sent. `finished`: (pseudonym, exercise).

    `unexpected`: what the service answered and should not have.
    """

    joined: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    finished: list[tuple[str, str]] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
