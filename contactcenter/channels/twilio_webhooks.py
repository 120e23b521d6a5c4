"""Twilio's signed form posts, the same for its messages and its calls: who sent it, and what it says."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from contactcenter.channels.base import AuthenticationError, MalformedError, WebhookRequest

MAX_BODY: Final = 256 * 1024
"""Bytes; Twilio's largest is a text of 1,600 characters with ten pictures, some 30 KiB."""
MAX_FIELDS: Final = 500

_PORTS: Final = {"http": 80, "https": 443}


class Form(Mapping[str, str]):
    """Fields of a form, the last of each name; `getall` has every one (the validator asks for it)."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        """Every value of `name`."""
        return self._values[name]


def read_form(request: WebhookRequest) -> Form:
    """The fields of the body.

    Raises:
        MalformedError: when it is too large or no form.
    """
    if len(request.body) > MAX_BODY:
        raise MalformedError(f"the body has {len(request.body)} bytes; a webhook of Twilio's has fewer")
    kind = request.header("Content-Type")
    if kind and not kind.lower().startswith("application/x-www-form-urlencoded"):
        raise MalformedError("a webhook of Twilio's is form-encoded")
    try:
        body = request.body.decode("utf-8", "replace")
        pairs = parse_qsl(body, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise MalformedError("the body is no form") from error
    return Form(pairs)


def check_signature(request: WebhookRequest, tokens: Sequence[str]) -> None:
    """Check that one of the account's auth tokens signed the request. In constant time for each token.

    Raises:
        AuthenticationError: for everything else, however odd.
    """
    signature = request.header(SIGNATURE_HEADER)
    if not signature:
        raise AuthenticationError(f"{SIGNATURE_HEADER} is missing")
    try:
        form = read_form(request)
        algorithm = get_signature_algorithm(request.header(SIGNATURE_SETTINGS_HEADER))
        expected = [
            RequestValidator(token).compute_signature(url, form, algorithm).encode()
            for token in tokens
            for url in signed_urls(request.url)
        ]
        given = signature.encode()
    except (MalformedError, ValueError, TypeError, AttributeError) as error:
        # Lone surrogates, ports that are no numbers, an unknown algorithm, a body that is no form.
        raise AuthenticationError("the request is not one that Twilio makes") from error
    # No early end: how long it takes tells nothing about which one came near.
    if not sum(hmac.compare_digest(given, each) for each in expected):
        raise AuthenticationError(
            f"{SIGNATURE_HEADER} does not fit the auth token and the address {request.url[:200]!r}"
        )


def signed_urls(url: str) -> list[str]:
    """The spellings of one address that Twilio may have signed.

    It signs with and without the default port, and a proxy in front of us may end TLS or add it.

    Raises:
        ValueError: when it is no address.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("not an http or https address")
    at, port = parts.netloc.rpartition("@"), parts.port
    userinfo = at[0] + at[1]
    host = re.sub(r":\d*$", "", at[2])
    rest = url.partition("//")[2][len(parts.netloc) :].split("#", 1)[0]
    if port not in (None, *_PORTS.values()):
        return [f"{scheme}://{parts.netloc}{rest}" for scheme in _PORTS] + [f"{parts.scheme}://{userinfo}{host}{rest}"]
    return [
        f"{scheme}://{userinfo}{host}{suffix}{rest}"
        for scheme, default in _PORTS.items()
        for suffix in ("", f":{default}")
    ]
