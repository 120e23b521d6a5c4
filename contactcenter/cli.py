"""The command `contactcenter`: reads the line, prints what a person needs; ends with 0, 1 (failed) or 2 (wrong use)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import json
import os
import re
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contactcenter import __version__, bootstrap
from contactcenter.bootstrap import DemoCenter, Parts, StartError, Wiring
from contactcenter.bootstrap.database import ROLES, NewUser
from contactcenter.config import Settings, load_answers, load_settings
from contactcenter.config.commands import check
from contactcenter.config.documents import CHANNELS
from contactcenter.config.files import routing_schema
from contactcenter.config.ivr import IVR_FILE, LoadedIvr, ivr_schema, load_ivr
from contactcenter.domain.errors import ContactCenterError, InvalidConfigurationError
from contactcenter.ivr import Caller, Interpreter, KnownOutage
from contactcenter.ivr.rehearsal import rehearse
from contactcenter.runtime.logs import configure_logs
from contactcenter.simulation import Request, simulate, table

FAILED: Final = 1
WRONG: Final = 2
SWITCH_SECONDS: Final = 0.001
"""How long the event loop may keep SQL's threads waiting for their turn: five times less than Python's own choice.

From a webhook to the agent's screen there are four such turns.
"""

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2999
"""A rehearsed call is within these."""
TELEPHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")

Command = Callable[[argparse.Namespace, Settings], Coroutine[None, None, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command of `arguments` (by default the process's) and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return WRONG
    try:
        settings = load_settings(os.environ, Path.cwd())
        configure_logs(settings.log_level, settings.log_format)
        command: Command = options.command
        return asyncio.run(command(options, settings))
    except InvalidConfigurationError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return WRONG
    except ContactCenterError as error:
        print(f"contactcenter: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contactcenter", description="An omnichannel contact center.")
    parser.add_argument("--version", action="version", version=f"contactcenter {__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    run = commands.add_parser("run", help="everything in one process: web node, router, worker, and a Redis if needed")
    run.add_argument("--demo", action="store_true", help="with people, history, and a handset to call and text from")
    run.add_argument("--handset-port", type=int, help="port of the demo's handset (by default the port after ours)")
    run.set_defaults(command=_run)
    commands.add_parser("web", help="a web node: webhooks, API, consoles, chats").set_defaults(command=_web)
    for name, text, command in (
        ("router", "a router: one decides, the others stand by", _router),
        ("worker", "a worker: fetches pictures, writes exports", _worker),
    ):
        part = commands.add_parser(name, help=text)
        part.add_argument("--metrics-port", type=int, help="serve /healthz, /readyz and /metrics there")
        part.set_defaults(command=command)
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(command=_migrate)
    _config_parser(commands.add_parser("config", help="skills.yaml, routing.yaml and crisis_messages/"))
    _ivr_parser(commands.add_parser("ivr", help="what callers hear before a person: ivr.yaml"))
    _user_parser(commands.add_parser("user", help="who may sign in"))
    _utility_parser(commands.add_parser("utility", help="accounts, premises, zones and outages"))
    _explain_parser(commands.add_parser("explain", help="why a contact waits, or what a person could take"))
    _simulate_parser(commands.add_parser("simulate", help="play a day in seconds, with the engine that runs live"))
    return parser


def _config_parser(config: argparse.ArgumentParser) -> None:
    actions = config.add_subparsers(title="actions", metavar="ACTION", required=True)
    actions.add_parser("check", help="say what is wrong with the files").set_defaults(command=_config_check)
    actions.add_parser("schema", help="print the JSON Schema of routing.yaml").set_defaults(command=_config_schema)
    applying = actions.add_parser("apply", help="make the files' configuration the one that holds")
    applying.add_argument("--comment", help="what the change is for")
    applying.add_argument(
        "--move", action="append", default=[], metavar="QUEUE=TARGET", help="where contacts of a removed queue go"
    )
    applying.set_defaults(command=_config_apply)


def _ivr_parser(ivr: argparse.ArgumentParser) -> None:
    actions = ivr.add_subparsers(title="actions", metavar="ACTION", required=True)
    actions.add_parser("check", help="say what is wrong with ivr.yaml").set_defaults(command=_ivr_check)
    actions.add_parser("schema", help="print the JSON Schema of ivr.yaml").set_defaults(command=_ivr_schema)
    trying = actions.add_parser("try", help="walk a call here: a line is keys or words, an empty one is silence")
    trying.add_argument(
        "--from",
        dest="number",
        type=_number,
        default="",
        metavar="NUMBER",
        help="who calls, such as +59899123456: recognised by the database of the settings",
    )
    trying.add_argument("--at", type=_moment, help="when, such as 2026-11-24T21:30; without a zone, the center's")
    trying.add_argument("--name", default="", help="of a customer who is recognised, whatever the database says")
    trying.add_argument("--tier", choices=("A", "B", "C"), help="of the customer")
    trying.add_argument("--language", help="of the customer: es, pt, en")
    trying.add_argument("--address", default="", help="of the customer's premises")
    trying.add_argument("--zone", help="where the customer lives")
    trying.add_argument("--outage", nargs="?", const="", metavar="CAUSE", help="there is a known outage")
    trying.add_argument("--until", type=_moment, help="when power is expected back")
    trying.add_argument("--failing", action="store_true", help="accounts are not found, reports and transfers fail")
    trying.set_defaults(command=_ivr_try)


def _number(text: str) -> str:
    """A telephone number as networks write it; empty for one that is withheld."""
    number = text.replace(" ", "")
    if number and not TELEPHONE.fullmatch(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no number; write it with its country, such as +59899123456")
    return number


def _moment(text: str) -> datetime:
    """A date and time, of a year that every time zone can tell."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write such as 2026-11-24T21:30")
    return moment


def _user_parser(user: argparse.ArgumentParser) -> None:
    actions = user.add_subparsers(title="actions", metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="add somebody; the password is asked for")
    adding.add_argument("username")
    adding.add_argument("--name", help="what colleagues and customers read (by default the username)")
    adding.add_argument("--role", choices=ROLES, default="agent")
    adding.add_argument("--profile", help="skill profile of somebody who takes contacts; agents need one")
    adding.add_argument("--language", choices=("es", "pt", "en"), default="es", help="of the console")
    adding.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    adding.set_defaults(command=_user_add)


def _utility_parser(utility: argparse.ArgumentParser) -> None:
    actions = utility.add_subparsers(title="actions", metavar="ACTION", required=True)
    importing = actions.add_parser("import", help="add or replace records by number, all or none")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE.csv", help="docs/utility.md has the columns")
    importing.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
    importing.set_defaults(command=_utility_import)


def _explain_parser(explaining: argparse.ArgumentParser) -> None:
    subject = explaining.add_mutually_exclusive_group(required=True)
    subject.add_argument("contact", nargs="?", help="id of the contact")
    subject.add_argument("--agent", help="id of the person")
    explaining.add_argument("--profile", help="what if the person had this profile")
    explaining.add_argument(
        "--skill", action="append", default=[], metavar="SKILL=N", help="what if this skill, 0 (without it) to 5"
    )
    explaining.add_argument("--json", action="store_true", help="as the API says it")
    explaining.set_defaults(command=_explain)


def _simulate_parser(simulating: argparse.ArgumentParser) -> None:
    simulating.add_argument("scenario", type=Path, help="a YAML file; scenarios/ has some ready")
    simulating.add_argument("--workload", type=Path, metavar="FILE.csv", help="contacts to replay instead of chance")
    simulating.add_argument("--seed", type=int, help="other customers with the same habits (by default the scenario's)")
    simulating.add_argument("--out", type=Path, metavar="DIR", help="write summary.json, contacts.csv and index.html")
    simulating.set_defaults(command=_simulate)


# --- processes


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    parts = Parts(web=True, router=True, worker=True)
    if not options.demo:
        await bootstrap.prepare(settings)
        await bootstrap.refuse_demo_accounts(settings)
        wiring = Wiring(
            settings=settings,
            parts=parts,
            environ=os.environ,
            answers=load_answers(settings.config_dir),
            ivr=_menus(settings),
        )
        return await _serve(wiring, f"Console: {settings.public_url}/console/")
    port = options.handset_port or settings.port + 1
    async with bootstrap.demo_center(settings, port) as center:
        wiring = Wiring(
            settings=center.settings,
            parts=parts,
            environ=os.environ,
            answers=load_answers(settings.config_dir),
            ivr=_menus(settings),
            demo=center.demo,
        )
        return await _serve(wiring, _welcome(center))


def _menus(settings: Settings) -> LoadedIvr | None:
    """The menus of ivr.yaml; without the file calls are refused."""
    return load_ivr(settings.config_dir) if (settings.config_dir / IVR_FILE).exists() else None


async def _web(_: argparse.Namespace, settings: Settings) -> int:
    await bootstrap.refuse_demo_accounts(settings)
    answers = load_answers(settings.config_dir)
    wiring = Wiring(settings=settings, parts=Parts(web=True), environ=os.environ, answers=answers, ivr=_menus(settings))
    return await _serve(wiring, f"Web node: {settings.public_url}/console/")


async def _router(options: argparse.Namespace, settings: Settings) -> int:
    parts = Parts(router=True)
    wiring = Wiring(settings=settings, parts=parts, environ=os.environ, ops_port=options.metrics_port)
    return await _serve(wiring, "Router: standing by, or deciding")


async def _worker(options: argparse.Namespace, settings: Settings) -> int:
    parts = Parts(worker=True)
    wiring = Wiring(settings=settings, parts=parts, environ=os.environ, ops_port=options.metrics_port)
    return await _serve(wiring, "Worker: waiting for work")


async def _serve(wiring: Wiring, ready: str) -> int:
    """Run until SIGTERM or SIGINT; a second one ends at once."""
    _raise_file_limit()
    sys.setswitchinterval(SWITCH_SECONDS)
    async with _stopped_by_signals() as stopped, bootstrap.running(wiring) as broken:
        print(ready, flush=True)
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait({stopping, broken}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        failed = broken.done()
        broken.cancel()
        if failed:
            await broken
    return 0


@asynccontextmanager
async def _stopped_by_signals() -> AsyncIterator[asyncio.Event]:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    def stop() -> None:
        if stopped.is_set():
            os._exit(128 + signal.SIGTERM)  # Asked twice: what is under way is redone by whoever comes next.
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    yield stopped


def _raise_file_limit() -> None:
    """Each console and chat is an open file; the usual 1,024 are not many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        if soft != hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _welcome(center: DemoCenter) -> str:
    """What a newcomer needs: addresses and sign-ins."""
    url = center.settings.public_url
    width = max(len(one.username) for one in center.people)
    people = "\n".join(
        f"    {one.username:<{width}}  {one.password}   {one.role:<10}  {one.name}" for one in center.people
    )
    return f"""
  The center is running. Open, each in a window of its own:

    Console    {url}/console/
    Handset    {center.demo.handset_url}   call or text the center as a customer
    Desk phone {center.demo.handset_url}desk-phone/   an agent's telephone; without one calls are taken up by themselves
    Web chat   {url}/demo/chat
    API        {url}/api/v1/docs

  Sign in to the console as

{people}

  Ctrl+C ends it; what happened stays in {center.settings.data_dir}.
"""


# --- commands that end


async def _migrate(_: argparse.Namespace, settings: Settings) -> int:
    await bootstrap.migrate(settings)
    print("the database is up to date")
    return 0


async def _config_check(_: argparse.Namespace, settings: Settings) -> int:
    print(check(settings.config_dir).summary())
    return 0


async def _config_apply(options: argparse.Namespace, settings: Settings) -> int:
    moves = {}
    for move in options.move:
        queue, sign, target = move.partition("=")
        if not (queue and sign and target):
            print(f"contactcenter: --move {move}: write it as QUEUE=TARGET", file=sys.stderr)
            return WRONG
        moves[queue] = target
    applied = await bootstrap.apply_files(
        settings, by=_person(), comment=options.comment, moves=moves, channels=CHANNELS
    )
    for line in applied.changes:
        print(line)
    print(f"version {applied.version} holds{'' if applied.changes else ' already: nothing to change'}")
    return 0


async def _config_schema(_: argparse.Namespace, __: Settings) -> int:
    print(json.dumps(routing_schema(), indent=2, ensure_ascii=False))
    return 0


async def _ivr_check(_: argparse.Namespace, settings: Settings) -> int:
    loaded = load_ivr(settings.config_dir)
    print(loaded.summary(), *(f"note: {note}" for note in loaded.notes), sep="\n")
    return 0


async def _ivr_schema(_: argparse.Namespace, __: Settings) -> int:
    print(json.dumps(ivr_schema(), indent=2, ensure_ascii=False))
    return 0


async def _ivr_try(options: argparse.Namespace, settings: Settings) -> int:
    loaded = load_ivr(settings.config_dir)
    interpreter = Interpreter(loaded.ivr, loaded.configuration)

    def seconds(moment: datetime) -> float:
        return (moment if moment.tzinfo else moment.replace(tzinfo=interpreter.time_zone)).timestamp()

    facts = (options.name, options.tier, options.language, options.address, options.zone)
    outage = None
    if options.outage is not None or options.until is not None:
        cause = dict.fromkeys(loaded.ivr.languages, options.outage) if options.outage else {}
        outage = KnownOutage(cause, seconds(options.until) if options.until else None)
    caller = Caller(
        number=options.number,
        known=any(facts),
        name=options.name,
        tier=options.tier,
        language=options.language,
        zone=options.zone,
        zone_name=options.zone or "",
        address=options.address,
        outage=outage,
    )
    now = seconds(options.at or datetime.now(UTC))
    if options.number and not caller.known and outage is None:
        caller = await _registered(settings, caller, now)
    try:
        rehearse(interpreter, caller, now, _typed, print, failing=options.failing)
        sys.stdout.flush()
    except BrokenPipeError:  # Whoever read has seen enough, such as head.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return 0


async def _registered(settings: Settings, caller: Caller, now: float) -> Caller:
    """What the center's own database knows of a caller; the walk does not depend on it."""
    try:
        return await bootstrap.who_calls(settings, caller.number, now) or caller
    except ContactCenterError as error:
        print(f"contactcenter: nobody is recognised: {error}", file=sys.stderr)
        return caller


def _typed() -> str | None:
    """What the caller presses or says; None at the end of the input."""
    print("    > ", end="", flush=True)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        print(line.rstrip("\n"))
    return line or None


async def _user_add(options: argparse.Namespace, settings: Settings) -> int:
    if options.role == "agent" and options.profile is None:
        print("contactcenter: an agent needs a skill profile: add --profile", file=sys.stderr)
        return WRONG
    user = NewUser(
        username=options.username,
        name=options.name or options.username,
        role=options.role,
        password=_password(from_input=options.password_stdin),
        language=options.language,
        profile=options.profile,
    )
    await bootstrap.add_user(settings, user)
    print(f"{options.username} can sign in at {settings.public_url}/console/")
    return 0


async def _utility_import(options: argparse.Namespace, settings: Settings) -> int:
    for line in await bootstrap.import_registers(settings, options.files, dry_run=options.dry_run):
        print(line)
    if options.dry_run:
        print("tried only: nothing was written")
    return 0


async def _explain(options: argparse.Namespace, settings: Settings) -> int:
    if options.agent is not None:
        text = await bootstrap.explain_agent(
            settings, options.agent, profile=options.profile, skills=options.skill, as_json=options.json
        )
    elif options.profile is not None or options.skill:
        print("contactcenter: --profile and --skill are about a person: name one with --agent", file=sys.stderr)
        return WRONG
    else:
        text = await bootstrap.explain_contact(settings, options.contact, as_json=options.json)
    print(text, end="")
    return 0


async def _simulate(options: argparse.Namespace, _: Settings) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # The run does not await: asyncio's would wait for it.
    request = Request(options.scenario, workload=options.workload, seed=options.seed, out=options.out)
    print(table(simulate(request)), end="")
    if options.out is not None:
        print(f"Open {options.out / 'index.html'}")
    return 0


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise StartError("no terminal to ask for a password; use --password-stdin")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise StartError("the two passwords differ")
    return password


def _person() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "cli"
