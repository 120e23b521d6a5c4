"""Pages lead where they say, and say what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.domain.words import Delivery, MediaClass, OfferOutcome, Outcome

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("crisis_messages/*.md")])


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Targets within the tree, each with the heading it names."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            path, _, heading = target.partition("#")
            yield (page.parent / path if path else page).resolve(), heading


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, heading in links(page):
        assert target.exists(), f"{page.name} links to {target.relative_to(ROOT)}, which is not there"
        if heading and target.suffix == ".md":
            assert heading in anchors(target), f"{page.name} links to a heading {heading!r} that is not there"


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs" / "adr").glob("0*.md"):
        assert f"({page.name})" in listed


@pytest.mark.parametrize("vocabulary", [Outcome, OfferOutcome, Delivery, MediaClass])
def test_the_glossary_has_every_word_of_the_closed_vocabularies(vocabulary: type) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for word in vocabulary.__members__.values():  # type: ignore[attr-defined]  # each is an Enum
        assert f"`{word}`" in glossary


def test_every_room_of_the_package_is_in_the_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for room in (ROOT / "contactcenter").iterdir():
        if (room / "__init__.py").exists() and room.name != "console":  # what is built, not what is written
            assert f"`{room.name}/`" in page
