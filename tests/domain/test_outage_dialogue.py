"""Reporting an outage by message: what is heard, what is asked, what is said, and what goes to a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.domain.outage_answers import LANGUAGES, Served, say
from contactcenter.domain.outage_dialogue import (
    MOST_CHOICES,
    MOST_TRIES,
    Ask,
    Facts,
    Heard,
    Question,
    Turn,
    What,
    answer_to,
    keyword,
    respond,
)

WORDS = frozenset({"luz", "corte"})
HAZARDS = ("cable", "chispas", "peligro", "perigo", "fio", "sparks", "fuego", "danger")
ASK_ACCOUNT, ASK_PLACE = Question(Ask.ACCOUNT), Question(Ask.PLACE, ("P-1", "P-2", "P-3"))
HOUR = 3600.0
QUESTIONS = st.builds(
    Question,
    ask=st.sampled_from(Ask),
    places=st.lists(st.text(max_size=5), max_size=MOST_CHOICES).map(tuple),
    tries=st.integers(0, 5),
)
FACTS = st.builds(
    Facts, known=st.booleans(), own=st.booleans(), places=st.lists(st.text(max_size=5), max_size=12).map(tuple)
)


@pytest.mark.parametrize("text", ["LUZ", "luz", " Lúz. ", "Corte!", "LUZ?", "ｌｕｚ"])
def test_the_keyword_alone(text: str) -> None:
    assert keyword(text, WORDS) == Heard()


@pytest.mark.parametrize(
    "text",
    [
        "LUZ 4401873", "LUZ:4401873", "Luz: 4.401.873", "LUZ 440 1873", "corte cuenta 4401873",
        "LUZ nº 4401873", "LUZ, Nro. 4401873.", "LUZ #4401873", "luz\n4401873", "LUZ ４４０１８７３",
    ],
)  # fmt: skip
def test_the_keyword_with_an_account(text: str) -> None:
    heard = keyword(text, WORDS)
    assert heard is not None
    assert "4401873" in heard.accounts


def test_an_account_may_have_letters() -> None:
    heard = keyword("luz a-1002", WORDS)
    assert heard is not None
    assert {"A-1002", "A1002"} <= set(heard.accounts)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "hola", "no tengo luz", "luz y 4401873 vecinos", "luz por favor", "LUZ 4401873 urgente",
        "LUZ cuenta", "4401873", "1", "luz ١٢٣", "LUZ " + "4" * 200, "luz " * 60, "LUZ 4401873 hay chispas",
        "luz cable", "luz cable-1", "luz 1fio", "LUZ - 4401873 fuego",
    ],
)  # fmt: skip
def test_whatever_is_not_exactly_that_is_for_a_person(text: str) -> None:
    assert keyword(text, WORDS) is None


def test_the_answer_to_a_question() -> None:
    assert [answer_to(ASK_PLACE, text) for text in ("1", " 2.", "la 3", "Opción 3", "7")] == [
        Heard(choice=1), Heard(choice=2), Heard(choice=3), Heard(choice=3), Heard(choice=7),
    ]  # fmt: skip
    for question in (ASK_PLACE, ASK_ACCOUNT):
        for text in ("4401873", "cuenta 4401873", "es la 4401873"[3:], "4.401.873"):
            heard = answer_to(question, text)
            assert (heard is not None) is (text != "la 4401873")
        assert answer_to(question, "en mi casa") is None
        assert answer_to(question, "1 y 2") is None


def test_who_is_known_by_one_place_has_reported() -> None:
    assert respond(Heard(), None, Facts(known=True, places=("P-1",))) == Turn(What.REPORTED, None, "P-1")
    assert respond(Heard(), None, Facts(known=True)) == Turn(What.REPORTED)


def test_who_is_not_known_is_asked_for_the_account() -> None:
    assert respond(Heard(), None, Facts()) == Turn(What.ASK_ACCOUNT, ASK_ACCOUNT)
    turn = respond(Heard(("1",)), ASK_ACCOUNT, Facts())
    tries = 0
    while turn is not None:
        assert turn.what is What.UNKNOWN_ACCOUNT
        tries += 1
        turn = respond(Heard(("1",)), turn.question, Facts())
    assert tries == MOST_TRIES


def test_who_has_several_places_chooses() -> None:
    mine = Facts(known=True, places=("P-1", "P-2", "P-3"))
    assert respond(Heard(), None, mine) == Turn(What.ASK_PLACE, ASK_PLACE)
    assert respond(Heard(choice=2), ASK_PLACE, mine) == Turn(What.REPORTED, None, "P-2")
    again = respond(Heard(choice=9), ASK_PLACE, mine)
    assert again == Turn(What.ASK_PLACE, Question(Ask.PLACE, ASK_PLACE.places, 1))
    assert respond(Heard(choice=0), Question(Ask.PLACE, ASK_PLACE.places, MOST_TRIES), mine) is None


def test_nobody_is_told_where_another_lives() -> None:
    others = Facts(known=True, own=False, places=("P-1", "P-2"))
    assert respond(Heard(("4401873",)), None, others) == Turn(What.REPORTED)


def test_too_many_places_need_an_account() -> None:
    many = Facts(known=True, places=tuple(map(str, range(MOST_CHOICES + 1))))
    assert respond(Heard(), None, many) == Turn(What.ASK_ACCOUNT, ASK_ACCOUNT)
    assert respond(Heard(("4401873",)), None, many) == Turn(What.REPORTED)


@given(text=st.text(max_size=120), question=st.none() | QUESTIONS, facts=FACTS)
def test_any_text_has_one_answer_or_a_person(text: str, question: Question | None, facts: Facts) -> None:
    heard = keyword(text, WORDS) or (answer_to(question, text) if question else None)
    if heard is None:
        return
    turn = respond(heard, question, facts)
    assert turn is None or turn.question is None or turn.what is not What.REPORTED
    if turn is not None and turn.question is not None:
        assert turn.question.tries <= MOST_TRIES + 4
        assert facts.own or turn.what is not What.ASK_PLACE or heard.choice is not None


@given(
    before=st.text(max_size=20),
    hazard=st.sampled_from(HAZARDS),
    after=st.sampled_from(["", " 4401873", "!", " en la calle"]),
    start=st.sampled_from(["", "LUZ ", "luz 4401873 ", "corte, "]),
    question=QUESTIONS,
)
def test_danger_is_always_for_a_person(before: str, hazard: str, after: str, start: str, question: Question) -> None:
    text = f"{start}{before} {hazard}{after}"
    assert keyword(text, WORDS) is None
    assert answer_to(question, text) is None


@given(
    served=st.builds(
        Served,
        number=st.just("1000001"),
        cause=st.dictionaries(st.sampled_from(LANGUAGES), st.text(max_size=300)),
        estimate=st.none() | st.floats(-1e12, 1e12, allow_nan=False),
        choices=st.lists(st.text(max_size=200), max_size=MOST_CHOICES).map(tuple),
    ),
    language=st.none() | st.text(max_size=3) | st.sampled_from(LANGUAGES),
)
def test_every_answer_has_its_words(served: Served, language: str | None) -> None:
    said = say(served, language, "America/Montevideo", 1_795_000_000.0)
    assert (said == "") is (served.what is What.SILENCE)
    if served.what is What.REPORTED:
        assert "1000001" in said
        assert len(said) < 700


def test_what_is_said() -> None:
    now = 1_795_359_600.0  # 2026-11-22 12:00 in Montevideo
    told = Served(
        what=What.REPORTED, number="1000001", address="Sarandí 700", zone="Centro", known=True,
        cause={"es": "Rotura de un cable.", "en": "Broken cable"}, estimate=now + 2 * HOUR,
    )  # fmt: skip
    assert say(told, "es", "America/Montevideo", now) == (
        "Reporte N.º 1000001 recibido (Sarandí 700). Sabemos del corte en Centro (Rotura de un cable)."
        " Hora estimada de reposición: 14:00. Si hay cables caídos o chispas, aléjese y responda CABLE."
    )
    assert "Power is expected back at 23/11, 13:00." in say(
        Served(what=What.REPORTED, number="1", estimate=now + 25 * HOUR), "en", "America/Montevideo", now
    )
    assert "Ainda não há hora estimada" in say(Served(what=What.REPORTED, joined=True), "pt", "UTC", now)
    asked = Served(what=What.ASK_PLACE, choices=("Sarandí 700", "Ruta 5\nkm 480", "x" * 90))
    assert say(asked, None, "UTC", now) == (
        f"¿Dónde falta la luz? Responda 1, 2 o 3.\n1: Sarandí 700\n2: Ruta 5 km 480\n3: {'x' * 59}…"
    )
