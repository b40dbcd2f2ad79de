"""Bytes to lines and messages, strictly: a line ends with CRLF and with nothing else, so nothing can be slipped in.

Lone CR and lone LF are how a second message is hidden in a first one ("SMTP smuggling"): in a command they are an
error, in a message they are left for the post office to refuse, and neither ever ends anything.
"""

from __future__ import annotations

import asyncio

CHUNK = 65_536
END = b"\r\n.\r\n"


class TooLong(Exception):
    """A line beyond the limit; it has been thrown away up to its end."""


class Gone(Exception):
    """The client has left, or has finished talking."""


class Lines:
    """The incoming side of one connection. `waiting` is what came and was not asked for yet."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.waiting = bytearray()

    def has_line(self) -> bool:
        """Would `line` return without waiting?"""
        return b"\n" in self.waiting

    async def fill(self) -> None:
        """Wait for more. Raises Gone."""
        chunk = await self._reader.read(CHUNK)
        if not chunk:
            raise Gone
        self.waiting += chunk

    async def line(self, limit: int) -> bytes:
        """The next line, its ending included, whatever it is. Raises TooLong, Gone."""
        searched = 0
        while (end := self.waiting.find(b"\n", searched)) < 0:
            if len(self.waiting) > limit:
                await self._throw_away()
                raise TooLong
            searched = len(self.waiting)
            await self.fill()
        line = bytes(self.waiting[: end + 1])
        del self.waiting[: end + 1]
        if len(line) > limit:
            raise TooLong
        return line

    async def _throw_away(self) -> None:
        """The rest of a line that has no end in sight, without keeping it; not for ever."""
        thrown = 0
        while (end := self.waiting.find(b"\n")) < 0:
            thrown += len(self.waiting)
            self.waiting.clear()
            if thrown > 1_000_000:
                raise Gone
            await self.fill()
        del self.waiting[: end + 1]


class Incoming:
    """A message on its way in: counted as it comes, dropped once too big, dots unstuffed at the end."""

    def __init__(self, lines: Lines, limit: int) -> None:
        self._lines = lines
        self._limit = limit
        self._kept = bytearray(b"\r\n")  # so that a dot on the first line is a dot after a line
        self._searched = 0
        self.ended = False
        self.too_big = False

    def __len__(self) -> int:
        """How many octets are held now."""
        return len(self._kept)

    def feed(self) -> None:
        """Take what waits; what comes after the lone dot goes on waiting."""
        self._kept += self._lines.waiting
        self._lines.waiting.clear()
        end = self._kept.find(END, self._searched)
        if end >= 0:
            self._lines.waiting += self._kept[end + len(END) :]
            del self._kept[end + 2 :]
            self.ended = True
        if len(self._kept) - 2 > self._limit:
            self.drop()
        self._searched = max(0, len(self._kept) - len(END) + 1)

    def drop(self) -> None:
        """Keep nothing more of it than its end needs to be seen."""
        self.too_big = True
        self._limit = self._searched = 0
        del self._kept[: -(len(END) - 1)]

    def content(self) -> bytes:
        """The message, its dots unstuffed (RFC 5321 § 4.5.2)."""
        return bytes(self._kept.replace(b"\r\n.", b"\r\n")[2:])
