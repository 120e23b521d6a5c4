#!/usr/bin/env python3
"""Checks the tree itself: no file too long to be one thing, nothing that ties it to one machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
MOST_LINES: Final = 500
COUNTED: Final = {".py", ".ts", ".tsx"}

PACKAGE_INDEX: Final = re.compile(
    r"\b(?:[\w-]+\.)*(?:npmjs|pypi|pythonhosted|yarnpkg)\.(?:org|com|io)\b"
    r"|\bindex-url\b.*://"
    r"|\bfile:///(?:home|opt|root|work|Users)/",
    re.IGNORECASE,
)
MACHINE_PATH: Final = re.compile(r"(?<![\w./:}$-])/(?:home|opt|root|work|Users)/\w")


def tracked_files() -> Iterator[Path]:
    """Yield what git tracks, and what it would track: relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listing.split("\0")):
        path = Path(name)
        if (ROOT / path).is_file():
            yield path


def complaints(path: Path) -> Iterator[str]:
    """Yield what is wrong with one file, each as `file:line: what`."""
    content = (ROOT / path).read_bytes()
    if b"\0" in content:
        return
    lines = content.decode(errors="replace").splitlines()
    if path.suffix in COUNTED and "migrations" not in path.parts and len(lines) > MOST_LINES:
        yield f"{path}: {len(lines)} lines; past {MOST_LINES}, ask what it really is"
    for number, line in enumerate(lines, start=1):
        if found := PACKAGE_INDEX.search(line):
            yield f"{path}:{number}: names a package index: {found.group()}"
        if found := MACHINE_PATH.search(line):
            yield f"{path}:{number}: names a path of one machine: {found.group()}"


def main() -> int:
    """Print every complaint; 1 if there is any."""
    found = [complaint for path in tracked_files() for complaint in complaints(path)]
    print("\n".join(found) or "the tree is clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
