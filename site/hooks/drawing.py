"""Drawing in SVG at build time: text on several lines, cards, arrows. Colours come from the style sheet."""

from __future__ import annotations

import html
from itertools import count
from textwrap import wrap

from typography import Printed

_numbers = count(1)

LINE = 19
"""Height of a line of text, in units of the drawing."""


def lines_of(text: str, width: float, size: float = 15) -> list[str]:
    """The text cut so that it fits a width: 0.6 em a letter holds even in DejaVu Sans, the widest of our fonts."""
    return wrap(text, max(8, int(width / (size * 0.6))), break_long_words=False) or [""]


def text_block(x: float, y: float, lines: list[str], kind: str = "", anchor: str = "start") -> str:
    """Lines of text from a first baseline."""
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + i * LINE:g}">{html.escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f'<text class="{kind}" text-anchor="{anchor}">{spans}</text>'


def card(x: float, y: float, width: float, height: float, kind: str = "") -> str:
    """A rounded box."""
    return f'<rect class="card {kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>'


def arrow(x1: float, y1: float, x2: float, y2: float, both_ways: bool = False) -> str:
    """A straight arrow."""
    start = ' marker-start="url(#pointe)"' if both_ways else ""
    return f'<line class="arrow" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" marker-end="url(#pointe)"{start}/>'


def figure(parts: list[str], width: float, height: float, title: str, kind: str = "") -> Printed:
    """A whole drawing, named for those who cannot see it. No blank line: Markdown would end the block there."""
    name = f"dessin-{next(_numbers)}"
    pointer = (
        '<defs><marker id="pointe" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path class="tip" d="M0 0 10 5 0 10z"/></marker></defs>'
    )
    # An image hides what is inside: a drawing with links is a group.
    role = "group" if any("<a " in part for part in parts) else "img"
    uses_pointer = any("#pointe" in part for part in parts)
    body = "".join(parts)
    marker = name + "-p"
    if uses_pointer:
        body = pointer.replace('id="pointe"', f'id="{marker}"') + body.replace("#pointe", f"#{marker}")
    return Printed(
        f'<svg class="drawing {kind}" viewBox="0 0 {width:g} {height:g}" role="{role}" aria-labelledby="{name}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}">{html.escape(title)}</title>{body}</svg>'
    )


def restart_names() -> None:
    """Begin a build: names of drawings must not depend on earlier builds in the same process."""
    global _numbers
    _numbers = count(1)
