from __future__ import annotations

from contactcenter.domain.history import ContactEvent, EventType
from contactcenter.domain.words import MediaClass
from contactcenter.metrics import Metrics
from contactcenter.queues.calibration import Estimate
from contactcenter.routing.state import Changes, Contact
from contactcenter.runtime.census import Census
from contactcenter.runtime.forecast import MOST, PERIOD_SECONDS, Forecast


class Seer:
    """Knows one queue and one contact."""

    asked = 0

    def estimates_by_queue(self) -> dict[str, Estimate | None]:
        self.asked += 1
        return {"power": Estimate(10.04, 20.06), "bills": None}

    def estimates_of_waiting(self, most: int) -> dict[str, Estimate]:
        assert most == MOST
        return {"c": Estimate(1.0, 2.0)}


def test_tells_now_and_then() -> None:
    forecast, seer = Forecast(), Seer()
    assert forecast.news(seer, 100.0) == {
        "queues": {"power": [10.0, 20.1], "bills": None},
        "contacts": {"c": [1.0, 2.0]},
    }
    assert forecast.news(seer, 100.0 + PERIOD_SECONDS / 2) is None
    assert forecast.news(seer, 100.0 + PERIOD_SECONDS) is not None
    assert seer.asked == 2


def test_a_clock_that_was_set_back_does_not_silence_it() -> None:
    forecast = Forecast()
    assert forecast.news(Seer(), 1_000_000.0) is not None
    assert forecast.news(Seer(), 100.0) is not None


def accepted(**detail: float | None) -> Changes:
    contact = Contact(
        id="c", customer_id="", channel="chat", media=MediaClass.LIVE, thread="", address="", to="", queue="power",
        clauses=(), priority=0.0, own_priority=0.0, place=0.0, arrived_at=0.0, queued_at=0.0,
    )  # fmt: skip
    event = ContactEvent("c", 30.0, EventType.ACCEPTED, "ana", detail)
    return Changes(contacts={"c": contact}, events=[event])


def test_the_metrics_say_how_true_estimates_were() -> None:
    metrics = Metrics()
    census = Census((), metrics)

    def counted(result: str) -> float | None:
        labels = {"queue": "power", "result": result}
        return metrics.registry.get_sample_value("contactcenter_estimated_waits_total", labels)

    for waited in (5.0, 15.0, 25.0, 30.0):
        census.take(accepted(answered_in=waited, estimate_p50=10.0, estimate_p80=20.0), {})
    census.take(accepted(answered_in=5.0, estimate_p50=None, estimate_p80=None), {})
    census.take(accepted(), {})
    assert [counted(result) for result in ("within_p50", "within_p80", "beyond_p80", "none")] == [1, 1, 2, 1]
    ratios = metrics.registry.get_sample_value("contactcenter_estimated_wait_ratio_sum", {"queue": "power"})
    assert ratios == (6 + 16 + 26 + 31) / 11
