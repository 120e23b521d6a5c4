"""The table for people: what a supervisor looks at first, in the width of a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contactcenter.simulation.summary import Row

_MINUTE = 59.95
"""What one digit shows as less than a minute."""
_HEAD = ("", "offered", "answered", "gave up", "refused", "level", "target", "ASA", "P80", "P95", "longest", "AHT")


def table(summary: Row) -> str:
    """The whole text, ending with a new line."""
    lines = [f"{summary['scenario']}   {_hours(summary)}   seed {summary['seed']}", ""]
    rows = [_cells(queue, figures) for queue, figures in summary["queues"].items()]
    if len(rows) != 1:
        rows.append(_cells("all", summary["total"]))
    lines += _aligned([_HEAD, *rows])
    if errors := summary["standard_errors"]:
        lines += ["", "In the long run, each with its standard error:", *_steady(summary["total"], errors)]
    for phase in summary["phases"]:
        lines += ["", f"{phase['from']} to {phase['to']}   occupancy {percent(phase['total']['occupancy'])}"]
        lines += _aligned([_HEAD, *(_cells(queue, figures) for queue, figures in phase["queues"].items())])
    lines += _estimates(summary["estimates"])
    lines += ["", f"occupancy {percent(summary['total']['occupancy'])}{_left(summary)}", _speed(summary["run"])]
    return "\n".join(lines) + "\n"


def _estimates(estimates: Row) -> list[str]:
    """How true the estimated waits of those were who had to wait."""
    rows = [(queue, found["waited"]) for queue, found in estimates["queues"].items() if found["waited"]["told"]]
    if not rows:
        return []
    if len(rows) > 1:
        rows.append(("all", estimates["total"]["waited"]))
    head = ("", "told", "could not tell", "within P50", "within P80", "off by", "left after P80")
    return ["", "Estimated waits of those who waited:", *_aligned([head, *(_truth(*row) for row in rows)])]


def _truth(name: str, found: Row) -> tuple[str, ...]:
    return (
        name,
        f"{found['told']:,}",
        f"{found['untold']:,}" if found["untold"] else "",
        percent(found["p50_coverage"]),
        percent(found["p80_coverage"]),
        percent(found["error"]),
        f"{found['abandoned_after_p80']:,} of {found['abandoned']:,}" if found["abandoned"] else "",
    )


def _steady(total: Row, errors: Row) -> list[str]:
    shares = (
        ("waited at all", "waited"),
        ("gave up", "abandonment"),
        ("refused", "blocking"),
        ("level", "service_level"),
    )
    rows = [(name, _share(total[key]), f"± {_share(errors[key])}") for name, key in shares if total[key]]
    wait = (f"{total['mean_wait_seconds']:.2f} s", f"± {errors['mean_wait_seconds']:.2f} s")
    return _aligned([("", "", ""), ("mean wait", *wait), *rows])[1:]


def _share(share: float) -> str:
    return f"{100 * share:.3f} %"


def _hours(summary: Row) -> str:
    begin, end = summary["from"][:16].replace("T", " "), summary["to"][:16].replace("T", " ")
    return f"{begin} to {end}"


def _left(summary: Row) -> str:
    left = summary["ledger"]["open"]
    return f"   {left:,} still waiting or in hand when everybody had gone" if left else ""


def _speed(run: Row) -> str:
    each = 1e6 * run["seconds"] / run["contacts"] if run["contacts"] else 0.0
    return (
        f"{run['contacts']:,} contacts, {run['stimuli']:,} stimuli in {run['seconds']:.1f} s: {each:.0f} µs a contact"
    )


def _cells(name: str, figures: Row) -> tuple[str, ...]:
    target = figures.get("target")
    return (
        name,
        f"{figures['offered']:,}",
        f"{figures['answered']:,}",
        _counted(figures["abandoned"], figures["abandonment"]),
        _counted(figures["refused"], figures["blocking"]),
        percent(figures["service_level"]),
        f"{100 * target['share']:.0f} % in {duration(target['seconds'])}" if target else "",
        duration(figures["asa_seconds"]),
        duration(figures["p80_seconds"]),
        duration(figures["p95_seconds"]),
        duration(figures["longest_seconds"]),
        duration(figures["aht_seconds"]),
    )


def _counted(count: int, share: float | None) -> str:
    return f"{count:,} ({100 * share:.1f} %)" if count and share is not None else "0"


def percent(share: float | None) -> str:
    """A share for people."""
    return "–" if share is None else f"{100 * share:.1f} %"


def duration(seconds: float | None) -> str:
    """Seconds for people: 12.3 s, 4:05, 2:13:00."""
    if seconds is None:
        return "–"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _aligned(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Names to the left, figures to the right; columns that say nothing are left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    padded = []
    for position, column in enumerate(columns):
        width = max(map(len, column))
        padded.append([cell.ljust(width) if position == 0 else cell.rjust(width) for cell in column])
    return ["  ".join(cells).rstrip() for cells in zip(*padded, strict=True)]
