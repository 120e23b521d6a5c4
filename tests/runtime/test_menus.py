"""Menus that lead to queues of a configuration that was changed since they were checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contactcenter.ivr import Caller
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.menus import Astray, Menus, astray
from tests.runtime.desk import MENUS

FOUND = MENUS.configuration
CALM = replace(FOUND, queues={**FOUND.queues, "peligro": replace(FOUND.queues["peligro"], hazard=False)})
LESS = replace(FOUND, queues={name: queue for name, queue in FOUND.queues.items() if name not in ("altas", "peligro")})


def test_queues_that_are_gone_or_no_hazard_any_more_are_named() -> None:
    assert astray(MENUS.ivr, FOUND) == Astray()
    assert astray(MENUS.ivr, LESS) == Astray(("altas", "peligro"), FOUND.default_queue, disarmed=True)
    assert astray(MENUS.ivr, CALM) == Astray(disarmed=True)
    assert Menus(MENUS, lambda: LESS).interpreter.start(Caller(), 0.0), "callers are served all the same"


def test_supervisors_hear_of_it_once_for_each_change() -> None:
    heard: list[Mapping[str, Any]] = []
    bus = Bus(None, "n")
    bus.subscribe("alarm_here", heard.append, local=True)
    menus = Menus(MENUS, lambda: FOUND, bus)

    def alarms() -> list[tuple[str, Mapping[str, str]]]:
        told = [(each["code"], each["detail"]) for each in heard]
        heard.clear()
        return told

    menus.changed(FOUND)
    assert alarms() == []
    menus.changed(CALM)
    assert alarms() == [("hazard_disarmed", {})]
    menus.changed(replace(CALM, version=CALM.version + 1))
    assert alarms() == [], "nothing new about it"
    menus.changed(LESS)
    gone = {"gone": "altas, peligro", "instead": FOUND.default_queue}
    assert alarms() == [("menus_astray", gone), ("hazard_disarmed", {})]
    menus.changed(FOUND)
    menus.changed(CALM)
    assert alarms() == [("hazard_disarmed", {})]
