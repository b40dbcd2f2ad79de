"""Commands as they come down the wire, literals included (RFC 3501 § 4.3, RFC 7888), within bounds."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.imap.wire import TooLong

if TYPE_CHECKING:
    from bot.sandbox.imap.limits import Limits
    from bot.sandbox.imap.wire import Wire

_LITERAL = re.compile(rb"~?\{([0-9]{1,20})(\+?)\}$")
_APPEND = re.compile(rb"[^ ]{1,64} APPEND ", re.IGNORECASE)
_TAG = re.compile(rb'[^(){ %*"\\+\x00-\x1f\x7f-\xff]{1,64}(?= |$)')
_APPEND_PIECES = 6


class Flood(Exception):
    """More than a client may send; there is no going on. The message tells it so, in French."""


class Refused(NamedTuple):
    """A command given up before its literal was sent: its tag, a response code, and why."""

    tag: str
    code: str
    why: str


class Incoming:
    """The reader of one connection. `room`: how many long literals are in memory at once, all connections together."""

    def __init__(self, wire: Wire, limits: Limits, room: asyncio.Semaphore) -> None:
        self._wire = wire
        self._limits = limits
        self._room = room
        self._holds_room = False

    async def command(self, *, signed_in: bool) -> list[bytes] | Refused:
        """Text, literal, text… of the next command. Raises Flood, TimeoutError or Gone."""
        limits = self._limits
        pieces = [await self._line(signed_in, limits.idle_seconds if signed_in else limits.greeting_seconds)]
        total = len(pieces[0])
        appends = signed_in and _APPEND.match(pieces[0]) is not None
        while marked := _LITERAL.search(pieces[-1]):
            size, waits = int(marked[1]), not marked[2]
            if appends:
                most, whole, many = limits.message, limits.message + limits.command, _APPEND_PIECES
            else:
                most = limits.literal if signed_in else limits.literal_before_sign_in
                whole, many = limits.command, 2 * limits.literals
            total += size
            if size > most or total > whole or len(pieces) > many:
                if not waits:
                    raise Flood("Ce littéral est trop long pour le bac à sable.")
                return Refused(_tag_of(pieces[0]), "TOOBIG", f"Ce littéral est trop long : {most} octets au plus.")
            if size > limits.literal and not await self._takes_room():
                if not waits:
                    raise Flood("Trop de longs messages arrivent en ce moment.")
                return Refused(
                    _tag_of(pieces[0]), "LIMIT", "Trop de longs messages arrivent en ce moment ; réessayez plus tard."
                )
            pieces[-1] = pieces[-1][: marked.start()]
            pieces.append(await self._literal(size, waits))
            pieces.append(await self._line(signed_in, limits.line_seconds))
            total += len(pieces[-1])
        if total > (limits.message if appends else 0) + limits.command:
            raise Flood("Cette commande est trop longue.")
        return pieces

    async def answer(self, limit: int) -> bytes:
        """What the client answers to a question of ours. Raises Flood, TimeoutError or Gone."""
        seconds = self._limits.line_seconds
        try:
            return await self._wire.line(limit, seconds, seconds)
        except TooLong:
            raise Flood("Cette ligne est trop longue.") from None

    def let_go(self) -> None:
        """The command was obeyed: its long literal is forgotten."""
        if self._holds_room:
            self._holds_room = False
            self._room.release()

    async def _takes_room(self) -> bool:
        if self._holds_room:
            return True
        try:
            async with asyncio.timeout(self._limits.line_seconds):
                await self._room.acquire()
        except TimeoutError:
            return False
        self._holds_room = True
        return True

    async def _line(self, signed_in: bool, idle: float) -> bytes:
        limits = self._limits
        longest = limits.line if signed_in else limits.line_before_sign_in
        try:
            return await self._wire.line(longest, idle, limits.line_seconds)
        except TooLong:
            raise Flood("Cette ligne est trop longue.") from None

    async def _literal(self, size: int, waits: bool) -> bytes:
        limits = self._limits
        if waits:
            await self._wire.send(b"+ OK\r\n", limits.line_seconds)
        return await self._wire.exactly(size, limits.line_seconds + size / limits.slowest_rate)


def _tag_of(text: bytes) -> str:
    found = _TAG.match(text)
    return found[0].decode() if found else "*"
