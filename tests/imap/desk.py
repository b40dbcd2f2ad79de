"""How a mail client comes to the IMAP door of a test, and what lies in the boxes."""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from typing import Any

from bot.sandbox.doors import House
from bot.sandbox.store import passwords, transcripts
from bot.sandbox.store.worlds import persona_of
from tests.imap.talking import Client
from tests.sandbox_store.scene import CLAIRE


class Desk:
    """The IMAP port of one test."""

    def __init__(self, house: House, port: int, tls: ssl.SSLContext) -> None:
        self.house = house
        self.port = port
        self.tls = tls
        self._open = contextlib.ExitStack()

    def password(self, who: str = CLAIRE, world_id: int = 1, tool: Any = "mail_client") -> str:
        """A new application password of this persona."""
        with self.house.store.writing(world_id) as session:
            persona = persona_of(session, world_id, who)
            return passwords.create_app_password(session, persona, "Essai", self.house.now(), tool)

    def tokens(self, who: str = CLAIRE, world_id: int = 1) -> tuple[str, str]:
        """A simulated Pro Santé Connect token and its renewal."""
        with self.house.store.writing(world_id) as session:
            return passwords.create_token_pair(session, persona_of(session, world_id, who), self.house.now())

    def plain_client(self) -> Client:
        """Not encrypted yet."""
        return self._open.enter_context(Client("127.0.0.1", self.port))

    def client(self) -> Client:
        """Encrypted, not signed in."""
        return self._open.enter_context(Client("127.0.0.1", self.port, self.tls))

    def signed_in(self, who: str = CLAIRE, world_id: int = 1) -> Client:
        client = self.client()
        client.ok(f'LOGIN "{who}" "{self.password(who, world_id)}"')
        return client

    def reading(self, folder: str = "INBOX", who: str = CLAIRE, world_id: int = 1) -> Client:
        """Signed in, this folder selected."""
        client = self.signed_in(who, world_id)
        client.ok(f'SELECT "{folder}"')
        return client

    @contextlib.contextmanager
    def imaplib(self, who: str = CLAIRE, world_id: int = 1) -> Iterator[imaplib.IMAP4]:
        """Python's own client, signed in."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as client:
            client.starttls(self.tls)
            client.login(who, self.password(who, world_id))
            yield client

    def transcript(self, who: str = CLAIRE, world_id: int = 1) -> list[tuple[str, str]]:
        """Every line kept for this persona, oldest first."""
        with self.house.store.reading(world_id) as session:
            kept = transcripts.of_persona(session, world_id, persona_of(session, world_id, who).id)
            return [(who_says, said) for stretch in reversed(kept) for who_says, said in stretch.lines]

    def close(self) -> None:
        self._open.close()
