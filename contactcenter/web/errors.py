"""Every refusal in one shape: `{"error": {"code", "message", "detail"}}` (docs/api.md)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from contactcenter.domain.errors import ContactCenterError

JSON_TYPE = "application/json"


class ApiError(ContactCenterError):
    """What the caller is told. `code` is stable, `message` says what to do, `retry_after` in seconds."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        detail: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = dict(detail or {})
        self.retry_after = retry_after

    @property
    def body(self) -> dict[str, Any]:
        """The value of `error`."""
        return {"code": self.code, "message": self.message, "detail": self.detail}


def not_found(what: str = "Nothing") -> ApiError:
    """What does not exist and what is somebody else's look the same."""
    return ApiError(HTTPStatus.NOT_FOUND, "not_found", f"{what} here by that name.")


def unavailable() -> ApiError:
    """SQL does not answer: nothing was written, the caller may repeat it."""
    return ApiError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "The database does not answer. Nothing was written; try again in a moment.",
        retry_after=2,
    )


def json_response(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """`body` as JSON that nobody may keep."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type=JSON_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def error_response(error: ApiError) -> web.Response:
    """`error` as the caller sees it."""
    headers = {"Retry-After": str(max(1, round(error.retry_after)))} if error.retry_after is not None else {}
    return json_response({"error": error.body}, status=error.status, headers=headers)


_CODES = {
    400: ("bad_request", "The request could not be read."),
    403: ("forbidden", "This is not yours to do."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method; see the Allow header."),
    413: ("too_large", "The body is larger than this address takes."),
    415: ("unsupported_media_type", "This address does not take that kind of body."),
}


def from_http(error: web.HTTPException) -> ApiError:
    """What aiohttp itself refused, in our shape."""
    code, message = _CODES.get(error.status, ("http_error", error.reason))
    return ApiError(error.status, code, message)
