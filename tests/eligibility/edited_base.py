"""Synthetic bases: the real one with entries changed, added or dated."""

from __future__ import annotations

from typing import Any

import msgspec

from knowledge.base import Base


def with_entries(base: Base, section: str, change: Any) -> Base:
    """The base with the list of a section's entries passed through a function."""
    entries = tuple(change(list(getattr(base.compiled.sections, section))))
    sections = msgspec.structs.replace(base.compiled.sections, **{section: entries})
    return Base(msgspec.structs.replace(base.compiled, sections=sections))


def edited(base: Base, section: str, name: str, **fields: Any) -> Base:
    """The base with fields of one entry replaced."""

    def change(entries: list[Any]) -> list[Any]:
        return [msgspec.structs.replace(e, **fields) if e.id == name else e for e in entries]

    return with_entries(base, section, change)


def outcome(base: Base, row: str, **fields: Any) -> Any:
    """What a row concludes, with some of it replaced."""
    return msgspec.structs.replace(base.section("rows")[row].then, **fields)
