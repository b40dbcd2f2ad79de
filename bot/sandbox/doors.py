"""The life of the mail doors (SMTP submission, IMAP): opened together, closed together, over one house.

A door is `async def open_it(house) -> asyncio.Server`. It decides nothing and blocks nothing: what touches the
database goes through `House.in_thread`, which is bounded. Nothing here, nor in a door, ever opens a connection out.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import ssl
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.store.batching import Writer
from bot.sandbox.store.database import Store, url_of
from bot.sandbox.store.migrating import upgrade
from bot.sandbox.tls.certificates import certificates
from bot.sandbox.webmail.beating import start_beating

if TYPE_CHECKING:
    import datetime
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from bot.settings import Settings
    from knowledge.base import Base

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 8
"""Database calls at once. Each connection asks one thing at a time and connections are counted: so is the queue."""
OPEN_FILES = 4_096


class House:
    """What every door shares. `tls`: for STARTTLS. `settings.mail_host` and the ports: where to listen (0: any port)."""

    def __init__(self, settings: Settings, store: Store, office: PostOffice, tls: ssl.SSLContext) -> None:
        self.settings = settings
        self.store = store
        self.office = office
        self.tls = tls
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")
        self._writer = Writer(store)

    def now(self) -> datetime.datetime:
        """The clock of the post office: tests turn it."""
        return self.office.clock()

    async def in_thread(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Run what blocks, out of the loop. Goes on to its end even if the connection that asked is gone."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: call(*args, **named))

    def write_later(self, world_id: int, work: Callable[[Session], T]) -> Future[T]:
        """Write in this world, together with what others ask now; done when the future says so."""
        return self._writer.write(world_id, work)

    async def write(self, world_id: int, work: Callable[[Session], T]) -> T:
        """The same, awaited: what is returned is on the disk. Cancelled, it is written all the same."""
        return await asyncio.shield(asyncio.wrap_future(self.write_later(world_id, work)))

    def close(self) -> None:
        """Wait for what is under way, then let go of the database."""
        self._threads.shutdown(wait=True)
        self._writer.close()
        self.store.close()


if TYPE_CHECKING:
    Opener = Callable[[House], Awaitable[asyncio.Server]]


class Door(NamedTuple):
    """A door and the setting that moves it elsewhere."""

    name: str
    port: int
    setting: str
    open: Opener


class PortTaken(OSError):
    """A door cannot listen where it should; the message says what to do, in French."""


def doors_of(settings: Settings) -> list[Door]:
    """Every door of this deployment."""
    from bot.sandbox.imap.server import open_imap
    from bot.sandbox.smtp.server import open_smtp

    return [
        Door("SMTP", settings.smtp_port, "MSSANTE_SMTP_PORT", open_smtp),
        Door("IMAP", settings.imap_port, "MSSANTE_IMAP_PORT", open_imap),
    ]


def open_house(settings: Settings, base: Base) -> House:
    """The database brought up to date, the rules, the certificate."""
    upgrade(settings)
    tls = certificates(settings.var_dir, settings.mail_name).server_context()
    return House(settings, Store(url_of(settings)), PostOffice.of(base), tls)


def run_doors(settings: Settings, base: Base) -> int:
    """Open the doors and stay until told to stop (Ctrl+C, SIGTERM). Returns the exit status."""
    _allow_many_connections()
    house = open_house(settings, base)
    stop = threading.Event()
    beat = start_beating(house.store, house.office, stop)
    try:
        asyncio.run(_stay(house))
    finally:
        stop.set()
        beat.join()
        house.close()
    return 0


@contextlib.contextmanager
def doors_open(house: House, *openers: Opener) -> Iterator[list[int]]:
    """The doors, served by a thread while the block runs; gives their ports. For tests and benches."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="doors", daemon=True)
    thread.start()

    def within(work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), loop).result(30)

    opened = [within(opener(house)) for opener in openers]
    try:
        yield [server.sockets[0].getsockname()[1] for server in opened]
    finally:
        within(_close(opened))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _allow_many_connections() -> None:
    """Systems give a process few open files by default, and each connection is one."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _stay(house: House) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C cancels this task instead
            loop.add_signal_handler(sign, told.set)
    opened: list[asyncio.Server] = []
    try:
        for door in doors_of(house.settings):
            opened.append(await _opened(door, house))
            print(f"{door.name:11} {house.settings.mail_name}:{door.port} (STARTTLS)", flush=True)
        await told.wait()
    finally:
        await _close(opened)


async def _opened(door: Door, house: House) -> asyncio.Server:
    try:
        return await door.open(house)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        where = house.settings.mail_host
        raise PortTaken(
            f"Le port {door.port} ({door.name}) ne peut pas être ouvert sur {where}. "
            f"Choisissez-en un autre : {door.setting}={door.port + 1}"
        ) from error


async def _close(opened: Sequence[asyncio.Server]) -> None:
    """Stop listening, then end every conversation: each door's connections are tasks of this loop."""
    for server in opened:
        server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
