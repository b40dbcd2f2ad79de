"""`mssante send-check`: a dry run of the send rules on a file or a batch (DESIGN § 2, § 5). Nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.sandbox.judge import judge
from bot.sandbox.reading import FaultyAttempt, parse_json, read_attempt
from bot.sandbox.rulebook import Rulebook
from bot.sandbox.settings import DATA
from bot.sandbox.world import load_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.world import World
    from knowledge.base import Base

NO_ID = 'ligne sans « id » : ajoutez-le, par exemple {"id": "A01", …}'


class SendCheck:
    """The rules of a base and a world, ready to judge documents."""

    def __init__(self, base: Base, world: World | None = None) -> None:
        self.rulebook = Rulebook.of(base)
        self.world = world or load_world()

    def of(self, document: Any) -> dict[str, Any]:
        """The result of an attempt, as plain values. Raises FaultyAttempt."""
        return judge(read_attempt(document), self.world, self.rulebook).as_json()


def check_file(path: Path | str, base: Base | None = None) -> tuple[int, str]:
    """(exit status, text): the result as JSON, or every fault of the file in French with status 1."""
    try:
        document = parse_json(Path(path).read_bytes())
        return 0, _json(_send_check(base).of(document), indent=2)
    except FaultyAttempt as error:
        return 1, "\n".join(f"{path} : {fault}" for fault in error.faults)
    except OSError as error:
        return 1, f"{path} : lecture impossible ({error.strerror})"


def check_batch(source: Path | str, target: Path | str, base: Base | None = None) -> int:
    """Judge each line of a JSONL file. A faulty line gives {"id", "error"} and the others go on; then 1 instead of 0."""
    check = _send_check(base)
    faulty = False
    with Path(source).open("rb") as lines, Path(target).open("wb") as answers:
        for answer in _answers(lines, check):
            faulty = faulty or "error" in answer
            answers.write(_json(answer).encode() + b"\n")
    return 1 if faulty else 0


def schema_text() -> str:
    """The JSON Schema of attempts and results, as printed by --schema."""
    return (DATA / "send.schema.json").read_text("utf-8")


def _answers(lines: Any, check: SendCheck) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name: Any = None
        try:
            document = parse_json(line)
            if not isinstance(document, dict) or document.get("id") is None:
                raise FaultyAttempt([NO_ID])
            name = document.pop("id")
            yield {"id": name, **check.of(document)}
        except FaultyAttempt as error:
            yield {"id": name, "error": f"ligne {number} : " + " ; ".join(error.faults)}


def _send_check(base: Base | None) -> SendCheck:
    if base is None:
        from knowledge.base import load_base

        base = load_base()
    return SendCheck(base)


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # A lone surrogate typed as \ud800 goes out as it came in: UTF-8 has no other way to say it.
    return text.encode("utf-8", "backslashreplace").decode()
