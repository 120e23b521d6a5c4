"""A waiting line: contacts that ask the same of an agent, in order of place less head start."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_SLACK = 32
"""Gone entries a line may carry before it is worth rebuilding."""


class WaitingLine:
    """Contacts by rank (UTC seconds of place less seconds of head start), then by id.

    Leaving is O(1): the entry stays in the heap and is skipped when it comes up. `first_known` is the first, or
    None until `top` has looked again.
    """

    __slots__ = ("_heap", "_last", "_ranks", "first_known")

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._last = 0.0
        self._ranks: dict[str, float] = {}
        self.first_known: tuple[float, str] | None = None

    def __len__(self) -> int:
        return len(self._ranks)

    def __contains__(self, contact_id: str) -> bool:
        return contact_id in self._ranks

    def __iter__(self) -> Iterator[str]:
        """Contact ids in no particular order."""
        return iter(self._ranks)

    def join(self, contact_id: str, rank: float) -> None:
        """Stand in line at `rank`."""
        if rank > self._last or not self._ranks:
            self._last = rank
        self._ranks[contact_id] = rank
        entry = (rank, contact_id)
        heappush(self._heap, entry)
        known = self.first_known
        if known is not None and entry < known:
            self.first_known = entry

    def leave(self, contact_id: str) -> None:
        """Leave the line, from wherever in it."""
        del self._ranks[contact_id]
        known = self.first_known
        if known is not None and known[1] == contact_id:
            self.first_known = None
        if len(self._heap) > 2 * len(self._ranks) + _SLACK:
            self._heap = [(rank, contact) for contact, rank in self._ranks.items()]
            heapify(self._heap)

    def head(self) -> tuple[float, str] | None:
        """Rank and id of the first, or None when the line is empty."""
        heap, ranks = self._heap, self._ranks
        while heap:
            entry = heap[0]
            if ranks.get(entry[1]) == entry[0]:
                return entry
            heappop(heap)
        return None

    def span(self) -> tuple[float, float] | None:
        """Ranks of the first and of the last who stand here, or None when the line is empty."""
        head = self.head()
        return None if head is None else (head[0], self._last)

    def top(self) -> tuple[float, str]:
        """Rank and id of the first of a line in which somebody stands."""
        heap, ranks = self._heap, self._ranks
        entry = heap[0]
        while ranks.get(entry[1]) != entry[0]:
            heappop(heap)
            entry = heap[0]
        self.first_known = entry
        return entry

    def ahead_of(self, rank: float, *, own: bool) -> float:
        """About how many stand before `rank`, in O(1): exact at both ends, in proportion between them.

        `own`: whoever asks stands in the line too.
        """
        head = self.head()
        others = len(self._ranks) - own
        if head is None or rank < head[0] or others <= 0:
            return 0.0
        if rank >= self._last:
            return float(others)
        return others * (rank - head[0]) / (self._last - head[0])

    def first(self, barred: Container[str]) -> tuple[float, str] | None:
        """The first whose id is not `barred`."""
        entry = self.head()
        if entry is None or entry[1] not in barred:
            return entry
        aside = []
        while entry is not None and entry[1] in barred:
            aside.append(heappop(self._heap))
            entry = self.head()
        for skipped in aside:
            heappush(self._heap, skipped)
        return entry
