"""Who sends what to whom, and chains of steps, drawn wide for screens and tall for phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drawing import LINE, arrow, card, figure, lines_of, text_block
from typography import Printed, french

from eligibility.phrases import upper_first

if TYPE_CHECKING:
    from knowledge.base import Base

PAD = 14
END = 210
WIDE = 760
TALL = 400


def usage_drawing(base: Base, usage: Any) -> str:
    """The flow of a usage: two drawings of which the style sheet shows one."""
    title = french(
        base.wording(
            "guide.flow.both" if usage.both_ways else "guide.flow.one",
            sender=usage.sender.who,
            recipient=usage.recipient.who,
            documents=", ".join(usage.documents),
        )
    )
    return Printed(_wide(base, usage, title) + _tall(base, usage, title))


def _end(base: Base, side: Any, role: str) -> tuple[str, str, str]:
    sectors = ", ".join(base.wording(f"guide.sector.{s}") for s in side.sector)
    boxes = " ou ".join(base.wording(f"guide.box.{b}") for b in side.boxes)
    return base.wording(f"guide.flow.{role}"), f"{side.who}", f"{sectors} · {boxes}"


def _card_parts(words: tuple[str, str, str], x: float, y: float, width: float) -> tuple[list[str], float]:
    role, who, below = (french(w) for w in words)
    who_lines, below_lines = lines_of(who, width - 2 * PAD), lines_of(below, width - 2 * PAD, 13)
    height = PAD * 2 + LINE * (1 + len(who_lines) + len(below_lines)) + 2
    top = y + PAD + 12
    parts = [
        card(x, y, width, height),
        text_block(x + PAD, top, [role], "role"),
        text_block(x + PAD, top + LINE, who_lines, "who"),
        text_block(x + PAD, top + LINE * (1 + len(who_lines)) + 2, below_lines, "below"),
    ]
    return parts, height


def _wide(base: Base, usage: Any, title: str) -> str:
    gap = WIDE - 2 * END - 4
    left, left_height = _card_parts(_end(base, usage.sender, "sender"), 2, 2, END)
    right, right_height = _card_parts(_end(base, usage.recipient, "recipient"), WIDE - END - 2, 2, END)
    documents = [line for d in usage.documents for line in lines_of(french(d), gap - 60, 14)]
    height = max(left_height, right_height, LINE * len(documents) + 60)
    middle = height / 2
    left, _ = _card_parts(_end(base, usage.sender, "sender"), 2, middle - left_height / 2 + 2, END)
    right, _ = _card_parts(_end(base, usage.recipient, "recipient"), WIDE - END - 2, middle - right_height / 2 + 2, END)
    parts = [
        *left,
        *right,
        arrow(END + 12, middle + 2, WIDE - END - 12, middle + 2, usage.both_ways),
        text_block(WIDE / 2, middle - 8 - LINE * (len(documents) - 1), documents, "doc", "middle"),
        text_block(WIDE / 2, middle + 24, [french(base.wording("guide.flow.channel"))], "below", "middle"),
    ]
    return figure(parts, WIDE, height + 4, title, "wide")


def _tall(base: Base, usage: Any, title: str) -> str:
    first, first_height = _card_parts(_end(base, usage.sender, "sender"), 2, 2, TALL - 4)
    documents = [line for d in usage.documents for line in lines_of(french(d), TALL - 90, 14)]
    gap = max(70, LINE * (len(documents) + 1) + 30)
    y = 2 + first_height
    second, second_height = _card_parts(_end(base, usage.recipient, "recipient"), 2, y + gap, TALL - 4)
    parts = [
        *first,
        *second,
        arrow(40, y + 8, 40, y + gap - 8, usage.both_ways),
        text_block(62, y + 28, documents, "doc"),
        text_block(62, y + 28 + LINE * len(documents), [french(base.wording("guide.flow.channel"))], "below"),
    ]
    return figure(parts, TALL, y + gap + second_height + 4, title, "tall")


def chain_drawing(title: str, steps: list[tuple[str, str]], kind: str = "chain") -> Printed:
    """Steps one under the other, each with its name and what happens there."""
    parts: list[str] = []
    y = 2.0
    width = 400.0 if kind == "tall" else 560.0
    for number, (name, text) in enumerate(steps):
        said = lines_of(french(upper_first(text)), width - 2 * PAD, 14)
        height = PAD * 2 + LINE * (1 + len(said))
        if number:
            parts.append(arrow(width / 2, y + 4, width / 2, y + 26))
            y += 30
        parts += [
            card(2, y, width - 4, height),
            text_block(PAD, y + PAD + 12, [french(name)], "who"),
            text_block(PAD, y + PAD + 12 + LINE, said, "doc"),
        ]
        y += height
    return figure(parts, width, y + 4, french(title), kind)
