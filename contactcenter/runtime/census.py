"""Counts of the router's picture for the metrics, kept by difference: their cost does not grow with what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from contactcenter.domain.history import ContactEvent, EventType
from contactcenter.domain.words import ContactState
from contactcenter.metrics import Metrics
from contactcenter.routing.state import Agent, Changes, Contact

Place = tuple[ContactState, str]
"""State and queue of a contact."""


class Census:
    """Counts contacts, offers and agents. One batch is counted first and told to the metrics once."""

    def __init__(self, agents: Iterable[Agent], metrics: Metrics) -> None:
        self._metrics = metrics
        self._contacts: Counter[Place] = Counter()
        self._agents: Counter[tuple[str, str]] = Counter()
        self._agent_keys: dict[str, tuple[str, str]] = {}
        self._moved: set[Place] = set()
        self._offered: Counter[tuple[str, str]] = Counter()
        self._closed: Counter[tuple[str, str, str]] = Counter()
        self._ended: Counter[str] = Counter()
        metrics.contacts.clear()
        metrics.agents.clear()
        for agent in agents:
            self._agent(agent)

    def moved(self, before: Place | None, now: Place) -> None:
        """A contact changed its state or queue; `before` None: it is new."""
        if before == now:
            return
        if before is not None:
            self._contacts[before] -= 1
            self._moved.add(before)
        if now[0] is not ContactState.CLOSED:
            self._contacts[now] += 1
            self._moved.add(now)

    def take(self, changes: Changes, contacts: Mapping[str, Contact]) -> None:
        """Count what a batch wrote down and tell the metrics."""
        for event in changes.events:
            self._event(event, changes.contacts.get(event.contact_id) or contacts.get(event.contact_id))
        for offer in changes.offers.values():
            if offer.outcome is not None:
                self._ended[offer.outcome.value] += 1
        for agent in changes.agents.values():
            self._agent(agent)
        self.flush()

    def flush(self) -> None:
        """Tell the metrics what was counted since the last time."""
        metrics = self._metrics
        for state, queue in self._moved:
            metrics.contacts.labels(queue, state.value).set(self._contacts[state, queue])
        for labels, count in self._offered.items():
            metrics.contacts_offered.labels(*labels).inc(count)
        for outcome_labels, count in self._closed.items():
            metrics.contacts_closed.labels(*outcome_labels).inc(count)
        for outcome, count in self._ended.items():
            metrics.offers.labels(outcome).inc(count)
        for counted in (self._moved, self._offered, self._closed, self._ended):
            counted.clear()

    def _event(self, event: ContactEvent, contact: Contact | None) -> None:
        if contact is None or contact.consult_of is not None:
            return
        if event.type is EventType.ARRIVED:
            self._offered[contact.queue, contact.channel] += 1
        elif event.type is EventType.ACCEPTED:
            waited = max(0.0, event.at - contact.place)
            self._metrics.wait.labels(contact.queue, contact.channel).observe(waited)
            self._estimate(contact.queue, event.detail)
        elif event.type is EventType.CLOSED and contact.outcome is not None:
            self._closed[contact.queue, contact.channel, contact.outcome.value] += 1

    def _estimate(self, queue: str, detail: Mapping[str, str | float | None]) -> None:
        """How true the estimate was that an accepted contact was given."""
        waited, p50, p80 = (detail.get(name) for name in ("answered_in", "estimate_p50", "estimate_p80"))
        if not isinstance(waited, int | float):
            return  # It was not seen to come: it waited over a restart.
        if not isinstance(p50, int | float) or not isinstance(p80, int | float):
            self._metrics.estimates.labels(queue, "none").inc()
            return
        result = "within_p50" if waited <= p50 else "within_p80" if waited <= p80 else "beyond_p80"
        self._metrics.estimates.labels(queue, result).inc()
        self._metrics.estimate_ratio.labels(queue).observe((waited + 1.0) / (p50 + 1.0))

    def _agent(self, agent: Agent) -> None:
        key = (agent.status.value, "yes" if agent.connected else "no")
        before = self._agent_keys.get(agent.id)
        if before == key:
            return
        self._agent_keys[agent.id] = key
        for changed, by in ((before, -1), (key, 1)):
            if changed is not None:
                self._agents[changed] += by
                self._metrics.agents.labels(*changed).set(self._agents[changed])
