"""One browser's conversation: hello first, its own messages only, not too fast."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.chat_protocol import Hello, Ping, Refused, Typing
from contactcenter.channels.chat_session import (
    MAX_BAD_FRAMES,
    MAX_KNOWN,
    ChatSession,
    TokenBucket,
    Wrote,
    is_token,
    new_token,
    thread_of,
)
from contactcenter.domain.messages import CustomerGone, DeliveryReport, InboundMedia, InboundMessage
from contactcenter.domain.words import Delivery

TOKEN = new_token()
NOW = 1_800_000_000.0


@pytest.fixture
def session() -> ChatSession:
    opened = ChatSession()
    opened.open(Hello(page="web", language="es", name="Ana"), TOKEN)
    return opened


def frame(kind: str, **body: object) -> str:
    return json.dumps({"type": kind, **body})


def test_a_token_cannot_be_guessed_and_its_thread_does_not_tell_it() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len({thread_of(token) for token in tokens}) == len(tokens) == 100
    assert all(is_token(token) and token not in thread_of(token) for token in tokens)
    assert thread_of(TOKEN) == thread_of(TOKEN)


@pytest.mark.parametrize("odd", ["", "x", "t" * 44, "ñ" * 43, "\ud800", "t" * 42 + "\n"])
def test_what_is_no_token_is_known_by_its_shape(odd: str) -> None:
    assert not is_token(odd)
    thread_of(odd).encode()


def test_hello_comes_first_and_once() -> None:
    session = ChatSession()
    early = session.receive(frame("message", client_id="c1", text="hola"), NOW)
    assert isinstance(early, Refused)
    assert (early.code, early.retry, early.client_id, early.fatal) == ("hello_first", True, "c1", False)
    assert session.receive(frame("ping"), NOW) == Ping()
    hello = session.receive(frame("hello", page="web"), NOW)
    assert hello == Hello(page="web")
    assert isinstance(hello, Hello)
    session.open(hello, TOKEN)
    again = session.receive(frame("hello", page="other"), NOW)
    assert isinstance(again, Refused)
    assert session.page == "web"


def test_a_message_is_the_customers_in_their_thread(session: ChatSession) -> None:
    data = frame("message", client_id="c1", text="Se cortó la luz", media_ids=["p1"])
    thread = thread_of(TOKEN)
    assert session.receive(data, NOW) == Wrote(
        client_id="c1",
        message=InboundMessage(
            channel="chat",
            provider_id=f"{thread}:c1",
            address=thread,
            to="web",
            thread=thread,
            text="Se cortó la luz",
            received_at=NOW,
            media=(InboundMedia(media_id="p1"),),
            name="Ana",
            language="es",
            raw=data,
        ),
    )


def test_the_same_client_id_in_another_chat_is_another_message(session: ChatSession) -> None:
    other = ChatSession()
    other.open(Hello(page="web"), new_token())
    data = frame("message", client_id="c1", text="hola")
    mine, theirs = session.receive(data, NOW), other.receive(data, NOW)
    assert isinstance(mine, Wrote)
    assert isinstance(theirs, Wrote)
    assert mine.message.provider_id != theirs.message.provider_id


def test_only_what_was_sent_to_this_browser_can_be_acknowledged_and_once(session: ChatSession) -> None:
    assert session.receive(frame("ack", message_id="somebody-elses"), NOW) is None
    session.sent(["m1"])
    assert session.receive(frame("ack", message_id="m1"), NOW) == DeliveryReport(
        channel="chat", delivery=Delivery.DELIVERED, at=NOW, message_id="m1"
    )
    assert session.receive(frame("ack", message_id="m1"), NOW) is None


def test_what_can_be_acknowledged_is_bounded(session: ChatSession) -> None:
    session.sent(f"m{number}" for number in range(MAX_KNOWN + 1))
    assert session.receive(frame("ack", message_id="m0"), NOW) is None
    assert session.receive(frame("ack", message_id="m1"), NOW) is not None


def test_typing_and_the_end(session: ChatSession) -> None:
    assert session.receive(frame("typing"), NOW) == Typing()
    assert session.receive(frame("end"), NOW) == CustomerGone(channel="chat", thread=thread_of(TOKEN), at=NOW)


def test_too_many_messages_are_to_be_sent_again_later(session: ChatSession) -> None:
    steps = [session.receive(frame("message", client_id=f"c{n}", text="a"), NOW) for n in range(16)]
    assert all(isinstance(step, Wrote) for step in steps[:15])
    late = steps[15]
    assert isinstance(late, Refused)
    assert (late.code, late.retry, late.client_id, late.fatal) == ("too_fast", True, "c15", False)
    assert isinstance(session.receive(frame("message", client_id="c15", text="a"), NOW + 1), Wrote)


def test_a_flood_of_frames_ends_the_socket(session: ChatSession) -> None:
    last = [session.receive(frame("ping"), NOW) for _ in range(61)][-1]
    assert isinstance(last, Refused)
    assert last.fatal


def test_a_browser_that_only_talks_nonsense_is_cut_off(session: ChatSession) -> None:
    steps = [session.receive("hola", NOW + n) for n in range(MAX_BAD_FRAMES)]
    assert [step.fatal for step in steps if isinstance(step, Refused)] == [False] * (MAX_BAD_FRAMES - 1) + [True]


def test_a_bucket_gives_what_it_says() -> None:
    bucket = TokenBucket(rate=2, burst=3)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.5)] == [True, False]
    assert [bucket.take(-100), bucket.take(0.5)] == [False, True]  # a clock that is set back does not stop it
    assert [bucket.take(1000) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.binary() | st.text() | st.sampled_from([frame("ping"), frame("ack", message_id="m1")]), max_size=50))
def test_no_frames_raise(frames: list[str | bytes]) -> None:
    session = ChatSession()
    session.open(Hello(page="web"), TOKEN)
    for number, data in enumerate(frames):
        session.receive(data, NOW + number)
