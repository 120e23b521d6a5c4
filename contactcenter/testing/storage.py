"""`StorageTests`: what storage must do on every database, as tests that a back end inherits.

A subclass gives `url` and a back door (`rows`), so that the suite never checks storage with itself. It needs
pytest-asyncio's `auto` mode.
"""

from __future__ import annotations

from contactcenter.testing.storage_explanations import ExplanationTests
from contactcenter.testing.storage_intake import IntakeTests
from contactcenter.testing.storage_outbox import OutboxTests
from contactcenter.testing.storage_people import PeopleTests
from contactcenter.testing.storage_router import RouterTests


class StorageTests(IntakeTests, RouterTests, OutboxTests, PeopleTests, ExplanationTests):
    """All of it."""
