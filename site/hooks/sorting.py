"""French alphabetical order: accents and case ignored, digits first."""

from __future__ import annotations

from typing import Any

from knowledge.naming import fold


def by_name(entries: Any) -> list[Any]:
    """Entries by label."""
    return sorted(entries, key=lambda entry: fold(entry.label))


def first_letter(text: str) -> tuple[str, str]:
    """The letter under which a word is listed ("0-9" for digits), and its sort key."""
    key = fold(text)
    letter = key[:1].upper()
    return (letter if letter.isalpha() else "0-9"), key
