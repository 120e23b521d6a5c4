"""The API's description (OpenAPI 3.1), made from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

import contactcenter
from contactcenter.web.access import Access, Role, guarded, public
from contactcenter.web.api import ID_PATTERN, Body, Endpoint, Query
from contactcenter.web.errors import JSON_TYPE, json_response
from contactcenter.web.shapes import ErrorShape

REF: Final = "#/components/schemas/{model}"
DESCRIPTION: Final = (
    "The routing engine's API for its console and for programs. Errors are always"
    ' `{"error": {"code", "message", "detail"}}`; `code` is stable. Times are ISO 8601 in UTC.'
)
_MEANINGS: Final = {
    400: "It could not be read.",
    401: "Nobody is signed in.",
    403: "Not with this role, or the request may be forged.",
    404: "There is no such thing, or it is not yours to see.",
    405: "Not with this method.",
    409: "It cannot be done now; `code` says why.",
    413: "Too large.",
    415: "Not this kind of body.",
    422: "Some values are missing or wrong.",
    429: "Too often; Retry-After says when it may be tried again.",
    502: "The telephone network refused it; `detail` says why.",
    503: "SQL or the telephone network does not answer; `code` says which.",
}

Adapters = list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]]


def describe(endpoints: Iterable[Endpoint], public_url: str) -> dict[str, Any]:
    """The whole description. All but the address is shared with whoever asks for it again: not to be changed."""
    paths, definitions = _described(tuple(endpoints))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Contact center",
            "version": contactcenter.__version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "cc_session"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


@cache  # A quarter of a second; a process that serves several applications, as the tests' does, describes them once.
def _described(endpoints: tuple[Endpoint, ...]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Paths and schemas."""
    schemas = _Schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return paths, schemas.definitions


class _Schemas:
    """JSON schemas of everything that routes take and answer, each defined once."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        inputs: Adapters = []
        for endpoint in endpoints:
            key = f"{endpoint.method} {endpoint.path}"
            if endpoint.model is not None and issubclass(endpoint.model, Body):
                inputs.append((f"in {key}", "validation", TypeAdapter(endpoint.model)))
            if _is_shape(endpoint.answer):
                inputs.append((f"out {key}", "serialization", TypeAdapter(endpoint.answer)))
        inputs.append(("error", "serialization", TypeAdapter(ErrorShape)))
        self._by_key, definitions = TypeAdapter.json_schemas(inputs, ref_template=REF)
        self.definitions: dict[str, Any] = definitions.get("$defs", {})

    def of(self, key: str, mode: JsonSchemaMode) -> Mapping[str, Any] | None:
        return self._by_key.get((key, mode))


def _is_shape(answer: Any) -> bool:
    return answer is not type(None) and not (isinstance(answer, type) and issubclass(answer, web.StreamResponse))


def _operation(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    key = f"{endpoint.method} {endpoint.path}"
    operation: dict[str, Any] = {
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": _who(endpoint.access),
        "operationId": endpoint.handler.__name__,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint.model)],
        "responses": _responses(endpoint, key, schemas),
    }
    if endpoint.access.role is not None:
        names = ("session",) if endpoint.method == "GET" else ("session", "csrf")
        operation["security"] = [{name: [] for name in names}]
    if endpoint.upload:
        file = {"type": "string", "format": "binary", "contentMediaType": "image/*"}
        schema = {"type": "object", "properties": {"file": file}, "required": ["file"]}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    elif (body := schemas.of(f"in {key}", "validation")) is not None:
        operation["requestBody"] = {"required": True, "content": {JSON_TYPE: {"schema": body}}}
    return operation


def _who(access: Access) -> str:
    if access.role is None:
        return f"For everybody: {access.why}."
    return "For everybody who is signed in." if access.role is Role.AGENT else f"For the role {access.role} and above."


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    schema = {"type": "string", "pattern": ID_PATTERN}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in endpoint.parameters]


def _query_parameters(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None or not issubclass(model, Query):
        return []
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _plain(value)}
        for name, value in schema["properties"].items()
    ]


def _plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter that is absent is absent: no null in a query."""
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "default", "title")}
    return {**kept, **choices[0]} if len(choices) == 1 else kept


def _responses(endpoint: Endpoint, key: str, schemas: _Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if (answer := schemas.of(f"out {key}", "serialization")) is not None:
        content = {JSON_TYPE: {"schema": answer}}
    elif endpoint.answer is not type(None):
        content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in endpoint.media_types}
    good = {"description": "Done.", **({"content": content} if content else {})}
    responses = {str(int(endpoint.status)): good}
    if endpoint.path.startswith("/api/v1/") and _undecided(endpoint):
        responses[str(int(HTTPStatus.ACCEPTED))] = {**good, "description": "Not decided yet; the answer is pushed."}
    error = {JSON_TYPE: {"schema": schemas.of("error", "serialization")}}
    for status in sorted(_errors(endpoint)):
        responses[str(status)] = {"description": _MEANINGS[status], "content": error}
    return responses


def _undecided(endpoint: Endpoint) -> bool:
    return getattr(endpoint.answer, "__name__", "") == "AnswerShape"


def _errors(endpoint: Endpoint) -> set[int]:
    errors = {*map(int, endpoint.errors), 503}
    if endpoint.access.role is not None:
        errors |= {401, 403}
    if endpoint.method != "GET":
        errors |= {403}
    if endpoint.model is not None and issubclass(endpoint.model, Body):
        errors |= {400, 413, 415, 422}
    elif endpoint.model is not None:
        errors |= {422}
    if endpoint.upload:
        errors |= {400, 413, 415}
    if endpoint.parameters:
        errors |= {404}
    return errors


def add_description(app: web.Application, endpoints: Iterable[Endpoint], public_url: str) -> None:
    """Serve the description at /api/v1/openapi.json."""
    document = describe(endpoints, public_url)

    @guarded(public("describes the API; nothing of anybody's"))
    async def description(_request: web.Request) -> web.Response:
        return json_response(document)

    app.router.add_get("/api/v1/openapi.json", description)
