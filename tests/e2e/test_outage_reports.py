"""An outage reported by text message over the local network: no agent, one answer, also when a process dies."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest

from contactcenter.domain.utility import Account, Outage, Premises, Register, Zone
from contactcenter.storage import Storage
from tests.e2e.processes import OURS, Center, center
from tests.e2e.test_run import value
from tests.runtime.waiting import until

MARTA, JOAO, STRANGER = "+59899100101", "+59899100102", "+59899199999"


async def fill(made: Center) -> None:
    now = time.time()
    storage = await Storage.open(made.settings.database_url)
    try:
        await storage.utility.put(
            Register(
                (Zone("N", "Norte", "Rivera"), Zone("S", "Sur", "Rivera")),
                (Account("4401873", "Marta", MARTA), Account("4401874", "João", JOAO, language="pt")),
                (
                    Premises("P-1", "4401873", "Av. Brasil 2587", "S"),
                    Premises("P-2", "4401874", "Sarandí 700", "S"),
                    Premises("P-3", "4401874", "Ruta 5 km 480", "N"),
                ),
                (Outage("O-1", "N", {"es": "Rotura", "pt": "Rompimento"}, now - 600, now + 7200),),
            )
        )
    finally:
        await storage.close()


async def ask(made: Center, sender: str, text: str, count: int = 1) -> str:
    """Text the center; what it answers, which is the `count`-th message that this telephone gets."""
    await made.network.text(sender, OURS, text)
    return (await made.network.received(sender, count=count, within=30))[-1].body


def number_of(answer: str) -> str:
    found = re.search(r"\b1\d{6}\b", answer)
    assert found is not None, answer
    return found[0]


@pytest.mark.timeout(120)
async def test_an_outage_is_reported_by_text(tmp_path: Path) -> None:
    async with center(tmp_path / "center", {}, []) as made:
        await fill(made)
        made.start("run")
        await made.ready()
        first = await ask(made, MARTA, "Lúz")
        assert "recibido (Av. Brasil 2587). Todavía no hay hora estimada" in first
        asked = await ask(made, JOAO, "LUZ")
        assert asked == "Onde falta luz? Responda 1 ou 2.\n1: Sarandí 700\n2: Ruta 5 km 480"
        known = await ask(made, JOAO, "2", 2)
        assert "Sabemos da falta de luz em Norte (Rompimento). Hora estimada de retorno:" in known
        assert "número de cuenta" in await ask(made, STRANGER, "corte")
        joined = await ask(made, STRANGER, "4401873", 2)
        assert number_of(joined) == number_of(first)
        assert "Brasil" not in joined
        outcomes = "SELECT COUNT(*) FROM contact WHERE outcome = 'self_served'"
        await until(lambda: value(made, outcomes) == 5)
        assert value(made, "SELECT COUNT(*) FROM contact WHERE outcome IS NULL") == 0
        assert value(made, "SELECT COUNT(*) FROM outage_report") == 2

        await made.network.text(STRANGER, OURS, "LUZ 4401873, hay un cable en la calle")
        await until(lambda: value(made, "SELECT COUNT(*) FROM contact WHERE outcome IS NULL") == 1)
        assert value(made, "SELECT SUM(times) FROM outage_report") == 3


@pytest.mark.timeout(120)
async def test_a_power_cut_of_ours_answers_nobody_twice(tmp_path: Path) -> None:
    async with center(tmp_path / "center", {}, []) as made:
        await fill(made)
        made.start("run")
        await made.ready()
        senders = [f"+5989920{number:04d}" for number in range(30)]
        async with asyncio.TaskGroup() as group:
            for sender in senders:
                group.create_task(made.network.text(sender, OURS, "LUZ 4401873"))
        await asyncio.to_thread(made.kill, "run")
        made.start("run")
        await made.ready()
        answers = [(await made.network.received(sender, within=60))[-1].body for sender in senders]
        assert len({number_of(answer) for answer in answers}) == 1
        assert value(made, "SELECT times FROM outage_report") == len(senders)
        await until(lambda: value(made, "SELECT COUNT(*) FROM contact WHERE outcome IS NULL") == 0)
        assert value(made, "SELECT COUNT(*) FROM contact") == len(senders)
        assert value(made, "SELECT COUNT(*) FROM message WHERE direction = 'system'") == len(senders)
