"""What one connection may ask of the service, and for how long. Tests make smaller ones."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Seconds and bytes. RFC 3501 § 5.4 wants at least thirty minutes before an idle client is let go."""

    connections: int = 1_000
    connections_of_a_persona: int = 20
    greeting_seconds: float = 60
    """For a client that has not signed in, between two commands."""
    idle_seconds: float = 1_860
    line_seconds: float = 60
    """For the rest of a line once begun, and for a client that has stopped reading what it asked for."""
    slowest_rate: int = 100_000
    """Bytes a second under which a literal is given up."""
    line: int = 65_536
    line_before_sign_in: int = 8_192
    literal: int = 65_536
    """Any literal but that of an APPEND."""
    literal_before_sign_in: int = 4_096
    literals: int = 64
    command: int = 262_144
    message: int = 40_000_000
    """An APPEND: more than any operator of the world takes in one send, once encoded."""
    messages_at_once: int = 6
    """Long APPENDs held in memory at the same time, whoever sends them; the others wait before they send."""
    faults: int = 20
    """Malformed commands before the conversation ends."""
    refusals: int = 3
    """Wrong passwords before the conversation ends."""
    refusal_seconds: float = 1
    still_here_seconds: float = 120
    """During IDLE: a word now and then tells a dead peer from a silent one."""
    look_seconds: float = 0.4
    """During IDLE: how often the store is asked whether a folder changed."""
