"""French typography: no-break spaces before high punctuation, after « § » and inside numbers, curly apostrophes."""

from __future__ import annotations

import re

NBSP = "\u00a0"
NARROW = "\u202f"

_CODE = re.compile(r"(`+[^`]*`+)")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=[^\W\d_])'(?=[«\d])")
_BEFORE = re.compile(r"(?:(?<=[^\s|])|^)[ ](?=[:;!?%»€](?:[^-/\w]|$))")
_AFTER = re.compile(r"(?<=[«§≥≤])[ ]|(?<=\bn°)[ ](?=\d)|(?<=\d)[ ](?=[KkMG]o\b)|(?<=\b\d\d)[ ](?=\d\d\b)")
_PLACEHOLDER = re.compile(r"<(?=([^\W\d_][\w'’ -]*)>)")
_THOUSANDS = re.compile(r"(?<=\d)[ ](?=\d{3}(?!\d))")


def _before(space: re.Match[str]) -> str:
    """A narrow space before « ; ! ? », a whole one before « : », « » », « % » and « € »: the national printer's rule."""
    return NARROW if space.string[space.end()] in ";!?" else NBSP


_ELEMENT = re.compile(
    r"(?:a|br|caption|code|dd|defs|details|div|dl|dt|em|fieldset|fig(?:caption|ure)|h\d|label|legend|li|noscript|ol|p|"
    r"section|span|strong|summary|svg|table|tbody|td|th|thead|title|tr|ul)(?: markdown)?"
)
"""Elements that a page may open without attributes; `<nom>` in a text is a placeholder and must show as typed."""


class Printed(str):
    """Text that already has its typography, or markup that must not get any (numbers of a drawing)."""

    __slots__ = ()


def french(text: str) -> str:
    """The text as it should be printed. Applying it twice changes nothing; code spans are left alone."""
    if isinstance(text, Printed):
        return text
    if "`" in text:
        parts = _CODE.split(text)
        return "".join(part if part.startswith("`") else _printed(part) for part in parts)
    return _printed(text)


def _printed(text: str) -> str:
    if "<" in text:
        text = _PLACEHOLDER.sub(lambda match: "<" if _ELEMENT.fullmatch(match[1]) else "&lt;", text)
    text = _APOSTROPHE.sub("’", text)
    text = _BEFORE.sub(_before, text)
    text = _AFTER.sub(NBSP, text)
    return _THOUSANDS.sub(NARROW, text)
