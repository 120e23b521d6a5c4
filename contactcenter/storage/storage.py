"""The one door to SQL. Every method is one transaction; each raises UnavailableError when SQL does not answer."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.history import ContactEvent
from contactcenter.storage import (
    chat_reads,
    configurations,
    customers,
    decisions,
    deliveries,
    desk_reads,
    intake,
    jobs,
    leases,
    media,
    migrate,
    noting,
    outbox,
    people,
    presence,
    pruning,
)
from contactcenter.storage.call_legs import CallLegStore
from contactcenter.storage.calls import CallStore
from contactcenter.storage.driver import SERVING, Driver, Use
from contactcenter.storage.errors import UnavailableError, reason
from contactcenter.storage.postgres import PostgresContext, PostgresDriver
from contactcenter.storage.recordings import RecordingStore
from contactcenter.storage.records import (
    Account,
    AgentRecord,
    Answer,
    Batch,
    DeliveryChange,
    Draft,
    InboxRow,
    Incoming,
    Job,
    LaneDepth,
    Lease,
    Loaded,
    Login,
    Media,
    MediaChange,
    OutboxEntry,
    OutboxItem,
    QuarantinedRow,
    Settlement,
    StoredConfiguration,
    Submitted,
    Taken,
    Unsettled,
)
from contactcenter.storage.screen_records import ChatView, DeskView
from contactcenter.storage.sqlite import SqliteContext, SqliteDriver
from contactcenter.storage.statistics import StatisticsStore
from contactcenter.storage.steps import Context, Transaction
from contactcenter.storage.utility import UtilityStore
from contactcenter.storage.utility_callers import Recognised, who_calls
from contactcenter.storage.utility_reports import OutageReported, report_outage

P = ParamSpec("P")
T = TypeVar("T")

LOAD_SECONDS: Final = 60.0
"""A router that starts reads a hundred thousand contacts; nobody waits for an answer meanwhile."""


def _new_id() -> str:
    return uuid.uuid4().hex


class Storage:
    """See the module; make it with `open`."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        migrate: bool = False,
        new_id: Callable[[], str] = _new_id,
        clock: Callable[[], float] = time.time,
        use: Use = SERVING,
    ) -> Storage:
        """Open `sqlite:///path` or `postgresql://…`, brought up to date first if `migrate`.

        Raises:
            UnavailableError: nobody answers there.
            SchemaError: its tables are of another release; the message says the remedy.
            ValueError: no such kind of address.
        """
        return cls(await _open(url, bring_up_to_date=migrate, new_id=new_id, clock=clock, use=use))

    async def close(self) -> None:
        """Finish what is under way and let go."""
        await self._driver.close()

    @property
    def statistics(self) -> StatisticsStore:
        """Half-hours that were counted, and what they are counted from."""
        return StatisticsStore(self._driver)

    @property
    def utility(self) -> UtilityStore:
        """Accounts, premises, zones and outages."""
        return UtilityStore(self._driver)

    @property
    def legs(self) -> CallLegStore:
        """The legs that the center calls into contacts' rooms."""
        return CallLegStore(self._driver)

    @property
    def calls(self) -> CallStore:
        """Customers' calls, as far as the menus have come with each."""
        return CallStore(self._driver)

    @property
    def recordings(self) -> RecordingStore:
        """What was recorded of calls."""
        return RecordingStore(self._driver)

    @property
    def engine(self) -> AsyncEngine:
        """For screens: reads only; the database refuses writes through it."""
        return self._driver.engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for screens' queries, all of one moment."""
        try:
            async with self._driver.engine.connect() as connection:
                yield connection
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, OSError) as error:
            raise UnavailableError(f"SQL: {reason(error)}") from error

    async def desks(
        self,
        agent_ids: Collection[str] = (),
        *,
        statuses_of: Collection[str] = (),
        offer_ids: Collection[str] = (),
        contact_ids: Collection[str] = (),
        message_ids: Collection[str] = (),
        tails_of: Collection[str] = (),
    ) -> DeskView:
        """All that some agents have now, with marks of its last messages; and what is named, wherever it is now.

        `statuses_of`: agents' own rows; `tails_of`: contacts whose last messages are marked too.
        """
        return await self._read(desk_reads.desks, agent_ids, statuses_of, offer_ids, contact_ids, message_ids, tails_of)

    async def chats(self, kind: str, threads: Collection[str], last: int) -> Mapping[str, ChatView]:
        """Conversations by thread, which is the customer's address of this kind; unknown ones are left out.

        With at most the `last` messages of each, and no notes.
        """
        return await self._read(chat_reads.chats, kind, threads, last) if threads else {}

    # --- the way in

    async def take_in(self, items: Sequence[Incoming]) -> list[Taken]:
        """Deduplicate and write what arrived together, in one commit; the results are in its order."""
        return await self._write(intake.take_in, items) if items else []

    async def write_note(self, draft: Draft, request_id: str | None = None) -> Taken:
        """Write what only agents see; a repeated `request_id` writes nothing."""
        return (await self.take_in([Submitted(stimulus=None, draft=draft, request_id=request_id)]))[0]

    async def note_event(self, event: ContactEvent, request_id: str) -> bool:
        """Write a line of history that the router does not write; False for a repeated request."""
        return await self._write(noting.note, event, request_id)

    async def answer(self, request_id: str) -> Answer | None:
        """What the router decided about a request; None while it has not."""
        return await self._read(decisions.answer, request_id)

    # --- the router

    async def take_lease(self, holder: str, seconds: float) -> Lease | None:
        """Become the one who decides, if nobody is; None when somebody is."""
        return await self._write(leases.take, holder, seconds)

    async def renew_lease(self, lease: Lease, seconds: float) -> Lease:
        """Stay the one who decides; raises FencedError when another is."""
        return await self._write(leases.renew, lease, seconds)

    async def release_lease(self, lease: Lease) -> None:
        """Let another decide at once."""
        await self._write(leases.release, lease)

    async def lease_holder(self) -> tuple[str, int, float] | None:
        """Who decides, its epoch, and the seconds left; None when nobody does."""
        return await self._read(leases.holder)

    async def load(self) -> Loaded:
        """What a router starts from; raises NotConfiguredError before `seed`."""
        return await self._driver.read(decisions.load, LOAD_SECONDS)

    async def read_inbox(self, limit: int) -> list[InboxRow]:
        """Up to `limit` stimuli that are not handled, in order."""
        return await self._read(decisions.read_inbox, limit)

    async def commit_batch(self, batch: Batch, at: float) -> None:
        """Commit decisions. Repeating a committed batch does nothing.

        The records are turned into rows before this coroutine first waits.

        Raises:
            FencedError: another router decides.
            UnknownOutcomeError: ask `batch_committed`.
        """
        rows = decisions.Prepared(batch.changes, batch.outbox, at)
        await self._write(decisions.commit_batch, batch, rows, at)

    async def batch_committed(self, batch_id: str) -> bool:
        """Whether a batch of unknown outcome was committed."""
        return await self._write(decisions.batch_committed, batch_id)

    async def quarantine(self, epoch: int, inbox_id: int, error: str) -> None:
        """Set a stimulus aside that cannot be handled; raises FencedError."""
        await self._write(decisions.quarantine, epoch, inbox_id, error)

    async def quarantined(self, limit: int = 200) -> list[QuarantinedRow]:
        """What was set aside."""
        return await self._read(decisions.quarantined, limit)

    async def retry_quarantined(self, inbox_id: int) -> bool:
        """Let the router try it again; False when there is no such one."""
        return await self._write(decisions.retry_quarantined, inbox_id)

    async def drop_quarantined(self, inbox_id: int) -> bool:
        """Delete it; False when there is no such one."""
        return await self._write(decisions.drop_quarantined, inbox_id)

    # --- the way out

    async def claim_outbox(
        self, epoch: int, now: float, limit: int, *, except_channels: Sequence[str] = ()
    ) -> list[OutboxItem]:
        """Take what may be carried out now, but nothing of `except_channels`; raises FencedError."""
        return await self._write(outbox.claim, epoch, now, limit, except_channels)

    async def settle_outbox(self, settlements: Sequence[Settlement], at: float) -> list[DeliveryChange]:
        """Write down what came of claimed items; returns the deliveries that moved."""
        return await self._write(outbox.settle, settlements, at) if settlements else []

    async def outbox_entries(self, state: str, limit: int = 200) -> list[OutboxEntry]:
        """Items in `state` (pending, sending, dead, dropped, unknown), the oldest first."""
        return await self._read(outbox.entries, state, limit)

    async def last_received(self, channel: str) -> float | None:
        """When the newest message of a channel's customers came (UTC seconds); None when there is none."""
        return await self._read(intake.last_received, channel)

    async def unsettled(self, channel: str, after: tuple[float, str], until: float, limit: int) -> list[Unsettled]:
        """Messages whose delivery is not final, written after a time and id and not after `until`, in order."""
        return await self._read(deliveries.unsettled, channel, after, until, limit)

    async def dead_letters(self, limit: int = 200) -> list[OutboxEntry]:
        """What was given up on."""
        return await self.outbox_entries("dead", limit)

    async def outbox_depth(self) -> list[LaneDepth]:
        """What is unfinished, by lane; lanes without anything are left out."""
        return await self._read(outbox.depth)

    async def retry_outbox(self, outbox_id: int) -> bool:
        """Try a dead item or one of unknown outcome again; False when there is no such one."""
        return await self._write(outbox.retry, outbox_id)

    async def drop_outbox(self, outbox_id: int) -> bool:
        """Give it up; False when there is no such one."""
        return await self._write(outbox.drop, outbox_id)

    # --- presence

    async def open_console(
        self, session_id: str, agent_id: str, account_id: str, node_id: str, stimulus_id: str
    ) -> bool:
        """A console opened on `node_id`; False when this session is open already."""
        return await self._write(presence.open_console, session_id, agent_id, account_id, node_id, stimulus_id)

    async def close_console(self, session_id: str, stimulus_id: str) -> bool:
        """A console closed; False when it is closed already."""
        return await self._write(presence.close_console, session_id, stimulus_id)

    async def beat_node(self, node_id: str, seconds: float) -> None:
        """This web node lives for `seconds` more, by the database's clock."""
        await self._write(presence.beat, node_id, seconds)

    async def expire_nodes(self, new_id: Callable[[], str]) -> int:
        """Close the consoles of nodes that stopped beating; how many."""
        return await self._write(presence.expire, new_id)

    # --- configuration and agents

    async def configuration(self) -> StoredConfiguration:
        """The version that holds now; raises NotConfiguredError."""
        return await self._read(configurations.latest)

    async def change_configuration(
        self,
        base_version: int,
        configuration: Configuration,
        by: str,
        comment: str | None,
        moves: Mapping[str, str],
        stimulus_id: str,
        request_id: str | None = None,
    ) -> int:
        """Store the next version and tell the router; returns its number.

        Raises:
            StaleVersionError: it is no longer at `base_version`.
            QueueNotEmptyError: a removed queue has contacts and no target in `moves`.
        """
        return await self._write(
            configurations.change, base_version, configuration, by, comment, moves, stimulus_id, request_id
        )

    async def seed(self, configuration: Configuration, agents: Sequence[tuple[str, str, str]], by: str) -> bool:
        """Store the first version and its agents (id, name, profile); False when there is one already."""
        return await self._write(configurations.seed, configuration, agents, by)

    async def put_agent(
        self, agent_id: str, name: str, profile: str, stimulus_id: str, request_id: str | None = None
    ) -> bool:
        """Tell the router to add or change an agent; False for a repeated request."""
        return await self._write(configurations.put_agent, agent_id, name, profile, stimulus_id, request_id)

    async def agents(self) -> list[AgentRecord]:
        """Everybody, by name."""
        return await self._read(configurations.agents)

    # --- customers and accounts

    async def change_customer(self, customer_id: str, fields: Mapping[str, str | None]) -> bool:
        """Set what of name, tier, language and account_owner is named; False when there is no such customer."""
        return await self._write(customers.change, customer_id, fields)

    async def put_account(self, account: Account) -> None:
        """Add or replace an account; raises ConflictError when the username is another's."""
        await self._write(people.put_account, account)

    async def account(self, account_id: str) -> Account | None:
        """One account."""
        return await self._read(people.account, account_id)

    async def account_by_username(self, username: str) -> Account | None:
        """One account by its username, in any case of letters."""
        return await self._read(people.account_by_username, username)

    async def accounts(self) -> list[Account]:
        """All accounts, by username."""
        return await self._read(people.accounts)

    async def create_login(self, token_hash: str, account_id: str, csrf: str, expires_at: float) -> None:
        """Begin a session until `expires_at`."""
        await self._write(people.create_login, token_hash, account_id, csrf, expires_at)

    async def login(self, token_hash: str) -> Login | None:
        """The session of a token while it lasts."""
        return await self._read(people.login, token_hash)

    async def extend_login(self, token_hash: str, expires_at: float) -> bool:
        """Move a session's end; False when it is over."""
        return await self._write(people.extend_login, token_hash, expires_at)

    async def end_login(self, token_hash: str) -> None:
        """Sign out."""
        await self._write(people.end_login, token_hash)

    async def end_logins_of(self, account_id: str) -> int:
        """Sign an account out everywhere; how many sessions ended."""
        return await self._write(people.end_logins_of, account_id)

    # --- who calls

    async def who_calls(self, number: str, account: str | None, now: float) -> Recognised:
        """What is known of a telephone (E.164), or of the account that was keyed in from it; reads only.

        A number that nobody has is known of too: as nobody's.
        """
        return await self._read(who_calls, number, account, now)

    async def report_outage(
        self, source: str, channel: str, number: str, account: str | None, now: float, *, premises: str | None = None
    ) -> OutageReported | None:
        """Take a report that there is no power; the same `source` gets the first one's number again.

        Without `premises` it is about what `who_calls` says of number and account. None: the account does not
        exist, or neither it nor the number is known; nothing was written.
        """
        return await self._write(report_outage, source, channel, number, account, premises, now)

    # --- jobs and media

    async def add_job(self, job_id: str, kind: str, body: Mapping[str, Any], run_after: float | None = None) -> bool:
        """Queue a job, for now or for `run_after`; False when there is one of this id."""
        return await self._write(jobs.add, job_id, kind, body, run_after)

    async def claim_job(self, job_id: str, lease_seconds: float) -> Job | None:
        """Take a due job; None when it is not due, or somebody has it."""
        return await self._write(jobs.claim, job_id, lease_seconds)

    async def finish_job(
        self, job_id: str, result: Mapping[str, Any] | None = None, attempt: int | None = None
    ) -> bool:
        """It is done; False when it is no longer `attempt`'s (Job.attempts of the claim)."""
        return await self._write(jobs.finish, job_id, result, attempt)

    async def fail_job(
        self, job_id: str, error: str, run_after: float | None = None, attempt: int | None = None
    ) -> bool:
        """It failed: again at `run_after`, or never; False when it is no longer `attempt`'s."""
        return await self._write(jobs.fail, job_id, error, run_after, attempt)

    async def due_jobs(self, now: float, limit: int) -> list[Job]:
        """Jobs that nobody works on and whose time has come."""
        return await self._read(jobs.due, now, limit)

    async def job(self, job_id: str) -> Job | None:
        """One job."""
        return await self._read(jobs.job, job_id)

    async def add_media(self, record: Media) -> None:
        """Note a file."""
        await self._write(media.add, record)

    async def media(self, media_id: str) -> Media | None:
        """One file."""
        return await self._read(media.media, media_id)

    async def finish_media(self, media_id: str, path: str, size: int, content_type: str) -> MediaChange | None:
        """Its bytes are there (`size` in bytes); None when nothing changed."""
        return await self._write(media.finish, media_id, path, size, content_type)

    async def fail_media(self, media_id: str, error: str) -> MediaChange | None:
        """Its bytes will not come; None when nothing changed."""
        return await self._write(media.fail, media_id, error)

    # --- housekeeping

    async def prune(self, now: float) -> dict[str, int]:
        """Forget what is old, at most `pruning.MOST_ROWS` rows a table; how many by table."""
        await self._write(deliveries.sweep)
        counts: dict[str, int] = {}
        for rule in pruning.RULES:
            counts[rule.table] = counts.get(rule.table, 0) + await self._write(pruning.prune, rule, now)
        counts["agent_log"] = await self._write(pruning.prune_log, now)
        return counts

    async def ping(self) -> None:
        """Raises UnavailableError when SQL does not answer."""
        await self._read(leases.holder)

    async def _write(
        self, work: Callable[Concatenate[Context, P], Transaction[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._driver.write(lambda context: work(context, *args, **kwargs))

    async def _read(
        self, work: Callable[Concatenate[Context, P], Transaction[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._driver.read(lambda context: work(context, *args, **kwargs))


async def _open(
    url: str, *, bring_up_to_date: bool, new_id: Callable[[], str], clock: Callable[[], float], use: Use
) -> Driver:
    scheme, found, rest = url.partition("://")
    kind = scheme.partition("+")[0]  # a driver in the address is SQLAlchemy's habit; ours are fixed
    if found and kind in ("postgresql", "postgres"):
        url = f"postgresql://{rest}"
        await (migrate.postgres(url) if bring_up_to_date else migrate.check_postgres(url))
        return await PostgresDriver.open(url, PostgresContext(new_id, clock), use)
    if found and kind == "sqlite" and rest.startswith("/") and rest not in ("/", "/:memory:"):
        path = Path(rest[1:])
        await (migrate.sqlite(path) if bring_up_to_date else migrate.check_sqlite(path))
        return await SqliteDriver.open(path, SqliteContext(new_id, clock), use)
    raise ValueError("the database's address must begin with sqlite:/// or postgresql://")
