"""docs/metrics.md and the code tell of the same metrics."""

from __future__ import annotations

import re
from pathlib import Path

from contactcenter.metrics import Metrics

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"


def test_every_metric_is_documented_and_nothing_else() -> None:
    families = {family.name for family in Metrics().registry.collect() if family.name.startswith("contactcenter_")}
    exported = {name.removeprefix("contactcenter_") for name in families}
    text = PAGE.read_text(encoding="utf-8")
    tables = text[: text.index("## Formulas")]
    rows = [line for line in tables.splitlines() if line.startswith("| `")]
    told = {name.removesuffix("_total") for row in rows for name in re.findall(r"`([a-z_]+)`", row.split(" | ")[0])}
    assert told == exported


def test_metrics_render_and_are_not_shared() -> None:
    first, second = Metrics(), Metrics()
    first.lease_held.set(1)
    assert b"contactcenter_lease_held 1.0" in first.render()
    assert b"contactcenter_lease_held 0.0" in second.render()
