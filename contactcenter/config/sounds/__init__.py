"""What a call plays: the operator's recordings in `sounds/` beside ivr.yaml, and the hold music that is shipped here.

A voice vendor fetches them by name from everywhere, so a name leads to a sound of these folders or to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = "sounds"
"""Below the configuration's directory."""
OWN: Final = Path(__file__).parent
NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
TYPES: Final[Mapping[str, str]] = {".wav": "audio/wav", ".mp3": "audio/mpeg"}
"""By ending, what every voice vendor plays."""
_LONGEST: Final = 200


def find_sound(config_dir: Path, name: str) -> Path | None:
    """The file of that name: the operator's, else the shipped one of that name, else None."""
    if len(name) > _LONGEST or not NAME.fullmatch(name) or type_of(name) is None:
        return None
    return _within(config_dir / FOLDER, name) or _within(OWN, name)


def type_of(name: str) -> str | None:
    """The content type of a sound, or None for what is none."""
    return TYPES.get(Path(name).suffix.lower())


def _within(folder: Path, name: str) -> Path | None:
    """The file, unless it (or what it links to) lies elsewhere."""
    try:
        found = (folder / name).resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None
