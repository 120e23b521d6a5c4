"""What the menus look up and take down for a caller: who they are, and that their power is out."""

from __future__ import annotations

from typing import Protocol

import msgspec

from contactcenter.domain.utility import Outage
from contactcenter.ivr import Caller, KnownOutage
from contactcenter.metrics import Metrics
from contactcenter.storage import CallerFacts
from contactcenter.storage.utility_callers import Recognised
from contactcenter.storage.utility_reports import OutageReported


class Register(Protocol):
    """What this needs of the storage."""

    async def who_calls(self, number: str, account: str | None, now: float) -> Recognised:
        """What is known of a number, or of an account that was named from it."""

    async def report_outage(
        self, source: str, channel: str, number: str, account: str | None, now: float, *, premises: str | None = None
    ) -> OutageReported | None:
        """Take a report; None when there is no such place."""


class Services:
    """Turns what the register says into what the menus know. Raises UnavailableError."""

    def __init__(self, register: Register, metrics: Metrics | None = None) -> None:
        self._register = register
        self._metrics = metrics

    async def of_number(self, number: str, now: float) -> CallerFacts:
        """Whose number it is; nobody's when it is withheld."""
        if not _is_number(number):
            return CallerFacts(Caller(number=number))
        return _facts(await self._register.who_calls(number, None, now))

    async def of_account(self, number: str, account: str, now: float) -> CallerFacts | None:
        """Whose account it is that was keyed in; None: there is none."""
        found = await self._register.who_calls(number if _is_number(number) else "", account, now)
        return _facts(found) if found.known else None

    async def report(
        self, source: str, channel: str, account: str, facts: CallerFacts, now: float
    ) -> tuple[str, CallerFacts]:
        """Take a report, once for each `source`; its number, empty when it was refused, and what is known by it."""
        number = facts.caller.number
        asked = number if _is_number(number) else ""
        reported = await self._register.report_outage(source, channel, asked, account or None, now)
        if reported is None:
            return "", facts
        if self._metrics is not None:
            self._metrics.outage_reports.labels(channel, "joined" if reported.joined else "new").inc()
        if reported.outage is None:
            return reported.number, facts
        caller = msgspec.structs.replace(facts.caller, outage=_outage(reported.outage))
        return reported.number, msgspec.structs.replace(facts, caller=caller)


def _is_number(number: str) -> bool:
    return number.startswith("+") and number[1:].isdigit()


def _facts(found: Recognised) -> CallerFacts:
    caller = Caller(
        number=found.number,
        known=found.known,
        name=(found.name or "") if found.own else "",
        tier=found.tier,
        language=found.language,
        zone=found.zone,
        zone_name=found.zone_name,
        address=found.address,
        outage=None if found.outage is None else _outage(found.outage),
        report=found.reported or "",
    )
    return CallerFacts(caller, found.owner, found.flags)


def _outage(outage: Outage) -> KnownOutage:
    return KnownOutage(outage.cause, outage.restoration)
