from pathlib import Path

import pytest

from contactcenter.config.yaml_source import Source, parse_yaml, read_yaml
from contactcenter.domain.errors import InvalidConfigurationError


def faults(source: Source) -> list[str]:
    return [str(problem) for problem in source.problems]


def refusal(text: str) -> str:
    with pytest.raises(InvalidConfigurationError) as raised:
        parse_yaml(text, "f.yaml")
    return str(raised.value)


def test_values_are_plain_and_know_their_lines() -> None:
    source = parse_yaml("a: 1\nb:\n  c: [x, 2.5, true, ~]\n  d: 2026-01-02\n", "f.yaml")
    assert source.value == {"a": 1, "b": {"c": ["x", 2.5, True, None], "d": "2026-01-02"}}
    assert (source.line_of("a"), source.line_of("b.c[1]"), source.line_of("b.d")) == (1, 3, 4)


def test_a_missing_path_has_the_line_of_what_is_around_it() -> None:
    source = parse_yaml("a:\n  b:\n    c: 1\n", "f.yaml")
    assert source.line_of("a.b.missing.deeper") == 2
    assert source.line_of("elsewhere") == 1


def test_folded_texts_have_nothing_added() -> None:
    assert parse_yaml("a: >-\n  one\n  two\n", "f").value == {"a": "one two"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x1F", 31),
        ("0o17", 15),
        ("012", 12),
        ("1_000", 1000),
        ("-3", -3),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("False", False),
        ("+600", 600),
        ("+59829001234", "+59829001234"),
    ],
)
def test_numbers_are_read_as_yaml_1_2_says(text: str, value: object) -> None:
    assert parse_yaml(f"a: {text}", "f").value == {"a": value}


def test_infinity_is_read_and_left_to_be_judged() -> None:
    assert parse_yaml("a: -.inf", "f").value == {"a": float("-inf")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3: a: is written twice, first in line 1; keep one"),
        ("a: &x [1]\nb: *x\n", "f.yaml:1: b: an alias (*) is not understood here; write the value out"),
        ("a: !!python/object:os.system x\n", "f.yaml:1: a: the tag tag:yaml.org,2002:python/object:os.system is not"),
        ("a: “hola”\n", 'f.yaml:1: a: “ is a typographic quotation mark; use a straight one (")'),
        ("“a”: 1\n", "f.yaml:1: “a”: “ is a typographic"),
        ("? [1, 2]\n: 3\n", "f.yaml:1: syntax: a name was expected before the colon"),
        (f"a: {'9' * 5000}\n", "f.yaml:1: a: is no number that can be read"),
    ],
)
def test_a_fault_of_one_value_is_noted_with_its_line(text: str, complaint: str) -> None:
    (fault,) = faults(parse_yaml(text, "f.yaml"))
    assert fault.startswith(complaint)


def test_a_file_that_holds_itself_ends() -> None:
    assert "alias" in faults(parse_yaml("&a [*a]", "f.yaml"))[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a:\n\tb: 1", "f.yaml:2: syntax: a tab in front of a line; indent with spaces"),
        ("a: b: c", "f.yaml:1: syntax: a second colon in one line; put a text that has a colon in quotes"),
        ("a: 1\n---\nb: 2", "f.yaml:2: syntax: a second document (---); use one file for each"),
        ("a: [1", "f.yaml:1: syntax: expected ',' or ']'"),
        ("a: 1\nb: \x01", "f.yaml:2: syntax: "),
        ("", "f.yaml:1: syntax: the file is empty"),
        ("[" * 5000, "f.yaml:1: syntax: brackets in brackets"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, complaint: str) -> None:
    assert refusal(text).startswith(complaint)


def test_a_file_that_is_not_there_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"skills.yaml: cannot be read \(No such file"):
        read_yaml(tmp_path / "skills.yaml")
    (tmp_path / "skills.yaml").write_bytes(b"a: \xff")
    with pytest.raises(InvalidConfigurationError, match=r"skills.yaml: byte 3 is not UTF-8; save"):
        read_yaml(tmp_path / "skills.yaml")


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "skills.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_yaml(tmp_path / "skills.yaml").value == {"a": 1}
