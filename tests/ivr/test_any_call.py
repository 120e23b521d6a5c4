"""Whatever callers do, they arrive: at a person, at the end of a self-service, or at a hang-up that the data says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.config import load_configuration
from contactcenter.config.ivr import parse_ivr
from contactcenter.ivr import (
    MOST_INPUTS,
    MOST_NODES,
    Caller,
    Enqueue,
    Gather,
    HangUp,
    HungUp,
    Interpreter,
    KnownOutage,
    Pressed,
    Result,
    Session,
    Spoken,
    Step,
)
from contactcenter.ivr.model import Goodbye, Task
from contactcenter.ivr.steps import Dial, FindAccount, Play, Record, ReportOutage, Say

ROOT = Path(__file__).resolve().parents[2]
FILES = (ROOT / "ivr.yaml", Path(__file__).parent / "everything.yaml")
WAITING = (Gather, FindAccount, ReportOutage, Record, Dial)
ENDING = (Enqueue, HangUp)

keys = st.one_of(
    st.text("0123456789*#", max_size=12),
    st.sampled_from(["", "1", "2", "3", "4", "5", "1" * 500, "123456", "1230", "99123456"]),
    st.text(max_size=30),
)
speech = st.one_of(st.text(max_size=60), st.sampled_from(["", "luz", "no", "sim", "uno dos 1 2 3", "x" * 5000]))
inputs = st.lists(
    st.one_of(
        st.builds(Pressed, st.just(0), keys),
        st.builds(Spoken, st.just(0), speech),
        st.builds(Result, st.just(0), st.booleans(), st.text(max_size=60)),
    ),
    min_size=1,
    max_size=12,
)
numbers = st.one_of(st.none(), st.floats(allow_nan=True), st.floats(1.7e9, 1.9e9))
callers = st.builds(
    Caller,
    known=st.booleans(),
    name=st.text(max_size=200),
    tier=st.sampled_from([None, "A", "B", "Z"]),
    language=st.sampled_from([None, "es", "pt", "en", "zh"]),
    zone=st.sampled_from([None, "norte"]),
    address=st.text(max_size=20),
    outage=st.one_of(
        st.none(), st.builds(KnownOutage, st.dictionaries(st.sampled_from(["es", "pt"]), st.text(max_size=20)), numbers)
    ),
)
moments = st.floats(1.7e9, 1.9e9)


@cache
def interpreter(path: Path) -> Interpreter:
    configuration = load_configuration(ROOT).configuration
    return Interpreter(parse_ivr(path.read_text(encoding="utf-8"), configuration), configuration)


def check(steps: tuple[Step, ...], session: Session) -> None:
    assert all(isinstance(step, Say | Play) for step in steps[:-1])
    assert isinstance(steps[-1], ENDING if session.over else WAITING)
    assert len(steps) <= MOST_NODES * 10
    assert session.answer == steps
    assert msgspec.json.decode(msgspec.json.encode(session), type=Session) == session


@given(st.sampled_from(FILES), callers, moments, inputs)
def test_every_call_arrives(path: Path, caller: Caller, now: float, repeated: list[Pressed | Spoken | Result]) -> None:
    ivr = interpreter(path)
    session, steps = ivr.start(caller, now)
    check(steps, session)
    asked = 0
    while not session.over:
        given_now = msgspec.structs.replace(repeated[asked % len(repeated)], step=session.step)
        before = session
        session, steps = ivr.advance(session, given_now, caller, now)
        check(steps, session)
        assert session.step == before.step + 1
        assert ivr.advance(session, given_now, caller, now) == (session, steps)
        asked += 1
        assert asked <= MOST_INPUTS
    if isinstance(steps[-1], HangUp):
        node = ivr.ivr.nodes[session.node]
        assert isinstance(node, Goodbye) or (isinstance(node, Task) and node.then is None)


@given(st.sampled_from(FILES), callers, moments, inputs, keys)
def test_danger_is_heard_wherever_the_caller_is(
    path: Path, caller: Caller, now: float, way: list[Pressed | Spoken | Result], late: str
) -> None:
    ivr = interpreter(path)
    session, steps = ivr.start(caller, now)
    for one in way:
        session, steps = ivr.advance(session, msgspec.structs.replace(one, step=session.step), caller, now)
    if session.over:
        assert ivr.advance(session, Pressed(session.step, late), caller, now) == (session, steps)
        return
    session, steps = ivr.advance(session, Pressed(session.step, ivr.ivr.hazard.key), caller, now)
    last = steps[-1]
    assert isinstance(last, Enqueue)
    assert last.queue == "peligro"


@given(
    st.sampled_from(FILES),
    st.text(max_size=12),
    st.text(max_size=5),
    st.integers(-5, 200),
    st.integers(0, 200),
    st.dictionaries(st.text(max_size=8), st.text(max_size=80), max_size=5),
    st.one_of(st.builds(Pressed, st.integers(-5, 200), keys), st.builds(HungUp, st.integers(-5, 200))),
)
def test_any_stored_session_is_answered(
    path: Path, node: str, language: str, step: int, tries: int, values: dict[str, str], what: Pressed | HungUp
) -> None:
    ivr = interpreter(path)
    stored = Session(step, node, language, (HangUp(),), tries, values)
    session, steps = ivr.advance(stored, what, Caller(), 1.8e9)
    assert session is stored if what.step != step else isinstance(steps[-1], ENDING + WAITING)
