"""One call's way through the menus as a small value, what a caller can do, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from contactcenter.ivr.steps import Step


class KnownOutage(msgspec.Struct, frozen=True):
    """An outage where the caller lives. `cause` by language; `until` is the restoration estimate (UTC seconds)."""

    cause: Mapping[str, str] = {}
    until: float | None = None


class Caller(msgspec.Struct, frozen=True):
    """What is known of who calls, at this moment. `known`: the number or the account given is a customer's.

    `report` is the number of an open report of where they are.
    """

    number: str = ""
    known: bool = False
    name: str = ""
    tier: str | None = None
    language: str | None = None
    zone: str | None = None
    zone_name: str = ""
    address: str = ""
    outage: KnownOutage | None = None
    report: str = ""


class Pressed(msgspec.Struct, frozen=True, tag=True):
    """Keys; none when the caller was silent. `step` is the session's when the keys were asked for."""

    step: int
    keys: str = ""


class Spoken(msgspec.Struct, frozen=True, tag=True):
    """Words instead of keys, as the vendor understood them."""

    step: int
    text: str = ""


class Result(msgspec.Struct, frozen=True, tag=True):
    """What came of a lookup, a report, a recording or a dialled number; `number` is the report's."""

    step: int
    ok: bool
    number: str = ""


class HungUp(msgspec.Struct, frozen=True, tag=True):
    """The caller has left."""

    step: int


Given = Pressed | Spoken | Result | HungUp


class Session(msgspec.Struct, frozen=True):
    """Where a call is. Store it whole (JSON by msgspec) in a row that is changed only while `step` is what was read.

    `step` counts what the caller did; an input that is not about this step is a repeat or late and changes
    nothing: `answer` is what is said to it again. `tries` counts misunderstandings at `node`.
    """

    step: int
    node: str
    language: str
    answer: tuple[Step, ...]
    tries: int = 0
    values: Mapping[str, str] = {}
    over: bool = False
