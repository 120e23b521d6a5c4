"""Parts of the web node that need no center: limits, origins, bodies, what a desk tells."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.domain.needs import NOTHING, Clause
from contactcenter.runtime.redis_clients import RedisClients
from contactcenter.storage.screen_records import AgentView, ContactView, DeskView, MediaView, MessageView, OfferView
from contactcenter.web.body import parse_json
from contactcenter.web.desk import Desk, Hints, Now
from contactcenter.web.errors import ApiError
from contactcenter.web.feed import Feed
from contactcenter.web.limits import MemoryLimiter, Rate, RedisLimiter
from contactcenter.web.origins import Origins
from contactcenter.web.rendering import Renderer, iso
from contactcenter.web.sessions import client_address
from tests.services import RedisServer
from tests.web.rig import configuration

RATE = Rate(2, 60.0)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_limit_counts_in_windows() -> None:
    clock = Clock()
    limiter = MemoryLimiter(clock)
    assert [await limiter.take("a", RATE) is None for _ in range(3)] == [True, True, False]
    assert await limiter.take("b", RATE) is None
    await limiter.give_back("a", RATE)
    await limiter.give_back("a", RATE)
    assert await limiter.take("a", RATE) is None
    wait = await limiter.take("a", RATE)
    assert wait is not None
    assert 0 < wait <= 60
    clock.now += 60
    assert await limiter.take("a", RATE) is None


async def test_nodes_count_together_and_alone_while_redis_is_away() -> None:
    clock = Clock()
    with RedisServer() as server:
        one, two = (RedisLimiter(RedisClients(server.url).commands(), clock) for _ in range(2))
        try:
            assert await one.take("é\ud800", RATE) is None
            assert await two.take("é\ud800", RATE) is None
            assert await one.take("é\ud800", RATE) is not None
            await one.give_back("é\ud800", RATE)
            server.stop()
            assert await two.take("other", RATE) is None
            assert await two.take("other", RATE) is None
            assert await two.take("other", RATE) is not None, "this process still counts"
            await two.give_back("other", RATE)
        finally:
            await one.close()
            await two.close()


def test_origins_are_compared_whole() -> None:
    ours = Origins(["https://center.example", "http://127.0.0.1:8080"])
    for good in ("https://center.example", "https://CENTER.example:443", "http://localhost:8080", "http://[::1]:8080"):
        assert good in ours, good
    for bad in (
        None, "", "null", "http://center.example", "https://center.example:8443", "https://center.example.evil.example",
        "https://evil.example/https://center.example", "http://localhost:8081", "https://center.example:x", "https://cénter.example",
        "file://", "https://",
    ):  # fmt: skip
        assert bad not in ours, bad


@given(st.text())
def test_no_origin_is_an_error(text: str) -> None:
    assert (text in Origins(["https://center.example"])) in (True, False)


def test_only_our_proxies_say_who_is_behind_them() -> None:
    proxies = [ip_network("10.0.0.0/8"), ip_network("127.0.0.1")]

    def address(peer: str, *forwarded: str) -> str:
        class Transport:
            def get_extra_info(self, name: str, default: object = None) -> object:
                return (peer, 1) if name == "peername" else default

        headers = [("X-Forwarded-For", each) for each in forwarded]
        request = make_mocked_request("GET", "/", headers=headers, transport=Transport())
        return client_address(request, proxies)

    assert address("203.0.113.9", "198.51.100.1") == "203.0.113.9", "anybody can write that header"
    assert address("10.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert address("127.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2") == "198.51.100.1"
    assert address("10.0.0.1") == "10.0.0.1"
    assert len(address("10.0.0.1", "x" * 500)) == 64


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000, b"1" * 10_000, b'{"a": Infinity}', b"\xef\xbb\xbf{}"]
)
def test_what_is_no_json_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        parse_json(body)
    assert refused.value.status == 400


def test_odd_characters_are_replaced_and_not_refused() -> None:
    assert parse_json(b'{"a\\u0000": ["\\ud800x", "\\ud83d\\ude00", 1, null]}') == {"a": ["\ufffdx", "😀", 1, None]}


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists))
def test_what_comes_out_can_be_written(value: Any) -> None:
    json.dumps(parse_json(json.dumps(value).encode()), ensure_ascii=False).encode()


def test_times_are_utc_to_the_millisecond() -> None:
    assert iso(0.0) == "1970-01-01T00:00:00.000Z"
    assert iso(1_795_299_802.0356376) == "2026-11-21T22:23:22.035Z"


# --- one desk


AGENT = AgentView(
    id="ana", name="Ana", profile="all", status="available", reason=None, status_since=1.0, connected=True,
    finishing=None, telephone=None, version=1,
)  # fmt: skip
CONTACT = ContactView(
    id="c1", customer_id="k1", customer_name="Marta", customer_tier=None, customer_language="es", channel="sms",
    customer_flags=None,
    media="async", thread="t1", address="+1", our_address="+2", queue="power", clauses=(Clause((("power", 2),)),),
    own_needs=NOTHING, priority=0.0, own_priority=0.0, place=1.0, arrived_at=1.0, queued_at=1.0, relaxed=0,
    hazard=False, kept=False, language=None, tier=None, state="offered", state_since=1.0, agent_id=None,
    agent_name=None, reserved_for=None, deadline=None, customer_left=False, opted_out=False, connected_at=None,
    ended_at=None, closed_at=None, outcome=None, disposition=None, consult_of=None, consult_to=None, asker_name=None,
    version=1, preview="hi", last_message_at=1.0,
)  # fmt: skip
OFFER = OfferView(
    id="o1", contact_id="c1", agent_id="ana", offered_at=1.0, deadline=21.0, cause="contact_arrived", outcome=None,
    configuration_version=1, waited_seconds=0.5, refusals={"not_ready": 2}, choice="longest_idle", steps=0,
    proficiency=4, ready=1,
)  # fmt: skip
HELD = replace(CONTACT, state="connected", agent_id="ana", agent_name="Ana", version=2)
PICTURE = MediaView(id="p1", message_id="m1", state="pending", content_type=None, size=None, name=None)
MESSAGE = MessageView(
    id="m1", contact_id="c1", direction="out", agent_id="ana", author_name="Ana", text="hello", at=2.0,
    delivery="queued", error=None, provider_id=None, media=(PICTURE,),
)  # fmt: skip


class Told:
    """A desk with one window, and what it was told since it was last asked."""

    def __init__(self) -> None:
        self.desk = Desk("ana")
        self.feed = Feed("s", account_id="a", agent_id="ana", login="l", language="en", supervises=False)
        self.renderers = {"en": Renderer(configuration(), "en")}
        self.look(everything=True)
        self.desk.feeds["s"] = self.feed
        self._seen = 0

    def look(self, *, everything: bool = False, removed: dict[str, str] | None = None, **found: Any) -> Hints | None:
        """A look at SQL that found these."""
        agents = {"ana": found.get("agent", AGENT)}
        view = DeskView(
            agents=agents,
            offers={each.id: each for each in found.get("offers", ())},
            contacts={each.id: each for each in found.get("contacts", ())},
            messages=tuple(found.get("messages", ())),
            marks=tuple(found.get("marks", ())),
        )
        hints = Hints(everything=everything, removed=removed or {})
        return self.desk.update(Now(view), hints, self.renderers)

    def said(self) -> list[dict[str, Any]]:
        frames = self.feed.after(self._seen)
        assert frames is not None
        self._seen = self.feed.seq
        return [json.loads(frame) for frame in frames]


def test_a_contact_s_way_over_a_desk_is_told_once_each() -> None:
    told = Told()
    told.look(offers=[OFFER], contacts=[CONTACT])
    (offer,) = told.said()
    assert offer["offer"]["why"]["skills"] == [["power", 2, 4]]
    told.look(offers=[OFFER], contacts=[CONTACT])
    told.look()
    assert told.said() == [], "nothing is new, and what was not read is not gone"
    more = told.look(offers=[replace(OFFER, outcome="accepted")], contacts=[HELD])
    assert [frame["type"] for frame in told.said()] == ["offer_ended", "contact"]
    assert more == Hints(tails={"c1"}), "its last messages are compared next"
    told.look(everything=True, contacts=[HELD], messages=[MESSAGE])
    assert [frame["type"] for frame in told.said()] == ["message"]
    ready = replace(PICTURE, state="ready", content_type="image/png", size=7)
    told.look(contacts=[HELD], messages=[replace(MESSAGE, delivery="sent", media=(ready,))])
    updated, media = told.said()
    assert (updated["type"], updated["delivery"]) == ("message_updated", "sent")
    assert (media["type"], media["media"]["state"]) == ("media_updated", "ready")
    told.look(contacts=[replace(HELD, state="closed")])
    (removed,) = told.said()
    assert (removed["type"], removed["reason"]) == ("contact_removed", "closed")


@pytest.mark.parametrize(
    ("now", "hint", "reason"),
    [
        ([replace(CONTACT, queue="bills")], {}, "transferred"),
        ([replace(CONTACT, state="waiting")], {}, "requeued"),
        ([replace(CONTACT, state="waiting")], {"c1": "transferred"}, "transferred"),
        ([], {}, "closed"),
    ],
)
def test_why_a_contact_left(now: list[ContactView], hint: dict[str, str], reason: str) -> None:
    told = Told()
    told.look(contacts=[HELD])
    told.said()
    told.look(everything=True, removed=hint, contacts=now)
    assert [frame["reason"] for frame in told.said()] == [reason]


def test_an_offer_that_vanished_was_withdrawn() -> None:
    told = Told()
    told.look(offers=[OFFER], contacts=[CONTACT])
    told.said()
    told.look(everything=True)
    assert [frame["outcome"] for frame in told.said()] == ["withdrawn"]


KEYS = ["offers", "offers_ended", "contacts", "removed", "messages", "media", "status", "x"]
JSON = st.recursive(st.none() | st.integers() | st.text(), st.lists)


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_news_of_any_shape_is_no_error(news: dict[str, Any]) -> None:
    hints = Hints()
    hints.merge(news)
    hints.take(Hints())
