"""What Twilio posts about calls, read: real shapes, odd ones, and anything at all."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.base import MalformedError, WebhookRequest
from contactcenter.channels.twilio_calls import (
    ASK_PATH,
    PATHS,
    RECORDING_PATH,
    RETRIES,
    ROOM_PATH,
    STATUS_PATH,
    Addresses,
    CallReader,
    address_of,
    link_of,
)
from contactcenter.channels.voice import (
    CallAsked,
    CallEvent,
    CallReported,
    CallState,
    Link,
    Part,
    RecordingReported,
    RoomReported,
)
from contactcenter.domain.messages import UnknownEvent
from tests.channels.twilio_vendor import CENTER, MARTA, PUBLIC_URL, RECEIVED_AT, signed

PAYLOADS = Path(__file__).parent / "payloads" / "twilio" / "voice"
CONTACT, LEG = "0190c0ffee00700080000000000000aa", "0190c0ffee00700080000000000000bb"
CALL, LEG_CALL = "CA5d1f0c5a7a0b4c5e9f3a2b1c0d9e8f70", "CA90fd8b2e7c6a4d5b8e1f2a3b4c5d6e7f"
SOUND = (
    "https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Recordings/"
    "RE557ce644e5ab84fa21cc21112e22c485"
)
READER = CallReader("voice")
ADDRESSES = Addresses(PUBLIC_URL)


def payload(name: str) -> WebhookRequest:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    assert found["about"]
    return signed(found["form"], url=PUBLIC_URL + found["path"])


def asked(**given: Any) -> CallAsked:
    fixed: dict[str, Any] = {"channel": "voice", "call_id": CALL, "address": MARTA, "to": CENTER, "at": RECEIVED_AT}
    return CallAsked(**{**fixed, **given})


def reported(state: CallState, **given: Any) -> CallReported:
    fixed: dict[str, Any] = {"channel": "voice", "call_id": LEG_CALL, "at": RECEIVED_AT, "leg": LEG, "contact": CONTACT}
    return CallReported(**{**fixed, "state": state, **given})


def room(kind: str, call_id: str = LEG_CALL) -> RoomReported:
    return RoomReported(channel="voice", contact=CONTACT, kind=kind, at=RECEIVED_AT, call_id=call_id)


def recording(url: str, seconds: float) -> RecordingReported:
    found = "RE557ce644e5ab84fa21cc21112e22c485"
    return RecordingReported(
        channel="voice", contact=CONTACT, recording_id=found, url=url, seconds=seconds, at=RECEIVED_AT
    )


MENU = Link(part=Part.MENU, step=3)
READ: dict[str, CallEvent | None] = {
    "call-comes-in": asked(),
    "call-comes-in-anonymous": asked(address=""),
    "call-comes-in-fallback": asked(),
    "gather-keys": asked(link=MENU, keys="4401873", words=""),
    "gather-speech": asked(link=MENU, keys="", words="Se cortó la luz."),
    "gather-nothing": asked(link=MENU, keys="", words=""),
    "record-done": asked(link=replace(MENU, step=7), recording=SOUND, seconds=17.0),
    "record-hung-up": asked(link=replace(MENU, step=7), recording=SOUND, seconds=4.0),
    "dial-done": asked(link=replace(MENU, step=9), dialled=CallState.COMPLETED),
    "dial-no-answer": asked(link=replace(MENU, step=9), dialled=CallState.NO_ANSWER),
    "dial-conference-left": asked(
        link=Link(part=Part.HOLD, contact=CONTACT, turn=2), dialled=CallState.COMPLETED
    ),
    "status-completed": reported(CallState.COMPLETED, call_id=CALL, leg="", contact="", seconds=93.0),
    "status-leg-ringing": reported(CallState.RINGING),
    "status-leg-client": reported(CallState.ANSWERED),
    "status-leg-machine": reported(CallState.ANSWERED, machine=True),
    "status-leg-busy": reported(CallState.BUSY),
    "room-join": room("joined"),
    "room-leave": room("left"),
    "room-end": room("ended", ""),
    "room-start": None,
    "recording-completed": recording(SOUND, 61.0),
    "recording-absent": recording("", 0.0),
    "recording-in-progress": None,
}  # fmt: skip


def without_raw(event: CallEvent) -> CallEvent:
    assert event.raw
    return replace(event, raw="")


@pytest.mark.parametrize("name", sorted(file.stem for file in PAYLOADS.glob("*.json")))
def test_a_payload_as_it_arrives_is_read(name: str) -> None:
    event = without_raw(READER.event(payload(name)))
    expected = READ[name]
    assert event == expected or (expected is None and isinstance(event, UnknownEvent)), event


def form(path: str = f"{ASK_PATH}/menu", *, query: str = "step=3", **given: str) -> CallEvent:
    found = {"CallSid": CALL, "From": MARTA, "To": CENTER, "CallStatus": "in-progress", **given}
    return READER.event(signed(found, url=f"{PUBLIC_URL}{path}?{query}"))


def ask(**given: str) -> CallAsked:
    event = form(**given)
    assert isinstance(event, CallAsked)
    return event


@pytest.mark.parametrize(
    "sender",
    [
        "", "anonymous", "Anonymous", "ANONYMOUS", "+266696687", "266696687", "Restricted", "+7378742833", "unknown",
        "+86282452253", "unavailable", "+464", "blocked", "+2562533", "private", "+8566696", "+", "\x00",
    ],
)  # fmt: skip
def test_who_does_not_show_a_number_has_none(sender: str) -> None:
    assert ask(From=sender).address == ""


@pytest.mark.parametrize("sender", [MARTA, "sip:ana@example.com", "client:ana", "+12666966870"])
def test_who_shows_one_has_it(sender: str) -> None:
    assert address_of(sender) == sender


@pytest.mark.parametrize(
    ("digits", "keys"),
    [
        ("7", "7"), ("*0#", "*0#"), ("", ""), ("1w2W3", "123"), ("hangup", ""), ("٣", ""), ("１", ""), ("1\x002", "12"),
        ("1" * 500, "1" * 100), ("x" * 5000 + "9", ""), ("🙂", ""),
    ],
)  # fmt: skip
def test_keys_are_those_of_a_telephone_and_not_too_many(digits: str, keys: str) -> None:
    event = ask(Digits=digits)
    assert (event.keys, event.words) == (keys, "")


def test_words_are_cleaned_and_cut() -> None:
    assert ask(SpeechResult="se\x00 cortó\nla luz").words == "se cortó la luz"
    assert len(ask(SpeechResult="luz " * 5000).words or "") <= 1000
    nothing = ask(SpeechResult="")
    assert (nothing.keys, nothing.words) == ("", "")


def test_nothing_was_asked_for_or_nothing_was_given() -> None:
    assert (ask().keys, ask().words) == (None, None)
    silent = form(query="step=3&silent=1")
    assert isinstance(silent, CallAsked)
    assert (silent.keys, silent.words, silent.link) == ("", "", MENU)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("completed", CallState.COMPLETED), ("answered", CallState.COMPLETED), ("busy", CallState.BUSY),
        ("no-answer", CallState.NO_ANSWER), ("failed", CallState.FAILED), ("canceled", CallState.CANCELED),
        ("", CallState.FAILED), ("teleported", CallState.FAILED),
    ],
)  # fmt: skip
def test_how_a_dialled_call_ended(status: str, state: CallState) -> None:
    assert ask(DialCallStatus=status).dialled is state


@pytest.mark.parametrize(("digits", "keys"), [("#", None), ("hangup", None), ("", None), ("9", "9"), ("9" * 500, "9")])
def test_the_key_that_ended_a_message_counts_unless_it_is_the_usual_one(digits: str, keys: str | None) -> None:
    assert ask(RecordingUrl=SOUND, Digits=digits).keys == keys


def test_a_transfer_answers_no_menu_and_its_key_is_none() -> None:
    event = ask(DialCallStatus="completed", Digits="1")
    assert (event.keys, event.words) == (None, None)


@pytest.mark.parametrize(
    ("answered_by", "machine"),
    [
        ("human", False), ("machine_start", True), ("machine_end_beep", True), ("fax", True), ("unknown", None),
        ("", None), ("robot", None),
    ],
)  # fmt: skip
def test_who_took_a_leg_up(answered_by: str, machine: bool | None) -> None:
    event = form(STATUS_PATH, AnsweredBy=answered_by)
    assert isinstance(event, CallReported)
    assert event.machine is machine


def test_the_fallback_makes_up_for_the_request_that_failed() -> None:
    link = Link(part=Part.HOLD, contact=CONTACT, turn=4, hazard=True)
    failed = ADDRESSES.of(link, silent=True).removesuffix(RETRIES)
    event = form(ASK_PATH, query="", ErrorUrl=failed, ErrorCode="11200")
    assert isinstance(event, CallAsked)
    assert (event.link, event.keys) == (link, "")
    for odd in ("", "https://[::1", "x" * 5000, "https://elsewhere.example/x?step=9"):
        fresh = form(ASK_PATH, query="", ErrorUrl=odd, ErrorCode="11200")
        assert isinstance(fresh, CallAsked)
        assert fresh.link is None, "as if the call had just come in"


@pytest.mark.parametrize("path", [ASK_PATH, f"{ASK_PATH}/menu", f"{ASK_PATH}/join", STATUS_PATH])
def test_a_request_that_names_no_call_is_malformed(path: str) -> None:
    for call_id in ("", "a b", "CA" + "0" * 500, "é"):
        with pytest.raises(MalformedError):
            form(path, CallSid=call_id)


def test_a_room_without_a_name_and_a_recording_without_an_id_are_malformed() -> None:
    with pytest.raises(MalformedError):
        form(ROOM_PATH, query="", StatusCallbackEvent="participant-join")
    with pytest.raises(MalformedError):
        form(RECORDING_PATH, RecordingStatus="completed")
    named = form(ROOM_PATH, query="", StatusCallbackEvent="participant-join", FriendlyName=CONTACT)
    assert isinstance(named, RoomReported)
    assert named.contact == CONTACT


@pytest.mark.parametrize(
    ("path", "given"),
    [
        (STATUS_PATH, {"CallStatus": "teleported"}), (ROOM_PATH, {"StatusCallbackEvent": "participant-mute"}),
        (RECORDING_PATH, {"RecordingStatus": "in-progress"}), ("/webhooks/twilio/voice/nowhere", {}), ("", {}),
    ],
)  # fmt: skip
def test_what_has_no_meaning_here_is_unknown(path: str, given: dict[str, str]) -> None:
    assert isinstance(form(path, **given), UnknownEvent)


# --- links

ids = st.from_regex(r"\A[A-Za-z0-9_.-]{1,40}\Z")
counts = st.integers(0, 1_000_000_000)
links = st.builds(
    Link,
    part=st.sampled_from(Part),
    step=counts,
    contact=st.one_of(st.just(""), ids),
    since=st.one_of(st.just(0.0), st.floats(1.0, 9e9)),
    turn=counts,
    hazard=st.booleans(),
)


@given(links, st.booleans())
def test_a_link_comes_back_from_its_address(link: Link, silent: bool) -> None:
    address = ADDRESSES.of(link, silent=silent)
    assert address.startswith(f"{PUBLIC_URL}{ASK_PATH}/{link.part}")
    assert address.endswith(RETRIES), "Twilio asks again before a caller hears an error"
    assert len(address) < 500
    url, _, _ = address.partition("#")
    event = READER.event(signed({"CallSid": CALL}, url=url))
    assert isinstance(event, CallAsked)
    assert event.link == link
    assert event.keys == ("" if silent else None)


@given(st.dictionaries(st.sampled_from([*(each.name for each in fields(Link)), "x"]), st.text(max_size=40)))
def test_odd_values_of_a_link_are_as_if_they_were_not_there(query: dict[str, str]) -> None:
    link = link_of(Part.HOLD, query)
    assert link.part is Part.HOLD
    assert 0 <= link.step <= 1_000_000_000
    assert 0 <= link.turn <= 1_000_000_000
    assert 0 <= link.since < 1e11
    assert link == link_of(Part.HOLD, dict(parse_qsl(urlsplit(ADDRESSES.of(link)).query)))


@pytest.mark.parametrize("value", ["", "-1", "1.5", "1e3", "٣", "9" * 30, "nan", "inf", "x", " 1", "0x1"])
def test_no_number_is_no_step(value: str) -> None:
    assert link_of(Part.MENU, {"step": value, "since": "nan" if value == "x" else value}).step == 0


# --- anything

NAMES = (
    "CallSid", "From", "To", "Digits", "SpeechResult", "RecordingUrl", "RecordingDuration", "RecordingSid",
    "RecordingStatus", "DialCallStatus", "CallStatus", "CallDuration", "AnsweredBy", "StatusCallbackEvent",
    "FriendlyName", "ErrorUrl", "ErrorCode", "x",
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        CALL, MARTA, "completed", "participant-join", "answered", "nan", "1e400", "-5", "9" * 400, "http://[", "\ud83d",
        f"{PUBLIC_URL}{ASK_PATH}/hold?turn=\x00", "human",
    ]),
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES),
    st.sampled_from([*PATHS, "/webhooks/twilio/voice/", "/", ""]),
    st.dictionaries(st.sampled_from(["step", "contact", "since", "turn", "hazard", "silent", "leg", "x"]), VALUES),
    st.binary(max_size=20),
)
def test_any_form_is_an_event_or_malformed(given_form: dict[str, str], path: str, query: Any, tail: bytes) -> None:
    body = urlencode(given_form, errors="surrogatepass").encode() + tail
    url = f"{PUBLIC_URL}{path}?{urlencode(query, errors='surrogatepass')}"
    request = replace(signed({}), body=body, url=url)
    try:
        event = READER.event(request)
    except MalformedError:
        return
    assert event.channel == "voice"
    assert "\x00" not in event.raw
    event.raw.encode()
    for each in fields(event):
        value = getattr(event, each.name)
        if isinstance(value, str) and each.name != "raw":
            assert len(value) <= 1000
            assert "\x00" not in value
            value.encode()
