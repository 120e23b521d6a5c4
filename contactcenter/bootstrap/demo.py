"""The demo: a local network with a handset, people who can sign in, and a center that believes it is real.

It has a data directory of its own, so that its sign-ins never meet a real database by accident.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from contactcenter.bootstrap.database import StartError, refuse_real_accounts
from contactcenter.channels.twilio_voice import identity_of
from contactcenter.config import Settings, load_configuration
from contactcenter.demo import DemoSignIn, seed_demo
from contactcenter.demo.people import CENTER_NUMBER, LARGE_ACCOUNTS_NUMBER
from contactcenter.localnet.account import Number, random_sid
from contactcenter.localnet.demo import demo_people
from contactcenter.localnet.exchange import Behaviour
from contactcenter.localnet.handsets import Person
from contactcenter.localnet.server import LocalNetwork
from contactcenter.web.passwords import hash_password
from contactcenter.web.state import Demo, DemoAccount

FOLDER: Final = "demo"
PACE_SECONDS: Final = 0.6
LABELS: Final = {CENTER_NUMBER: "Eléctrica del Plata", LARGE_ACCOUNTS_NUMBER: "Grandes clientes"}
"""What the handset calls our numbers."""
OVERRIDES: Final = "#rc=3&rp=5xx,ct,rt&rt=5000"
"""So that the network tries a webhook again that was answered 503."""
PATIENCE: Final = "patience"
PATIENT: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Say language="es-MX">Un momento, por favor. No corte.</Say><Pause length="3"/><Redirect>{{ErrorUrl}}</Redirect>'
    "</Response>"
)
"""What the network itself tells a caller while the center does not answer; then it asks again where it could not."""


@dataclass(frozen=True, slots=True)
class DemoCenter:
    """What the center of a demo is made from, and what a newcomer is told."""

    settings: Settings
    demo: Demo
    people: Sequence[DemoSignIn]


def demo_settings(settings: Settings) -> Settings:
    """The settings with a data directory of the demo's own; a database that was given stays."""
    data_dir = settings.data_dir / FOLDER
    own = settings.database_url.endswith(f"{settings.data_dir}/contactcenter.sqlite3")
    url = f"sqlite:///{data_dir / 'contactcenter.sqlite3'}" if own else settings.database_url
    return replace(settings, data_dir=data_dir, database_url=url)


@asynccontextmanager
async def demo_center(settings: Settings, handset_port: int) -> AsyncIterator[DemoCenter]:
    """Seed the demo's database and serve its network while the block runs.

    Raises:
        StartError: the port is taken, or the database is somebody's real one.
        InvalidConfigurationError: the files cannot be used.
    """
    settings = demo_settings(settings)
    await refuse_real_accounts(settings)
    loaded = load_configuration(settings.config_dir)
    people = await seed_demo(settings.database_url, loaded, clock=time.time, hash_password=hash_password)
    webhooks, own = f"{settings.public_url}/webhooks/twilio", _address(settings.host, handset_port)
    network = LocalNetwork(
        account_sid=random_sid("AC"),
        auth_token=random_sid(""),
        # The center answers STOP itself, as its record of who opted out must be right.
        numbers=[
            Number(
                number,
                label,
                sms_url=f"{webhooks}/sms{OVERRIDES}",
                voice_url=f"{webhooks}/voice{OVERRIDES}",
                voice_fallback_url=f"{own}/twiml/{PATIENCE}",
                voice_status_callback=f"{webhooks}/voice/status{OVERRIDES}",
            )
            for number, label in LABELS.items()
        ],
        people=demo_people(),
        desks=[Person(f"client:{identity_of(one.agent_id or f'demo-{one.username}')}", one.name) for one in people],
        host=settings.host,
        port=handset_port,
        public_url=own,
        pace=PACE_SECONDS,
        tempo=1.0,
        bins={PATIENCE: PATIENT},
        # An agent who has not opened a desk phone is connected all the same.
        unattended={"client:": Behaviour.ANSWER},
    )
    try:
        await network.start()
    except OSError as error:
        message = f"cannot listen on port {handset_port} for the handset ({error}); free it or use --handset-port"
        raise StartError(message) from error
    try:
        accounts = [
            DemoAccount(username=one.username, password=one.password, name=one.name, role=one.role) for one in people
        ]
        yield DemoCenter(
            settings=replace(
                settings,
                twilio_account_sid=network.account.sid,
                twilio_auth_token=network.account.auth_token,
                twilio_auth_token_secondary=None,
                twilio_api_url=network.url,
                twilio_numbers=tuple(LABELS),
            ),
            demo=Demo(accounts=accounts, handset_url=f"{network.url}/"),
            people=people,
        )
    finally:
        await network.stop()


def _address(host: str, port: int) -> str:
    """Where the center and a browser on this machine find what listens on `host`."""
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104  compared, not bound
    return f"http://{'localhost' if everywhere else f'[{host}]' if ':' in host else host}:{port}"
