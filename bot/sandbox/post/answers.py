"""What those that nobody plays would answer: texts of `data/answers.yaml`, always the same for a same thread."""

from __future__ import annotations

import datetime
import hashlib
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import yaml
from msgspec import Struct

from bot.sandbox.post.letters import DATA, Letter

if TYPE_CHECKING:
    from bot.sandbox.post.reading import Reading
    from bot.sandbox.store.boxes import Mailbox


class Answers(Struct, frozen=True):
    """`data/answers.yaml`."""

    delay_seconds: int
    signed: str
    answers: dict[str, tuple[str, ...]]
    test_box: str


@cache
def answers() -> Answers:
    """Read once."""
    return msgspec.convert(yaml.safe_load((DATA / "answers.yaml").read_text("utf-8")), Answers)


def delay() -> datetime.timedelta:
    """How long a pretend correspondent takes."""
    return datetime.timedelta(seconds=answers().delay_seconds)


def answer_text(box: Mailbox, thread: str) -> str:
    """What the holder of this box answers in this thread."""
    known = answers().answers
    choice = known.get(box.profession) or known.get(box.type) or known["default"]
    place = hashlib.sha256(f"{thread}{box.address}".encode()).digest()[0] % len(choice)
    return f"{choice[place]}\n\n{box.holder}\n{answers().signed}"


def answer_to(reading: Reading, to: str, text: str, subject: str = "") -> Letter:
    """The letter that answers a message, in its thread when its id is well formed."""
    original = reading.message_id
    known = original if original.startswith("<") and original.endswith(">") and original.isascii() else ""
    asked = reading.subject
    wanted = subject or (asked if asked.lower().startswith("re:") else f"Re: {asked}")
    return Letter(
        to=(to,),
        subject="".join(char for char in wanted if char.isprintable())[:500],
        text=text,
        in_reply_to=known if len(known) < 300 else "",
        references=tuple(i for i in reversed(reading.answered_ids[:10]) if i.isascii() and len(i) < 300),
    )
