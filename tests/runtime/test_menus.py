"""Menus that lead to queues of a configuration that was changed since they were checked."""

from __future__ import annotations

from dataclasses import replace

from contactcenter.ivr import Caller
from contactcenter.runtime.menus import Menus, astray
from tests.runtime.desk import MENUS


def test_queues_that_are_gone_or_no_hazard_any_more_are_named() -> None:
    ivr, found = MENUS.ivr, MENUS.configuration
    assert astray(ivr, found) == []
    less = replace(
        found, queues={name: queue for name, queue in found.queues.items() if name not in ("altas", "peligro")}
    )
    assert [problem.partition(":")[0] for problem in astray(ivr, less)] == [
        "there is no queue altas any more",
        "there is no queue peligro any more",
        "the hazard key leads to no hazard queue any more",
    ]
    calm = replace(found, queues={**found.queues, "peligro": replace(found.queues["peligro"], hazard=False)})
    assert len(astray(ivr, calm)) == 1
    assert Menus(MENUS, lambda: less).interpreter.start(Caller(), 0.0), "callers are served all the same"
