"""Plots over the day as SVG, drawn by ourselves: nothing to load, no script, sharp at any size.

Colours are classes that the page's style gives a value, so that the plots follow a light or dark theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 250
COLOURS: Final = 8
"""How many series can be told apart."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 14, 30
_STEPS: Final = (1, 2, 5)
_TIMES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400)
_LABELS: Final = 13
_GRID: Final = 5

Show = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a value for each interval, None where there is none. `colour` counts from 0."""

    name: str
    values: Sequence[float | None]
    colour: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over the same intervals; `names` are their beginnings. `top` fixes the scale, `mark` draws a level.

    `cuts` are positions (in intervals) where something changed. `times`: the values are seconds.
    """

    title: str
    names: Sequence[str]
    series: Sequence[Series]
    show: Show
    top: float | None = None
    mark: float | None = None
    cuts: Sequence[float] = ()
    times: bool = False

    def svg(self) -> str:
        """The drawing, with a legend."""
        step = self._step()
        top = self.top or step * max(1, ceil(self._highest() / step - 1e-9))
        parts = [*self._grid(step, top), *self._axis()]
        parts += [f'<path class="cut" d="M{self._x(cut):.1f} {_TOP}V{HEIGHT - _BOTTOM}"/>' for cut in self.cuts]
        if self.mark is not None:
            parts.append(f'<path class="mark" d="M{_LEFT} {_y(self.mark, top):.1f}H{WIDTH - _RIGHT}"/>')
        parts += [self._line(series, top) for series in self.series]
        parts += self._hints()
        drawing = "".join(parts)
        return (
            f"<figure><figcaption><h2>{escape(self.title)}</h2>{self._legend()}</figcaption>"
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">{drawing}</svg></figure>'
        )

    def _highest(self) -> float:
        return max((value for series in self.series for value in series.values if value is not None), default=0.0)

    def _step(self) -> float:
        """A round distance of grid lines."""
        wanted = (self.top or self._highest() or 1.0) / _GRID
        if self.times:
            return float(next((step for step in _TIMES if step >= wanted), _TIMES[-1] * ceil(wanted / _TIMES[-1])))
        power = 0.001
        while True:
            for step in _STEPS:
                if step * power >= wanted * (1 - 1e-9):
                    return step * power
            power *= 10

    def _x(self, position: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * position / max(1, len(self.names))

    def _grid(self, step: float, top: float) -> Iterator[str]:
        for number in range(round(top / step) + 1):
            y = _y(number * step, top)
            yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
            yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(self.show(number * step))}</text>'

    def _axis(self) -> Iterator[str]:
        every = ceil(len(self.names) / _LABELS) or 1
        for position in range(0, len(self.names), every):
            x = self._x(position)
            yield f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(self.names[position])}</text>'

    def _line(self, series: Series, top: float) -> str:
        """A broken line: it pauses where there is no value; a lone value is a dot."""
        path, pen = [], "M"
        dots = []
        values = series.values
        for position, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            x, y = self._x(position + 0.5), _y(min(value, top), top)
            path.append(f"{pen}{x:.1f} {y:.1f}")
            lone = pen == "M" and (position + 1 == len(values) or values[position + 1] is None)
            if lone:
                dots.append(f'<circle class="d{series.colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
            pen = "L"
        return f'<path class="l{series.colour}" d="{"".join(path)}"/>{"".join(dots)}'

    def _hints(self) -> Iterator[str]:
        """What the pointer reads: every value of the interval under it."""
        width = (WIDTH - _LEFT - _RIGHT) / max(1, len(self.names))
        for position, name in enumerate(self.names):
            said = [f"{name}"]
            for series in self.series:
                value = series.values[position]
                said.append(f"{series.name}: {'–' if value is None else self.show(value)}")
            yield (
                f'<rect class="hint" x="{self._x(position):.1f}" y="{_TOP}" width="{width:.1f}" '
                f'height="{HEIGHT - _TOP - _BOTTOM}"><title>{escape(chr(10).join(said))}</title></rect>'
            )

    def _legend(self) -> str:
        names = "".join(f'<span><i class="b{series.colour}"></i>{escape(series.name)}</span>' for series in self.series)
        return f'<p class="legend">{names}</p>'


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top
