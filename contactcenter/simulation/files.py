"""Files of a run: summary.json, contacts.csv (one line a contact) and index.html."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from contactcenter.domain.errors import ContactCenterError
from contactcenter.routing.state import Agent, Contact
from contactcenter.simulation.journeys import Journey
from contactcenter.simulation.page import page
from contactcenter.simulation.summary import Row

COLUMNS: Final = (
    "contact", "customer", "queue", "channel", "attempt", "arrive_seconds", "outcome", "agent", "offers",
    "wait_seconds", "talk_seconds", "wrap_up_seconds",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class UnwritableError(ContactCenterError):
    """The directory for the files cannot be written."""


class _Writer(Protocol):
    def writerow(self, row: tuple[object, ...], /) -> object: ...


class ContactLines:
    """Watches a run and writes a line for each contact when it has its outcome. `start` in UTC seconds."""

    def __init__(self, writer: _Writer, start: float) -> None:
        self._writer = writer
        self._start = start
        writer.writerow(COLUMNS)

    def agent_changed(self, agent: Agent, at: float) -> None:
        """Nothing to write."""

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        """Write the line."""
        arrived, closed = contact.arrived_at, contact.closed_at or 0.0
        answered = contact.connected_at if contact.connected_at is not None else closed
        ended = contact.ended_at if contact.ended_at is not None else closed
        customer = contact.customer_id
        self._writer.writerow(
            (
                contact.id,
                f"'{customer}" if customer.startswith(_FORMULA) else customer,  # No spreadsheet may run it.
                contact.queue,
                contact.channel,
                journey.attempt,
                f"{arrived - self._start:.3f}",
                contact.outcome,
                contact.agent_id,
                contact.offers,
                f"{answered - arrived:.3f}",
                f"{ended - answered:.3f}" if contact.connected_at is not None else "",
                f"{closed - ended:.3f}" if contact.connected_at is not None else "",
            )
        )


@contextmanager
def contact_lines(folder: Path, start: float) -> Iterator[ContactLines]:
    """Write `folder`/contacts.csv; a run that fails leaves none behind.

    Raises:
        UnwritableError: when the file cannot be written.
    """
    unfinished = folder / "contacts.csv.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield ContactLines(csv.writer(file), start)
        unfinished.replace(folder / "contacts.csv")
    except OSError as error:
        raise UnwritableError(f"{error.filename or folder} cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def write_report(folder: Path, summary: Row) -> None:
    """Write `folder`/summary.json and `folder`/index.html.

    Raises:
        UnwritableError: when a file cannot be written.
    """
    try:
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
        (folder / "index.html").write_text(page(summary), encoding="utf-8")
    except OSError as error:
        raise UnwritableError(f"{error.filename or folder} cannot be written ({error.strerror})") from error
