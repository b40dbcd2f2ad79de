"""Open the submission door."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.sandbox.smtp.conversation import Conversation
from bot.sandbox.smtp.counter import Counter
from bot.sandbox.smtp.hall import Hall

if TYPE_CHECKING:
    from bot.sandbox.doors import House

BACKLOG = 512


async def open_smtp(house: House) -> asyncio.Server:
    """Listen for mail clients where the settings say."""
    hall, counter = Hall(house), Counter(house)
    loop = asyncio.get_running_loop()
    settings = house.settings
    return await loop.create_server(
        lambda: Conversation(hall, counter), settings.mail_host, settings.smtp_port, backlog=BACKLOG
    )
