"""A telephone and a center with TwiML for the tests of calls."""

from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.listening import Listener


def response(verbs: str) -> str:
    """TwiML with these verbs."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'


@dataclass
class VoiceCenter(Listener):
    """A web application that answers each path with the TwiML it was given, or with nothing."""

    auth_token: str
    pages: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    forged: int = 0
    mended: set[str] = field(default_factory=set)

    async def _hear(self, request: web.Request) -> web.Response:
        params = {key: str(value) for key, value in (await request.post()).items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator(self.auth_token).validate(str(request.url), params, signature):
            self.forged += 1
        self.heard.append((request.path, params))
        await self._came()
        if request.path == "/broken" and request.path not in self.mended:
            return web.Response(status=500)
        return web.Response(text=self.pages.get(request.path, response("")), content_type="text/xml")

    def asked(self, path: str) -> list[dict[str, str]]:
        """What came in at a path, oldest first."""
        return [params for where, params in self.heard if where == path]

    async def until_asked(self, path: str, count: int = 1) -> list[dict[str, str]]:
        """Wait until so much came in at a path."""
        await self._until(lambda: len(self.asked(path)) >= count)
        return self.asked(path)


@dataclass
class Telephone:
    """The control API, as the person who holds this end of a call."""

    http: aiohttp.ClientSession
    sid: str
    after: int = 0

    async def post(self, action: str, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"/_control/calls/{self.sid}/{action}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def hear(self, text: str = "", kind: str = "") -> dict[str, Any]:
        """Wait until something is heard, after what was heard before."""
        query = {"containing": text, "kind": kind, "after": str(self.after)}
        async with self.http.get(f"/_control/calls/{self.sid}/heard", params=query) as answer:
            assert answer.status == 200, f"not heard: {text or kind}: {await self.transcript()}"
            found = await answer.json()
        self.after = found["next"]
        last: dict[str, Any] = found["heard"][-1]
        return last

    async def transcript(self) -> list[str]:
        async with self.http.get(f"/_control/calls/{self.sid}/heard") as answer:
            return [sound["text"] or sound["kind"] for sound in (await answer.json())["heard"]]

    async def press(self, digits: str) -> bool:
        return bool((await self.post("keys", digits=digits))["taken"])

    async def speak(self, text: str) -> bool:
        return bool((await self.post("speech", text=text))["taken"])

    async def until(self, *statuses: str) -> dict[str, Any]:
        query = {"status": ",".join(statuses)}
        async with self.http.get(f"/_control/calls/{self.sid}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found


async def dial(http: aiohttp.ClientSession, sender: str, to: str) -> Telephone:
    """Call the center."""
    async with http.post("/_control/calls", json={"from": sender, "to": to}) as answer:
        assert answer.status == 201, await answer.text()
        return Telephone(http, (await answer.json())["sid"])


async def ringing(http: aiohttp.ClientSession, to: str) -> Telephone:
    """Wait until a telephone rings."""
    query = {"to": to, "status": "ringing", "count": "1"}
    async with http.get("/_control/calls", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return Telephone(http, (await answer.json())["calls"][-1]["sid"])


async def behave(http: aiohttp.ClientSession, address: str, behaviour: str) -> None:
    """Set what a telephone does when it is called."""
    async with http.put(f"/_control/telephones/{address}", json={"behaviour": behaviour}) as answer:
        assert answer.status == 204, await answer.text()
