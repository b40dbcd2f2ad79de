"""Entries of the base as the API lists them: id, label, address, and the whole entry on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from eligibility.report import knowledge_json, source_json
from knowledge.model import Box, Organisation, Profession, Source, Topic, Usage
from knowledge.pages import page_of

if TYPE_CHECKING:
    from knowledge.base import Base

SECTIONS: dict[str, type[msgspec.Struct]] = {
    "professions": Profession,
    "structures": Organisation,
    "boxes": Box,
    "usages": Usage,
    "sources": Source,
    "topics": Topic,
}
"""What may be listed, and the type of its entries."""


def listing(base: Base, section: str) -> dict[str, Any]:
    """Every entry of a section, in the order of the base."""
    return {"items": [item(base, section, entry) for entry in base.section(section).values()], **_state(base)}


def detail(base: Base, section: str, name: str) -> dict[str, Any]:
    """One entry, whole, with its sources resolved. Raises KeyError."""
    entry = base.section(section)[name]
    return {
        **item(base, section, entry),
        "entry": msgspec.to_builtins(entry),
        "sources": [source_json(ref) for ref in base.resolve(getattr(entry, "cites", ()))],
        **_state(base),
    }


def item(base: Base, section: str, entry: Any) -> dict[str, str]:
    """An entry as a list shows it."""
    return {"id": entry.id, "label": label_of(entry), "url": address(base, section, entry.id)}


def label_of(entry: Any) -> str:
    """The name of an entry, whatever its kind calls it."""
    for name in ("label", "title", "question", "term"):
        if found := getattr(entry, name, ""):
            return str(found)
    return str(entry.id)


def address(base: Base, section: str, name: str) -> str:
    """Where an entry is told: its page of the guide, or the chat for what only the assistant answers."""
    if section == "topics":
        return f"/chat?{urlencode({'topic': name})}"
    return f"/{page_of(f'{section}/{name}', base)}"


def _state(base: Base) -> dict[str, Any]:
    return {"knowledge": knowledge_json(base)}
