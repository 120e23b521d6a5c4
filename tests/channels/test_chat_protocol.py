"""The chat's frames: whatever a browser sends is read or refused, never raised about."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels import chat_protocol as protocol
from contactcenter.channels.chat_protocol import Ended, Hello, Ping, Refused, Seen, Typing, Written

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = ["type", "page", "token", "language", "name", "after", "client_id", "text", "media_ids", "message_id"]
KINDS = ["hello", "message", "typing", "ack", "end", "ping"]


@given(st.binary() | st.text())
def test_anything_at_all_is_read_or_refused(data: str | bytes) -> None:
    _is_sound(protocol.read(data))


@given(st.dictionaries(st.sampled_from(NAMES), JSON), st.sampled_from(KINDS))
def test_known_frames_with_odd_fields_are_read_or_refused(body: dict[str, object], kind: str) -> None:
    text = json.dumps({**body, "type": kind})
    _is_sound(protocol.read(text))
    assert protocol.read(text) == protocol.read(text.encode())


@given(st.text(min_size=1, max_size=protocol.MAX_TEXT))
def test_a_text_is_never_refused_for_what_is_in_it(text: str) -> None:
    frame = protocol.read(json.dumps({"type": "message", "client_id": "c1", "text": text}))
    assert isinstance(frame, Written) or (isinstance(frame, Refused) and frame.code == "empty")


def _is_sound(frame: protocol.Frame | Refused) -> None:
    for field in fields(frame):
        value = getattr(frame, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str):
                each.encode()  # raises for lone surrogates
                assert "\x00" not in each
                assert len(each) <= protocol.MAX_TEXT
    if isinstance(frame, Refused):
        json.loads(protocol.error(frame))


@pytest.mark.parametrize(
    "data",
    [
        "hola",
        "",
        "null",
        "[]",
        '"x"',
        "7",
        "{",
        "[" * 60_000,
        '{"a":' * 10_000,
        "9" * 5000,
        b"\xff\xfe",
        '{"type":"hello"}'.encode("utf-16"),
        "\ufeff{}",
    ],
)
def test_what_is_no_object_is_a_bad_frame(data: str | bytes) -> None:
    assert _refusal(data) == "bad_frame"


def test_a_frame_may_not_be_large() -> None:
    assert _refusal("{}" + " " * protocol.MAX_FRAME) == "too_large"


def test_an_unknown_type_is_said_to_be_unknown() -> None:
    assert _refusal('{"type": "reaction"}') == "unknown_type"
    assert _refusal('{"type": ["hello"]}') == "unknown_type"
    assert _refusal("{}") == "unknown_type"


def test_hello_keeps_what_is_well_formed() -> None:
    token = "t" * 43
    frame = protocol.read(_frame("hello", page="web", token=token, language="es-UY", name=" Ana\n Paz ", after="m1"))
    assert frame == Hello(page="web", token=token, language="es", name="Ana Paz", after="m1")


def test_hello_drops_what_is_not() -> None:
    frame = protocol.read(_frame("hello", page="web", token="short", language="español", name=7, after=["m1"]))
    assert frame == Hello(page="web")


@pytest.mark.parametrize("page", [None, "", 7, "a" * 65, "con espacio", "ñ", "\ud800"])
def test_hello_needs_a_page(page: object) -> None:
    assert _refusal(_frame("hello", page=page)) == "bad_page"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("es", "es"), ("pt-BR", "pt"), ("EN_us", "en"), ("spa", "spa"), ("e", None), ("es-" + "x" * 99, None), (5, None)],
)
def test_a_language_is_the_first_part_of_its_tag(tag: object, language: str | None) -> None:
    assert protocol.language_of(tag) == language


def test_a_message_has_text_pictures_or_both() -> None:
    assert protocol.read(_frame("message", client_id="c1", text=" hola\r\n")) == Written(client_id="c1", text="hola")
    assert protocol.read(_frame("message", client_id="c1", media_ids=["p1"])) == Written(
        client_id="c1", text="", media_ids=("p1",)
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "hola"}, "bad_frame"),
        ({"client_id": "", "text": "hola"}, "bad_frame"),
        ({"client_id": "c" * 65, "text": "hola"}, "bad_frame"),
        ({"client_id": "c1", "text": 7}, "bad_frame"),
        ({"client_id": "c1", "text": " \n "}, "empty"),
        ({"client_id": "c1"}, "empty"),
        ({"client_id": "c1", "text": "a" * 4001}, "too_long"),
        ({"client_id": "c1", "media_ids": "p1"}, "bad_media"),
        ({"client_id": "c1", "media_ids": [7]}, "bad_media"),
        ({"client_id": "c1", "media_ids": ["p"] * 6}, "bad_media"),
        ({"client_id": "c1", "media_ids": ["../secret" * 20]}, "bad_media"),
    ],
)
def test_a_message_that_cannot_be_taken_says_why(body: dict[str, object], code: str) -> None:
    refused = protocol.read(_frame("message", **body))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.retry) == (code, False)
    assert refused.client_id == ("c1" if body.get("client_id") == "c1" else None)


def test_the_longest_message_fits_even_if_every_character_is_escaped() -> None:
    text = "👩" * protocol.MAX_TEXT
    data = json.dumps({"type": "message", "client_id": "c" * 64, "text": text, "media_ids": ["p" * 64] * 5})
    assert protocol.read(data) == Written(client_id="c" * 64, text=text, media_ids=("p" * 64,) * 5)


def test_the_other_frames() -> None:
    assert protocol.read(_frame("typing")) == Typing()
    assert protocol.read(_frame("end")) == Ended()
    assert protocol.read(_frame("ping")) == Ping()
    assert protocol.read(_frame("ack", message_id="m1")) == Seen(message_id="m1")
    assert _refusal(_frame("ack", message_id=None)) == "bad_frame"


def test_the_servers_frames_are_those_of_the_page() -> None:
    told = protocol.welcome(
        token="t", state="connected", agent="Ana", messages=[{"id": "m1"}], texts={"title": "Hola"}, max_media_bytes=10
    )
    assert json.loads(told) == {
        "type": "welcome",
        "token": "t",
        "state": "connected",
        "agent": {"name": "Ana"},
        "messages": [{"id": "m1"}],
        "texts": {"title": "Hola"},
        "limits": {"max_length": 4000, "max_media_bytes": 10},
    }
    assert json.loads(protocol.status(state="waiting", agent=None)) == {
        "type": "status",
        "state": "waiting",
        "agent": None,
    }
    assert json.loads(protocol.accepted(client_id="c1", message_id="m1", at="2026-11-21T21:30:00Z")) == {
        "type": "accepted",
        "client_id": "c1",
        "message_id": "m1",
        "at": "2026-11-21T21:30:00Z",
    }
    assert json.loads(protocol.message({"id": "m1"})) == {"type": "message", "message": {"id": "m1"}}
    assert [json.loads(each)["type"] for each in (protocol.typing(), protocol.pong())] == ["typing", "pong"]
    refused = Refused(code="too_fast", message="Slower.", retry=True, client_id="c1")
    assert json.loads(protocol.error(refused)) == {
        "type": "error",
        "code": "too_fast",
        "message": "Slower.",
        "retry": True,
        "client_id": "c1",
    }


def _frame(kind: str, **body: object) -> str:
    return json.dumps({"type": kind, **body})


def _refusal(data: str | bytes) -> str:
    refused = protocol.read(data)
    assert isinstance(refused, Refused)
    return refused.code
