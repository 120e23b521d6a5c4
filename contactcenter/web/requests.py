"""Actions that the router had not decided when the console was answered (202): their result is pushed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from contactcenter.storage import Answer, Storage

KEPT_SECONDS: Final = 600.0

Tell = Callable[[str, str, int, Mapping[str, Any] | None], None]
"""Account, the client's request id, status, error."""


def status_of(answer: Answer) -> int:
    """The HTTP status of a decided request."""
    return HTTPStatus.OK if answer.code is None else HTTPStatus.CONFLICT


def error_of(answer: Answer) -> dict[str, Any] | None:
    """Why not, in the API's shape; None when it was done."""
    if answer.code is None:
        return None
    return {"code": answer.code, "message": answer.message, "detail": dict(answer.detail)}


@dataclass(frozen=True, slots=True)
class Scope:
    """A client's request id made unique: two people may use the same one."""

    account_id: str
    request_id: str

    @property
    def id(self) -> str:
        """How it is stored."""
        return f"{self.account_id}/{self.request_id}"


class Requests:
    """Undecided requests of this node's consoles."""

    def __init__(self, storage: Storage, clock: Callable[[], float], tell: Tell) -> None:
        self._storage = storage
        self._clock = clock
        self._tell = tell
        self._waiting: dict[str, tuple[Scope, float]] = {}

    def expect(self, scope: Scope) -> None:
        """Push the answer of this request when it comes."""
        self._waiting[scope.id] = (scope, self._clock())

    def heard(self, news: Mapping[str, Any]) -> None:
        """The bus says that a request was decided."""
        request_id = str(news.get("request_id"))
        if request_id in self._waiting:
            code, detail = news.get("code"), news.get("detail")
            self._decided(
                Answer(
                    request_id=request_id,
                    code=None if code is None else str(code),
                    message=str(news.get("message", "")),
                    detail=detail if isinstance(detail, dict) else {},
                )
            )

    async def sweep(self) -> None:
        """Look into SQL for answers whose news got lost.

        Raises:
            UnavailableError: SQL does not answer.
        """
        for request_id, (_, since) in list(self._waiting.items()):
            answer = await self._storage.answer(request_id)
            if answer is not None:
                self._decided(answer)
            elif since < self._clock() - KEPT_SECONDS:
                self._waiting.pop(request_id, None)

    def _decided(self, answer: Answer) -> None:
        waiting = self._waiting.pop(answer.request_id, None)
        if waiting is not None:
            scope, _ = waiting
            self._tell(scope.account_id, scope.request_id, int(status_of(answer)), error_of(answer))
