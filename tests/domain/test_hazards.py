"""Hearing danger in a text: what is heard however it is written, what is not, and what no phrase may be."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.config import check
from contactcenter.domain.hazards import BETWEEN, LONGEST_TEXT, Danger, HazardEar, Hazards, phrase_problem

SHIPPED = check(Path(__file__).resolve().parents[2]).configuration.hazards
EAR = HazardEar(SHIPPED)
FEW = HazardEar(Hazards("q", {"es": ("cable* caíd*", "chispas"), "pt": ("chispas", "fio* caiu")}, between=2))
ASIDE = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=8).map(" ".join)
WRITTEN = st.sampled_from(
    [phrase.replace("*", "") for _, phrase in (SHIPPED.all_phrases() if SHIPPED is not None else ())]
)
BLANKS = st.text(st.sampled_from(" \n\t.,;:!¡¿?-_/()…\"'"), min_size=1, max_size=4)
MARKS = st.sampled_from(["", "\u0301", "\u0303", "\u200b", "\u00ad", "\ufe0f"])


@pytest.mark.parametrize(
    "text",
    [
        "Hay un cable caído en la calle",
        "HAY CABLES CAIDOS",
        "buenas se cayó un cable frente a la escuela",
        "un cable de alta tensión que se cayó",
        "el cable está por caer",
        "caído hay un cable",
        "hola,hay un cable,caído",
        "#cablecaído",
        "sale humo y chispas del transformador",
        "mi vecino me dijo que a su hijo le dio corriente la canilla",
        "hay un hombre electrocutado",
        "se prendió fuego la columna",
        "un auto chocó el poste de la esquina y está inclinado",
        "una rama está tocando los cables",
        "Oi, tem um fio caído na rua",
        "o fio caiu na calçada",
        "saiu faísca do poste",
        "levei um choque no portão",
        "pegou fogo no transformador",
        "There's a fallen cable outside",
        "a wire is hanging over the road",
        "power lines are down on our street",
        "I got a shock from the meter",
        "ｃａｂｌｅ　ｃａｉｄｏ",
        "ca\u00adble ca\u200bído",
    ],
)
def test_danger_is_heard_anywhere_in_a_text(text: str) -> None:
    assert EAR.hear(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "cable de internet",
        "Buenas, no tengo cable ni internet",
        "quiero pasar un cable nuevo hasta el medidor",
        "my cable is down",
        "No hay luz desde ayer",
        "me cortaron la luz por falta de pago",
        "se cayó el sistema de pagos",
        "cambié de línea de teléfono",
        "el poste de la esquina no tiene luz",
        "no hay luz en Cabo Polonio, se cortó anoche",
        "a luz caiu aqui no bairro",
        "LUZ 4401873",
    ],
)
def test_a_lone_word_with_another_meaning_is_no_danger(text: str) -> None:
    assert EAR.hear(text) is None


def test_so_many_words_may_stand_among_those_of_a_phrase() -> None:
    assert FEW.hear("cable a b caido") is not None
    assert FEW.hear("cable a b c caido") is None
    assert FEW.hear("cable a b c cable d caido") is not None


def test_the_first_phrase_is_named_one_of_the_doors_language_before_all_others() -> None:
    assert FEW.hear("chispas del cable caído") == Danger("cable* caíd*", "es")
    assert FEW.hear("chispas") == Danger("chispas", "es")
    assert FEW.hear("chispas", "pt") == Danger("chispas", "pt")
    assert FEW.hear("o fio caiu", "es") == Danger("fio* caiu", "pt")


def test_without_phrases_nothing_is_heard() -> None:
    assert HazardEar(None).hear("hay un cable caído") is None


def test_who_writes_a_book_is_heard_at_its_beginning() -> None:
    assert FEW.hear("chispas " + "a" * LONGEST_TEXT) is not None
    assert FEW.hear("a" * LONGEST_TEXT + " chispas") is None


@given(phrase=WRITTEN, before=ASIDE, after=ASIDE)
def test_whatever_stands_around_a_phrase_it_is_heard(phrase: str, before: str, after: str) -> None:
    assert EAR.hear(f"{before} {phrase} {after}") is not None


@given(data=st.data(), phrase=WRITTEN, upper=st.booleans(), composed=st.booleans())
def test_case_accents_blanks_and_punctuation_never_matter(
    data: st.DataObject, phrase: str, *, upper: bool, composed: bool
) -> None:
    words = [word.upper() if upper else word for word in phrase.split()]
    marked = ["".join(letter + data.draw(MARKS) for letter in word) for word in words]
    blanks = [data.draw(BLANKS) for _ in marked]
    text = "".join(blank + word for blank, word in zip(blanks, marked, strict=True))
    assert EAR.hear(unicodedata.normalize("NFC" if composed else "NFD", text)) is not None


@given(data=st.data(), phrase=WRITTEN)
def test_order_and_a_few_words_between_never_matter(data: st.DataObject, phrase: str) -> None:
    words = data.draw(st.permutations(phrase.split()))
    others = data.draw(st.lists(st.sampled_from(["que", "de", "la", "x1", "9"]), max_size=BETWEEN))
    assert EAR.hear(" ".join([words[0], *others, *words[1:]])) is not None


@given(text=st.text())
def test_no_text_is_too_odd(text: str) -> None:
    EAR.hear(text)


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("!!", "has no word, or a * that ends none; write such as: cable* caid*"),
        ("cable *", "has no word, or a * that ends none"),
        ("*cable", "has no word, or a * that ends none"),
        ("a b c d e f g", "has 7 words; use at most 6"),
        ("fi* caido", "'fi*' would be nearly every word; write at least 3 letters before the *"),
        ("luz", "'luz' alone would be heard in nearly every text; add a word, or make it a keyword of a door"),
        ("luz*", "'luz*' alone would be heard"),
        ("cable Cable", "'cable' is heard wherever 'cable' is; keep one of the two"),
        ("caído cables cable*", "'cable*' is heard wherever 'cables' is; keep one of the two"),
    ],
)
def test_a_phrase_that_cannot_be_meant_is_refused_with_its_remedy(phrase: str, complaint: str) -> None:
    assert complaint in (phrase_problem(phrase) or "")


@pytest.mark.parametrize("phrase", ["humo", "chisp*", "fio caído", "me dio corriente", "fio* caíd*"])
def test_other_phrases_are_fine(phrase: str) -> None:
    assert phrase_problem(phrase) is None
