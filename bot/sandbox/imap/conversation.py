"""One connection from greeting to goodbye: read a command, obey it, say what changed, answer. Whatever comes, answer."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

from sqlalchemy.exc import OperationalError, StatementError

from bot.sandbox.identity.staying import no_longer
from bot.sandbox.imap.incoming import Flood, Incoming, Refused
from bot.sandbox.imap.lexer import BadSyntax, Lexer
from bot.sandbox.imap.names import BadName, encode, from_wire
from bot.sandbox.imap.view import FolderGone
from bot.sandbox.imap.wire import Gone
from bot.sandbox.imap.wording import Refusal, flag_list, sentence, string
from bot.sandbox.store.numbers import RealNumber
from bot.sandbox.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sqlalchemy.orm import Session

    from bot.sandbox.doors import House
    from bot.sandbox.imap.hub import Hub
    from bot.sandbox.imap.limits import Limits
    from bot.sandbox.imap.signing_in import Someone
    from bot.sandbox.imap.view import View
    from bot.sandbox.imap.wire import Wire

T = TypeVar("T")
State: TypeAlias = Literal["greeted", "signed_in", "selected"]
_log = logging.getLogger(__name__)
_SECRET = re.compile(r"^(\S+ +(?:LOGIN|AUTHENTICATE +\S+)) .*", re.IGNORECASE | re.DOTALL)
_SEARCHES = re.compile(r"^(\S+ +(?:UID +)?SEARCH) .*", re.IGNORECASE | re.DOTALL)
"""What one looks for may name somebody."""
_TRANSCRIPT_LINES = 100
_TRANSCRIPT_SECONDS = 3.0


class Done(NamedTuple):
    """The tagged OK of a command."""

    text: str
    code: str = ""


class Reply(NamedTuple):
    """The answer to a command: OK, NO or BAD."""

    kind: str
    text: str
    code: str = ""
    expunges: bool = False


class Left(Exception):
    """One is no longer welcome; the message says why, in French."""


class Command(NamedTuple):
    """What a command is: when it may come, whether messages may vanish while it is answered, and what obeys it."""

    run: Callable[[Conversation, Lexer], Awaitable[Done]]
    states: tuple[State, ...] = ("signed_in", "selected")
    expunges: bool = True


class Service(NamedTuple):
    """What all the connections share."""

    house: House
    limits: Limits
    hub: Hub
    room: asyncio.Semaphore
    commands: Mapping[str, Command]
    present: dict[int, int]
    """How many connections each persona has."""


class Conversation:
    """A client and what it has done so far."""

    def __init__(self, wire: Wire, service: Service) -> None:
        self.wire = wire
        self.service = service
        self.house = service.house
        self.limits = service.limits
        self.incoming = Incoming(wire, service.limits, service.room)
        self.talk = Talk("imap")
        self.who: Someone | None = None
        self.view: View | None = None
        self.utf8 = False
        self.condstore = False
        self.over = False
        self.faults = 0
        self.refusals = 0
        self.opened: set[int] = set()
        """Boxes whose opening the journal has been told."""
        self.then: Callable[[], Awaitable[None]] | None = None
        """What comes once the answer has left: the handshake of STARTTLS."""
        self._out: list[bytes] = []
        self._kept_at = 0.0

    # The conversation

    async def run(self) -> None:
        """Until one of the two leaves."""
        try:
            try:
                await self._converse()
            except Gone:
                _log.debug("imap client gone")
            except TimeoutError:
                self.wire.abort()
            await self.keep_transcript()
        except asyncio.CancelledError:
            self._last_word("Le service s’arrête ; reconnectez-vous dans un instant.")
        finally:
            self._leave()
            self.wire.close()

    async def _converse(self) -> None:
        self.untagged("OK [CAPABILITY " + self.capabilities() + "] " + self.worded("Bac à sable MSSanté, simulation."))
        await self.flush()
        while not self.over:
            try:
                await self._obey(await self.incoming.command(signed_in=self.who is not None))
            except Flood as error:
                await self.bye(str(error), "TOOBIG")
            except Left as error:
                await self.bye(str(error))
            except TimeoutError:
                await self.bye("Sans nouvelles de vous depuis trop longtemps.")
            self.incoming.let_go()
            await self.flush()
            if self.then is not None:
                after, self.then = self.then, None
                await after()
            if len(self.talk) >= _TRANSCRIPT_LINES or self._now() - self._kept_at > _TRANSCRIPT_SECONDS:
                await self.keep_transcript()

    async def _obey(self, pieces: list[bytes] | Refused) -> None:
        """Do it, say what changed, answer."""
        if isinstance(pieces, Refused):
            self._answer(pieces.tag, Reply("NO", pieces.why, pieces.code))
            return
        self._heard(pieces)
        lexer = Lexer(pieces)
        try:
            reply = await self._outcome(lexer)
            if self.view is not None and not self.over and reply.kind != "BAD":
                await self.tell_news(expunges=reply.expunges)
        except FolderGone:
            self.view = None
            await self.bye("Ce dossier ou cette boîte ne vous est plus ouvert.", "NONEXISTENT")
            return
        self._answer(lexer.first_tag or "*", reply)
        if self.faults >= self.limits.faults:
            await self.bye("Trop de commandes illisibles.")

    async def _outcome(self, lexer: Lexer) -> Reply:
        """Whatever the command does, an answer. Raises FolderGone, Flood, Gone or TimeoutError: the end."""
        try:
            lexer.tag()
            lexer.space()
            command = self._command(lexer)
            await self.check_presence()
            done = await command.run(self, lexer)
            return Reply("OK", *done, expunges=command.expunges)
        except BadSyntax as error:
            self.faults += 1
            return Reply("BAD", f"Commande illisible : {error}.")
        except BadName:
            return Reply("NO", "Ce nom de dossier n’est pas codé comme IMAP le demande (UTF-7 modifié).", "CANNOT")
        except Refusal as refusal:
            return Reply("NO", refusal.text, refusal.code)
        except OperationalError:
            return Reply("NO", "Le bac à sable est trop occupé ; réessayez.", "UNAVAILABLE")
        except (FolderGone, Flood, Left, Gone, TimeoutError):
            raise
        except Exception as error:
            # A fault of ours must neither end the conversation without a word nor tell what was in it.
            _log.error("imap command failed: %s", type(error).__qualname__)
            return Reply("NO", "Le bac à sable n’a pas su faire cela.", "SERVERBUG")

    def _command(self, lexer: Lexer) -> Command:
        name = lexer.word()
        if name == "UID":
            lexer.space()
            name = f"UID {lexer.word()}"
        command = self.service.commands.get(name)
        if command is None:
            raise BadSyntax("commande inconnue")
        if self.state not in command.states:
            if self.state == "greeted":
                raise BadSyntax("connectez-vous d’abord")
            raise BadSyntax(
                "ouvrez d’abord un dossier" if command.states == ("selected",) else "vous êtes déjà connecté"
            )
        return command

    @property
    def state(self) -> State:
        if self.who is None:
            return "greeted"
        return "signed_in" if self.view is None else "selected"

    def capabilities(self) -> str:
        """What the server offers at this point."""
        words = ["IMAP4rev1", "LITERAL+", "ID", "ENABLE", "SASL-IR"]
        if not self.wire.encrypted:
            return " ".join([*words, "STARTTLS", "LOGINDISABLED"])
        if self.who is None:
            return " ".join([*words, "AUTH=PLAIN", "AUTH=LOGIN", "AUTH=XOAUTH2"])
        words += ["IDLE", "NAMESPACE", "UIDPLUS", "MOVE", "UNSELECT", "SPECIAL-USE", "CHILDREN", "LIST-EXTENDED"]
        words += ["LIST-STATUS", "ESEARCH", "WITHIN", "CONDSTORE", "UTF8=ACCEPT"]
        return " ".join([*words, f"APPENDLIMIT={self.limits.message}"])

    # The store

    async def reading(self, work: Callable[[Session], T]) -> T:
        """Look something up in one's own world."""
        world_id = self.someone.world_id

        def within() -> T:
            with self.house.store.reading(world_id) as session:
                return work(session)

        return await self._blocking(within)

    async def writing(self, work: Callable[[Session], T]) -> T:
        """Change something there: kept when this returns."""
        world_id = self.someone.world_id

        def within() -> T:
            with self.house.store.writing(world_id) as session:
                return work(session)

        done = await self._blocking(within)
        self.service.hub.hurry()
        return done

    async def _blocking(self, work: Callable[[], T]) -> T:
        try:
            return await self.house.in_thread(work)
        except RealNumber as error:
            raise Refusal(str(error), "CANNOT") from None
        except StatementError as error:
            if isinstance(error.orig, RealNumber):
                raise Refusal(str(error.orig), "CANNOT") from None
            raise

    @property
    def someone(self) -> Someone:
        assert self.who is not None  # noqa: S101 - the table of commands asks for a signed-in state
        return self.who

    @property
    def selected(self) -> View:
        assert self.view is not None  # noqa: S101 - the table of commands asks for a selected state
        return self.view

    @property
    def writable(self) -> View:
        """The selected folder, to be changed. Raises Refusal after an EXAMINE."""
        if self.selected.read_only:
            raise Refusal("Ce dossier est ouvert en lecture seule (EXAMINE).", "READ-ONLY")
        return self.selected

    async def check_presence(self) -> None:
        """A password may be revoked, a token not renewed, a world over, while the connection lasts. Raises Left."""
        who = self.who
        if who is None:
            return
        over = await self.reading(lambda session: no_longer(session, who.secret, self.house.now()))
        if over is not None:
            raise Left(over.says)

    # News of the folder

    async def tell_news(self, *, expunges: bool) -> None:
        """EXPUNGE, EXISTS, RECENT and FETCH, each at the moment when the protocol allows it."""
        view, now = self.selected, self.house.now()
        news = await self.reading(lambda session: view.look(session, now))
        numbers, arrived, changed = view.told(news, expunges=expunges)
        for number in numbers:
            self.untagged(f"{number} EXPUNGE")
        if arrived:
            self.untagged(f"{len(view.uids)} EXISTS")
            self.untagged(f"{view.recent_count()} RECENT")
        for flags in changed:
            number_now = view.number_of(flags.uid)
            shown = flags.flags | {"\\Recent"} if flags.uid >= view.recent_from else flags.flags
            modseq = f" MODSEQ ({flags.modseq})" if self.condstore else ""
            self.untagged(f"{number_now} FETCH (UID {flags.uid} FLAGS {flag_list(shown)}{modseq})")

    # Words

    def untagged(self, line: str) -> None:
        """A line of ours; sent with the next flush."""
        self.talk.server(f"* {line}")
        self._out.append(f"* {line}\r\n".encode())

    def raw(self, content: bytes) -> None:
        """The same for what is no line, or must not be kept in a transcript."""
        self._out.append(content)

    def worded(self, text: str) -> str:
        """A sentence that this client can read."""
        return sentence(text, utf8=self.utf8)

    def named(self, name: str) -> bytes:
        """A folder name as this client writes it."""
        return string(name if self.utf8 else encode(name), utf8=self.utf8)

    def name_of(self, raw: bytes) -> str:
        """The folder that a client names. Raises BadName."""
        return from_wire(raw, utf8=self.utf8)

    async def flush(self) -> None:
        """Send what was said."""
        content = b"".join(self._out)
        self._out.clear()
        if content:
            await self.wire.send(content, self.limits.line_seconds)

    async def bye(self, text: str, code: str = "") -> None:
        """The last word."""
        self.over = True
        self.untagged(f"BYE {f'[{code}] ' if code else ''}{self.worded(text)}")
        await self.flush()

    def _answer(self, tag: str, reply: Reply) -> None:
        line = f"{tag} {reply.kind} {f'[{reply.code}] ' if reply.code else ''}{self.worded(reply.text)}"
        self.talk.server(line)
        self._out.append(f"{line}\r\n".encode())

    def _last_word(self, text: str) -> None:
        """Said without waiting: the loop is ending."""
        self._out.append(f"* BYE [UNAVAILABLE] {self.worded(text)}\r\n".encode())
        self.wire.hurry(b"".join(self._out))

    # The transcript

    def _heard(self, pieces: list[bytes]) -> None:
        text = pieces[0].decode("utf-8", "replace")
        if len(pieces) > 1:
            text += "{…}"
        hidden = _SECRET.match(text) or _SEARCHES.match(text)
        self.talk.client(f"{hidden[1]} …" if hidden else text)

    async def keep_transcript(self) -> None:
        """What was said so far, for the persona to read, once it is known who that is."""
        who = self.who
        if who is None or not len(self.talk):
            return
        self._kept_at = self._now()
        try:
            await self.house.write(who.world_id, self.talk.saving(who.persona_id, who.world_id, self.house.now()))
        except Exception as error:
            # A world that is over, a database too busy: the conversation matters more than its trace.
            _log.warning("imap transcript not kept: %s", type(error).__qualname__)

    # Presence

    def arrive(self, who: Someone) -> None:
        """Signed in. Raises Refusal beyond the connections a persona may have."""
        present = self.service.present
        if present.get(who.persona_id, 0) >= self.limits.connections_of_a_persona:
            raise Refusal("Trop de connexions ouvertes à la fois pour cette personne.", "LIMIT")
        present[who.persona_id] = present.get(who.persona_id, 0) + 1
        self.who = who
        self._kept_at = self._now()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    def _leave(self) -> None:
        self.incoming.let_go()
        if self.who is not None:
            present = self.service.present
            present[self.who.persona_id] -= 1
            if not present[self.who.persona_id]:
                del present[self.who.persona_id]
