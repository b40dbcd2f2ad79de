"""A reply as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.showing import source_line, state_line
from bot.web.markdown import plain_text

if TYPE_CHECKING:
    import datetime

    from bot.chat.replies import Reply
    from knowledge.base import Base


def reply_text(base: Base, reply: Reply, today: datetime.date) -> str:
    """The answer, the options, the sources, then the state of the base."""
    lines = [plain_text(reply.text)]
    if reply.asks and reply.asks.options:
        lines += ["", *(f"  {number}. {option.label}" for number, option in enumerate(reply.asks.options, 1))]
    if reply.sources:
        lines += ["", "Sources", *(f"  - {source_line(ref)}" for ref in reply.sources)]
    return "\n".join([*lines, "", state_line(base, today)])
