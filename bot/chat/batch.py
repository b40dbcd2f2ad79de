"""`mssante ask --batch`: a question or a conversation a line (DESIGN § 2). A faulty line never stops the others."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

import msgspec

from bot.chat.state import State

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator

    from bot.chat.conversation import Conversation

SHAPE = '{"id": "…", "text": "…"} ou {"id": "…", "turns": ["…", …]}'


class FaultyLine(ValueError):
    """A line that is not a question; `str()` is a French sentence."""

    def __init__(self, message: str, name: object = None) -> None:
        self.name = name
        super().__init__(message)


def answers(conversation: Conversation, lines: Iterable[bytes], today: datetime.date) -> Iterator[dict[str, Any]]:
    """One answer a line; a faulty one gives {"id", "error"}."""
    for number, line in enumerate(lines, 1):
        # Editors of Windows begin a file with a mark of their own.
        line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not line.strip():
            continue
        try:
            yield _answered(conversation, read_line(line), today)
        except FaultyLine as fault:
            yield {"id": fault.name, "error": f"ligne {number} : {fault}"}


def _answered(conversation: Conversation, asked: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    try:
        return answer(conversation, asked, today)
    except Exception as error:
        # Named by its kind alone: its words may quote the message.
        message = f"le programme a un défaut sur ce message ({type(error).__name__}) ; signalez-le"
        raise FaultyLine(message, asked["id"]) from error


def answer(conversation: Conversation, asked: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    """The reply to a message, or the replies to a conversation."""
    if "text" in asked:
        return {"id": asked["id"], **_replies(conversation, [asked["text"]], today)[0]}
    return {"id": asked["id"], "replies": _replies(conversation, asked["turns"], today)}


def read_line(line: bytes) -> dict[str, Any]:
    """A line as a question. Raises FaultyLine."""
    try:
        found = msgspec.json.decode(line.decode())
    except UnicodeDecodeError:
        raise FaultyLine("ce n’est pas du texte en UTF-8 : enregistrez le fichier dans ce codage") from None
    except (msgspec.DecodeError, RecursionError):
        raise FaultyLine(f"ce n’est pas du JSON lisible : {SHAPE}") from None
    if not isinstance(found, dict):
        raise FaultyLine(f"attendu un objet : {SHAPE}")
    name = found.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise FaultyLine(f"il manque « id », un texte ou un nombre : {SHAPE}")
    if ("text" in found) == ("turns" in found):
        raise FaultyLine(f"attendu « text » ou bien « turns » : {SHAPE}", name)
    if "text" in found and not isinstance(found["text"], str):
        raise FaultyLine("« text » : attendu un texte", name)
    turns = found.get("turns", [])
    if not isinstance(turns, list) or not all(isinstance(text, str) for text in turns):
        raise FaultyLine("« turns » : attendu une liste de textes", name)
    return found


def dumps(value: dict[str, Any]) -> bytes:
    """A line of output."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _replies(conversation: Conversation, texts: list[str], today: datetime.date) -> list[dict[str, Any]]:
    state, found = State(), []
    for text in texts:
        state, reply = conversation.say(state, text)
        found.append(reply.as_json(conversation.base, today))
    return found
