"""How a mail client comes to the door, in words short enough for a test."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.sandbox.doors import House
from bot.sandbox.store import passwords, transcripts
from bot.sandbox.store.worlds import persona_of
from tests.sandbox_store.scene import CLAIRE, HUGO, wire

PATIENCE = 60.0


class Door:
    """The submission port of one test."""

    def __init__(self, house: House, port: int, tls: ssl.SSLContext) -> None:
        self.house = house
        self.port = port
        self.tls = tls

    # Secrets

    def password(self, who: str = CLAIRE, world_id: int = 1, tool: Any = "mail_client") -> str:
        """A new application password of this persona."""
        with self.house.store.writing(world_id) as session:
            persona = persona_of(session, world_id, who)
            return passwords.create_app_password(session, persona, "Essai", self.house.now(), tool)

    def tokens(self, who: str = CLAIRE, world_id: int = 1, tool: Any = "mail_client") -> tuple[str, str]:
        """A simulated Pro Santé Connect token and its renewal."""
        with self.house.store.writing(world_id) as session:
            persona = persona_of(session, world_id, who)
            return passwords.create_token_pair(session, persona, self.house.now(), tool)

    # Clients

    @contextmanager
    def client(self) -> Iterator[smtplib.SMTP]:
        """Python's own client, encrypted."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="poste", timeout=PATIENCE) as client:
            client.ehlo()
            client.starttls(context=self.tls)
            client.ehlo()
            yield client

    @contextmanager
    def signed_in(self, who: str = CLAIRE, world_id: int = 1, tool: Any = "mail_client") -> Iterator[smtplib.SMTP]:
        """The same, signed in with an application password."""
        with self.client() as client:
            client.login(who, self.password(who, world_id, tool))
            yield client

    @contextmanager
    def with_token(self, who: str = CLAIRE, world_id: int = 1, tool: Any = "mail_client") -> Iterator[smtplib.SMTP]:
        """The same, signed in with a Pro Santé Connect token."""
        with self.client() as client:
            code, text = client.docmd("AUTH", "XOAUTH2 " + xoauth2(who, self.tokens(who, world_id, tool)[0]))
            assert code == 235, text
            yield client

    @contextmanager
    def raw(self, *, encrypted: bool = True) -> Iterator[Wire]:
        """Bytes, as rude as one likes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as plain:
            wire_to = Wire(plain)
            wire_to.reply()
            if not encrypted:
                yield wire_to
                wire_to.hang_up()
                return
            wire_to.say("EHLO poste")
            wire_to.say("STARTTLS")
            wire_to.hang_up()
            with self.tls.wrap_socket(plain, server_hostname="localhost") as inside:
                encrypted_wire = Wire(inside)
                yield encrypted_wire
                encrypted_wire.hang_up()

    # What is left

    def transcript(self, who: str = CLAIRE, world_id: int = 1) -> list[tuple[str, str]]:
        """Every line kept for this persona, oldest first; waits for the writer."""
        self.house.write_later(world_id, lambda session: None).result(PATIENCE)
        with self.house.store.reading(world_id) as session:
            kept = transcripts.of_persona(session, world_id, persona_of(session, world_id, who).id)
            return [(who_says, said) for stretch in reversed(kept) for who_says, said in stretch.lines]


class Wire:
    """A connected socket and what it says."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._file = connected.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reply(self) -> str:
        """One whole reply, its lines joined; empty once the door has hung up."""
        lines = []
        while True:
            try:
                line = self._file.readline()
            except (ConnectionError, ssl.SSLError):
                line = b""
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    def say(self, line: str) -> str:
        self.send(line.encode() + b"\r\n")
        return self.reply()

    def hang_up(self) -> None:
        """Let go of the file, which would keep the socket open."""
        self._file.close()

    def is_shut(self) -> bool:
        """Has the door hung up?"""
        return self.reply() == ""


def xoauth2(who: str, token: str) -> str:
    return base64.b64encode(f"user={who}\x01auth=Bearer {token}\x01\x01".encode()).decode()


def plain(who: str, secret: str, on_behalf: str = "") -> str:
    return base64.b64encode(f"{on_behalf}\0{who}\0{secret}".encode()).decode()


def send(client: smtplib.SMTP, *to: str, sender: str = CLAIRE, raw: bytes | None = None, **letter: Any) -> str:
    """Send one message; the reply to its end, or to the first command that refuses it."""
    told = raw if raw is not None else wire(sender=sender, **letter)
    code, text = client.mail(sender)
    for address in to or (HUGO,):
        if code == 250:
            code, text = client.rcpt(address)
    if code == 250:
        code, text = client.data(told)
    else:
        client.rset()
    return f"{code} {text.decode()}"
