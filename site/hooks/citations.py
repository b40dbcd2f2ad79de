"""Who rests on what: for each source and each text of law, the entries that invoke it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from knowledge.model import Cite
from knowledge.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.base import Base

LEFT_OUT = ("sources", "left_out")


def citing(base: Base) -> dict[str, list[str]]:
    """Source id → keys of the entries that cite it, in the order of the base."""
    found: dict[str, dict[str, None]] = {}
    for key, entry in _entries(base):
        for cite in _cites(entry):
            found.setdefault(cite.source, {})[key] = None
    return {source: list(keys) for source, keys in found.items()}


def invoking(base: Base) -> dict[str, list[str]]:
    """Text of law ("article" or "article/part") → keys of the entries whose legal basis names it."""
    found: dict[str, dict[str, None]] = {}
    for key, entry in _entries(base):
        for ref in getattr(entry, "basis", ()):
            found.setdefault(ref, {})[key] = None
    return {ref: list(keys) for ref, keys in found.items()}


def _entries(base: Base) -> Iterator[tuple[str, Any]]:
    """Every entry that a page tells, with its key."""
    for section in base.sections.__struct_fields__:
        if section in LEFT_OUT:
            continue
        for entry in getattr(base.sections, section):
            key = f"{section}/{entry.id}"
            try:
                page_of(key, base)
            except KeyError:
                continue
            yield key, entry


def _cites(value: Any) -> Iterator[Cite]:
    if isinstance(value, Cite):
        yield value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _cites(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _cites(one)
