"""Settings of one process, from its environment and `.env`; the environment wins.

Each variable is declared once, in `VARIABLES`: its name, default, meaning and how it is read. The
table in docs/settings.md is made from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from contactcenter.config import values
from contactcenter.domain.errors import InvalidConfigurationError, Problem

PREFIX: Final = "CONTACTCENTER_"


class InvalidSettingsError(InvalidConfigurationError):
    """Settings that cannot be used; `problems` names each variable with the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between deployments. docs/settings.md explains each; secrets are not shown by repr.

    `database_url` is `sqlite:///` with an absolute path, or `postgresql://…`; `redis_url` None: the
    center starts a Redis of its own. `public_url` has no slash at its end.
    """

    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    data_dir: Path
    config_dir: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    log_level: str
    log_format: str
    twilio_account_sid: str | None
    twilio_auth_token: str | None = field(repr=False)
    twilio_auth_token_secondary: str | None = field(repr=False)
    twilio_api_url: str
    twilio_numbers: tuple[str, ...]
    twilio_calls_per_second: float = 1.0
    twilio_api_key_sid: str | None = None
    twilio_api_key_secret: str | None = field(default=None, repr=False)
    dialled_prefixes: tuple[str, ...] = ()
    recording_days: int = 90
    outage_keywords: tuple[str, ...] = ("luz", "corte")

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach us by https only, so that cookies may say `Secure`."""
        return self.public_url.startswith("https://")

    @property
    def twilio_auth_tokens(self) -> tuple[str, ...]:
        """The tokens whose signatures are accepted: the current one, and the other while it is rotated."""
        return tuple(filter(None, (self.twilio_auth_token, self.twilio_auth_token_secondary)))

    @property
    def media_dir(self) -> Path:
        """Where pictures and files of conversations are kept."""
        return self.data_dir / "media"


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting: the variable, its field, what it is without being set, and what it means.

    `read` raises ValueError with what is wrong and the remedy. `default` None: the field is None, or is
    worked out from others, as `shown` says.
    """

    name: str
    field: str
    default: str | None
    meaning: str
    read: Callable[[str], Any]
    shown: str = ""


VARIABLES: Final = (
    Variable(
        f"{PREFIX}HOST", "host", "127.0.0.1", "Address to listen on. `0.0.0.0` is every address of the machine.",
        values.host,
    ),
    Variable(f"{PREFIX}PORT", "port", "8080", "Port to listen on.", values.port),
    Variable(
        f"{PREFIX}PUBLIC_URL", "public_url", None,
        "The address by which customers, browsers and gateways reach the center, without a path. Webhook signatures"
        " are checked against it, and with `https` cookies are secure.",
        values.public_url, "`http://localhost:PORT`",
    ),
    Variable(
        f"{PREFIX}TRUSTED_PROXIES", "trusted_proxies", "",
        "Networks of your own proxies, separated by commas (`10.0.0.0/8, 127.0.0.1`): only from there"
        " `X-Forwarded-For` is believed.",
        values.networks,
    ),
    Variable(
        f"{PREFIX}DATA_DIR", "data_dir", "./data",
        "Where pictures, exports, the SQLite file and the center's own Redis are kept.", values.folder,
    ),
    Variable(
        f"{PREFIX}CONFIG_DIR", "config_dir", ".",
        "Where skills.yaml, routing.yaml and crisis_messages/ are.", values.folder,
    ),
    Variable(
        f"{PREFIX}DATABASE_URL", "database_url", None,
        "`postgresql://user:password@host/name`, or `sqlite:///path` for a file.",
        values.database_url, "`contactcenter.sqlite3` in the data directory",
    ),
    Variable(
        f"{PREFIX}REDIS_URL", "redis_url", None,
        "`redis://host:6379/0`, `rediss://…` or `unix:///path`.",
        values.redis_url, "the center starts one of its own",
    ),
    Variable(
        f"{PREFIX}OUTAGE_KEYWORDS", "outage_keywords", "LUZ, CORTE",
        "Words that report an outage by message, alone or before an account: `LUZ 4401873`. `off`: none, a person"
        " reads them.",
        values.keywords,
    ),
    Variable(
        f"{PREFIX}RECORDING_DAYS", "recording_days", "90",
        "For how many days recordings of calls are kept, what callers recorded too.", values.days,
    ),
    Variable(
        f"{PREFIX}LOG_LEVEL", "log_level", "info", "`debug`, `info`, `warning` or `error`.",
        values.choice("debug", "info", "warning", "error"),
    ),
    Variable(
        f"{PREFIX}LOG_FORMAT", "log_format", "auto",
        "`json`, `text`, or `auto`: text in a terminal, JSON elsewhere.", values.choice("auto", "json", "text"),
    ),
    Variable(
        "TWILIO_ACCOUNT_SID", "twilio_account_sid", None,
        "Your Twilio account. Without it there are no SMS and no calls.", values.account_sid, "none",
    ),
    Variable(
        "TWILIO_AUTH_TOKEN", "twilio_auth_token", None,
        "Its auth token: sends messages, and checks the signatures of webhooks.", values.secret, "none",
    ),
    Variable(
        "TWILIO_AUTH_TOKEN_SECONDARY", "twilio_auth_token_secondary", None,
        "The other token while you rotate: signatures made with either are accepted.", values.secret, "none",
    ),
    Variable(
        f"{PREFIX}TWILIO_API_URL", "twilio_api_url", "https://api.twilio.com",
        "Where Twilio's API is; a local network that speaks its format in the demo.", values.web_url,
    ),
    Variable(
        f"{PREFIX}TWILIO_NUMBERS", "twilio_numbers", "",
        "Our numbers, separated by commas (`+59829001234`): after an outage, messages to them are read again; whom the"
        " menus transfer a caller to sees the first. Without them there are no calls, and messages to every number of"
        " the account are read again.",
        values.numbers,
    ),
    Variable(
        f"{PREFIX}TWILIO_CALLS_PER_SECOND", "twilio_calls_per_second", "1",
        "How many calls a second the account may begin (a new account: 1). Agents' telephones are called no faster;"
        " have Twilio raise it before more agents than that answer at once.",
        values.rate,
    ),
    Variable(
        f"{PREFIX}DIALLED_PREFIXES", "dialled_prefixes", "",
        "How the numbers begin that agents and supervisors may call into a conversation, separated by commas"
        " (`+598, +5411`). Empty: every number that the account may call.",
        values.prefixes,
    ),
    Variable(
        "TWILIO_API_KEY_SID", "twilio_api_key_sid", None,
        "An API key of the account (SK…): lets agents take calls in their console. Without it, they need a telephone.",
        values.secret, "none",
    ),
    Variable(
        "TWILIO_API_KEY_SECRET", "twilio_api_key_secret", None, "Its secret.", values.secret, "none",
    ),
)  # fmt: skip


def load_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """The settings of `environ` over those of `cwd`/.env; paths are made absolute from `cwd`.

    An empty variable counts as not set.

    Raises:
        InvalidSettingsError: with every variable that is wrong, what is wrong and the remedy.
    """
    return _Loader(environ, cwd).load()


class _Loader:
    """Reads the variables and collects problems."""

    def __init__(self, environ: Mapping[str, str], cwd: Path) -> None:
        self._cwd = cwd
        self._environ = {name: value.strip() for name, value in environ.items() if value.strip()}
        self._problems: list[Problem] = []
        self._file = {name: value.strip() for name, value in self._read_file().items() if value and value.strip()}

    def load(self) -> Settings:
        read = {variable.field: self._read(variable) for variable in VARIABLES}
        self._look_for_misspelt()
        self._look_for_halves(read)
        if self._problems:
            raise InvalidSettingsError(self._problems)
        data_dir = self._absolute(read["data_dir"])
        read |= {
            "data_dir": data_dir,
            "config_dir": self._absolute(read["config_dir"]),
            "database_url": self._database(read["database_url"], data_dir),
            "public_url": read["public_url"] or f"http://localhost:{read['port']}",
        }
        return Settings(**read)

    def _read_file(self) -> Mapping[str, str | None]:
        path = self._cwd / ".env"
        try:
            return dotenv_values(path, interpolate=False) if path.is_file() else {}
        except (OSError, UnicodeDecodeError) as error:
            self._problems.append(Problem("file", f"cannot be read ({error}); correct or remove it", ".env"))
            return {}

    def _read(self, variable: Variable) -> Any:
        raw = self._environ.get(variable.name) or self._file.get(variable.name) or variable.default
        if raw is None:
            return None
        try:
            return variable.read(raw)
        except ValueError as error:
            file = ".env" if self._environ.get(variable.name) is None else None
            self._problems.append(Problem(variable.name, str(error), file))
            return None

    def _look_for_misspelt(self) -> None:
        """A variable of ours that means nothing would silently leave the default in place."""
        known = [variable.name for variable in VARIABLES]
        for name in self._file:
            if name.startswith(PREFIX) and name not in known:
                self._problems.append(Problem(name, f"is not known; {_hint(name)}", ".env"))
        for name in self._environ:
            near = _hint(name)
            if name.startswith(PREFIX) and name not in known and near.startswith("did"):
                self._problems.append(Problem(name, f"is not known; {near}"))

    def _look_for_halves(self, read: Mapping[str, Any]) -> None:
        sid, token = read["twilio_account_sid"], read["twilio_auth_token"]
        if sid and not token and not self._complained("TWILIO_AUTH_TOKEN"):
            message = "is missing while TWILIO_ACCOUNT_SID is set; set both, or neither"
            self._problems.append(Problem("TWILIO_AUTH_TOKEN", message))
        if (token or read["twilio_auth_token_secondary"]) and not sid and not self._complained("TWILIO_ACCOUNT_SID"):
            message = "is missing while an auth token is set; set both, or neither"
            self._problems.append(Problem("TWILIO_ACCOUNT_SID", message))

        key, secret = read["twilio_api_key_sid"], read["twilio_api_key_secret"]
        if bool(key) != bool(secret):
            name, other = "TWILIO_API_KEY_SECRET", "TWILIO_API_KEY_SID"
            name, other = (name, other) if key else (other, name)
            if not self._complained(name):
                self._problems.append(Problem(name, f"is missing while {other} is set; set both, or neither"))

    def _complained(self, name: str) -> bool:
        return any(problem.path == name for problem in self._problems)

    def _absolute(self, path: Path) -> Path:
        return (self._cwd / path.expanduser()).resolve()

    def _database(self, url: str | None, data_dir: Path) -> str:
        if url is None:
            return f"sqlite:///{data_dir / 'contactcenter.sqlite3'}"
        if url.startswith("sqlite:///"):
            return f"sqlite:///{self._absolute(Path(url.removeprefix('sqlite:///')))}"
        return url


def _hint(name: str) -> str:
    """Which variable was probably meant."""
    near = difflib.get_close_matches(name.upper(), [variable.name for variable in VARIABLES], n=1, cutoff=0.9)
    return f"did you mean {near[0]}?" if near else "docs/settings.md lists them all; correct or remove it"


def settings_table() -> str:
    """The table of docs/settings.md."""
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for variable in VARIABLES:
        default = variable.shown or (f"`{variable.default}`" if variable.default else "none")
        lines.append(f"| `{variable.name}` | {default} | {variable.meaning} |")
    return "\n".join(lines) + "\n"
