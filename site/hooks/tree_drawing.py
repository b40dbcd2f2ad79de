"""A decision table drawn as a tree: facts from left to right, values that lead to the same rows kept together."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drawing import LINE, figure, lines_of, text_block
from typography import french

from eligibility.tables import DecisionTable

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.model import Row

COLUMNS = (215.0, 130.0, 145.0)
LEAF = 330.0
GAP = 26.0
PAD = 10.0


@dataclass(frozen=True)
class Node:
    """Values of a fact that lead to the same place, and what follows; a leaf has a row."""

    values: tuple[str, ...]
    children: tuple[Node, ...] = ()
    row: str = ""


def tree_of(table: DecisionTable, given: tuple[str, ...] = ()) -> tuple[Node, ...]:
    """The branches below some values of the first facts."""
    depth = len(given)
    if depth == len(table.facts):
        return (Node((), row=table.decide(*given).row.id),)
    groups: dict[tuple[Node, ...], list[str]] = {}
    for value in table.domain[table.facts[depth]]:
        groups.setdefault(tree_of(table, (*given, value)), []).append(value)
    return tuple(Node(tuple(values), children) for children, values in groups.items())


def tree_drawing(base: Base, table_id: str) -> str:
    """The table as a drawing whose leaves name the rows."""
    table = DecisionTable(base, table_id)
    parts: list[str] = []
    heads = [french(table.fact_labels[name]) for name in table.facts]
    x = 0.0
    for column, head in enumerate(heads):
        lines = lines_of(head[:1].upper() + head[1:], COLUMNS[column], 13)
        parts.append(text_block(x + PAD, 14, lines, "role"))
        x += COLUMNS[column] + GAP
    height = 44.0
    for node in tree_of(table):
        height += _draw(base, table, node, 0, 0.0, height, parts)[0]
    label = base.section("tables")[table_id].label
    title = base.wording("guide.tree.alt", table=label, count=str(len(table.rows)))
    return figure(parts, x + LEAF, height + 4, french(title), "tree")


def _draw(
    base: Base, table: DecisionTable, node: Node, depth: int, x: float, y: float, parts: list[str]
) -> tuple[float, float]:
    """Draw a node and what follows. Returns the height used and the middle of the node."""
    if node.row:
        return _leaf(base, base.section("rows")[node.row], x, y, parts)
    name = table.facts[depth]
    everything = len(node.values) == len(table.domain[name])
    width = COLUMNS[depth]
    label = " · ".join(table.labels[name][v] for v in node.values)
    lines = lines_of(french(label), width - 2 * PAD, 14)
    own = 0.0 if everything else LINE * len(lines) + PAD
    top = y
    middles = []
    for child in node.children:
        used, middle = _draw(base, table, child, depth + 1, x + width + GAP, top, parts)
        middles.append(middle)
        top += used
    used = max(top - y, own + 10 if own else 0)
    middle = (middles[0] + middles[-1]) / 2 if top - y >= own else y + own / 2
    if everything:
        parts.append(f'<path class="branch" d="M{x:g} {middle:g}H{x + width:g}"/>')
    else:
        parts.append(_label(x, middle, width, own, lines))
    for end in middles:
        half = x + width + GAP / 2
        parts.append(
            f'<path class="branch" d="M{x + width:g} {middle:g}C{half:g} {middle:g} {half:g} {end:g} {x + width + GAP:g} {end:g}"/>'
        )
    return used, middle


def _label(x: float, middle: float, width: float, height: float, lines: list[str]) -> str:
    top = middle - height / 2
    rectangle = f'<rect class="card" x="{x:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="6"/>'
    return rectangle + text_block(x + PAD, top + 19, lines, "doc")


def _leaf(base: Base, row: Row, x: float, y: float, parts: list[str]) -> tuple[float, float]:
    lines = lines_of(french(f"{row.id} · {row.label}"), LEAF - 2 * PAD, 17)
    said = [
        line
        for name, answer in (
            ("nominative", row.then.nominative),
            ("org_access", row.then.org_access),
            ("structure_boxes", row.then.structure_boxes),
        )
        if answer
        for line in lines_of(
            french(f"{base.wording('question.' + name)} : {base.wording('answer.' + answer).lower()}"),
            LEAF - 2 * PAD,
            13,
        )
    ]
    height = LINE * (len(lines) + len(said)) + PAD + 2
    worst = row.then.nominative or row.then.structure_boxes or "depends"
    parts.append(
        f'<a href="tables/#{html.escape(row.id.lower())}"><rect class="card leaf v-{worst}" x="{x:g}" y="{y:g}" width="{LEAF:g}" height="{height:g}" rx="6"/>'
        + text_block(x + PAD, y + 19, lines, "who")
        + text_block(x + PAD, y + 19 + LINE * len(lines), said, "below")
        + "</a>"
    )
    return height + 10, y + height / 2
