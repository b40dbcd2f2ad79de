"""The words of a PDF as far as its bytes tell them: strings drawn as they are, or in streams that zlib unfolds.

Enough to find a number somebody typed. Words of a picture, of a font with a coding of its own, or of an encrypted
document are out of reach.
"""

from __future__ import annotations

import re
import zlib

UNFOLDED = 2_000_000
"""Of one stream: pages are far below, and a bomb stops there."""
STREAMS = 400
LOOKED_AT = 20_000_000
_STREAM = re.compile(rb"stream\r?\n")
_STRING = re.compile(rb"\(((?:[^()\\]|\\.){1,2000})\)|<([0-9A-Fa-f\s]{4,2000})>")


def words_of_pdf(content: bytes) -> str:
    """Every string, with a space between; empty for what is not a PDF."""
    if not content.startswith(b"%PDF"):
        return ""
    looked = content[:LOOKED_AT]
    pieces = [looked[:UNFOLDED]]
    for number, found in enumerate(_STREAM.finditer(looked)):
        if number >= STREAMS:
            break
        start = found.end()
        try:
            pieces.append(zlib.decompressobj().decompress(looked[start : start + UNFOLDED], UNFOLDED))
        except zlib.error:
            pieces.append(looked[start : max(start, looked.find(b"endstream", start, start + UNFOLDED))])
    drawn = (string for piece in pieces if piece.find(b"(") >= 0 or b"<" in piece for string in _STRING.findall(piece))
    return " ".join(_plain(literal, hexadecimal) for literal, hexadecimal in drawn)


def _plain(literal: bytes, hexadecimal: bytes) -> str:
    if literal:
        return literal.replace(b"\\", b"").decode("latin-1")
    figures = b"".join(hexadecimal.split())
    return bytes.fromhex((figures + b"0" * (len(figures) % 2)).decode()).replace(b"\0", b"").decode("latin-1")
