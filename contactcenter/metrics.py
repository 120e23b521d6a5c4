"""Every metric the center exports, in one place; docs/metrics.md has the formulas built on them.

A process exports all of them and fills those of the parts it runs. Seconds are seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_FAST: Final = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_COMMIT: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_REQUEST: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_WAIT: Final = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600)
_HANDLING: Final = (15, 30, 60, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 3600, 7200)
_RATIO: Final = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
_SIZES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500)


class Metrics:
    """One set of metrics in a registry of its own, so that tests and processes do not share any."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._contacts()
        self._router()
        self._edges()
        self._parts()

    def render(self) -> bytes:
        """The text that `/metrics` serves, as `CONTENT_TYPE`."""
        return generate_latest(self.registry)

    def _contacts(self) -> None:
        self.contacts_offered = self._counter("contacts_offered", "Contacts that came in", "queue", "channel")
        self.contacts_closed = self._counter(
            "contacts_closed", "Contacts by their one final outcome", "queue", "channel", "outcome"
        )
        self.contacts = self._gauge("contacts", "Open contacts now", "queue", "state")
        self.wait = self._histogram(
            "wait_seconds", "From a contact's place in line until an agent accepted it", _WAIT, "queue", "channel"
        )
        self.served = self._counter(
            "contacts_served", "Contacts by how soon they were served, judged once", "queue", "channel", "service"
        )
        self.handling = self._histogram(
            "handling_seconds", "Conversation, hold and wrap-up of a closed contact", _HANDLING, "queue", "channel"
        )
        self.occupancy = self._gauge("occupancy", "Busy over busy and available time, last 30 minutes", "profile")
        self.estimates = self._counter(
            "estimated_waits", "Accepted contacts by whether the wait was as estimated on arrival", "queue", "result"
        )
        self.estimate_ratio = self._histogram(
            "estimated_wait_ratio", "Actual over estimated wait (P50), a second added to both", _RATIO, "queue"
        )
        self.offers = self._counter("offers_ended", "Offers by how they ended", "outcome")
        self.agents = self._gauge("agents", "Agents by status, and whether a console is open", "status", "connected")

    def _router(self) -> None:
        self.decision = self._histogram("decision_seconds", "Engine time for one stimulus", _FAST)
        self.batch = self._histogram("batch_stimuli", "Stimuli decided in one commit", _SIZES)
        self.batch_commit = self._histogram("batch_commit_seconds", "One decision commit", _COMMIT)
        self.batch_failures = self._counter("batch_failures", "Decision commits that failed or stayed unknown")
        self.inbox_age = self._gauge("inbox_age_seconds", "Age of the oldest stimulus when it was taken up")
        self.quarantined = self._counter("quarantined_stimuli", "Stimuli that could not be handled")
        self.alarms = self._counter("alarms", "Alarms raised", "code")
        self.lease_held = self._gauge("lease_held", "1 while this process is the router that decides")
        self.lease_epoch = self._gauge("lease_epoch", "How often the lease changed hands, as far as this process knows")

    def _edges(self) -> None:
        self.webhooks = self._counter("webhooks", "Webhook requests by answer", "channel", "code")
        self.call_answers = self._counter("call_answers", "What calls were told to do, by what they ask next", "part")
        self.intake_commit = self._histogram("intake_commit_seconds", "One intake commit", _COMMIT)
        self.intake_items = self._histogram("intake_items", "Items that shared one intake commit", _SIZES)
        self.outage_reports = self._counter(
            "outage_reports", "Outages reported without a person, by result", "channel", "result"
        )
        self.http = self._histogram("http_request_seconds", "Requests of the API", _REQUEST, "route", "code")
        self.sockets = self._gauge("sockets", "Open WebSockets", "kind")
        self.sends = self._counter("sends", "Attempts to hand a message to a vendor, by result", "channel", "result")
        self.send_seconds = self._histogram("send_seconds", "Duration of such an attempt", _REQUEST, "channel")
        self.outbox = self._gauge("outbox", "Instructions that wait to be carried out", "lane")
        self.outbox_age = self._gauge("outbox_age_seconds", "Age of the oldest instruction that is due")
        self.dead_letters = self._gauge("dead_letters", "Instructions that failed for good and wait for a person")

    def _parts(self) -> None:
        self.sql_up = self._gauge("sql_up", "1 while SQL answers")
        self.redis_up = self._gauge("redis_up", "1 while Redis answers")
        self.jobs = self._counter("jobs", "Jobs by kind and result", "kind", "result")
        self.gap_messages = self._counter("gap_messages", "Messages found by reading a gap again", "channel")
        self.asked_deliveries = self._counter(
            "asked_deliveries", "Delivery states learnt by asking the vendor", "channel"
        )
        self.found_recordings = self._counter(
            "found_recordings", "Recordings whose report was lost, found by asking the vendor", "channel"
        )
        self.pruned = self._counter("pruned_rows", "Rows removed because their time was over", "table")

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"contactcenter_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"contactcenter_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"contactcenter_{name}", text, labels, buckets=buckets, registry=self.registry)
