"""A whole center in this process, reached over real sockets: web node, router, dispatcher, SQLite, Redis."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from argon2 import PasswordHasher
from sqlalchemy import text as sql

from contactcenter.bootstrap.process import Parts, Process, Wiring
from contactcenter.config import CannedAnswer, load_settings
from contactcenter.config.ivr import LoadedIvr
from contactcenter.domain.configuration import (
    Configuration,
    Disposition,
    EntryPoint,
    QueueSettings,
    Reason,
    RoutingSettings,
    SkillProfile,
)
from contactcenter.domain.words import MediaClass
from contactcenter.runtime.ids import new_id
from contactcenter.storage import Account, Storage
from contactcenter.web import Demo, MemoryLimiter, WebDependencies, create_app
from tests.services import free_port
from tests.tables import with_tables

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
OURS = "+59829000000"
SITE = "https://utility.example"
PASSWORD = "correct horse battery"
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
"""Checked in no time: what argon2 costs on purpose is not tried here."""
PNG = b"\x89PNG\r\n\x1a\n" + b"a fallen cable" * 50

PEOPLE = {
    "ana": ("Ana", "agent", "ana", "all"),
    "bruno": ("Bruno", "agent", "bruno", "all"),
    "sofia": ("Sofía", "supervisor", None, None),
    "root": ("Ruth", "admin", None, None),
}


def configuration() -> Configuration:
    """Two queues, two profiles, a chat page for one site."""
    capacity = {MediaClass.VOICE: 1, MediaClass.LIVE: 3, MediaClass.ASYNC: 5}
    return Configuration(
        version=1,
        skills={"power": {"es": "Averías", "en": "Outages"}, "bills": {"es": "Facturas", "en": "Bills"}},
        profiles={
            "all": SkillProfile(
                id="all", name="All", channels=("sms", "chat"), capacity=capacity, skills={"power": 4, "bills": 3}
            ),
            "spare": SkillProfile(id="spare", name="Spare", channels=("sms",), capacity=capacity, skills={"bills": 1}),
        },
        queues={
            "power": QueueSettings(
                id="power",
                name={"es": "Averías", "en": "Outages"},
                skills={"power": 2},
                dispositions=(Disposition(id="done", name={"es": "Resuelto", "en": "Done"}),),
            ),
            "bills": QueueSettings(id="bills", name={"es": "Facturas", "en": "Bills"}, skills={"bills": 5}),
        },
        default_queue="power",
        entry_points=(
            EntryPoint(channel="sms", queue="power", address=OURS),
            EntryPoint(channel="sms", queue="bills", keyword="FACTURA"),
            EntryPoint(channel="chat", queue="power", address="web", origins=(SITE,)),
        ),
        not_ready_reasons=(Reason(id="break", name={"es": "Descanso", "en": "Break"}),),
        settings=RoutingSettings(disconnect_grace_seconds=5.0),
    )


class Rig:
    """The center; `url` is where it listens."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.storage: Storage = process.storage
        self.url = process.settings.public_url
        self._numbers = itertools.count(1)

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    @property
    def app(self) -> web.Application:
        """An application like the one that serves; it is never started."""
        return create_app(self.dependencies())

    def dependencies(self, **others: Any) -> WebDependencies:
        """What a second web node on this center would have."""
        process = self.process
        given: dict[str, Any] = {
            "settings": process.settings,
            "storage": process.storage,
            "intake": process.intake,
            "bus": process.bus,
            "channels": process.channels,
            "limiter": MemoryLimiter(time.time),
            "media": process.store,
            "metrics": process.metrics,
            "clock": time.time,
            "new_id": new_id,
            "node_id": "other",
        }
        return WebDependencies(**(given | others))

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """What SQL says."""
        async with self.storage.read() as connection:
            return list((await connection.execute(sql(statement), values)).all())

    def sms(self, text: str = "no power", *, sender: str | None = None, **fields: str) -> dict[str, str]:
        """The fields of a text message, each from somebody else unless `sender` is given."""
        number = next(self._numbers)
        return {
            "AccountSid": ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "Body": text,
            "From": sender or f"+598991{number:05d}",
            "MessageSid": f"SM{number:032x}",
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "To": OURS,
            **fields,
        }

    def signature(self, path: str, fields: Mapping[str, str], token: str = TOKEN) -> str:
        """Twilio's published recipe."""
        text = self.url + path + "".join(name + fields[name] for name in sorted(fields))
        return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()

    async def text(self, fields: Mapping[str, str], path: str = "/webhooks/twilio/sms") -> int:
        """Twilio posts; the status of the answer."""
        headers = {"X-Twilio-Signature": self.signature(path, fields)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url + path, data=dict(fields), headers=headers) as answer,
        ):
            await answer.read()
            return answer.status

    async def post_raw(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Post bytes as they are; status and error."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        async with aiohttp.ClientSession() as session, session.post(self.url + path, data=body, headers=form) as answer:
            raw = await answer.read()
            error = json.loads(raw)["error"] if answer.status >= 400 else {}
            return answer.status, error

    def signed_body(
        self, fields: Mapping[str, str], path: str = "/webhooks/twilio/sms"
    ) -> tuple[bytes, dict[str, str]]:
        """A body and the signature that goes with it."""
        return urlencode(fields).encode(), {"X-Twilio-Signature": self.signature(path, fields)}

    @asynccontextmanager
    async def person(self, username: str) -> AsyncIterator[Person]:
        """Somebody with a browser, signed in."""
        async with Person(self) as person:
            await person.sign_in(username)
            yield person

    @asynccontextmanager
    async def chat(self, token: str | None = None, **hello: Any) -> AsyncIterator[Talk]:
        """A customer's browser on the utility's page."""
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{self.socket_url}/chat/socket", headers={"Origin": SITE}) as socket,
        ):
            talk = Talk(socket)
            await talk.say({"type": "hello", "page": "web", "token": token, "language": "es", **hello})
            talk.welcome = await talk.until("welcome")
            yield talk


class Frames:
    """What a socket says, in order; waiting for one keeps the others."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    async def say(self, frame: Mapping[str, Any]) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def next(self, seconds: float = 15.0) -> dict[str, Any]:
        """The next frame; {"type": "closed", …} when the socket is."""
        async with asyncio.timeout(seconds):
            message = await self.socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            return {"type": "closed", "code": self.socket.close_code}
        frame: dict[str, Any] = json.loads(message.data)
        self.frames.append(frame)
        return frame

    async def until(
        self, kind: str, wanted: Callable[[dict[str, Any]], bool] = lambda _: True, seconds: float = 15.0
    ) -> dict[str, Any]:
        """The next frame of this type that is as `wanted`."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds)
                if frame["type"] == kind and wanted(frame):
                    return frame
                if frame["type"] == "closed":
                    raise AssertionError(f"closed ({frame['code']}) before {kind}: {self.frames}")


class Talk(Frames):
    """A chat from the customer's side."""

    welcome: dict[str, Any]

    @property
    def token(self) -> str:
        return str(self.welcome["token"])

    async def write(self, text: str, client_id: str = "c1", **fields: Any) -> dict[str, Any]:
        await self.say({"type": "message", "client_id": client_id, "text": text, **fields})
        return await self.until("accepted", lambda frame: frame["client_id"] == client_id)


class Window(Frames):
    """A console window; checks that its frames are numbered without a gap."""

    seq = 0

    async def next(self, seconds: float = 15.0) -> dict[str, Any]:
        frame = await super().next(seconds)
        if frame["type"] == "resumed":
            self.seq = frame["seq"]
        elif frame["type"] != "closed":
            assert frame["seq"] == self.seq + 1, self.frames
            self.seq = frame["seq"]
        return frame


class Person:
    """A browser: keeps cookies, sends the CSRF token and an Origin of ours."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.csrf = ""
        self.origin: str | None = rig.url
        self._requests = itertools.count(1)

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def call(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        sent = {"X-CSRF-Token": self.csrf, **({"Origin": self.origin} if self.origin else {}), **(headers or {})}
        async with self.session.request(method, self.rig.url + path, json=body, headers=sent, **options) as answer:
            raw = await answer.read()
            self.headers = answer.headers
            return answer.status, json.loads(raw) if raw and answer.content_type == "application/json" else raw

    async def get(self, path: str) -> Any:
        status, body = await self.call("GET", path)
        assert status == 200, (status, body)
        return body

    async def act(self, path: str, method: str = "POST", **body: Any) -> tuple[int, Any]:
        """An action with a request id of its own, unless one is given."""
        return await self.call(method, path, {"request_id": f"r{next(self._requests)}", **body})

    async def done(self, path: str, method: str = "POST", **body: Any) -> Any:
        """An action that the router grants; one that it has not answered yet is asked for again, as a console does."""
        body = {"request_id": f"r{next(self._requests)}", **body}
        status, answer = await self.act(path, method, **body)
        while status == 202:
            status, answer = await self.act(path, method, **body)
        assert status == 200, (status, answer)
        return answer

    async def sign_in(self, username: str, password: str = PASSWORD) -> tuple[int, Any]:
        status, session = await self.call("POST", "/api/v1/session", {"username": username, "password": password})
        if status == 200:
            self.csrf = session["csrf_token"]
        return status, session

    @asynccontextmanager
    async def window(self, resume: object = None, **hello: object) -> AsyncIterator[Window]:
        """A console window that has said hello."""
        headers = {"Origin": self.origin} if self.origin else {}
        url = f"{self.rig.socket_url}/api/v1/console/socket"
        async with self.session.ws_connect(url, headers=headers) as socket:
            window = Window(socket)
            await window.say({"type": "hello", **hello, **({"resume": resume} if resume else {})})
            yield window

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Window]:
        """A console window of an agent who is available."""
        async with self.window() as window:
            await window.until("snapshot")
            await self.done("/api/v1/agent/status", "PUT", status="available")
            await window.until("agent", lambda frame: frame["agent"]["status"] == "available")
            yield window

    async def accept(self, window: Window) -> str:
        """Take what rings; the contact."""
        offer = (await window.until("offer"))["offer"]
        await self.done(f"/api/v1/offers/{offer['id']}/accept")
        contact = offer["contact"]["id"]
        await window.until("contact", lambda frame: frame["contact"]["id"] == contact)
        return str(contact)


async def seed(storage: Storage, configured: Configuration | None = None) -> None:
    """The configuration, and people who may sign in; `configured` must have the profile `all`."""
    agents = [(agent, name, profile) for name, _, agent, profile in PEOPLE.values() if agent and profile]
    await storage.seed(configured or configuration(), agents, "test")
    for username, (name, role, agent_id, _) in PEOPLE.items():
        await storage.put_account(
            Account(
                id=f"account-{username}",
                username=username,
                name=name,
                role=role,
                agent_id=agent_id,
                language="en",
                password_hash=HASH,
                created_at=time.time(),
            )
        )


ANSWERS: Sequence[CannedAnswer] = (
    CannedAnswer(id="storm", title={"es": "Temporal", "en": "Storm"}, texts={"es": "Hay temporal."}, by_channel={}),
)


@asynccontextmanager
async def rig(
    folder: Path,
    redis_url: str,
    *,
    database_url: str | None = None,
    demo: Demo | None = None,
    parts: Parts | None = None,
    ivr: LoadedIvr | None = None,
    **environ: str,
) -> AsyncIterator[Rig]:
    """Serve a seeded center while the block runs."""
    port = free_port()
    settings = load_settings(
        {
            "CONTACTCENTER_PORT": str(port),
            "CONTACTCENTER_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "CONTACTCENTER_DATA_DIR": str(folder),
            "CONTACTCENTER_REDIS_URL": redis_url,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "CONTACTCENTER_TWILIO_API_URL": "http://127.0.0.1:9",
            **({"CONTACTCENTER_DATABASE_URL": database_url} if database_url else {}),
            **environ,
        },
        folder,
    )
    storage = await Storage.open(await with_tables(settings.database_url), migrate=True)
    try:
        await seed(storage, ivr.configuration if ivr else None)
    finally:
        await storage.close()
    async with AsyncExitStack() as stack:
        wiring = Wiring(
            settings=settings,
            parts=parts or Parts(web=True, router=True),
            environ={},
            answers=tuple(ANSWERS),
            ivr=ivr,
            demo=demo,
        )
        yield Rig(await Process.start(wiring, stack))


@asynccontextmanager
async def router_apart(center: Rig, redis_url: str) -> AsyncIterator[None]:
    """A router in a process of its own, as it were: on another Redis, so that the web node hears no news of it."""
    settings = replace(center.process.settings, redis_url=redis_url)
    async with AsyncExitStack() as stack:
        await Process.start(Wiring(settings=settings, parts=Parts(router=True), environ={}), stack)
        yield
