"""The command line: exit codes, and words that a person can act on."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from contactcenter.bootstrap.database import opened
from contactcenter.cli import main
from contactcenter.config import load_settings
from tests.deployment import deploy


@pytest.fixture(autouse=True)
def _deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(tmp_path, monkeypatch)


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().out
    assert all(word in said for word in ("run", "web", "router", "worker", "migrate", "config", "user", "simulate"))


def test_a_wrong_setting_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTACTCENTER_PORT", "many")
    assert main(["migrate"]) == 2
    assert "CONTACTCENTER_PORT" in capsys.readouterr().err


def test_files_are_checked_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check"]) == 0
    assert "all fine" in capsys.readouterr().out
    routing = tmp_path / "routing.yaml"
    routing.write_text(routing.read_text().replace("default_queue: atencion", "default_queue: atencionn"))
    assert main(["config", "check"]) == 2
    assert "routing.yaml:" in capsys.readouterr().err


def test_a_database_that_was_not_migrated_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(monkeypatch, "long enough to be one", "eva", "--role", "supervisor") == 1
    assert "contactcenter migrate" in capsys.readouterr().err


def test_from_nothing_to_somebody_who_can_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate"]) == 0
    assert main(["config", "apply"]) == 0
    assert "version 1 holds" in capsys.readouterr().out
    assert main(["config", "apply"]) == 0
    assert "nothing to change" in capsys.readouterr().out
    assert add(monkeypatch, "short", "eva", "--profile", "polivalente") == 1
    assert add(monkeypatch, "long enough to be one", "eva") == 2
    assert add(monkeypatch, "long enough to be one", "eva", "--profile", "nobody") == 1
    assert "polivalente" in capsys.readouterr().err
    assert add(monkeypatch, "long enough to be one", "Eva", "--name", "Eva Paz", "--profile", "polivalente") == 0
    assert add(monkeypatch, "long enough to be one", "eva", "--profile", "polivalente") == 1

    async def look() -> tuple[str, str | None, list[str]]:
        async with opened(load_settings({"CONTACTCENTER_DATA_DIR": str(tmp_path / "data")}, tmp_path)) as storage:
            account = await storage.account_by_username("EVA")
            assert account is not None
            waiting = await storage.read_inbox(10)  # The router makes the agent.
            return account.name, account.agent_id, [row.kind for row in waiting]

    assert asyncio.run(look()) == ("Eva Paz", "eva", ["AgentConfigured"])


def add(monkeypatch: pytest.MonkeyPatch, password: str, *arguments: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", "add", *arguments, "--password-stdin"])


def test_a_changed_file_becomes_the_next_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert main(["config", "apply"]) == 0
    routing = tmp_path / "routing.yaml"
    routing.write_text(routing.read_text().replace("disconnect_grace_seconds: 30", "disconnect_grace_seconds: 45"))
    capsys.readouterr()
    assert main(["config", "apply", "--comment", "slow networks"]) == 0
    said = capsys.readouterr().out
    assert "disconnect_grace_seconds: 30" in said
    assert "version 2 holds" in said
    assert main(["config", "apply", "--move", "nonsense"]) == 2


def test_the_demo_and_real_people_never_share_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from contactcenter.bootstrap.database import DEMO_ACCOUNTS, StartError, refuse_demo_accounts, refuse_real_accounts
    from contactcenter.storage import Account

    settings = load_settings({"CONTACTCENTER_DATA_DIR": str(tmp_path / "data")}, tmp_path)

    async def put(account_id: str) -> None:
        async with opened(settings, bring_up_to_date=True) as storage:
            await storage.put_account(
                Account(
                    id=account_id,
                    username=account_id,
                    name="x",
                    role="admin",
                    agent_id=None,
                    language="es",
                    password_hash="x",
                )
            )

    async def play() -> None:
        await refuse_real_accounts(settings)
        await put(f"{DEMO_ACCOUNTS}ana")
        await refuse_real_accounts(settings)
        with pytest.raises(StartError, match="everybody"):
            await refuse_demo_accounts(settings)
        await put("real")
        with pytest.raises(StartError, match="one of its own"):
            await refuse_real_accounts(settings)

    asyncio.run(play())
    assert main(["web"]) == 1
    assert "everybody" in capsys.readouterr().err


def test_the_register_is_tried_imported_and_imported_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zones, accounts, premises = (tmp_path / f"{name}.csv" for name in ("zones", "accounts", "premises"))
    zones.write_text("zone,name,department\nMVD-1,Pocitos,Montevideo\n")
    accounts.write_text("account,name,telephone,tier,owner\n7,Planta,+59899100105,A,nobody\n")
    premises.write_text("premises,account,address,zone\nP-1,7,Av. Brasil 2587,MVD-1\nP-2,8,Av. Brasil 2589,MVD-1\n")
    importing = ["utility", "import", str(premises), str(accounts), str(zones)]
    assert main(["migrate"]) == 0
    assert main(importing) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{premises}:3: account: there is no account '8'; add it first",
        f"{accounts}:2: owner: there is no owner 'nobody'; add it first",
    ]
    accounts.write_text("account,name,telephone\n7,Planta,+59899100105\n8,Vecino,\n")
    assert main([*importing, "--dry-run"]) == 0
    tried = capsys.readouterr().out
    assert tried.endswith("tried only: nothing was written\n")
    assert main(importing) == 0
    assert capsys.readouterr().out == tried.removesuffix("tried only: nothing was written\n")
    assert main(importing) == 0
    assert capsys.readouterr().out.splitlines() == [
        "zone: 0 new, 0 changed, 1 as before",
        "account: 0 new, 0 changed, 2 as before",
        "premises: 0 new, 0 changed, 2 as before",
    ]
