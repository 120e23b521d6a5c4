"""Calls through the menus that we ship, and through a file that has everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from contactcenter.config import load_configuration
from contactcenter.config.ivr import load_ivr, parse_ivr
from contactcenter.ivr import (
    MOST_INPUTS,
    Caller,
    Dial,
    Enqueue,
    FindAccount,
    Gather,
    Given,
    HangUp,
    HungUp,
    Interpreter,
    KnownOutage,
    Play,
    Pressed,
    Record,
    ReportOutage,
    Result,
    Say,
    Session,
    Spoken,
    Step,
)
from contactcenter.ivr.model import Announcement

ROOT = Path(__file__).resolve().parents[2]
TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC).timestamp()
"""Noon in Montevideo."""
SUNDAY = datetime(2026, 11, 22, 15, tzinfo=UTC).timestamp()
ANA = Caller(number="+59899123456", known=True, name="Ana", address="Rivera 1234")
STRANGER = Caller(number="+59899000000")


@pytest.fixture(scope="module")
def shipped() -> Interpreter:
    loaded = load_ivr(ROOT)
    return Interpreter(loaded.ivr, loaded.configuration)


@pytest.fixture(scope="module")
def everything() -> Interpreter:
    configuration = load_configuration(ROOT).configuration
    text = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")
    return Interpreter(parse_ivr(text, configuration), configuration)


class Call:
    """A call whose caller says what they do without counting steps."""

    def __init__(self, interpreter: Interpreter, caller: Caller = STRANGER, now: float = TUESDAY) -> None:
        self.interpreter = interpreter
        self.caller = caller
        self.now = now
        self.session, self.steps = interpreter.start(caller, now)

    def give(self, given: Given) -> Step:
        self.session, self.steps = self.interpreter.advance(self.session, given, self.caller, self.now)
        return self.steps[-1]

    def press(self, *several: str) -> Step:
        for keys in several:
            self.give(Pressed(self.session.step, keys))
        return self.steps[-1]

    def say(self, text: str) -> Step:
        return self.give(Spoken(self.session.step, text))

    def done(self, number: str = "", *, ok: bool = True) -> Step:
        return self.give(Result(self.session.step, ok, number))

    @property
    def heard(self) -> str:
        return " ".join(step.text for step in self.steps if isinstance(step, Say))


def test_the_danger_is_told_of_before_the_first_choice(shipped: Interpreter) -> None:
    call = Call(shipped)
    assert call.heard.startswith("Bienvenido")
    assert call.heard.index("oprima 9") < call.heard.index("oprima 1")
    assert isinstance(call.steps[-1], Gather)


def test_a_language_chosen_by_key_is_spoken_from_there_on(shipped: Interpreter) -> None:
    call = Call(shipped)
    call.press("2")
    assert "pressione 1" in call.heard
    assert call.press("2") == Enqueue("facturacion", "pt")
    assert call.session.over


def test_who_is_silent_goes_on_in_spanish_and_reaches_a_person(shipped: Interpreter) -> None:
    call = Call(shipped)
    call.press("")
    assert "Si no tiene luz" in call.heard
    call.press("")
    assert call.heard.startswith("No oímos")
    assert call.press("", "") == Enqueue("atencion", "es")


def test_a_customers_language_is_spoken_at_once_if_we_speak_it(shipped: Interpreter) -> None:
    assert "Welcome" in Call(shipped, Caller(language="en")).heard
    assert "Bienvenido" in Call(shipped, Caller(language="de")).heard


def test_an_outage_is_reported_without_an_agent(shipped: Interpreter) -> None:
    call = Call(shipped, ANA)
    assert "Hola, Ana." in call.heard
    call.press("1", "1")
    assert "Rivera 1234" in call.heard
    assert call.press("1") == ReportOutage("")
    assert call.done("4711") == HangUp()
    assert "4 7 1 1" in call.heard
    assert "Todavía no tenemos una hora estimada" in call.heard


def test_whoever_reports_hears_when_the_power_will_be_back(shipped: Interpreter) -> None:
    call = Call(shipped, ANA)
    call.press("1", "1", "1")
    call.caller = msgspec.structs.replace(ANA, outage=KnownOutage({"es": "viento"}, TUESDAY + 3_600.0))
    assert call.done("4711") == HangUp()
    assert "4 7 1 1. La causa es: viento. Hora estimada de reposición: 13:00." in call.heard


def test_a_stranger_is_asked_for_the_account_which_is_looked_up(shipped: Interpreter) -> None:
    call = Call(shipped)
    assert call.press("1", "1") == Gather(6, 10, "#", 6.0, shipped.ivr.hazard.words)
    assert call.press("1234567#") == FindAccount("1234567")
    call.caller = ANA
    assert call.done() == ReportOutage("1234567")
    call.done("1")
    assert call.session.values == {"account": "1234567", "report": "1"}


def test_an_account_that_nobody_knows_leads_to_a_person(shipped: Interpreter) -> None:
    call = Call(shipped)
    call.press("1", "1", "1234567")
    assert call.done(ok=False) == Enqueue("averias", "es")
    assert "1 2 3 4 5 6 7" in call.heard


def test_a_report_that_fails_leads_to_a_person(shipped: Interpreter) -> None:
    call = Call(shipped, ANA)
    call.press("1", "1", "1")
    assert call.done(ok=False) == Enqueue("averias", "es")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (TUESDAY + 3600, "reposición: 13:00."),
        (TUESDAY + 86400, "reposición: 25/11, 12:00."),
        (TUESDAY - 60, "Todavía no tenemos"),
        (None, "Todavía no tenemos"),
        (1e300, "Sabemos que hay un corte"),
    ],
)
def test_a_known_outage_is_said_before_any_menu(shipped: Interpreter, until: float | None, said: str) -> None:
    call = Call(shipped, Caller(outage=KnownOutage({"es": "tormenta"}, until)))
    assert said in call.heard
    assert call.heard.index("tormenta") < call.heard.index("oprima")
    assert call.press("2") == HangUp()


def test_a_cause_that_is_not_known_is_left_out(shipped: Interpreter) -> None:
    assert "causa" not in Call(shipped, Caller(outage=KnownOutage())).heard


@pytest.mark.parametrize(("now", "last"), [(TUESDAY, Enqueue("altas", "es")), (SUNDAY, Record("altas", 120, "#9"))])
def test_a_closed_queue_takes_a_message(shipped: Interpreter, now: float, last: Step) -> None:
    call = Call(shipped, now=now)
    assert call.press("1", "4") == last
    if isinstance(last, Record):
        assert call.done() == HangUp()
        assert "Recibimos su mensaje" in call.heard


def test_large_accounts_have_a_lane_of_their_own(shipped: Interpreter) -> None:
    assert Call(shipped, Caller(tier="A", known=True)).press("1") == Enqueue("grandes-clientes", "es")


@pytest.mark.parametrize("way", [(), ("1",), ("1", "1"), ("1", "1", "")])
@pytest.mark.parametrize("danger", ["9", "999"])
def test_a_fallen_cable_is_one_key_away_at_every_level(shipped: Interpreter, way: tuple[str, ...], danger: str) -> None:
    call = Call(shipped)
    call.press(*way)
    assert call.press(danger) == Enqueue("peligro", "es")
    assert "no toque nada" in call.heard


def test_the_key_may_be_finished_like_a_number(shipped: Interpreter) -> None:
    assert Call(shipped).press("1", "1", "9#") == Enqueue("peligro", "es")


@pytest.mark.parametrize("words", ["hay un CABLE caído!", "tem perigo aqui", "there are sparks"])
def test_danger_may_be_spoken_in_any_language(shipped: Interpreter, words: str) -> None:
    assert Call(shipped).say(words) == Enqueue("peligro", "es")


def test_words_work_as_keys_do(shipped: Interpreter) -> None:
    call = Call(shipped)
    call.say("português")
    assert call.say("Uma FATURA, por favor") == Enqueue("facturacion", "pt")
    call = Call(shipped)
    assert call.say("quiero hablar con una persona") == Enqueue("atencion", "es")
    call = Call(shipped)
    call.press("1", "1")
    assert call.say("es el 12 34 567") == FindAccount("1234567")


def test_a_person_is_one_key_away(shipped: Interpreter) -> None:
    assert Call(shipped).press("0") == Enqueue("atencion", "es")
    assert Call(shipped).press("1", "1", "0") == Enqueue("atencion", "es")


@pytest.mark.parametrize("keys", ["1" * 500, "12", "7", "á", "\x00", "１２３４５６７", "#", "12345678901"])
def test_nonsense_is_asked_again_and_then_leads_to_a_person(shipped: Interpreter, keys: str) -> None:
    call = Call(shipped)
    call.press("1", "1")
    assert isinstance(call.press(keys), Gather)
    assert isinstance(call.press(keys), Gather)
    assert call.press(keys) == Enqueue("averias", "es")


def test_a_repeated_input_gets_the_same_answer_and_moves_nothing(shipped: Interpreter) -> None:
    call = Call(shipped)
    pressed = Pressed(call.session.step, "1")
    call.give(pressed)
    session, steps = call.session, call.steps
    assert shipped.advance(session, pressed, STRANGER, TUESDAY + 5) == (session, steps)
    assert shipped.advance(session, Pressed(99, "9"), STRANGER, TUESDAY) == (session, steps)
    call.press("2")
    assert call.session.over
    assert shipped.advance(call.session, Pressed(call.session.step, "9"), STRANGER, TUESDAY)[0] is call.session


def test_a_session_is_small_and_survives_its_row(shipped: Interpreter) -> None:
    call = Call(shipped, ANA)
    call.press("1", "1", "2", "12345678")
    stored = msgspec.json.encode(call.session)
    assert len(stored) < 2000
    assert msgspec.json.decode(stored, type=Session) == call.session


def test_who_leaves_ends_the_session(shipped: Interpreter) -> None:
    call = Call(shipped)
    assert call.give(HungUp(call.session.step)) == HangUp()
    assert call.session.over


def test_who_asks_for_ever_gets_a_person(shipped: Interpreter) -> None:
    call = Call(shipped)
    call.press("1")
    for _ in range(MOST_INPUTS):
        if not call.session.over:
            call.press("5")
    assert call.steps[-1] == Enqueue("atencion", "es")
    assert call.session.step == MOST_INPUTS + 1


def test_danger_counts_also_at_the_last_step(shipped: Interpreter) -> None:
    call = Call(shipped)
    call.press("1", *["5"] * (MOST_INPUTS - 2))
    assert call.press("9") == Enqueue("peligro", "es")


def test_a_node_or_language_that_a_new_version_lacks_leads_to_a_person(shipped: Interpreter) -> None:
    call = Call(shipped)
    gone = replace_session(call.session, node="vanished", language="xx")
    session, steps = shipped.advance(gone, Pressed(gone.step, "1"), STRANGER, TUESDAY)
    assert steps[-1] == Enqueue("atencion", "es")
    assert session.over


def test_what_is_known_of_a_customer_is_cleaned_before_it_is_said(shipped: Interpreter) -> None:
    call = Call(shipped, Caller(known=True, name="A\x00\u202ena " + "x" * 5000))
    assert "Hola, A na" in call.heard
    assert len(call.heard) < 500


def test_recordings_checks_and_needs(everything: Interpreter) -> None:
    call = Call(everything, Caller(known=True))
    assert call.steps[0] == Play("es/hello.mp3", "es")
    call.press("2")
    call.press("11111111")  # no telephone has such a number
    assert "Así no" in call.heard
    call.press("099123456", "1234")  # the account's check digit is wrong
    call.press("1230")
    assert call.steps[-1] == FindAccount("1230")
    assert isinstance(call.done(), ReportOutage)
    assert call.done(ok=False) == Dial("+59829001234", 20)
    last = call.done(ok=False)
    assert isinstance(last, Enqueue)
    assert (last.queue, last.priority, last.needs.skills) == ("atencion", 30.0, {"averias": 2})


def test_a_key_that_is_part_of_a_number_is_no_danger_there(everything: Interpreter) -> None:
    call = Call(everything, STRANGER)
    assert isinstance(call.press("09912345"), Gather)
    assert call.session.values == {"phone": "09912345"}
    assert call.press("12*") == Enqueue("peligro", "es")


def test_a_key_pressed_while_something_is_done_is_danger_or_a_failure(everything: Interpreter) -> None:
    call = Call(everything, Caller(known=True))
    assert isinstance(call.press("1"), Record)
    assert call.session.language == "en"
    before = call.session
    assert call.press("*") == Enqueue("peligro", "en")
    call.session = before
    assert isinstance(call.press("1"), Enqueue)


def test_a_walk_without_end_ends_at_a_person(everything: Interpreter) -> None:
    """`problems_of` refuses such a file; should one come in any other way, nobody is lost."""
    ivr = everything.ivr
    hello = ivr.nodes["greeting"]
    assert isinstance(hello, Announcement)
    looping = replace(ivr, nodes={**ivr.nodes, "greeting": replace(hello, then="greeting")})
    _, steps = Interpreter(looping, load_configuration(ROOT).configuration).start(STRANGER, TUESDAY)
    assert isinstance(steps[-1], Enqueue)


def replace_session(session: Session, **changes: str) -> Session:
    return msgspec.structs.replace(session, **changes)
