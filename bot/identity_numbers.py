"""Numbers shaped like a NIR or a matricule INS: refused wherever typed (DESIGN § 6)."""

from __future__ import annotations

import re

# 13 or 15 digits, spaces, dots or hyphens between them or not; Corsica's 2A and 2B; the key is ignored.
_NIR = re.compile(
    r"(?<![\dA-Za-z])[1-478](?:[\s.\-_/]?\d){4}(?:[\s.\-_/]?[\dABab])(?:[\s.\-_/]?[\dABab])(?:[\s.\-_/]?\d){6}(?:[\s.\-_/]?\d{2}|(?:[\s.\-_/]?\d){2})?(?!\d)"
)
_ANY_LONG = re.compile(r"(?<!\d)(?:\d[\s.\-_/]?){12}\d(?:[\s.\-_/]?\d[\s.\-_/]?\d)?(?!\d)")


def holds_nir(text: str) -> bool:
    """Does the text hold a number shaped like a NIR or a matricule INS (13 or 15 digits)?"""
    return bool(_NIR.search(text) or any(_looks_like_nir(m[0]) for m in _ANY_LONG.finditer(text)))


def _looks_like_nir(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    return len(digits) in (13, 15)
