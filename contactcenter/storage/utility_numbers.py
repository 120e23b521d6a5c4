"""How a report is numbered, and how long it stays the same report."""

from __future__ import annotations

from typing import Final

FIRST_NUMBER: Final = 1_000_000
"""Seven digits can be said over the phone; the millionth-first report has number 1,000,001."""

JOIN_SECONDS: Final = 12 * 3600.0
"""Whoever says it again within this says the same; while its outage is known, always."""


def number_of(report_id: int | None) -> str | None:
    """The number that customers are told."""
    return None if report_id is None else str(FIRST_NUMBER + report_id)
