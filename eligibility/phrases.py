"""Small French joints: a label inside a sentence or at its head, lists without repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def lower_first(text: str) -> str:
    """A label inside a sentence; acronyms keep their capitals."""
    return text if len(text) > 1 and text[1].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """A label at the head of a sentence."""
    return text[:1].upper() + text[1:]


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values once each, in order."""
    return tuple(dict.fromkeys(values))
