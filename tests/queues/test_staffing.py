"""What agents' time goes into."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.domain.words import AgentStatus
from contactcenter.queues.rosters import Roster
from contactcenter.queues.staffing import DISCONNECTED, NO_REASON, TIMES, Change, Doing, Times, occupancy, spent

IDLE = Doing("all", AgentStatus.AVAILABLE)
OUT = Doing("all", AgentStatus.LOGGED_OUT)
HALF_HOUR = 1_800_000


def test_an_hour_by_hand() -> None:
    changes = [
        Change(0, IDLE),
        Change(600_000, IDLE._replace(live=1), 1),
        Change(700_000, IDLE._replace(live=3), 2),
        Change(1_000_000, IDLE._replace(live=1, wrap_up=2)),
        Change(1_100_000, IDLE._replace(wrap_up=1)),
        Change(1_200_000, Doing("all", AgentStatus.NOT_READY, "break")),
        Change(1_500_000, Doing("all", AgentStatus.NOT_READY, DISCONNECTED)),
        Change(1_600_000, Doing("all", AgentStatus.NOT_READY)),
        Change(1_700_000, OUT),
    ]
    times = spent(None, changes, 0, HALF_HOUR)["all"]
    assert (times.available, times.busy, times.staffed) == (600_000, 600_000, 1_700_000)
    assert (times.voice, times.live, times.messages, times.wrap_up) == (0, 500_000, 0, 100_000)
    assert (times.talk, times.after, times.answered) == (100_000 + 900_000 + 100_000, 200_000 + 100_000, 3)
    assert times.not_ready == {"break": 300_000, DISCONNECTED: 100_000, NO_REASON: 100_000}
    assert times.occupancy == 0.5
    assert times.aht == 1_400 / 3


def test_three_chats_make_one_busy_person() -> None:
    times = Times()
    times.spend(IDLE._replace(live=3), 1_000)
    assert (times.busy, times.talk) == (1_000, 3_000)


def test_of_nobody_nothing_is_told() -> None:
    assert spent(None, [], 0, HALF_HOUR) == {}
    assert spent(OUT, [Change(-5, IDLE), Change(HALF_HOUR, IDLE)], 0, HALF_HOUR) == {}
    assert (Times().occupancy, Times().aht, occupancy(0, 0), bool(Times())) == (None, None, None, False)


def test_times_by_the_profile_of_the_moment() -> None:
    times = spent(IDLE, [Change(500_000, Doing("other", AgentStatus.AVAILABLE))], 0, HALF_HOUR)
    assert {profile: one.available for profile, one in times.items()} == {"all": 500_000, "other": 1_300_000}


def test_a_stored_time_is_the_same() -> None:
    times = spent(IDLE, [Change(5, Doing("all", AgentStatus.NOT_READY, "break"), 2)], 0, 60)["all"]
    assert Times.of([getattr(times, name) for name in TIMES], times.not_ready) == times


DOINGS = st.builds(
    Doing,
    st.sampled_from(["all", "other"]),
    st.sampled_from(AgentStatus),
    st.sampled_from([None, "break"]),
    st.integers(0, 1),
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 2),
).filter(lambda doing: doing.status is not AgentStatus.LOGGED_OUT or not doing.busy)
DAYS = st.lists(st.tuples(st.integers(0, 2 * HALF_HOUR - 1), DOINGS, st.integers(0, 2)), max_size=12).map(
    lambda changes: [Change(*change) for change in sorted(changes, key=lambda change: change[0])]
)


def added(*several: dict[str, Times]) -> dict[str, Times]:
    result: dict[str, Times] = {}
    for times in several:
        for profile, one in times.items():
            result.setdefault(profile, Times()).add(one)
    return result


@given(st.none() | DOINGS, DAYS, st.integers(1, 2 * HALF_HOUR - 1))
def test_two_parts_are_the_whole(before: Doing | None, changes: list[Change], cut: int) -> None:
    then = [change.doing for change in changes if change.at < cut]
    first = spent(before, changes, 0, cut)
    second = spent(then[-1] if then else before, changes, cut, 2 * HALF_HOUR)
    assert added(first, second) == added(spent(before, changes, 0, 2 * HALF_HOUR))


@given(st.lists(DAYS, max_size=4))
def test_live_sums_are_what_the_log_says(days: list[list[Change]]) -> None:
    roster = Roster()
    told = [(change, str(number)) for number, day in enumerate(days) for change in day]
    for change, agent in sorted(told, key=lambda each: each[0].at):
        roster.change(agent, change.doing, change.at, change.answered)
    end = 2 * HALF_HOUR
    roster.settle(end)
    for start in (0, HALF_HOUR):
        wanted = added(
            *(spent(_at(day, start), day, start, start + HALF_HOUR) for day in days),
        )
        found = roster.spans_since(start // 1000, (start + HALF_HOUR) // 1000)
        assert _plain(found) == _plain(wanted)
    recent = added(*(spent(_at(day, end - HALF_HOUR), day, end - HALF_HOUR, end) for day in days))
    assert _plain(roster.since((end - HALF_HOUR) / 1000)) == _plain(recent)


def _at(day: list[Change], moment: int) -> Doing | None:
    before = [change.doing for change in day if change.at < moment]
    return before[-1] if before else None


def _plain(times: dict[str, Times]) -> dict[str, tuple[object, ...]]:
    return {
        profile: (
            *(getattr(one, name) for name in TIMES),
            {reason: time for reason, time in one.not_ready.items() if time},
        )
        for profile, one in times.items()
        if one
    }


def test_half_hours_of_before_are_put_in_and_forgotten() -> None:
    roster = Roster()
    roster.put(0, "all", Times(available=5))
    assert roster.change("ana", IDLE, HALF_HOUR)
    assert not roster.change("ana", IDLE, HALF_HOUR + 1), "nothing new"
    roster.settle(HALF_HOUR + 10)
    assert roster.spans_since(0, 3600)["all"].available == 15
    roster.drop(1800)
    assert roster.spans_since(0, 3600)["all"].available == 10
