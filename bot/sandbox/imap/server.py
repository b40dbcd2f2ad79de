"""The IMAP door: listen, count connections, give each its conversation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.sandbox.imap import entering, folder_commands, message_commands
from bot.sandbox.imap.conversation import Conversation, Service
from bot.sandbox.imap.hub import Hub
from bot.sandbox.imap.limits import Limits
from bot.sandbox.imap.wire import Wire

if TYPE_CHECKING:
    from bot.sandbox.doors import House

BACKLOG = 512
COMMANDS = {**entering.COMMANDS, **folder_commands.COMMANDS, **message_commands.COMMANDS}


async def open_imap(house: House, limits: Limits | None = None) -> asyncio.Server:
    """Listen where the settings say; each connection is a task of this loop."""
    limits = limits or Limits()
    service = Service(
        house, limits, Hub(house, limits.look_seconds), asyncio.Semaphore(limits.messages_at_once), COMMANDS, {}
    )
    talking: set[asyncio.Task[None]] = set()

    def begin(wire: Wire) -> None:
        if len(talking) >= limits.connections:
            wire.hurry(b"* BYE [UNAVAILABLE] Trop de connexions au bac a sable ; reessayez plus tard.\r\n")
            wire.close()
            return
        task = asyncio.get_running_loop().create_task(Conversation(wire, service).run())
        talking.add(task)
        task.add_done_callback(talking.discard)

    loop = asyncio.get_running_loop()
    settings = house.settings
    return await loop.create_server(lambda: Wire(begin), settings.mail_host, settings.imap_port, backlog=BACKLOG)
