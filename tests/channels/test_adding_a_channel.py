"""The guide's example, taken from the page itself: a channel added without touching the core, all the way in."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import re
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import pytest
from aiohttp import web
from msgspec import structs

from contactcenter.channels.base import Channel, ChannelContext, WebhookRequest
from contactcenter.channels.registry import GROUP, build_channels
from contactcenter.config.settings import load_settings
from contactcenter.domain.codec import decode_stimulus
from contactcenter.domain.configuration import Configuration, QueueSettings, SkillProfile
from contactcenter.domain.configuration import EntryPoint as Door
from contactcenter.domain.instructions import OfferContact
from contactcenter.domain.messages import InboundMessage, OutboundMessage
from contactcenter.domain.stimuli import AgentConfigured, AgentStatusChanged, ConsoleOpened, MessageReceived
from contactcenter.domain.words import AgentStatus, Delivery, MediaClass
from contactcenter.routing.engine import Engine
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import Intake
from contactcenter.runtime.site import Site
from contactcenter.storage import Storage
from contactcenter.testing.channels import ChannelTests, Fault, Vendor

GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-channel.md"
SECRET = "a shared secret"
URL = "https://center.example/webhooks/mail"
OURS, ANA = "averias@electrica.example", "ana@example.com"
NOW = 1_800_000_000.0


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterable[ModuleType]:
    """The page's example as an installed module."""
    [source] = [
        block
        for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
        if "def build(" in block
    ]
    (tmp_path / "webhook_mail.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("webhook_mail")
    del sys.modules["webhook_mail"]


async def _nobody(thread: str, message_id: str) -> None:
    raise AssertionError((thread, message_id))


def context(tmp_path: Path, **environ: str) -> ChannelContext:
    return ChannelContext(
        settings=load_settings({}, tmp_path),
        environ=environ,
        clock=lambda: NOW,
        deliver=_nobody,
        allows=lambda page, origin: bool(page and origin),
    )


class Gateway(Vendor):
    """A mail gateway: its HTTP side for what we send, its signatures for what it posts."""

    def __init__(self, example: ModuleType) -> None:
        self._example = example
        self._letters: dict[str, str] = {}
        self._fault: Fault | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/letters", self._take)
        app.router.add_get("/letters/{reference}", self._show)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await Site(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.channel: Channel = self._example.WebhookMail(secret=SECRET, api_url=self.api_url)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.channel.close()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        letter = await request.json()
        fault, self._fault = self._fault, None
        if fault in (Fault.BUSY, Fault.BROKEN, Fault.REFUSED):
            return web.Response(status={Fault.BUSY: 429, Fault.BROKEN: 503, Fault.REFUSED: 422}[fault])
        self._letters[letter["reference"]] = letter["text"]
        if fault is Fault.ANSWER_LOST and request.transport is not None:
            request.transport.abort()
        return web.json_response({"id": f"g-{letter['reference']}"})

    async def _show(self, request: web.Request) -> web.Response:
        reference = request.match_info["reference"]
        if reference not in self._letters:
            return web.Response(status=404)
        return web.json_response({"id": f"g-{reference}"})

    def _post(self, fields: dict[str, object], secret: str = SECRET) -> WebhookRequest:
        body = json.dumps(fields).encode()
        signature = hmac.new(secret.encode(), URL.encode() + body, hashlib.sha256).hexdigest()
        return WebhookRequest(
            method="POST", url=URL, headers={"X-Mail-Signature": signature}, body=body, received_at=NOW
        )

    def message(self, text: str, number: int = 1) -> WebhookRequest:
        return self._post({"kind": "letter", "id": f"l{number}", "from": "Ana@example.com", "to": OURS, "text": text})

    def unauthenticated(self, request: WebhookRequest) -> WebhookRequest:
        return replace(request, headers={})

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        return self._post(json.loads(request.body), "another secret")

    def malformed(self) -> Iterable[WebhookRequest]:
        yield self._post({"kind": "letter"})
        yield self._post({"kind": "letter", "id": 7, "from": [], "to": {}, "text": None})
        yield self._post({"kind": "report", "reference": "m1", "state": "eaten by the dog"})

    def unknown(self) -> Iterable[WebhookRequest]:
        yield self._post({"kind": "calendar"})

    def reports(self, message: OutboundMessage) -> dict[Delivery, WebhookRequest]:
        states = {Delivery.SENT: "accepted", Delivery.DELIVERED: "delivered", Delivery.UNDELIVERED: "bounced"}
        return {
            d: self._post({"kind": "report", "reference": message.id, "state": state}) for d, state in states.items()
        }

    def outbound(self, text: str, **fields: Any) -> OutboundMessage:
        given = {
            "id": f"m{hash(text)}",
            "channel": "mail",
            "address": ANA,
            "to": OURS,
            "thread": "t",
            "created_at": NOW,
        }
        return OutboundMessage(**{**given, "text": text, **fields})

    async def received(self) -> list[str]:
        return list(self._letters.values())

    async def arrange(self, fault: Fault) -> bool:
        self._fault = fault
        if fault is Fault.UNREACHABLE:
            await self._runner.cleanup()
        return True


class TestMail(ChannelTests):
    @pytest.fixture
    async def vendor(self, example: ModuleType) -> AsyncIterator[Gateway]:
        async with Gateway(example) as gateway:
            yield gateway


def test_it_is_found_by_its_announcement_and_enabled_by_its_own_settings(example: ModuleType, tmp_path: Path) -> None:
    announced = [EntryPoint("mail", "webhook_mail:build", GROUP)]
    without = build_channels(context(tmp_path), announced)
    assert without.missing["mail"] == "set MAIL_SECRET and MAIL_API_URL"
    enabled = build_channels(context(tmp_path, MAIL_SECRET=SECRET, MAIL_API_URL="http://127.0.0.1"), announced)
    assert isinstance(enabled["mail"], example.WebhookMail)
    assert "mail" not in enabled.missing


async def test_a_letter_reaches_an_agent_through_the_same_intake_and_engine(
    example: ModuleType, tmp_path: Path
) -> None:
    async with Gateway(example) as gateway:
        request = gateway.message("Se cortó la luz en mi cuadra")
        gateway.channel.authenticate(request)
        [letter] = gateway.channel.parse(request)
        assert isinstance(letter, InboundMessage)
        received = await _taken_in(tmp_path, letter, gateway.channel.media)

    engine = Engine(CONFIGURATION)
    engine.handle(AgentConfigured(id="s1", at=NOW, agent_id="ana", name="Ana", profile="letters"))
    engine.handle(ConsoleOpened(id="s2", at=NOW, session_id="w1", agent_id="ana"))
    engine.handle(AgentStatusChanged(id="s3", at=NOW, agent_id="ana", status=AgentStatus.AVAILABLE))
    [offer] = [each for each in engine.handle(structs.replace(received, at=NOW + 1)) if isinstance(each, OfferContact)]
    assert offer.agent_id == "ana"
    assert engine.contacts[offer.contact_id].queue == "averias"


async def _taken_in(tmp_path: Path, letter: InboundMessage, media: MediaClass) -> MessageReceived:
    """Commit it three times over, as a gateway that is unsure would; the one stimulus that came of it."""
    storage = await Storage.open(f"sqlite:///{tmp_path / 'center.sqlite3'}", migrate=True)
    intake = Intake(storage, Bus(None, "node"), lambda: NOW, new_id)
    await intake.start()
    try:
        taken = [await intake.receive(letter, media) for _ in range(3)]
        assert [each.duplicate for each in taken] == [False, True, True]
        [row] = await storage.read_inbox(10)
    finally:
        await intake.close()
        await storage.close()
    stimulus = decode_stimulus(row.kind, row.version, row.body)
    assert isinstance(stimulus, MessageReceived)
    assert (stimulus.channel, stimulus.text) == ("mail", letter.text)
    return stimulus


CONFIGURATION = Configuration(
    version=1,
    skills={"averias": {"es": "Averías"}},
    profiles={
        "letters": SkillProfile(
            id="letters", name="Correo", channels=("mail",), capacity={MediaClass.ASYNC: 3}, skills={"averias": 3}
        )
    },
    queues={"averias": QueueSettings(id="averias", name={"es": "Averías"}, skills={"averias": 2})},
    default_queue="averias",
    entry_points=(Door(channel="mail", address=OURS, queue="averias"),),
)
