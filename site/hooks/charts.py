"""Figures that form a series, drawn as bars; every chart has its table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drawing import figure, text_block
from typography import NARROW, french

if TYPE_CHECKING:
    from knowledge.base import Base

WIDTH, BAR, GAP, TOP = 340, 20, 34, 6
SURE = ("confirmed", "presentation")


@dataclass(frozen=True)
class Chart:
    """A series with its drawing."""

    id: str
    title: str
    unit: str
    points: list[Any]
    drawing: str


def charts_of(base: Base) -> list[Chart]:
    """A chart for each series of at least two drawable figures."""
    series: dict[str, list[Any]] = {}
    for f in base.sections.figures:
        if f.series and f.value is not None:
            series.setdefault(f.series, []).append(f)
    charts = []
    for name, points in series.items():
        if len(points) < 2:
            continue
        points.sort(key=lambda f: f.day)
        title = points[-1].label
        charts.append(Chart(f"serie-{name}", title, points[-1].unit, points, _bars(base, title, points)))
    return charts


def number(value: float) -> str:
    """A number as French prints it."""
    if value == int(value):
        return f"{int(value):,}".replace(",", NARROW)
    return f"{value:g}".replace(".", ",")


def _bars(base: Base, title: str, points: list[Any]) -> str:
    top = max(f.value for f in points) or 1
    parts = []
    y = TOP
    for f in points:
        sure = f.status in SURE
        length = max(2.0, (WIDTH - 110) * f.value / top)
        mark = "" if sure else f" ({base.wording('guide.figures.secondary')})"
        parts += [
            text_block(0, y + 14, [french(f"{f.when}{mark}")], "below"),
            f'<rect class="bar{"" if sure else " unsure"}" x="0" y="{y + 20}" width="{length:.0f}" height="{BAR}" rx="3"/>',
            text_block(length + 8, y + 20 + 15, [f"{number(f.value)} {_unit(f)}".strip()], "who"),
        ]
        y += BAR + GAP
    said = ", ".join(f"{f.when} : {number(f.value)} {f.unit}".strip() for f in points)
    return figure(parts, WIDTH, y, french(f"{title}. {said}."), "chart")


def _unit(f: Any) -> str:
    return "%" if f.unit.strip() in ("%", "pour cent") else ""
