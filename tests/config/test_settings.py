from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.config import InvalidSettingsError, Settings, load_settings
from contactcenter.config.settings import VARIABLES, settings_table
from contactcenter.domain.configuration import QueueSettings, RoutingSettings

ROOT = Path(__file__).resolve().parents[2]
SID = "AC" + "fedcba9876543210" * 2
TOKEN = "0123456789abcdef" * 2


def complaints(environ: Mapping[str, str], cwd: Path) -> list[str]:
    with pytest.raises(InvalidSettingsError) as raised:
        load_settings(environ, cwd)
    return [str(problem) for problem in raised.value.problems]


def test_nothing_need_be_set(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://localhost:8080")
    assert settings.database_url == f"sqlite:///{tmp_path}/data/contactcenter.sqlite3"
    assert settings.media_dir == tmp_path / "data" / "media"
    assert settings.redis_url is None
    assert settings.twilio_auth_tokens == ()
    assert not settings.secure_cookies


def test_everything_can_be_set(tmp_path: Path) -> None:
    environ = {
        "CONTACTCENTER_HOST": "0.0.0.0",
        "CONTACTCENTER_PORT": "9000",
        "CONTACTCENTER_PUBLIC_URL": "https://Contacto.example.uy/",
        "CONTACTCENTER_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        "CONTACTCENTER_DATA_DIR": "var",
        "CONTACTCENTER_CONFIG_DIR": "/etc/contactcenter",
        "CONTACTCENTER_DATABASE_URL": "postgresql+asyncpg://cc:s%40crete@db:5432/cc?sslmode=require",
        "CONTACTCENTER_REDIS_URL": "rediss://:clave@redis:6379/1",
        "CONTACTCENTER_LOG_LEVEL": "WARNING",
        "CONTACTCENTER_LOG_FORMAT": "json",
        "CONTACTCENTER_TWILIO_API_URL": "http://127.0.0.1:4010/",
        "CONTACTCENTER_TWILIO_NUMBERS": "+59829001234, +59829009000",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_AUTH_TOKEN_SECONDARY": TOKEN[::-1],
    }
    assert load_settings(environ, tmp_path) == Settings(
        host="0.0.0.0",
        port=9000,
        public_url="https://contacto.example.uy",
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("::1")),
        data_dir=tmp_path / "var",
        config_dir=Path("/etc/contactcenter"),
        database_url="postgresql://cc:s%40crete@db:5432/cc?sslmode=require",
        redis_url="rediss://:clave@redis:6379/1",
        log_level="warning",
        log_format="json",
        twilio_account_sid=SID,
        twilio_auth_token=TOKEN,
        twilio_auth_token_secondary=TOKEN[::-1],
        twilio_api_url="http://127.0.0.1:4010",
        twilio_numbers=("+59829001234", "+59829009000"),
    )
    assert load_settings(environ, tmp_path).twilio_auth_tokens == (TOKEN, TOKEN[::-1])
    assert load_settings(environ, tmp_path).secure_cookies


def test_no_secret_is_shown(tmp_path: Path) -> None:
    environ = {
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "CONTACTCENTER_DATABASE_URL": "postgresql://cc:secreto@db/cc",
        "CONTACTCENTER_REDIS_URL": "redis://:secreto@r/0",
    }
    shown = repr(load_settings(environ, tmp_path))
    assert TOKEN not in shown
    assert "secreto" not in shown
    wrong = {"CONTACTCENTER_DATABASE_URL": "postgresql://cc:secreto@db", "CONTACTCENTER_REDIS_URL": "http://:secreto@r"}
    assert "secreto" not in "".join(complaints(wrong | {"TWILIO_AUTH_TOKEN": "secreto"}, tmp_path))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONTACTCENTER_PORT=1\nexport CONTACTCENTER_HOST='0.0.0.0'\nOTHERS=1\n")
    settings = load_settings({"CONTACTCENTER_PORT": "2", "CONTACTCENTER_HOST": ""}, tmp_path)
    assert (settings.port, settings.host) == (2, "0.0.0.0")


def test_a_dollar_in_the_file_is_a_dollar(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONTACTCENTER_DATABASE_URL=postgresql://cc:a${b}@db/cc\n")
    assert load_settings({}, tmp_path).database_url == "postgresql://cc:a${b}@db/cc"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CONTACTCENTER_PORT=\xff")
    (complaint,) = complaints({}, tmp_path)
    assert complaint.startswith(".env: file: cannot be read")


def test_a_problem_of_the_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONTACTCENTER_PORT=no\nCONTACTCENTER_WHATEVER=1\n")
    assert complaints({}, tmp_path) == [
        ".env: CONTACTCENTER_PORT: 'no' is no port; use a number from 1 to 65535",
        ".env: CONTACTCENTER_WHATEVER: is not known; docs/settings.md lists them all; correct or remove it",
    ]


def test_a_misspelt_variable_is_not_passed_over(tmp_path: Path) -> None:
    assert complaints({"CONTACTCENTER_DATABSE_URL": "x"}, tmp_path) == [
        "CONTACTCENTER_DATABSE_URL: is not known; did you mean CONTACTCENTER_DATABASE_URL?"
    ]


def test_variables_that_others_set_are_no_problem(tmp_path: Path) -> None:
    load_settings({"CONTACTCENTER_SERVICE_HOST": "10.1.1.1", "CONTACTCENTER_PORT_8080_TCP": "tcp://x"}, tmp_path)


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        (
            {"TWILIO_ACCOUNT_SID": SID},
            "TWILIO_AUTH_TOKEN: is missing while TWILIO_ACCOUNT_SID is set; set both, or neither",
        ),
        (
            {"TWILIO_AUTH_TOKEN": TOKEN},
            "TWILIO_ACCOUNT_SID: is missing while an auth token is set; set both, or neither",
        ),
        (
            {"TWILIO_API_KEY_SID": "SK" + "0" * 32},
            "TWILIO_API_KEY_SECRET: is missing while TWILIO_API_KEY_SID is set; set both, or neither",
        ),
        (
            {"TWILIO_API_KEY_SECRET": TOKEN},
            "TWILIO_API_KEY_SID: is missing while TWILIO_API_KEY_SECRET is set; set both, or neither",
        ),
        ({"TWILIO_ACCOUNT_SID": "SK1", "TWILIO_AUTH_TOKEN": TOKEN}, "TWILIO_ACCOUNT_SID: is no account SID; copy it"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "'x'"}, "TWILIO_AUTH_TOKEN: is not a whole token; copy it"),
    ],
)
def test_twilios_credentials_belong_together(environ: dict[str, str], complaint: str, tmp_path: Path) -> None:
    (found,) = complaints(environ, tmp_path)
    assert found.startswith(complaint)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("HOST", "http://x", "'http://x' is no address"),
        ("PORT", "0", "'0' is no port"),
        ("PORT", "65536", "'65536' is no port"),
        ("PORT", "9" * 5000, "'9999999999"),
        ("PORT", "٣", "'٣' is no port"),
        ("PORT", "tcp://10.0.0.1:8080", "was set by Kubernetes"),
        ("PUBLIC_URL", "contact.example.com", "is no address that can be used; write such as https://contact"),
        ("PUBLIC_URL", "https://a.uy/center", "has more than a host in it"),
        ("PUBLIC_URL", "https://[a", "is no address that can be used"),
        ("PUBLIC_URL", "https://a b", "is no address that can be used"),
        ("PUBLIC_URL", "https://a:99999", "is no address that can be used"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "'proxy' is no network"),
        ("DATA_DIR", "a\0b", "has a character that no path may have"),
        ("DATABASE_URL", "mysql://a/b", "is no address of a database; use postgresql://"),
        ("DATABASE_URL", "data.sqlite3", "is no address of a database"),
        ("DATABASE_URL", "sqlite:///:memory:", "needs a file that several threads can share"),
        ("DATABASE_URL", "sqlite://", "needs a file"),
        ("DATABASE_URL", "postgresql://db", "names no database"),
        ("REDIS_URL", "localhost:6379", "is no address that can be used; write such as redis://host:6379/0"),
        ("REDIS_URL", "unix://run/redis.sock", "needs the whole path of the socket"),
        ("LOG_LEVEL", "loud", "'loud' is not known; use one of: debug, info, warning, error"),
        ("TWILIO_API_URL", "https://a.uy/?b=1", "has a query"),
        ("TWILIO_NUMBERS", "29001234", "'29001234' is no number"),
    ],
)
def test_a_wrong_value_is_refused_with_the_remedy(name: str, value: str, complaint: str, tmp_path: Path) -> None:
    (found,) = complaints({f"CONTACTCENTER_{name}": value}, tmp_path)
    assert found.startswith(f"CONTACTCENTER_{name}: {complaint}")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("sqlite:///data/x.db", "{cwd}/data/x.db"),
        ("sqlite+aiosqlite:////srv/x.db", "/srv/x.db"),
    ],
)
def test_a_file_of_sqlite_has_its_whole_path(url: str, kept: str, tmp_path: Path) -> None:
    settings = load_settings({"CONTACTCENTER_DATABASE_URL": url}, tmp_path)
    assert settings.database_url == f"sqlite:///{kept.format(cwd=tmp_path)}"


def test_postgresql_may_be_at_a_socket(tmp_path: Path) -> None:
    url = "postgresql:///cc?host=/run/postgresql"
    assert load_settings({"CONTACTCENTER_DATABASE_URL": url}, tmp_path).database_url == url


def test_redis_may_be_at_a_socket(tmp_path: Path) -> None:
    url = "unix:///run/redis/redis.sock"
    assert load_settings({"CONTACTCENTER_REDIS_URL": url}, tmp_path).redis_url == url


NAMES = [variable.name for variable in VARIABLES]
VALUES = st.text(max_size=30) | st.sampled_from(
    ["http://[", "redis://:x@[::1]:7", "postgresql://a:b@c:d/e", "1.2.3.4/33"]
)


@given(environ=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4))
def test_no_value_raises_anything_but_problems(
    environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cwd = tmp_path_factory.getbasetemp()
    try:
        load_settings(environ, cwd)
    except InvalidSettingsError as error:
        assert {problem.path for problem in error.problems} <= set(NAMES)  # noqa: PT017  either outcome is right


# Documentation


def test_the_page_of_settings_is_up_to_date() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert f"a test compares -->\n{settings_table()}<!-- end -->" in page


def test_the_example_file_has_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == set(NAMES)


@pytest.mark.parametrize("kind", [QueueSettings, RoutingSettings])
def test_the_page_has_every_field_of_the_configuration(kind: type) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    written = {"preference": "preferred_agent"}
    defaults = {written.get(each.name, each.name): each.default for each in fields(kind) if each.name != "id"}
    for name, default in defaults.items():
        assert f"`{name}`" in page
        if isinstance(default, bool):
            assert f"`{name}` | {str(default).lower()} |" in page
        elif isinstance(default, int | float):
            assert f"`{name}` | {default:g} |" in page
