"""Customers' text as it enters, long text as it leaves, and the words that mean stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.keywords import STANDARD, plain
from contactcenter.channels.text import clean, clean_line, split
from contactcenter.domain.words import MessageKind

ANY_TEXT = st.text(st.characters(), max_size=200) | st.text(st.sampled_from("\ud800\udfff\x00\x07\r\n\ta "))


@given(ANY_TEXT)
def test_what_is_clean_can_be_stored_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert "\r" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


def test_only_what_cannot_be_carried_is_taken_out() -> None:
    assert clean("a\r\nb\rc\td\x00\x1b\x7f\ud800e\u200d") == "a\nb\nc\td\ufffde\u200d"


@given(ANY_TEXT, st.integers(1, 20))
def test_a_line_is_one_and_short(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert line == line.strip()


@given(st.text(st.sampled_from("ab .,!\n\u200d👩🔧\ufe0f"), max_size=300), st.integers(10, 60))
def test_parts_fit_and_only_white_space_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert all(parts) or parts == [""]
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("uno dos", ["uno dos"]),
        ("", [""]),
        ("Primera frase. Segunda frase.", ["Primera frase.", "Segunda frase."]),
        ("Un párrafo.\n\nOtro más largo", ["Un párrafo.", "Otro más largo"]),
        ("sinespaciosporningunaparte", ["sinespaciosporningun", "aparte"]),
        ("a" * 18 + "👩\u200d🔧" + "b" * 9, ["a" * 18, "👩\u200d🔧" + "b" * 9]),
    ],
)
def test_a_cut_is_where_a_reader_would_make_it(text: str, parts: list[str]) -> None:
    assert split(text, 20) == parts


@pytest.mark.parametrize(
    "text", ["STOP", "stop", "Stop!", " stop all ", "¡BAJA!", "Parar.", "pare", "SAIR", "Détener", "UNSUBSCRIBE"]
)
def test_a_word_alone_means_stop(text: str) -> None:
    assert STANDARD.kind_of(text) is MessageKind.OPT_OUT


@pytest.mark.parametrize("text", ["START", "unstop", "Alta", "INICIAR"])
def test_a_word_alone_means_start(text: str) -> None:
    assert STANDARD.kind_of(text) is MessageKind.OPT_IN


@pytest.mark.parametrize(
    "text", ["", "stop it now", "Hay baja tensión", "dar de alta", "sí", "yes", "...", "ALTA " * 50, "👍"]
)
def test_anything_else_is_a_message(text: str) -> None:
    assert STANDARD.kind_of(text) is MessageKind.MESSAGE


def test_the_words_are_kept_as_they_are_compared_and_mean_one_thing() -> None:
    words = STANDARD.opt_out | STANDARD.opt_in
    assert {plain(word) for word in words} == words
    assert not STANDARD.opt_out & STANDARD.opt_in
