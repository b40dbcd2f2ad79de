"""The trust space drawn: two correspondents, their operators, the directory and the whitelist above, the outside beside."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from drawing import LINE, arrow, card, figure, lines_of, text_block
from typography import Printed, french

if TYPE_CHECKING:
    from knowledge.base import Base

WIDTH = 760
CARD = 150
PAD = 10
NAMES = ("sender", "operator", "other_operator", "recipient")


def trust_drawing(base: Base) -> Printed:
    """The drawing for wide screens; phones get the same statements as a chain."""

    def say(name: str) -> str:
        return french(base.wording(f"guide.trust.{name}"))

    gap = (WIDTH - 2 * 20 - 4 * CARD) / 3
    lefts = [20 + i * (CARD + gap) for i in range(4)]
    top, height, below = 150.0, 74.0, 300.0
    parts = [
        f'<rect class="frame" x="4" y="4" width="{WIDTH - 8}" height="{below - 50:g}" rx="12"/>',
        text_block(20, 28, [say("space")], "role"),
    ]
    for x, name in zip(lefts, NAMES, strict=True):
        parts += _card(x, top, CARD, height, say(name))
    for left, right in pairwise(lefts):
        parts.append(arrow(left + CARD + 4, top + height / 2, right - 4, top + height / 2))
    directory, whitelist = 20.0, lefts[1]
    parts += _card(directory, 42, CARD, 64, say("directory"))
    parts += _card(whitelist, 42, 2 * CARD + gap, 64, say("whitelist"))
    parts.append(arrow(directory + CARD / 2, 108, directory + CARD / 2, top - 4))
    parts.append(arrow(lefts[1] + CARD / 2, 108, lefts[1] + CARD / 2, top - 4))
    parts.append(arrow(lefts[2] + CARD / 2, 108, lefts[2] + CARD / 2, top - 4))
    parts += _card(lefts[1], below, 2 * CARD + gap, 56, say("outside"), "any")
    middle = lefts[1] + CARD / 2
    parts.append(f'<path class="barred" d="M{middle:g} {top + height + 4:g}V{below - 4:g}m-9 -40l18 18m0 -18l-18 18"/>')
    title = french(base.wording("guide.schema.confiance.title"))
    return figure(parts, WIDTH, below + 60, title, "wide")


def _card(x: float, y: float, width: float, height: float, text: str, kind: str = "") -> list[str]:
    name, _, more = text.partition("|")
    said = lines_of(more.strip(), width - 2 * PAD, 13) if more else []
    head = lines_of(name.strip(), width - 2 * PAD, 15)
    first = y + (height - LINE * (len(head) + len(said))) / 2 + 14
    return [
        card(x, y, width, height, kind),
        text_block(x + width / 2, first, head, "who", "middle"),
        text_block(x + width / 2, first + LINE * len(head), said, "below", "middle"),
    ]
