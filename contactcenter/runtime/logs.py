"""Logs: one JSON object a line, or text in a terminal. No secrets, and nothing that customers wrote.

Loggers are told ids and codes only; what slips through under the name of a secret is masked here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

_SECRET: Final = ("password", "token", "secret", "authorization", "cookie", "signature", "csrf")
_QUIET: Final = {
    # They report each request with its parameters, which are customers' words and numbers.
    "twilio": logging.WARNING,
    "aiohttp.access": logging.ERROR,
    "asyncio": logging.WARNING,
    "rq": logging.WARNING,
    "alembic": logging.WARNING,
    "urllib3": logging.WARNING,
    "httpx": logging.WARNING,
}

Event = MutableMapping[str, Any]


def configure_logs(level: str, style: str, stream: TextIO = sys.stderr) -> None:
    """Set up logging of this process: `level` by name, `style` json, text, or auto (text in a terminal)."""
    text = style == "text" or (style == "auto" and stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )
    closing: list[structlog.typing.Processor]
    if text:
        closing = [
            structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    else:
        # Not dict_tracebacks: it writes local variables, and those hold what customers wrote.
        closing = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *closing],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, root.level))


def _mask(_logger: Any, _method: str, event: Event) -> Event:
    for key in event:
        if any(word in key.casefold() for word in _SECRET):
            event[key] = "***"
    return event
