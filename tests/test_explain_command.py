"""`contactcenter explain`: what it prints, and how it ends."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from contactcenter.bootstrap.database import opened
from contactcenter.cli import main
from contactcenter.config import load_settings
from contactcenter.domain.history import Decision
from contactcenter.domain.needs import clauses_of
from contactcenter.domain.words import AgentStatus, MediaClass, OfferCause
from contactcenter.routing.state import Agent, Changes, Contact
from contactcenter.storage import Batch
from tests.deployment import deploy


@pytest.fixture
def center(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A database with a waiting contact that was declined before, one that is reserved, and two people."""
    deploy(tmp_path, monkeypatch)
    assert main(["migrate"]) == main(["config", "apply"]) == 0
    asyncio.run(_fill(tmp_path))
    capsys.readouterr()
    return tmp_path


async def _fill(folder: Path) -> None:
    settings = load_settings({"CONTACTCENTER_DATA_DIR": str(folder / "data")}, folder)
    async with opened(settings) as storage:
        now = 1_795_000_000.0
        queue = (await storage.configuration()).configuration.queues["averias"]
        contact = Contact(
            id="c1", customer_id="k", channel="sms", media=MediaClass.ASYNC, thread="t1", address="a", to="b",
            queue="averias", clauses=clauses_of(queue.needs), priority=60.0, own_priority=0.0, place=now - 300,
            arrived_at=now, queued_at=now, passed_over={"ana": now + 30}, offers=1,
        )  # fmt: skip
        reserved = replace(contact, id="c2", thread="t2", reserved_for="ana", reserved_until=now + 60, passed_over={})
        kept = replace(contact, id="c3", thread="t3", kept=True, hazard=True)
        contacts = {one.id: one for one in (contact, reserved, kept)}
        people = [
            Agent(id="ana", name="Ana", profile="averias-experto", status=AgentStatus.AVAILABLE, sessions={"s"}),
            Agent(id="eva", name="Eva", profile="comercial"),
        ]
        decision = Decision("c1.1", "c1", "ana", now, OfferCause.AGENT_FREED, 1, 12.0, {"not_ready": 2})
        lease = await storage.take_lease("test", 60)
        assert lease is not None
        changes = Changes(contacts=contacts, agents={one.id: one for one in people}, decisions=[decision])
        await storage.commit_batch(Batch(id="b", epoch=lease.epoch, changes=changes, handled=[], outbox=[]), now)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    return capsys.readouterr().out


def test_a_contact_is_explained(center: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "c1")
    for words in ("number 1 of 1", "Relaxation", "declined this contact", "Decisions so far", "2 not ready", "Ana"):
        assert words in text
    assert "kept for Ana" in said(capsys, "c2")
    assert "its queue is closed" in said(capsys, "c3")
    as_json = json.loads(said(capsys, "c1", "--json"))
    assert (as_json["id"], as_json["waiting"]["position"]) == ("c1", 1)


def test_a_person_is_explained(center: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--agent", "ana")
    assert "could take one now" in text
    assert "Waits for this person alone: 1 averias" in text
    other = said(capsys, "--agent", "eva", "--profile", "averias-experto", "--skill", "facturacion=2")
    assert "gained: 1 who wait" in other
    as_json = json.loads(said(capsys, "--agent", "ana", "--skill", "averias=0", "--json"))
    assert as_json["what_if"]["lost_waiting"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nothing"], 1, "no contact 'nothing'"),
        (["--agent", "nobody"], 1, "no agent 'nobody'"),
        (["--agent", "ana", "--skill", "averias"], 1, "proficiency"),
        (["--agent", "ana", "--profile", "none"], 1, "no profile 'none'"),
        (["c1", "--skill", "averias=3"], 2, "--agent"),
    ],
)
def test_what_is_not_there_is_said(
    center: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert main(["explain", *arguments]) == code
    assert words in capsys.readouterr().err
