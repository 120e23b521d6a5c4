"""Requests that no vendor makes: each takes an authentic one and spoils it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from contactcenter.channels.base import WebhookRequest

Spoil = Callable[[WebhookRequest], WebhookRequest]


def _url(change: Callable[[str], str]) -> Spoil:
    return lambda request: replace(request, url=change(request.url))


def _body(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda request: replace(request, body=change(request.body))


def _headers(change: Callable[[str], str]) -> Spoil:
    return lambda request: replace(request, headers={name: change(value) for name, value in request.headers.items()})


def _host(host: str) -> Spoil:
    return _url(lambda url: f"{url.partition('//')[0]}//{host}/{url.partition('//')[2].partition('/')[2]}")


def _json(content: bytes) -> Spoil:
    return lambda request: replace(
        request, body=content, headers={**request.headers, "Content-Type": "application/json"}
    )


ODD_URLS: Final = MappingProxyType(
    {
        "host with a port that is no number": _host("x:abc"),
        "host with a port that is too large": _host("x:99999999"),
        "host with a port that is negative": _host("x:-1"),
        "host that is half an IPv6 address": _host("[::1"),
        "host of lone surrogates": _host("\ud800.example"),
        "host that is empty": _host(""),
        "host with user information": _host("user:password@x"),
        "address that is empty": _url(lambda _: ""),
        "address of another scheme": _url(lambda url: "ftp" + url),
        "address with a lone surrogate": _url(lambda url: url + "?q=\udcff"),
        "address with a NUL": _url(lambda url: url + "\x00"),
        "address with a line end": _url(lambda url: url + "\r\nX: y"),
        "address of a megabyte": _url(lambda url: url + "?" + "a" * 1_000_000),
        "address with a body hash": _url(lambda url: url + "?bodySHA256=00"),
    }
)

ODD_BODIES: Final = MappingProxyType(
    {
        "empty": _body(lambda _: b""),
        "JSON": _json(b'{"Body": "hola"}'),
        "JSON that is a list": _json(b"[]"),
        "JSON of 100,000 brackets": _json(b"[" * 100_000),
        "JSON with a number of 5,000 digits": _json(b'{"type": ' + b"9" * 5000 + b"}"),
        "JSON with keys of other types": _json(b'{"type": {"a": 1}, "text": [], "client_id": 7}'),
        "half a UTF-8 sequence": _body(lambda body: body + b"\xc3"),
        "encoded lone surrogates": _body(lambda body: body + b"&Body=%ED%A0%80"),
        "UTF-16": _body(lambda body: body.decode("latin-1").encode("utf-16")),
        "NUL bytes": _body(lambda body: body + b"\x00" * 10),
        "every parameter twice": _body(lambda body: body + b"&" + body),
        "10,000 parameters": _body(lambda body: body + b"&a=1" * 10_000),
        "broken percent signs": _body(lambda body: body + b"&%zz=%&%=%%"),
        "a megabyte": _body(lambda body: body + b"a" * 1_000_000),
        "compressed": _body(gzip.compress),
        "multipart": lambda request: replace(
            request,
            body=b"--x\r\nContent-Disposition: form-data; name=Body\r\n\r\nhola\r\n--x--",
            headers={**request.headers, "Content-Type": "multipart/form-data; boundary=x"},
        ),
    }
)

ODD_CREDENTIALS: Final = MappingProxyType(
    {
        "no headers": lambda request: replace(request, headers={}),
        "headers that are empty": _headers(lambda _: ""),
        "headers that are not ASCII": _headers(lambda _: "ñandú ⚡"),
        "headers of lone surrogates": _headers(lambda _: "\udcff\ud800"),
        "headers of a megabyte": _headers(lambda value: value * 50_000),
        "headers cut short": _headers(lambda value: value[:-2]),
        "headers with a letter more": _headers(lambda value: value + "A"),
        "headers in the other case": _headers(str.swapcase),
    }
)

ODD_REQUESTS: Final = MappingProxyType({**ODD_URLS, **ODD_BODIES, **ODD_CREDENTIALS})

ODD_TEXTS: Final = MappingProxyType(
    {
        "accents": "Se cortó la luz en Ñuñoa, ¿qué pasó?",
        "Portuguese": "Não há energia; ligação à terra às três",
        "emoji of several characters": "👩🏽‍🔧⚡ 🇺🇾 👨‍👩‍👧‍👦",
        "combining accents": "cafe\u0301 man\u0303ana",
        "right to left": "انقطعت الكهرباء שלום",
        "Chinese": "停电了",
        "beyond the basic plane": "𝕳𝖔𝖑𝖆 \U0010fffd",
        "several lines": "uno\ndos\n\ntres\tcuatro",
        "markup": "<script>alert(1)</script> &amp; <b>",
        "quotes": "'; DROP TABLE message; -- \" \\ %s {}",
        "ampersands and percents": "100% & más=menos + #1;",
    }
)

ODD_ADDRESSES: Final = (
    "http://127.0.0.1:1/secret",
    "http://localhost/secret",
    "http://[::1]/secret",
    "http://169.254.169.254/latest/meta-data/",
    "https://user@example.com/x",
    "https://example.com:abc/",
    "https://[half",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/x",
    "https://\ud800/",
    "\x00",
    "",
)
"""Where no adapter may fetch anything."""
