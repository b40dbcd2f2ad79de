"""One SMTP conversation. From aiosmtpd come the life of the connection and its timer; the rest is said here.

Closed on purpose, because aiosmtpd 1.4.6 leaves them open: commands ended by a bare LF, what is pipelined behind
STARTTLS, AUTH in lower case, DSN parameters, the loop held by a hash or a commit, a connection cut at the first end of
file although the client still reads, a timer that any command of any length resets.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import ssl
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP

from bot.sandbox.identity import credentials
from bot.sandbox.identity.accounts import Account, Refused
from bot.sandbox.post.letters import MAX_RECIPIENTS, Envelope
from bot.sandbox.smtp.commands import Faulty, Mail, Rcpt, read_mail, read_rcpt
from bot.sandbox.smtp.counter import TRY_LATER, Counter, Keys, Parcel
from bot.sandbox.smtp.lines import Gone, Incoming, Lines, TooLong
from bot.sandbox.store.numbers import holds_real_number
from bot.sandbox.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.identity.credentials import Credentials
    from bot.sandbox.smtp.hall import Hall

_log = logging.getLogger(__name__)

COMMAND_LINE = 2_048
"""512 of RFC 5321, and what SIZE, DSN and SMTPUTF8 add."""
RESPONSE_LINE = 12_290
"""A response of AUTH (RFC 4954 § 4)."""
REAL_NUMBER = "550 5.7.1 numero-peut-etre-reel"
BEFORE_TLS = frozenset(("EHLO", "HELO", "STARTTLS", "NOOP", "RSET", "QUIT", "HELP"))
BROWSER = ("GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH")
"""A web page can make a browser talk here; nobody else says these words."""


class Transaction:
    """From MAIL to the end of DATA."""

    def __init__(self, mail: Mail, box_id: int | None) -> None:
        self.mail = mail
        self.box_id = box_id
        self.recipients: dict[str, Rcpt] = {}

    def envelope(self) -> Envelope:
        """In the words of the post office."""
        return Envelope(
            recipients=tuple(self.recipients),
            mail_from=self.mail.address,
            notify={address: rcpt.notify for address, rcpt in self.recipients.items() if rcpt.notify},
            originals={address: rcpt.original for address, rcpt in self.recipients.items() if rcpt.original},
            envelope_id=self.mail.envelope_id,
            headers_only=self.mail.headers_only,
        )


class Conversation(SMTP):
    """A client at the door. Every reply goes through `push`, every store call through the counter."""

    needs_tls = True
    idle_unknown = 60.0
    """Seconds to finish a command before one has signed in."""
    idle_known = 300.0
    idle_in_data = 60.0
    whole_message = 900.0
    handshake = 20.0
    farewell = 10.0
    kept_after = 1.0
    max_faults = 10
    max_refused_sign_ins = 3
    max_idle_commands = 1_000
    """Commands that send nothing, between two messages."""

    line_length_limit = 65_536  # aiosmtpd gives it to the reader: how much waits before the client must

    def __init__(self, hall: Hall, counter: Counter) -> None:
        super().__init__(
            _NoHandler(),
            hostname=hall.house.settings.mail_name,
            ident="ESMTP bac a sable MSSante (simulation)",
            tls_context=hall.house.tls,
            data_size_limit=hall.largest,
            enable_SMTPUTF8=True,
            timeout=self.idle_unknown,
            loop=asyncio.get_running_loop(),
        )
        self.hall = hall
        self.counter = counter
        self.talk = Talk("smtp")
        self.keys = Keys()
        self.account: Account | None = None
        self.refused: Refused | None = None
        self.transaction: Transaction | None = None
        self.encrypted = False
        self._out = bytearray()
        self._faults = self._refused_sign_ins = self._idle_commands = 0
        self._ending = False
        self._keeping: asyncio.TimerHandle | None = None
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "EHLO": self._on_ehlo,
            "HELO": self._on_helo,
            "STARTTLS": self._on_starttls,
            "AUTH": self._on_auth,
            "MAIL": self._on_mail,
            "RCPT": self._on_rcpt,
            "DATA": self._on_data,
            "RSET": self._on_rset,
            "NOOP": self._on_noop,
            "QUIT": self._on_quit,
            "HELP": self._on_help,
            "VRFY": self._on_vrfy,
            "EXPN": self._on_expn,
        }

    # The life of the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._has_a_place = self.hall.enter(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.hall.leave(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The client has finished talking; it may still read what is owed to it. aiosmtpd would cut it off."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def _timeout_cb(self) -> None:
        self._say("421 4.4.2 Timeout, closing")
        self._close()

    def _close(self) -> None:
        """Send what is owed, then leave; a client that does not read does not keep the place."""
        transport = self.transport
        if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
            self._flush()
            transport.close()
            self.loop.call_later(self.farewell, transport.abort)

    async def _handle_client(self) -> None:
        """Greet, then answer line by line until one of the two has enough."""
        self.lines = Lines(self._reader)
        try:
            if not self._has_a_place:
                await self.push("421 4.3.2 Too many connections, try again later")
                return
            await self.push(f"220 {self.hostname} {self.__ident__}")
            while not self._ending:
                await self._answer_next()
        except (Gone, ConnectionError, ssl.SSLError):
            pass
        except Exception as error:
            # Only its kind is told: the rest may hold what was typed.
            _log.warning("smtp conversation ended by %s", type(error).__qualname__)
            await self.push("421 4.3.0 Internal fault, closing; nothing was accepted by this command")
        finally:
            if self._keeping is not None:
                self._keeping.cancel()
            self._keep()
            self._close()

    async def _answer_next(self) -> None:
        if not self.lines.has_line():
            await self._sent()
        self._reset_timeout(self.idle_known if self.account else self.idle_unknown)
        try:
            line = await self.lines.line(COMMAND_LINE)
        except TooLong:
            await self._fault("500 5.5.2 ligne-trop-longue")
            return
        if line.startswith(b"\x16\x03") and not self.encrypted:
            self.talk.aside("Le client a commencé à chiffrer sans le demander (TLS implicite).")
            await self._end("554 5.5.1 port-465")
            return
        try:
            text = _command_text(line)
        except Faulty as error:
            await self._fault(error.reply)
            return
        verb, _, argument = text.partition(" ")
        verb = verb.upper()
        self.talk.client(_masked(verb, text))
        await self._obey(verb, argument.strip())

    async def _obey(self, verb: str, argument: str) -> None:
        command = self._commands.get(verb)
        if command is None:
            if verb in BROWSER:
                await self._end("421 4.7.0 This is not a web server")
            else:
                await self._fault("500 5.5.1 Command not recognized")
            return
        if self.needs_tls and not self.encrypted and verb not in BEFORE_TLS:
            await self._fault("530 5.7.0 chiffrement-absent")
            return
        self._idle_commands += 1
        if self._idle_commands > self.max_idle_commands:
            await self._end("421 4.7.0 Too many commands without a message")
            return
        if await self._may_stay(verb):
            await command(argument)

    async def _may_stay(self, verb: str) -> bool:
        """A password is revoked, a token not renewed, a world over: looked at between messages, and with each message."""
        if self.account is None or self.transaction is not None or verb == "QUIT":
            return True
        reply = await self.counter.over(self.account)
        if reply:
            await self._end(reply)
        return not reply

    # Speaking

    async def push(self, status: str | bytes) -> None:
        """One reply, kept for the transcript; sent with others when the client is waited for."""
        text = status if isinstance(status, str) else status.decode("ascii")
        self._say(text)
        if len(self._out) > 8_192:
            await self._sent()

    def _say(self, text: str) -> None:
        self.talk.server(text)
        self._out += text.encode("ascii") + b"\r\n"

    def _flush(self) -> None:
        if self._out and not self._writer.is_closing():
            self._writer.write(bytes(self._out))
            self._out.clear()

    async def _sent(self) -> None:
        self._flush()
        await self._writer.drain()

    async def _fault(self, reply: str) -> None:
        """An error of the client. Too many, and it is shown out."""
        self._faults += 1
        await self.push(reply)
        if self._faults >= self.max_faults:
            await self._end("421 4.7.0 Too many errors")

    async def _end(self, reply: str) -> None:
        self._ending = True
        await self.push(reply)

    # Commands

    async def _on_ehlo(self, hostname: str) -> None:
        if not hostname:
            await self._fault("501 5.5.4 Syntax: EHLO hostname")
            return
        self._greeted(hostname, extended=True)
        offers = [
            self.hostname,
            f"SIZE {self.hall.largest}",
            "8BITMIME",
            "SMTPUTF8",
            "PIPELINING",
            "ENHANCEDSTATUSCODES",
            "DSN",
            f"LIMITS RCPTMAX={MAX_RECIPIENTS}",
        ]
        if not self.encrypted:
            offers.append("STARTTLS")
        if self.encrypted and self.account is None:
            offers.append("AUTH " + " ".join(credentials.MECHANISMS))
        offers.append("HELP")
        for offer in offers[:-1]:
            await self.push(f"250-{offer}")
        await self.push(f"250 {offers[-1]}")

    async def _on_helo(self, hostname: str) -> None:
        if not hostname:
            await self._fault("501 5.5.4 Syntax: HELO hostname")
            return
        self._greeted(hostname, extended=False)
        await self.push(f"250 {self.hostname}")

    def _greeted(self, hostname: str, *, extended: bool) -> None:
        assert self.session is not None  # noqa: S101 - set by connection_made
        self.transaction = None
        self.session.host_name = hostname
        self.session.extended_smtp = extended

    async def _on_starttls(self, arg: str) -> None:
        if arg:
            await self._fault("501 5.5.4 Syntax: STARTTLS")
        elif self.encrypted:
            await self._fault("503 5.5.1 Already encrypted")
        elif self._something_follows():
            # Said in clear, it would be obeyed as if it had been encrypted (CVE-2011-0411 and its kin).
            self.talk.aside("Des commandes suivaient STARTTLS en clair : la connexion est coupée.")
            await self._end("554 5.5.1 Nothing may follow STARTTLS")
        else:
            self._say("220 2.0.0 Ready to start TLS")
            self._flush()
            await self._encrypt()

    def _something_follows(self) -> bool:
        """Stop listening, then look: from here on, whatever comes is for the TLS handshake to judge."""
        assert isinstance(self.transport, asyncio.ReadTransport)  # noqa: S101 - a socket
        self.transport.pause_reading()
        return bool(self.lines.waiting or self._reader._buffer)  # type: ignore[attr-defined]

    async def _encrypt(self) -> None:
        """From here this side forgets all that was said in clear (RFC 3207 § 4.2)."""
        self._reset_timeout(self.handshake + 5)
        self._original_transport = self.transport
        try:
            await self._writer.start_tls(self.hall.house.tls, ssl_handshake_timeout=self.handshake)
        except (OSError, ssl.SSLError):
            self.talk.aside("Le chiffrement n’a pas pu s’établir.")
            raise Gone from None
        # Nothing of the reader is cleared now: with the handshake may have come the first encrypted command.
        self.transport = self._writer.transport
        self._reader._transport = self.transport  # type: ignore[attr-defined]  # as aiosmtpd does: who is told to pause
        self.encrypted = True
        assert self.session is not None  # noqa: S101 - set by connection_made
        self.session.host_name = None
        self.session.extended_smtp = False
        self.transaction = None
        tls = self.transport.get_extra_info("ssl_object")
        self.talk.aside(f"Liaison chiffrée ({tls.version()}, {tls.cipher()[0]}).")

    async def _on_auth(self, arg: str) -> None:
        assert self.session is not None  # noqa: S101 - set by connection_made
        if not self.session.extended_smtp:
            await self._fault("503 5.5.1 EHLO first")
        elif self.account is not None:
            await self._fault("503 5.5.1 Already authenticated")
        elif self.transaction is not None:
            await self._fault("503 5.5.1 Not within a message")
        else:
            mechanism, _, initial = arg.partition(" ")
            if mechanism.upper() not in credentials.MECHANISMS:
                await self._fault("504 5.5.4 Unknown mechanism")
                return
            try:
                given = await self._credentials(mechanism.upper(), initial.strip().encode())
            except credentials.Unreadable:
                await self._fault("501 5.5.2 Credentials cannot be read")
            except _Aborted:
                await self._fault("501 5.7.0 Authentication aborted")
            else:
                await self._sign_in(given)

    async def _credentials(self, mechanism: str, initial: bytes) -> Credentials:
        if mechanism == "LOGIN":
            login = credentials.decoded(initial) if initial else await self._challenge(b"Username:")
            secret = await self._challenge(b"Password:")
            return credentials.Credentials(credentials.text_of(login), credentials.text_of(secret), is_token=False)
        response = credentials.decoded(initial) if initial else await self._challenge(b"")
        return credentials.plain(response) if mechanism == "PLAIN" else credentials.xoauth2(response)

    async def _challenge(self, text: bytes) -> bytes:
        await self.push("334 " + base64.b64encode(text).decode())
        await self._sent()
        try:
            line = await self.lines.line(RESPONSE_LINE)
        except TooLong:
            raise credentials.Unreadable from None
        self.talk.client("…")
        if line.rstrip(b"\r\n") == b"*":
            raise _Aborted
        return credentials.decoded(line.rstrip(b"\r\n"))

    async def _sign_in(self, given: Credentials) -> None:
        found = await self.counter.sign_in(given)
        if isinstance(found, Account):
            self.account = found
            self._faults = 0
            await self.push("235 2.7.0 Authentication successful")
            return
        self.refused = found
        if given.is_token:
            await self._refuse_token(found.rule)
            return
        self._refused_sign_ins += 1
        if self._refused_sign_ins >= self.max_refused_sign_ins:
            # The account is not locked: only this conversation ends, and a new one may begin at once.
            await self.push(f"535-5.7.8 {self.max_refused_sign_ins} refusals on this connection, closing it")
            await self._end(f"535 5.7.8 {found.rule}")
        else:
            await self.push(f"535 5.7.8 {found.rule}")

    async def _refuse_token(self, rule: str) -> None:
        """The error comes as one more challenge; the client acknowledges it, then the link is cut (dossier § 4)."""
        with contextlib.suppress(credentials.Unreadable, _Aborted):
            await self._challenge(credentials.TOKEN_REFUSED)
        await self._end(f"535 5.7.8 {rule}")

    async def _on_mail(self, arg: str) -> None:
        assert self.session is not None  # noqa: S101 - set by connection_made
        if not self.session.host_name:
            await self._fault("503 5.5.1 EHLO first")
            return
        if self.account is None:
            await self._fault("530 5.7.0 connexion-manquante")
            return
        if self.transaction is not None:
            await self._fault("503 5.5.1 A message is under way")
            return
        if holds_real_number(arg):
            await self._fault(REAL_NUMBER)
            return
        try:
            mail = read_mail(arg)
        except Faulty as error:
            await self._fault(error.reply)
            return
        if mail.size > self.hall.largest:
            await self.push("552 5.3.4 message-trop-gros")
            return
        box_id, refusal = await self._box_of(self.account, mail.address)
        if refusal:
            await self.push(refusal)
            return
        refusal = await self.counter.size(self.account, box_id, mail.size)
        if refusal:
            await self.push(refusal)
            return
        self.transaction = Transaction(mail, box_id)
        await self.push("250 2.1.0 OK")

    async def _box_of(self, account: Account, address: str) -> tuple[int | None, str]:
        """The box that MAIL FROM names; an empty path (a receipt, RFC 8098) leaves from the box one signed in to."""
        wanted = address.lower() or account.box
        if wanted and wanted == account.box:
            return account.boxes[wanted], ""
        return await self.counter.box(account, wanted)

    async def _on_rcpt(self, arg: str) -> None:
        transaction, account = self.transaction, self.account
        if transaction is None or account is None:
            await self._fault("503 5.5.1 MAIL first")
            return
        if holds_real_number(arg):
            await self._fault(REAL_NUMBER)
            return
        try:
            rcpt = read_rcpt(arg, utf8=transaction.mail.utf8)
        except Faulty as error:
            await self._fault(error.reply)
            return
        if rcpt.address not in transaction.recipients and len(transaction.recipients) >= MAX_RECIPIENTS:
            await self.push("452 4.5.3 trop-de-destinataires")
            return
        answer = await self.counter.recipient(account, transaction.box_id, rcpt.address)
        if answer.accepted:
            transaction.recipients[rcpt.address] = rcpt
            await self.push("250 2.1.5 OK")
        else:
            await self.push(answer.reply)

    async def _on_data(self, arg: str) -> None:
        transaction, account = self.transaction, self.account
        if arg:
            await self._refuse_data("501 5.5.4 Syntax: DATA")
        elif transaction is None or account is None:
            await self._refuse_data("503 5.5.1 MAIL first")
        elif not transaction.recipients:
            await self._refuse_data("554 5.5.1 No valid recipient")
        else:
            await self.push("354 End with <CRLF>.<CRLF>")
            raw = await self._message()
            self.transaction = None
            self._idle_commands = self._faults = 0
            if raw is not None:
                self._reset_timeout(self.idle_known)
                reply = await self._submitted(Parcel(account, transaction.box_id, transaction.envelope(), raw))
                await (self._end(reply) if reply.startswith("421") else self.push(reply))
            if self._keeping is None:
                self._keeping = self.loop.call_later(self.kept_after, self._keep)

    def _keep(self) -> None:
        """Write the transcript down, a little after a message: several messages in a row make one write."""
        self._keeping = None
        self.counter.keep(self.talk, self.account or self.refused)

    async def _refuse_data(self, reply: str) -> None:
        """A client that already sends the message must not have it obeyed as commands."""
        if self.lines.waiting:
            await self._end(reply)
        else:
            await self._fault(reply)

    async def _message(self) -> bytes | None:
        """The message, or None once it was refused for its size."""
        incoming = Incoming(self.lines, self.hall.largest)
        deadline = self.loop.time() + self.whole_message
        no_room = False
        await self._sent()
        with self.hall.room() as room:
            while True:
                incoming.feed()
                if not room.holds(len(incoming)) and not incoming.too_big:
                    no_room = True
                    incoming.drop()
                if incoming.ended:
                    break
                self._reset_timeout(max(0.01, min(self.idle_in_data, deadline - self.loop.time())))
                await self.lines.fill()
            raw = incoming.content()
        self.talk.aside("Message trop gros." if incoming.too_big else f"Message de {len(raw)} octets, non gardé ici.")
        if not incoming.too_big:
            return raw
        await self.push("452 4.3.1 Not enough room now, try again later" if no_room else "552 5.3.4 message-trop-gros")
        return None

    async def _submitted(self, parcel: Parcel) -> str:
        try:
            return await self.counter.submit(parcel, self.keys.of(parcel))
        except Exception:
            return TRY_LATER

    async def _on_rset(self, arg: str) -> None:
        self.transaction = None
        await self.push("250 2.0.0 OK")

    async def _on_noop(self, arg: str) -> None:
        await self.push("250 2.0.0 OK")

    async def _on_quit(self, arg: str) -> None:
        await self._end("221 2.0.0 Bye")

    async def _on_help(self, arg: str) -> None:
        await self.push("214 2.0.0 " + " ".join(sorted(self._commands)))

    async def _on_vrfy(self, arg: str) -> None:
        await self.push("252 2.5.0 Send a message and see")

    async def _on_expn(self, arg: str) -> None:
        await self.push("502 5.5.1 Not offered")


class _Aborted(Exception):
    """The client gave up signing in with a lone star."""


class _NoHandler:
    """aiosmtpd looks here for hooks; there are none."""


def _command_text(line: bytes) -> str:
    """A command without its ending. Raises Faulty for what is not one line of text."""
    bare = line[:-2]
    if not line.endswith(b"\r\n") or b"\r" in bare:
        raise Faulty("500 5.5.2 fins-de-ligne-melees")
    if b"\0" in bare:
        raise Faulty("500 5.5.2 A command holds no NUL byte")
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError:
        raise Faulty("500 5.5.2 A command is written in UTF-8") from None


def _masked(verb: str, text: str) -> str:
    """The line as the transcript keeps it: never what opens a box."""
    if verb != "AUTH":
        return text
    words = text.split()
    return " ".join(words[:2] + ["…"] * (len(words) > 2))
