"""What the handlers stand on: plain constructor arguments, put into the application once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from contactcenter.channels.base import Channel
from contactcenter.config import CannedAnswer, Settings
from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.front_desk import FrontDesk
from contactcenter.runtime.intake import Intake
from contactcenter.runtime.media import MediaStore
from contactcenter.runtime.recordings import Recordings
from contactcenter.storage import Login, Storage
from contactcenter.web.access import Role
from contactcenter.web.limits import Limiter

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A sign-in that the demo shows to everybody."""

    username: str
    password: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The center is a demo: what its sign-in page gives away. `page` is the chat page to try."""

    accounts: Sequence[DemoAccount] = ()
    page: str = "web"
    handset_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebDependencies:
    """Everything a web node needs. `node_id` names this process; `demo` None outside the demo.

    `front_desk` None: there are no menus, and calls are not taken.
    """

    settings: Settings
    storage: Storage
    intake: Intake
    bus: Bus
    channels: Mapping[str, Channel]
    limiter: Limiter
    media: MediaStore
    metrics: Metrics
    clock: Clock
    new_id: Callable[[], str]
    node_id: str
    answers: Sequence[CannedAnswer] = ()
    demo: Demo | None = None
    front_desk: FrontDesk | None = None
    recordings: Recordings | None = None
    extra_origins: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in."""

    login: Login

    @property
    def account_id(self) -> str:
        """The account."""
        return self.login.account.id

    @property
    def agent_id(self) -> str | None:
        """The agent that the account belongs to, if any."""
        return self.login.account.agent_id

    @property
    def role(self) -> Role:
        """What they may do."""
        return Role(self.login.account.role)

    @property
    def language(self) -> str:
        """The language of their screens."""
        return self.login.account.language

    @property
    def name(self) -> str:
        """What colleagues and customers read."""
        return self.login.account.name

    @property
    def supervises(self) -> bool:
        """Whether they see everybody's work."""
        return self.role.includes(Role.SUPERVISOR)


DEPENDENCIES: Final = web.AppKey("dependencies", WebDependencies)
IDENTITY: Final = web.RequestKey("identity", Identity)
REQUEST_ID: Final = web.RequestKey("request_id", str)
