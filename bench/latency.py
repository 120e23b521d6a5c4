"""From a signed webhook to the offer on the agent's screen: `python -m bench.latency [--rate 100] [--seconds 15]`.

A whole center in one process (`contactcenter run`: web node, router, dispatcher, worker, a Redis of its own)
with every commit forced to the disk; beside it, on the same cores, this client: a gateway that posts signed
webhooks at a fixed rate (an open loop: it does not wait for answers) and agents at their console sockets,
who accept what rings. Measured is the time from before the webhook is sent until the offer's frame is read
from the agent's WebSocket: two commits (the message, the decision) and everything between.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bench.tables import database, fsyncs, milliseconds, percentile, table
from contactcenter.localnet.signing import SIGNATURE_HEADER, sign
from contactcenter.runtime.ids import new_id
from contactcenter.storage import Account, Storage
from contactcenter.web.sessions import COOKIE
from tests.e2e.driving import Agent, at_work
from tests.e2e.processes import OURS, Center, center

AGENTS = 240
"""Each holds at most eight: they take all that is sent, and give nothing back."""


class Screen(Agent):
    """An agent's console that accepts what rings, notes when it rang, and then only holds it."""

    def __init__(self, url: str, token: str, csrf: str, rang: dict[str, float]) -> None:
        super().__init__(url, "", "")
        self._http.cookie_jar.update_cookies({COOKIE: token}, response_url=URL(url))
        self._csrf = csrf
        self._rang = rang
        self.on_offer = self._note

    def _note(self, frame: dict[str, Any]) -> None:
        self._rang.setdefault(frame["offer"]["contact"]["address"], time.perf_counter())

    async def _sign_in(self) -> None:
        """Signed in already."""

    async def _talk(self, contact_id: str, state: str) -> None:
        """Hold it."""
        del contact_id, state


async def sign_ins(storage: Storage, count: int) -> list[tuple[str, str]]:
    """Agents with sessions (token, csrf), without the tenth of a second that each password costs."""
    made = []
    for number in range(count):
        agent = f"agent{number}"
        await storage.put_agent(agent, agent.title(), "all", new_id())
        account = Account(
            id=new_id(), username=agent, name=agent, role="agent", agent_id=agent, language="en", password_hash="x"
        )
        await storage.put_account(account)
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        hashed = hashlib.sha256(token.encode()).hexdigest()
        await storage.create_login(hashed, account.id, csrf, time.time() + 3600)
        made.append((token, csrf))
    return made


async def post(http: aiohttp.ClientSession, made: Center, number: int, sent: dict[str, float]) -> int:
    """One customer's SMS, signed as the vendor signs."""
    address = f"+5989{number:07d}"
    sid = f"SM{secrets.token_hex(16)}"
    url = f"{made.url}/webhooks/twilio/sms"
    params = {
        "ToCountry": "UY", "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid, "SmsStatus": "received",
        "Body": "Estoy sin luz desde las ocho", "To": OURS, "NumSegments": "1", "MessageSid": sid,
        "AccountSid": made.network.account.sid, "From": address, "FromCountry": "UY", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    headers = {SIGNATURE_HEADER: sign(made.network.account.auth_token, url, params)}
    sent[address] = time.perf_counter()
    async with http.post(url, data=params, headers=headers) as answer:
        await answer.read()
        return answer.status


async def measure(kind: str, rate: float, seconds: float) -> list[list[str]]:
    """One row: at the agent's screen, and at the gateway."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, database(kind, Path(folder)) as url:
        environ = {"CONTACTCENTER_DATABASE_URL": url, "CONTACTCENTER_LOG_LEVEL": "warning"}
        async with center(Path(folder) / "center", environ, []) as made:
            storage = await Storage.open(made.settings.database_url)
            tokens = await sign_ins(storage, AGENTS)
            await storage.close()
            made.start("run")
            await made.ready()
            rang: dict[str, float] = {}
            sent: dict[str, float] = {}
            screens = [Screen(made.url, token, csrf, rang) for token, csrf in tokens]
            async with at_work(screens), aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
                answers = await drive(http, made, rate, seconds, sent)
                end = time.monotonic() + 20
                while len(rang) < len(sent) and time.monotonic() < end:  # noqa: ASYNC110  there is no event to wait for
                    await asyncio.sleep(0.05)
    warm = set(list(sent)[: int(rate * 2)])
    latencies = [rang[address] - sent[address] for address in sent if address in rang and address not in warm]
    refused = sum(1 for status, _ in answers if status != 200)
    missing = len(sent) - len(rang)
    answered = [took for _, took in answers[int(rate * 2) :]]
    return [
        row(kind, "webhook in → offer on the screen", latencies, f"{missing} missing"),
        row(kind, "webhook in → 2xx to the gateway", answered, f"{refused} refused"),
    ]


async def drive(
    http: aiohttp.ClientSession, made: Center, rate: float, seconds: float, sent: dict[str, float]
) -> list[tuple[int, float]]:
    """Post at a fixed rate; status and duration of each."""

    async def one(number: int) -> tuple[int, float]:
        began = time.perf_counter()
        return await post(http, made, number, sent), time.perf_counter() - began

    began, tasks = time.perf_counter(), []
    for number in range(int(rate * (seconds + 2))):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(max(0.0, began + (number + 1) / rate - time.perf_counter()))
    return list(await asyncio.gather(*tasks))


def row(kind: str, what: str, values: list[float], note: str) -> list[str]:
    shares = (0.5, 0.9, 0.99, 0.999)
    return [kind, what, *(milliseconds(percentile(values, share)) for share in shares), str(len(values)), note]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=100.0, help="webhooks a second")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long it is measured")
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    rows = [["database", "what", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "n", ""]]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        before = fsyncs(Path(folder))
        for kind in options.database:
            rows += asyncio.run(measure(kind, options.rate, options.seconds))
        disk = [*before, *fsyncs(Path(folder))]
    rows.append(row("disk", "one fsync of 4 KiB, alone", disk, "before and after"))
    print(__doc__)
    print(f"{options.rate:g} webhooks a second, {AGENTS} agents at their consoles\n")
    print(table(rows))


if __name__ == "__main__":
    main()
