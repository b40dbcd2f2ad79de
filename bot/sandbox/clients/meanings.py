"""A line of a transcript in plain French: from a table, or from the rule whose id the line bears."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec
import yaml
from msgspec import Struct

from bot.sandbox.post.refusals import SHAPES
from bot.sandbox.webmail.wording import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.store.transcripts import Line
    from knowledge.base import Base

DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


class Meaning(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of `data/meanings.yaml`."""

    match: str
    means: str
    who: Literal["C", "S"]
    door: Literal["smtp", "imap", ""] = ""


class Told(NamedTuple):
    """A line as a page shows it. `rules`: the ids it bears, which the guide explains."""

    who: str
    said: str
    means: str
    rules: tuple[str, ...]


def told(base: Base, door: str, lines: Sequence[Line]) -> list[Told]:
    """Each line with what it means."""
    return [_told(base, door, who, said) for who, said in lines]


def _told(base: Base, door: str, who: str, said: str) -> Told:
    if who == "-":
        return Told(who, said, "", ())
    rules = tuple(dict.fromkeys(_rules_in(base, said))) if who == "S" else ()
    words = [_explained(base, rule) for rule in rules]
    for meaning in _meanings():
        found = re.search(meaning.match, said) if meaning.who == who and meaning.door in ("", door) else None
        if found is not None:
            outcome = OUTCOMES.get(found[1], (found[1], ""))[0].lower() if "{outcome}" in meaning.means else ""
            words.insert(0, meaning.means.replace("{outcome}", outcome))
            break
    return Told(who, said, " ".join(words), rules)


def _rules_in(base: Base, said: str) -> list[str]:
    known = base.section("send_rules")
    return [word for word in _WORD.findall(said) if word in known or word in SHAPES]


def _explained(base: Base, rule: str) -> str:
    entry = base.section("send_rules").get(rule)
    return f"{entry.why} {entry.remedy}" if entry is not None else SHAPES[rule].message


@cache
def _meanings() -> tuple[Meaning, ...]:
    return msgspec.convert(yaml.safe_load((DATA / "meanings.yaml").read_text("utf-8")), tuple[Meaning, ...])
