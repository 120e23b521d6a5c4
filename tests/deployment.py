"""A folder from which the command can be run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def deploy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the configuration that we ship into `folder`, and be there."""
    for name in ("skills.yaml", "routing.yaml"):
        shutil.copy(REPOSITORY / name, folder)
    shutil.copytree(REPOSITORY / "crisis_messages", folder / "crisis_messages")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CONTACTCENTER_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("CONTACTCENTER_LOG_LEVEL", "error")
