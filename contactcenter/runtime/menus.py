"""The menus as they hold now: ivr.yaml of this process, with the hours of the configuration that is in force."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.config.ivr import LoadedIvr
from contactcenter.domain.configuration import Configuration
from contactcenter.ivr import Interpreter


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
        return self._interpreter
