"""The page of a run: one file that opens anywhere, without a network, and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Final

from contactcenter.simulation.plots import COLOURS, Plot, Series
from contactcenter.simulation.summary import Row
from contactcenter.simulation.table import duration, percent

_NOTE: Final = (
    "Waits are those of answered contacts, by the interval in which they arrived. Service level: answered within the "
    "target, of those answered and those who gave up, without short abandons. Point at a plot to read its values."
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(summary: Row) -> str:
    """The whole document."""
    name = escape(summary["scenario"])
    about = f"<p>{escape(summary['about'])}</p>" if summary["about"] else ""
    begin, end = (escape(summary[key][:16].replace("T", " ")) for key in ("from", "to"))
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    plots = "".join(plot.svg() for plot in _plots(summary))
    phases = "".join(
        f"<h2>{escape(phase['from'])} to {escape(phase['to'])}</h2>{_table(phase)}" for phase in summary["phases"]
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{style}</style></head><body><main><h1>{name}</h1>{about}"
        f'<p class="quiet">{begin} to {end} · seed {summary["seed"]} · '
        f"{summary['run']['contacts']:,} contacts · simulated with contactcenter {escape(summary['version'])}</p>"
        f"{_tiles(summary)}{_table(summary)}{phases}{plots}{_estimates(summary['estimates'])}"
        f'<p class="quiet">{_NOTE}</p></main></body></html>\n'
    )


def _tiles(summary: Row) -> str:
    """The figures that everybody asks for first."""
    total = summary["total"]
    tiles = (
        ("Service level", percent(total["service_level"])),
        ("Average speed of answer", duration(total["asa_seconds"])),
        ("Gave up", percent(total["abandonment"])),
        ("Refused", percent(total["blocking"])),
        ("Occupancy", percent(total["occupancy"])),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in tiles)
    return f'<dl class="tiles">{cells}</dl>'


_COLUMNS: Final = (
    "Offered", "Answered", "Gave up", "Refused", "Service level", "ASA", "P50", "P80", "P95", "Longest", "Handling",
)  # fmt: skip


def _table(part: Row) -> str:
    rows = [(queue, figures) for queue, figures in part["queues"].items()]
    if len(rows) != 1:
        rows.append(("all", part["total"]))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Queue", *_COLUMNS))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in _cells(figures))}</tr>'
        for name, figures in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


_TRUTH: Final = (
    "Told", "Could not tell", "Within P50", "Within P80", "Mean wait", "Mean P80", "Off by", "Gave up", "After P80",
)  # fmt: skip
_ABOUT_TRUTH: Final = (
    "Everybody who has to wait is told a range: half should be answered within P50, four in five within P80. "
    "Off by: mean distance of P50 from the wait, as a share of the mean wait. After P80: of those who gave up."
)


def _estimates(estimates: Row) -> str:
    """How true the estimated waits of those were who had to wait."""
    rows = [(queue, found["waited"]) for queue, found in estimates["queues"].items() if found["waited"]["told"]]
    if not rows:
        return ""
    rows.append(("all", estimates["total"]["waited"]))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Queue", *_TRUTH))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in _truth(found))}</tr>'
        for name, found in rows
    )
    return (
        f'<h2>Estimated waits</h2><p class="quiet">{_ABOUT_TRUTH}</p>'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _truth(found: Row) -> tuple[str, ...]:
    return (
        f"{found['told']:,}",
        f"{found['untold']:,}",
        percent(found["p50_coverage"]),
        percent(found["p80_coverage"]),
        duration(found["mean_wait_seconds"]),
        duration(found["mean_p80_seconds"]),
        percent(found["error"]),
        f"{found['abandoned']:,}",
        f"{found['abandoned_after_p80']:,}",
    )


def _cells(figures: Row) -> tuple[str, ...]:
    times = ("asa_seconds", "p50_seconds", "p80_seconds", "p95_seconds", "longest_seconds", "aht_seconds")
    return (
        f"{figures['offered']:,}",
        f"{figures['answered']:,}",
        f"{figures['abandoned']:,}",
        f"{figures['refused']:,}",
        percent(figures["service_level"]),
        *(duration(figures[time]) for time in times),
    )


def _plots(summary: Row) -> list[Plot]:
    intervals: Sequence[Row] = summary["intervals"]
    names = [interval["from"] for interval in intervals]
    # Where colours run out, the busiest queues are drawn; the table has all of them.
    busiest = sorted(summary["queues"], key=lambda queue: -summary["queues"][queue]["offered"])[:COLOURS]
    queues = [queue for queue in summary["queues"] if queue in busiest]
    cuts = [float(names.index(phase["from"])) for phase in summary["phases"][1:] if phase["from"] in names]

    def of(queue: str, figure: str, colour: int) -> Series:
        return Series(queue, [interval["queues"][queue][figure] for interval in intervals], colour)

    def whole(name: str, figure: str, colour: int) -> Series:
        return Series(name, [interval["total"][figure] for interval in intervals], colour)

    def center(name: str, figure: str, colour: int) -> Series:
        return Series(name, [interval[figure] for interval in intervals], colour)

    targets = {summary["queues"][queue]["target"]["share"] for queue in queues}
    waits = [whole("P50", "p50_seconds", 0), whole("P80", "p80_seconds", 1), whole("P95", "p95_seconds", 3)]
    return [
        Plot("Waits, all queues", names, waits, duration, cuts=cuts, times=True),
        Plot(
            "Waits by queue: P80",
            names,
            [of(queue, "p80_seconds", colour) for colour, queue in enumerate(queues)],
            duration,
            cuts=cuts,
            times=True,
        ),
        Plot(
            "Service level",
            names,
            [of(queue, "service_level", colour) for colour, queue in enumerate(queues)],
            lambda value: f"{100 * value:.0f} %",
            top=1.0,
            mark=targets.pop() if len(targets) == 1 else None,
            cuts=cuts,
        ),
        Plot("Occupancy", names, [center("occupancy", "occupancy", 0)], _percent, top=1.0, cuts=cuts),
        Plot(
            "Agents and line",
            names,
            [center("agents", "agents", 0), center("waiting", "waiting", 1)],
            _count,
            cuts=cuts,
        ),
        Plot(
            "Contacts in each interval",
            names,
            [whole("offered", "offered", 0), whole("gave up", "abandoned", 1), whole("refused", "refused", 3)],
            _count,
            cuts=cuts,
        ),
    ]


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"  # noqa: PLR2004  two digits
