"""Curves over a logarithmic axis as an SVG file that is readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 56, 34
_GRID: Final = 5
_STYLE: Final = """
text{font:12px system-ui,sans-serif;fill:#444}.title{font-size:14px;font-weight:600;fill:#222}
.page{fill:#fff}.grid{stroke:#ddd}.curve{fill:none;stroke-width:2}
.c0{stroke:#0b62a4}.c1{stroke:#0b62a4;stroke-dasharray:6 4}.c2{stroke:#b5460f}.c3{stroke:#b5460f;stroke-dasharray:6 4}
@media (prefers-color-scheme:dark){text{fill:#bbb}.title{fill:#eee}.page{fill:#16181c}.grid{stroke:#353a42}
.c0,.c1{stroke:#6cb6ff}.c2,.c3{stroke:#ffa657}}
"""


@dataclass(frozen=True)
class Curve:
    """A value for each position of the axis."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """Up to four curves over the same axis; a zero stands one step before the first other number."""

    title: str
    axis: Sequence[int]
    curves: Sequence[Curve]


def drawing(panels: Sequence[Panel]) -> str:
    """The panels, one above the other, as a file."""
    height = HEIGHT * len(panels)
    parts = [f'<g transform="translate(0 {HEIGHT * row})">{"".join(_panel(one))}</g>' for row, one in enumerate(panels)]
    title = "; ".join(panel.title for panel in panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}"><style>{_STYLE}</style><rect class="page" width="{WIDTH}" height="{height}"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _panel(panel: Panel) -> Iterator[str]:
    step = _step(max(value for curve in panel.curves for value in curve.values))
    top = step * ceil(max(value for curve in panel.curves for value in curve.values) / step)
    yield f'<text class="title" x="{_LEFT}" y="22">{escape(panel.title)}</text>'
    for number in range(round(top / step) + 1):
        y = _y(number * step, top)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number * step:g}</text>'
    places = _places(panel.axis)
    for x, number in zip(places, panel.axis, strict=True):
        yield f'<text x="{x:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{number:,}</text>'
    for position, curve in enumerate(panel.curves):
        points = " ".join(f"{x:.1f},{_y(value, top):.1f}" for x, value in zip(places, curve.values, strict=True))
        yield f'<polyline class="curve c{position}" points="{points}"/>'
        x = _LEFT + 170 * position
        yield f'<path class="curve c{position}" d="M{x} 38h28"/><text x="{x + 34}" y="42">{escape(curve.name)}</text>'


def _places(axis: Sequence[int]) -> list[float]:
    """Where the numbers stand: by their logarithm."""
    marks = [log10(number) for number in axis if number]
    if not axis[0]:
        marks.insert(0, 2 * marks[0] - marks[1])
    return [_LEFT + 24 + (WIDTH - _LEFT - _RIGHT - 48) * (mark - marks[0]) / (marks[-1] - marks[0]) for mark in marks]


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top


def _step(highest: float) -> float:
    """A round distance of the grid's lines."""
    power = 10.0 ** int(log10(highest / _GRID)) if highest > _GRID else 0.1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= highest / _GRID)
