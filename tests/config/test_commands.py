from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from contactcenter.config import apply, check, differences
from contactcenter.config.commands import ConfigurationStore
from contactcenter.domain.configuration import EntryPoint
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.storage import StaleVersionError, Storage

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = check(ROOT).configuration


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{tmp_path}/center.sqlite3", migrate=True)
    await storage.seed(SHIPPED, [("lucia", "Lucía Fernández", "averias-experto")], "tests")
    yield storage
    await storage.close()


async def test_files_that_say_what_holds_already_change_nothing(storage: Storage) -> None:
    applied = await apply(storage, SHIPPED, by="tests", stimulus_id="s1")
    assert (applied.version, applied.changes) == (1, ())
    assert await storage.read_inbox(10) == []


async def test_a_change_is_a_new_version_that_the_router_hears_of(storage: Storage) -> None:
    changed = replace(SHIPPED, queues={**SHIPPED.queues, "averias": replace(SHIPPED.queues["averias"], priority=300)})
    applied = await apply(storage, changed, by="ana", comment="tormenta", stimulus_id="s1")
    assert (applied.version, applied.changes) == (2, ("~ queues.averias.priority: 120 → 300",))
    stored = await storage.configuration()
    assert (stored.version, stored.by, stored.comment) == (2, "ana", "tormenta")
    assert stored.configuration == replace(changed, version=2)
    assert [row.kind for row in await storage.read_inbox(10)] == ["ConfigurationChanged"]


async def test_who_was_slower_is_told(storage: Storage) -> None:
    class Slow:
        """A store in which somebody else is always faster."""

        configuration = storage.configuration
        agents = storage.agents

        async def change_configuration(self, **_: object) -> int:
            raise StaleVersionError(2)

    slow: ConfigurationStore = Slow()
    with pytest.raises(StaleVersionError):
        await apply(slow, replace(SHIPPED, entry_points=()), by="tests", stimulus_id="s1")


async def test_a_profile_that_people_have_is_not_taken_away(storage: Storage) -> None:
    profiles = {id_: profile for id_, profile in SHIPPED.profiles.items() if id_ != "averias-experto"}
    with pytest.raises(InvalidConfigurationError) as raised:
        await apply(storage, replace(SHIPPED, profiles=profiles), by="t", stimulus_id="s2", moves={"redes": "averia"})
    assert [str(problem) for problem in raised.value.problems] == [
        "profiles.averias-experto: is missing and is the profile of Lucía Fernández; give them another first",
        "moves.redes: there is no queue 'averia'; did you mean 'averias'?",
    ]


def test_what_came_and_went_is_named() -> None:
    door = EntryPoint("sms", "averias", keyword="OSCURO", language="es")
    after = replace(
        SHIPPED,
        skills={id_: name for id_, name in SHIPPED.skills.items() if id_ != "redes"},
        entry_points=(*SHIPPED.entry_points[1:], door),
    )
    lines = differences(SHIPPED, after)
    assert [line for line in lines if ".skills" not in line and "entry_points" not in line] == [
        "- skills.redes.es: Redes sociales",
        "- skills.redes.pt: Redes sociais",
        "- skills.redes.en: Social media",
    ]
    assert [line.split(": {")[0] for line in lines if "entry_points" in line] == [
        "- entry_points.sms * PELIGRO",
        "+ entry_points.sms * OSCURO",
    ]


def test_the_order_of_doors_is_no_difference() -> None:
    assert differences(SHIPPED, replace(SHIPPED, entry_points=SHIPPED.entry_points[::-1])) == []
