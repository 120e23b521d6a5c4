"""The menus as they hold now: ivr.yaml of this process, with the hours of the configuration that is in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import structlog

from contactcenter.config.ivr import LoadedIvr
from contactcenter.domain.configuration import Configuration
from contactcenter.ivr import Interpreter, Ivr
from contactcenter.ivr.model import Line, Task
from contactcenter.runtime.bus import Bus

log = structlog.get_logger(__name__)


class Menus:
    """Gives the interpreter; `current` is the configuration in force, None while none is known.

    Over `bus` this node's supervisors hear of queues that the menus miss.
    """

    def __init__(self, loaded: LoadedIvr, current: Callable[[], Configuration | None], bus: Bus | None = None) -> None:
        self._ivr = loaded.ivr
        self._current = current
        self._bus = bus
        self._said: Astray | None = None
        self._configuration = loaded.configuration
        self._interpreter = Interpreter(loaded.ivr, loaded.configuration)

    @property
    def configuration(self) -> Configuration:
        """What is in force; before anybody knows, what the files say."""
        return self._current() or self._configuration

    @property
    def interpreter(self) -> Interpreter:
        """Walks the menus."""
        configuration = self.configuration
        if configuration is not self._configuration:
            self._interpreter = Interpreter(self._ivr, configuration)
            self._configuration = configuration
        return self._interpreter

    def changed(self, configuration: Configuration) -> None:
        """Another configuration is in force: if the menus no longer fit it, whoever may mend that is told, once."""
        found = astray(self._ivr, configuration)
        if found == self._said:
            return
        self._said = found
        remedy = "change ivr.yaml, or the queues"
        if found.gone:
            gone = ", ".join(found.gone)
            log.error("menus.astray", gone=found.gone, instead=found.instead, remedy=remedy)
            message = f"The menus lead to queues that are gone ({gone}): their callers come to {found.instead}."
            self._alarm("menus_astray", message, gone=gone, instead=found.instead)
        if found.disarmed:
            log.error("menus.hazard_disarmed", remedy=remedy)
            self._alarm(
                "hazard_disarmed", "The hazard key leads to no hazard queue: nobody in danger goes before others."
            )

    def _alarm(self, code: str, message: str, **detail: str) -> None:
        if self._bus is not None:
            self._bus.post("alarm_here", {"code": code, "message": message, "detail": detail})

    def is_hazard(self, keys: str | None) -> bool:
        """Whether keys say that there is danger, where no menu asks: on hold, at a recording, in the safe loop."""
        return (keys or "").startswith(self._ivr.hazard.key)


class Astray(NamedTuple):
    """What of the menus no longer fits: `gone` queues, whose callers come to the queue `instead`.

    `disarmed`: the hazard key leads to no hazard queue any more, so that nobody in danger goes before others.
    """

    gone: tuple[str, ...] = ()
    instead: str = ""
    disarmed: bool = False


def astray(ivr: Ivr, configuration: Configuration) -> Astray:
    """What of the menus no longer fits: they were checked against files, and queues may have been changed since."""
    queues = configuration.queues
    led_to = {node.queue for node in ivr.nodes.values() if isinstance(node, Line | Task) and node.queue}
    gone = tuple(sorted(led_to - set(queues)))
    danger = ivr.nodes.get(ivr.hazard.node)
    armed = isinstance(danger, Line) and danger.queue in queues and queues[danger.queue].hazard
    return Astray(gone, configuration.default_queue if gone else "", not armed)
