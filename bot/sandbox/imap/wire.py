"""One TCP connection: lines and bytes in, bytes out, STARTTLS; bounded both ways, every wait with an end.

`asyncio.StreamReader` keeps a buffer that STARTTLS cannot be asked to forget: what somebody slipped in before the
handshake would be obeyed after it (CVE-2011-0411). Hence a protocol of our own.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

ENOUGH = 131_072
"""Bytes kept before the kernel is asked to hold the rest."""
PIECE = 65_536


class Gone(ConnectionError):
    """The client is not there any more, or does not listen."""


class TooLong(ValueError):
    """A line without end."""


class Wire(asyncio.Protocol):
    """Both ends of a conversation, as the conversation sees them."""

    def __init__(self, begin: Callable[[Wire], None]) -> None:
        self._begin = begin
        self._transport: asyncio.Transport | None = None
        self._kept = bytearray()
        self._seen = 0
        self._ended = False
        self._reading = True
        self._heard = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self.encrypted = False

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        plug = transport.get_extra_info("socket")
        if plug is not None:
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._begin(self)

    def data_received(self, data: bytes) -> None:
        self._kept += data
        if len(self._kept) > ENOUGH:
            self._hold()
        self._heard.set()

    def eof_received(self) -> bool:
        self._ended = True
        self._heard.set()
        return not self.encrypted  # who has only stopped talking may still hear the answers; TLS knows no such thing

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._transport = None
        self._heard.set()
        self._may_write.set()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    # In

    async def line(self, limit: int, idle: float, rest: float) -> bytes:
        """The next line without its end. Raises TooLong, TimeoutError or Gone.

        `idle`: seconds until its first byte; `rest`: seconds for what follows, however slowly it drips.
        """
        async with asyncio.timeout(idle):
            while not self._kept:
                await self._more()
        async with asyncio.timeout(rest):
            while True:
                end = self._kept.find(b"\n", self._seen, limit + 2)
                if end >= 0:
                    break
                if len(self._kept) > limit:
                    raise TooLong
                self._seen = len(self._kept)
                await self._more()
        found = bytes(self._kept[:end])
        self._drop(end + 1)
        return found.removesuffix(b"\r")

    async def exactly(self, count: int, seconds: float) -> bytes:
        """That many bytes. Raises TimeoutError or Gone."""
        found = bytearray()
        async with asyncio.timeout(seconds):
            while True:
                piece = self._kept[: count - len(found)]
                found += piece
                self._drop(len(piece))
                if len(found) == count:
                    return bytes(found)
                await self._more()

    @property
    def is_ahead(self) -> bool:
        """Did the client send more than was read?"""
        return bool(self._kept)

    async def heard(self) -> None:
        """Until the client says something, or leaves."""
        while not self._kept and not self._ended:
            await self._more()

    async def _more(self) -> None:
        if self._ended:
            raise Gone
        self._heard.clear()
        self._release()
        await self._heard.wait()

    def _drop(self, count: int) -> None:
        del self._kept[:count]
        self._seen = 0
        if len(self._kept) <= ENOUGH // 2:
            self._release()

    def _hold(self) -> None:
        if self._reading and self._transport is not None:
            self._reading = False
            self._transport.pause_reading()

    def _release(self) -> None:
        if not self._reading and self._transport is not None:
            self._reading = True
            self._transport.resume_reading()

    # Out

    async def send(self, data: bytes, seconds: float) -> None:
        """Everything, at the pace of the client. Raises TimeoutError when it stops reading, or Gone."""
        for start in range(0, len(data), PIECE):
            if self._transport is None or self._transport.is_closing():
                raise Gone
            self._transport.write(data[start : start + PIECE])
            if not self._may_write.is_set():
                async with asyncio.timeout(seconds):
                    await self._may_write.wait()

    async def start_tls(self, context: ssl.SSLContext, seconds: float) -> None:
        """From here on under TLS. Raises Gone when the handshake fails, or when something came before it."""
        if self._transport is None or self._kept:
            raise Gone
        # From this check to the change of protocol nothing else runs: what is kept afterwards came under TLS.
        loop = asyncio.get_running_loop()
        try:
            under = await loop.start_tls(
                self._transport, self, context, server_side=True, ssl_handshake_timeout=seconds, ssl_shutdown_timeout=2
            )
        except (OSError, TimeoutError) as error:
            raise Gone from error
        if under is None:
            raise Gone
        self._transport = under
        self._reading = True
        self.encrypted = True

    def hold(self) -> None:
        """Read nothing more until STARTTLS is done: what follows in clear must not be taken for what follows under TLS."""
        self._hold()

    def hurry(self, data: bytes) -> None:
        """A last word, without waiting for anybody."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Say goodbye once what was written has left, but not to a client that does not read."""
        if self._transport is not None:
            loop = asyncio.get_running_loop()
            transport = self._transport
            transport.close()
            loop.call_later(5, transport.abort)

    def abort(self) -> None:
        """At once."""
        if self._transport is not None:
            self._transport.abort()
