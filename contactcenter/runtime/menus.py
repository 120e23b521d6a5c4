"""The menus as they hold now: ivr.yaml of this process, with the hours of the configuration that is in force."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from contactcenter.config.ivr import LoadedIvr
from contactcenter.domain.configuration import Configuration
from contactcenter.ivr import Interpreter, Ivr
from contactcenter.ivr.model import Line, Task

log = structlog.get_logger(__name__)


class Menus:
    """Gives the interpreter; `current` is the configuration in force, None while none is known."""

    def __init__(self, loaded: LoadedIvr, current: Callable[[], Configuration | None]) -> None:
        self._ivr = loaded.ivr
        self._current = current
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
            if problems := astray(self._ivr, configuration):
                log.error("menus.astray", problems=problems, remedy="change ivr.yaml, or the queues")
        return self._interpreter

    def is_hazard(self, keys: str | None) -> bool:
        """Whether keys say that there is danger, where no menu asks: on hold, at a recording, in the safe loop."""
        return (keys or "").startswith(self._ivr.hazard.key)


def astray(ivr: Ivr, configuration: Configuration) -> list[str]:
    """What of the menus no longer fits: they were checked against files, and queues may have been changed since."""
    queues = configuration.queues
    led_to = {node.queue for node in ivr.nodes.values() if isinstance(node, Line | Task) and node.queue}
    instead = configuration.default_queue
    gone = sorted(led_to - set(queues))
    problems = [f"there is no queue {name} any more: its callers come to {instead}" for name in gone]
    danger = ivr.nodes.get(ivr.hazard.node)
    if not isinstance(danger, Line) or danger.queue not in queues or not queues[danger.queue].hazard:
        problems.append("the hazard key leads to no hazard queue any more: nobody in danger goes before others")
    return problems
