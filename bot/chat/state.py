"""What a conversation remembers: ids and facts only, never a word that was typed. Held by the client, signed."""

from __future__ import annotations

from typing import Any

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Someone or something that was asked about, with the facts given. `feminine`: was the profession said in the feminine?"""

    who: str = "self"
    about: str = "person"
    facts: dict[str, str] = {}
    vague: str = ""
    feminine: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`subjects`: who was asked about, the current one first. `asked`: the fact the last reply asked for.

    `offered`: what the last reply let choose, topics or values of that fact. `said`: facts said before anybody was named.
    """

    subjects: tuple[Person, ...] = ()
    asked: str = ""
    topic: str = ""
    region: str = ""
    offered: tuple[str, ...] = ()
    said: dict[str, str] = {}


class Seal:
    """Signs a state for the client to hold."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="chat-state")

    def close(self, state: State) -> str:
        """The state as signed text."""
        signed = self._serializer.dumps(msgspec.to_builtins(state))
        return signed if isinstance(signed, str) else signed.decode()

    def open(self, sealed: object) -> State:
        """The state of a signed text; a new one when it is missing, altered or from another key."""
        if not isinstance(sealed, str) or not sealed:
            return State()
        try:
            found: Any = self._serializer.loads(sealed)
            return msgspec.convert(found, State)
        except (BadSignature, msgspec.ValidationError):
            return State()
