"""The API keeps to its own description, whatever is sent: schemathesis makes the requests from it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contactcenter.web.app import ENDPOINTS
from contactcenter.web.openapi import describe
from tests.web.rig import Rig

EXAMPLES: Final = 6
"""Requests of each kind for each route: bounded, and the same in every run of the `ci` profile."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_every_route_of_the_api_is_described() -> None:
    document = describe(ENDPOINTS, "https://center.example")
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def _try(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, url: str, headers: dict[str, str]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Case[Any]) -> None:
        case.call_and_validate(base_url=url, headers=headers, checks=CHECKS)

    with suppress(Unsatisfiable):  # nothing about this route can be wrong
        attempt()


@pytest.mark.timeout(240)
async def test_no_request_is_answered_outside_the_description(center: Rig) -> None:
    account = await center.storage.account("account-root")
    assert account is not None
    await center.storage.put_account(replace(account, agent_id="ana"))
    failures: list[Exception] = []
    async with center.person("root") as root, root.desk() as window:
        reading = asyncio.create_task(_read(window))
        token = next(cookie.value for cookie in root.session.cookie_jar if cookie.key == "cc_session")
        headers = {"Cookie": f"cc_session={token}", "X-CSRF-Token": root.csrf}
        schema = schemathesis.openapi.from_dict(describe(ENDPOINTS, center.url))
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            if operation.method.upper() == "DELETE" and operation.path == "/api/v1/session":
                continue  # it would sign the test out
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    await asyncio.to_thread(_try, operation, mode, center.url, headers)
                except Exception as error:  # noqa: BLE001  all of them shall be seen
                    error.add_note(f"{mode.value}: {operation.method.upper()} {operation.path}")
                    failures.append(error)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    if failures:
        raise ExceptionGroup("answers outside the description", failures)


async def _read(window: Any) -> None:
    while (await window.next(seconds=300))["type"] != "closed":
        window.frames.clear()
