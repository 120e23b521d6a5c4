"""A route of the API: what it takes, what it answers and who may use it are read from its handler.

    desk = Endpoints("desk")

    @desk.post("/api/v1/offers/{id}/accept", access=SIGNED_IN, errors=(404, 409))
    async def accept(call: Call, body: Requested) -> AnswerShape:
        '''Take the offered contact.'''

The second parameter, a `Body` or a `Query`, is validated before the handler runs; the same model and the
return type make the OpenAPI description.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from contactcenter.channels.text import clean
from contactcenter.web.access import Access, guarded
from contactcenter.web.body import KIB, parse_json, read_body, unreadable
from contactcenter.web.errors import JSON_TYPE, ApiError, json_response, not_found
from contactcenter.web.rendering import spoken
from contactcenter.web.state import DEPENDENCIES, IDENTITY, Identity, WebDependencies

T = TypeVar("T")
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])

DEFAULT_BODY_BYTES: Final = 64 * KIB
ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}$"
_ID: Final = re.compile(ID_PATTERN)


class Body(BaseModel):
    """A JSON body. Strict: a number in quotes is a mistake."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """What follows the question mark; an empty value is none."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """An answer that is more than its body: another status than the route's usual one, or a cookie.

    A handler that returns `Reply[None]` answers without a body.
    """

    body: T
    status: int | None = None
    finish: Callable[[web.Response], None] | None = None

    def response(self, usual: int) -> web.Response:
        """The answer as it travels."""
        status = self.status or usual
        response = _nothing() if self.body is None else json_response(self.body, status=status)
        if self.finish is not None:
            self.finish(response)
        return response


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised request."""

    request: web.Request
    deps: WebDependencies
    identity: Identity | None

    @property
    def who(self) -> Identity:
        """Who asks; every route with a role has somebody."""
        if self.identity is None:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "signed_out", "Sign in first.")
        return self.identity

    @property
    def agent_id(self) -> str:
        """The agent who asks.

        Raises:
            ApiError: 403 when the account belongs to no agent.
        """
        if self.who.agent_id is None:
            message = "Your account is not an agent's. Sign in with one that is, or ask an administrator to link yours."
            raise ApiError(HTTPStatus.FORBIDDEN, "no_agent", message)
        return self.who.agent_id

    @property
    def language(self) -> str:
        """The language for names that the configuration gives in several: the one asked for, else the account's."""
        asked = spoken(self.request.headers.get("Accept-Language"))
        return asked or (self.identity.language if self.identity else None) or "es"

    def path(self, name: str) -> str:
        """A part of the path.

        Raises:
            ApiError: 404 when it cannot be an id.
        """
        value = self.request.match_info[name]
        if not _ID.match(value):
            raise not_found()
        return value


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route with everything that is known of it."""

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    access: Access
    tag: str
    status: int
    errors: tuple[int, ...]
    limit: int
    model: type[BaseModel] | None
    answer: Any
    media_types: tuple[str, ...] = (JSON_TYPE,)
    upload: bool = False

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or self.path).splitlines()[0].rstrip(".")

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"\{(\w+)\}", self.path)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Validate, run the handler, render what it returns."""
        call = Call(request, request.app[DEPENDENCIES], request.get(IDENTITY))
        for name in self.parameters:
            call.path(name)
        given = await self._given(request)
        answer = await (self.handler(call) if given is None else self.handler(call, given))
        if isinstance(answer, web.StreamResponse):
            return answer
        if isinstance(answer, Reply):
            return answer.response(self.status)
        return _nothing() if answer is None else json_response(answer, status=self.status)

    async def _given(self, request: web.Request) -> BaseModel | None:
        if self.model is None:
            return None
        if issubclass(self.model, Query):
            return _validated(self.model, query_of(request))
        if request.content_type != JSON_TYPE:
            message = f"Send JSON, with Content-Type: {JSON_TYPE}."
            raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
        body = await read_body(request, self.limit)
        if not body:
            raise unreadable("The body is empty; this address takes JSON.")
        value = parse_json(body)
        if not isinstance(value, dict):
            raise unreadable("The body is not a JSON object.")
        return _validated_json(self.model, json.dumps(value))


def _nothing() -> web.Response:
    return web.Response(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})


def query_of(request: web.Request) -> dict[str, str]:
    """The query's values, the last of each name."""
    return {clean(name): clean(value) for name, value in request.query.items() if value != ""}


@dataclass(slots=True)
class Endpoints:
    """The routes of one subject."""

    tag: str
    items: list[Endpoint] = field(default_factory=list)

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self.items)

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a reading route; options as for `add`."""
        return self.add("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a route that makes or does something."""
        return self.add("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a route that sets something."""
        return self.add("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a route that sets what is named and leaves the rest."""
        return self.add("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a route that removes something."""
        return self.add("DELETE", path, **options)

    def add(
        self,
        method: str,
        path: str,
        *,
        access: Access,
        status: int = HTTPStatus.OK,
        errors: Sequence[int] = (),
        limit: int = DEFAULT_BODY_BYTES,
        media_types: tuple[str, ...] = (JSON_TYPE,),
        upload: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare a route. `errors` are the statuses that are its own, `limit` bytes of body at most."""

        def declare(handler: Handler) -> Handler:
            model, answer = _signature(handler)
            endpoint = Endpoint(
                method=method,
                path=path,
                handler=handler,
                access=access,
                tag=self.tag,
                status=HTTPStatus.NO_CONTENT if answer is type(None) else status,
                errors=tuple(errors),
                limit=limit,
                model=model,
                answer=answer,
                media_types=media_types,
                upload=upload,
            )
            self.items.append(endpoint)
            return handler

        return declare


def add_endpoint(app: web.Application, endpoint: Endpoint) -> None:
    """Route to `endpoint`."""

    @guarded(endpoint.access)
    async def handle(request: web.Request) -> web.StreamResponse:
        return await endpoint(request)

    app.router.add_route(endpoint.method, endpoint.path, handle)


def _signature(handler: Callable[..., Any]) -> tuple[type[BaseModel] | None, Any]:
    hints = get_type_hints(handler)
    answer = hints.pop("return")
    if get_origin(answer) is Reply:
        (answer,) = get_args(answer)
    models = [hint for hint in hints.values() if inspect.isclass(hint) and issubclass(hint, Body | Query)]
    return (models[0] if models else None), answer


def _validated(model: type[BaseModel], value: object) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error) from error


def _validated_json(model: type[BaseModel], value: str) -> BaseModel:
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        raise invalid(error) from error


def invalid(error: ValidationError) -> ApiError:
    """What is wrong with a body or a query, field by field, without repeating what was sent."""
    errors = [
        {"path": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    message = "Some fields are missing or wrong: " + "; ".join(
        f"{item['path']}: {item['message']}" if item["path"] else item["message"] for item in errors[:5]
    )
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", message, detail={"errors": errors[:50]})
