"""A small IMAP client that hides nothing: what was answered, line by line, literals in place."""

from __future__ import annotations

import re
import socket
import ssl
from typing import NamedTuple

PATIENCE = 20.0
_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


class Answer(NamedTuple):
    """The answer to one command. `lines`: untagged ones, without their star; literals follow their count."""

    status: str
    text: str
    lines: list[bytes]

    @property
    def code(self) -> str:
        """What stands between brackets in the tagged line."""
        found = re.match(r"\[([^\]]*)\]", self.text)
        return found[1] if found else ""

    def named(self, word: str) -> list[bytes]:
        """The untagged lines of this kind: `n WORD …` or `WORD …`."""
        wanted = re.compile(rb"(?:\d+ )?" + re.escape(word.encode()) + rb"(?: |\r\n|$)", re.IGNORECASE)
        return [line for line in self.lines if wanted.match(line)]

    def one(self, word: str) -> bytes:
        """The only one of its kind."""
        found = self.named(word)
        assert len(found) == 1, (word, self.lines)
        return found[0]

    def numbers(self, word: str = "SEARCH") -> list[int]:
        """The numbers of a SEARCH."""
        return [int(number) for line in self.named(word) for number in re.findall(rb"\b\d+\b", line)]

    def codes(self, word: str) -> list[str]:
        """The arguments of a response code in untagged OKs."""
        return [m[1].decode() for line in self.lines if (m := re.match(rb"OK \[%s ([^\]]*)\]" % word.encode(), line))]


class Refused(AssertionError):
    """A command that had to succeed did not."""


class Client:
    """One connection."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None = None, name: str = "localhost") -> None:
        self.socket = socket.create_connection((host, port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")
        self._count = 0
        self._early = b""
        """The answer to a command that was refused before its literal was sent."""
        self.greeting = self._line()
        if tls is not None:
            self.ok("STARTTLS")
            self.encrypt(tls, name)

    def encrypt(self, tls: ssl.SSLContext, name: str = "localhost") -> None:
        self.socket = tls.wrap_socket(self.socket, server_hostname=name)
        self._file = self.socket.makefile("rb")

    # Saying

    def begin(self, command: str | bytes, *literals: bytes, plus: bool = False) -> str:
        """Send a command and wait for nothing but leave to send its literals, which its `{}` stand for."""
        self._count += 1
        tag = f"a{self._count}"
        pieces = (command if isinstance(command, bytes) else command.encode()).split(b"{}")
        assert len(pieces) == len(literals) + 1
        line = tag.encode() + b" " + pieces[0]
        for literal, rest in zip(literals, pieces[1:], strict=True):
            self.send(line + b"{%d%s}\r\n" % (len(literal), b"+" if plus else b""))
            if not plus:
                answered = self._line()
                if not answered.startswith(b"+"):
                    self._early = answered
                    return tag
            line = literal + rest
        self.send(line + b"\r\n")
        return tag

    def end(self, tag: str) -> Answer:
        """Everything up to the tagged line."""
        lines: list[bytes] = []
        while True:
            line, self._early = self._early or self._line(), b""
            if line.startswith(tag.encode() + b" "):
                status, _, text = line[len(tag) + 1 :].decode().strip().partition(" ")
                return Answer(status, text, lines)
            assert line.startswith(b"* "), line
            lines.append(line[2:])

    def say(self, command: str | bytes, *literals: bytes, plus: bool = False) -> Answer:
        return self.end(self.begin(command, *literals, plus=plus))

    def ok(self, command: str | bytes, *literals: bytes, plus: bool = False) -> Answer:
        answer = self.say(command, *literals, plus=plus)
        if answer.status != "OK":
            raise Refused(f"{command!r}: {answer.status} {answer.text}")
        return answer

    def no(self, command: str | bytes, *literals: bytes) -> Answer:
        answer = self.say(command, *literals)
        assert answer.status == "NO", (command, answer)
        return answer

    def bad(self, command: str | bytes, *literals: bytes) -> Answer:
        answer = self.say(command, *literals)
        assert answer.status == "BAD", (command, answer)
        return answer

    # Lower down

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def line(self) -> bytes:
        """The next line, literals in place; empty once the server has hung up."""
        return self._line()

    def _line(self) -> bytes:
        try:
            line = self._file.readline()
            while found := _LITERAL.search(line):
                content = self._file.read(int(found[1]))
                assert len(content) == int(found[1])
                rest = self._file.readline()
                line += content + rest
                if not _LITERAL.search(rest):
                    break
        except (ConnectionError, ssl.SSLError):
            return b""
        return line

    def goes_silent(self, seconds: float) -> bool:
        """Does the server say nothing for that long?"""
        self.socket.settimeout(seconds)
        try:
            line = self._line()
        except TimeoutError:
            # A file that timed out reads no more; a new one does.
            self._file = self.socket.makefile("rb")
            return True
        finally:
            self.socket.settimeout(PATIENCE)
        raise AssertionError(line)

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
