"""QR codes, for a page and for a terminal."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str) -> str:
    """To show on a page: black on white, whatever the theme."""
    return str(segno.make(address, error="m").svg_inline(scale=6, border=2, dark="#000", light="#fff", omitsize=True))


def qr_text(address: str) -> str:
    """The same in half blocks, for a terminal or a pipe."""
    out = io.StringIO()
    segno.make(address, error="l").terminal(out=out, compact=True)
    return out.getvalue()
