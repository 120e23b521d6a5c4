"""Voice steps as TwiML: what is rendered is what was meant, and a strict reader of Twilio's reference takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.twilio_calls import RETRIES, Addresses, CallReader
from contactcenter.channels.twilio_twiml import MAX_SAY, Renderer
from contactcenter.channels.voice import CallAsked, GoOn, Join, Link, Music, Part, Pause, Refuse, VoiceStep
from contactcenter.config.ivr import load_ivr
from contactcenter.ivr import Caller, Enqueue, Interpreter, KnownOutage, Pressed, Result
from contactcenter.ivr.steps import Dial, FindAccount, Gather, HangUp, Play, Record, ReportOutage, Say
from contactcenter.localnet.voice_twiml import Verb, read_document
from tests.channels.twilio_vendor import CENTER, PUBLIC_URL, signed

ROOT = Path(__file__).parents[2]
MENU = Link(part=Part.MENU, step=3)
RENDERER = Renderer(Addresses(PUBLIC_URL), CENTER)
HERE = f"{PUBLIC_URL}/webhooks/twilio/voice/menu?step=3"
ASKED, SILENT = HERE + RETRIES, f"{HERE}&silent=1{RETRIES}"


def played(*steps: VoiceStep, link: Link = MENU) -> tuple[Verb, ...]:
    text = RENDERER.render(steps, link)
    assert len(text.encode()) < 64 * 1024
    return read_document("text/xml", text).children


def attributes(verb: Verb, *names: str) -> tuple[str, ...]:
    return tuple(verb.get(name) for name in names)


@pytest.mark.parametrize(
    ("language", "voice", "said"),
    [
        ("es", "Polly.Mia", "es-MX"), ("pt", "Polly.Camila", "pt-BR"), ("en", "Polly.Joanna", "en-US"),
        ("es-UY", "Polly.Mia", "es-MX"), ("qu", "", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_a_text_is_said_in_its_language(language: str, voice: str, said: str) -> None:
    say, bye = played(Say("Hola, Ana.", language), HangUp())
    assert (say.name, say.text, bye.name) == ("Say", "Hola, Ana.", "Hangup")
    assert attributes(say, "voice", "language") == (voice, said)


def test_a_question_is_interrupted_by_a_key_and_silence_asks_again() -> None:
    gather, again = played(Say("¿Cuenta?", "es"), Play("es/a b.mp3", "es"), Gather(6, 10, "#", 4.2))
    assert attributes(gather, "input", "numDigits", "finishOnKey", "timeout", "action", "method") == (
        "dtmf", "10", "#", "5", ASKED, "POST",
    )  # fmt: skip
    assert [each.name for each in gather.children] == ["Say", "Play"]
    assert gather.children[1].text == f"{PUBLIC_URL}/sounds/es/a%20b.mp3"
    assert (again.name, again.text) == ("Redirect", SILENT)


def test_words_are_listened_for_in_the_language_that_was_spoken() -> None:
    gather, _ = played(Say("Diga", "pt"), Gather(1, 1, "", 6, ("luz, energia", "pessoa")))
    assert attributes(gather, "input", "hints", "language", "speechTimeout", "finishOnKey") == (
        "dtmf speech", "luz energia,pessoa", "pt-BR", "auto", "",
    )  # fmt: skip
    gather, _ = played(Play("pt/diga.mp3", "pt"), Gather(1, 1, "", 6, ("luz",)))
    assert gather.get("language") == "pt-BR"


def test_music_is_our_own_unless_a_file_is_named() -> None:
    gather, _ = played(Music(), Gather(1, 1, "", 1.0))
    assert gather.children[0].text == f"{PUBLIC_URL}/sounds/hold.wav"
    play, go_on = played(Music("hold/piano.mp3"), GoOn())
    assert play.text == f"{PUBLIC_URL}/sounds/hold/piano.mp3"
    assert (go_on.name, go_on.text) == ("Redirect", ASKED)


def test_a_message_is_recorded_up_to_its_length_and_silence_goes_on() -> None:
    say, record, again = played(Say("Hable", "es"), Record("altas", 120))
    assert say.name == "Say"
    assert attributes(record, "maxLength", "playBeep", "finishOnKey", "action") == ("120", "true", "#", ASKED)
    assert again.text == SILENT


def test_a_key_is_heard_before_and_after_the_beep() -> None:
    gather, record, again = played(Say("Hable", "es"), Record("altas", 120, "#9"))
    assert attributes(gather, "input", "numDigits", "finishOnKey", "timeout") == ("dtmf", "1", "#", "1")
    assert gather.get("action") == ASKED
    assert [each.name for each in gather.children] == ["Say"]
    assert (record.get("finishOnKey"), again.text) == ("#9", SILENT)
    record, _ = played(Record("altas", 120, "#9"))
    assert record.name == "Record"


def test_a_number_is_dialled_with_a_number_of_ours() -> None:
    [dial] = played(Dial("+59829001234", 30))
    assert attributes(dial, "timeout", "callerId", "answerOnBridge", "action") == ("30", CENTER, "true", ASKED)
    assert [(each.name, each.text) for each in dial.children] == [("Number", "+59829001234")]


def test_the_room_is_entered_and_reported() -> None:
    [dial] = played(Join("contact-1", ends=True, recorded=True))
    [conference] = dial.children
    assert conference.text == "contact-1"
    assert attributes(
        conference, "beep", "startConferenceOnEnter", "endConferenceOnExit", "waitUrl", "participantLabel", "record"
    ) == ("false", "true", "true", "", "contact-1", "record-from-start")
    where = f"{PUBLIC_URL}/webhooks/twilio/voice"
    assert conference.get("statusCallback") == f"{where}/room?contact=contact-1{RETRIES}"
    assert conference.get("recordingStatusCallback") == f"{where}/recording?contact=contact-1{RETRIES}"
    [quiet] = played(Join("contact-1"))
    assert attributes(quiet.children[0], "record", "endConferenceOnExit") == ("", "false")


def test_a_call_is_refused_before_it_is_answered_or_ended_after() -> None:
    [reject] = played(Refuse())
    assert attributes(reject, "reason") == ("busy",)
    assert [each.name for each in played(Say("Adiós", "es"), Refuse())] == ["Say", "Hangup"]
    assert [each.name for each in played(HangUp(), Say("nobody hears it", "es"))] == ["Hangup"]


@pytest.mark.parametrize("steps", [[], [Say("Hola", "es")], [Pause(3)], [Music()]])
def test_an_answer_without_an_end_hangs_up_on_nobody(steps: list[VoiceStep]) -> None:
    verbs = played(*steps)
    assert [each.name for each in verbs[-2:]] == ["Pause", "Redirect"]


def test_what_a_text_has_in_it_is_said_and_not_followed() -> None:
    odd = '<Hangup/> & "luz" \x00\x0b]]> \ud83d \ufffe ñ 🙂'
    say, bye = played(Say(odd, "es"), HangUp())
    assert say.text == '<Hangup/> & "luz" ]]> \ufffd ñ 🙂'
    assert bye.name == "Hangup"
    assert [each.name for each in played(Say(" \x00 ", "es"), HangUp())] == ["Hangup"]


@pytest.mark.parametrize("text", ["palabra " * 3000, "&" * 100_000, "ñ" * 100_000, "🙂" * 50_000, '"' * 4097])
def test_what_is_too_long_is_said_as_far_as_there_is_room(text: str) -> None:
    *says, bye = played(Say(text, "es"), Say(text, "es"), HangUp())
    assert bye.name == "Hangup"
    assert says
    assert all(0 < len(each.text) <= MAX_SAY for each in says)


@pytest.mark.parametrize(
    ("step", "attribute", "value"),
    [
        (Gather(1, 0, "", 0.0), "timeout", "1"), (Gather(1, 0, "", 0.0), "numDigits", "1"),
        (Gather(1, 1, "", 1e9), "timeout", "600"), (Record("q", 0), "maxLength", "1"),
        (Record("q", 10**9), "maxLength", "14400"), (Dial("+59829001234", 0), "timeout", "5"),
        (Dial("+59829001234", 10**9), "timeout", "600"),
    ],
)  # fmt: skip
def test_values_keep_to_twilio_s_limits(step: VoiceStep, attribute: str, value: str) -> None:
    assert played(step)[0].get(attribute) == value
    assert played(Pause(10**9), HangUp())[0].get("length") == "180"


texts = st.text(max_size=80)
steps = st.one_of(
    st.builds(Say, texts, st.sampled_from(["es", "pt", "en", "", "zz"])),
    st.builds(Play, st.from_regex(r"\A[a-z]{1,5}(/[a-z]{1,5})?\.mp3\Z"), st.sampled_from(["es", "zz"])),
    st.builds(Music, st.sampled_from(["", "a.wav"])),
    st.builds(Pause, st.integers(-5, 500)),
    st.builds(
        Gather, st.just(1), st.integers(0, 40), st.sampled_from(["", "#", "*"]), st.floats(0, 1e6),
        st.lists(texts, max_size=5).map(tuple),
    ),
    st.builds(Record, st.just("q"), st.integers(-5, 10**6)),
    st.builds(Dial, st.just("+59829001234"), st.integers(-5, 10**6)),
    st.builds(GoOn),
    st.builds(Join, st.from_regex(r"\A[a-f0-9-]{1,36}\Z"), st.booleans(), st.booleans()),
    st.builds(HangUp),
    st.builds(Refuse),
)  # fmt: skip


@given(st.lists(steps, max_size=8), st.sampled_from(Part), st.integers(0, 10**9))
def test_any_steps_are_taken_by_a_strict_reader(found: list[Any], part: Part, turn: int) -> None:
    verbs = played(*found, link=Link(part=part, contact="contact-1", turn=turn))
    assert verbs[-1].name in {"Redirect", "Dial", "Hangup", "Reject"}, "never off the end"


# --- the shipped menus, walked as Twilio would

LOADED = load_ivr(ROOT)
WALKS = (
    ("1", "44018730", "1"), ("1", "", "", ""), ("9",), ("0",), ("3",), ("2", "2", "1"), ("", "", "", ""),
    ("5", "5", "5"), ("1" * 500, "*", "#"), ("4",), ("6", "1", "2", "3"),
)  # fmt: skip
KNOWN = Caller(
    number="+59899123456", known=True, name="Ana <&> \x00", tier="B", language="pt", zone="norte", address="Rambla 1",
    outage=KnownOutage({"es": "tormenta", "pt": "tempestade", "en": "storm"}, 1_795_000_000.0),
)  # fmt: skip


@pytest.mark.parametrize("caller", [Caller(number="", known=False), KNOWN], ids=["unknown", "known"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: "-".join(each[:5] for each in walk))
@pytest.mark.parametrize("works", [True, False])
def test_every_step_of_the_shipped_menus_is_taken(walk: tuple[str, ...], caller: Caller, works: bool) -> None:
    now = 1_794_900_000.0
    interpreter = Interpreter(LOADED.ivr, LOADED.configuration)
    session, answer = interpreter.start(caller, now)
    inputs = list(walk)
    for _ in range(60):
        last = answer[-1]
        given: Pressed | Result
        if isinstance(last, FindAccount | ReportOutage):
            given = Result(step=session.step, ok=works, number="R-12" if works else "")
        elif isinstance(last, Enqueue | HangUp):
            ending: list[VoiceStep] = [each for each in answer if not isinstance(each, Enqueue)]  # type: ignore[misc]
            assert played(*ending)
            return
        else:
            verbs = played(*answer, link=Link(part=Part.MENU, step=session.step))  # type: ignore[arg-type]
            assert step_of(verbs) == session.step
            key = inputs.pop(0) if inputs else ""
            asks = isinstance(last, Gather)
            given = Pressed(step=session.step, keys=key) if asks else Result(step=session.step, ok=works)
        session, answer = interpreter.advance(session, given, caller, now)
    raise AssertionError("it goes round in a circle")


def step_of(verbs: tuple[Verb, ...]) -> int | None:
    """Which step of the session the next request is of."""
    address = next(each for each in (verbs[-1].get("action"), verbs[-1].text) if each)
    event = CallReader("voice").event(signed({"CallSid": "CA1"}, url=address.partition("#")[0]))
    assert isinstance(event, CallAsked)
    assert event.link is not None
    return event.link.step
