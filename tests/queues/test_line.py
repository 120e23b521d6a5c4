"""A waiting line against the plainest model of one: a sorted list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.queues.line import WaitingLine

CONTACTS = [f"contact{number}" for number in range(8)]
MOVES = st.lists(st.tuples(st.sampled_from(CONTACTS), st.integers(0, 5)), max_size=200)


@given(MOVES, st.sets(st.sampled_from(CONTACTS)))
def test_it_is_a_sorted_list(moves: list[tuple[str, int]], barred: set[str]) -> None:
    line, model = WaitingLine(), dict[str, float]()
    for contact, rank in moves:
        if contact in model:
            line.leave(contact)
            del model[contact]
        else:
            line.join(contact, rank)
            model[contact] = rank
        order = sorted((rank, contact) for contact, rank in model.items())
        assert line.first_known in (None, *order[:1])
        assert not order or (line.first_known or line.top()) == line.first_known == order[0]
        assert line.head() == (order[0] if order else None)
        allowed = [entry for entry in order if entry[1] not in barred]
        assert line.first(barred) == (allowed[0] if allowed else None)
        assert len(line) == len(model)
        assert set(line) == set(model)
        assert all((contact in line) == (contact in model) for contact in CONTACTS)


def test_a_line_that_many_leave_does_not_grow() -> None:
    line = WaitingLine()
    line.join("first", 0)
    for number in range(1_000):
        line.join(f"passer-by {number}", 1)
        line.leave(f"passer-by {number}")
    assert len(line._heap) < 100
    assert line.head() == (0, "first")
