"""What is wrong with ivr.yaml is said with file, line and remedy, all of it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from contactcenter.config import load_configuration
from contactcenter.config.ivr import ivr_schema, load_ivr, parse_ivr
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")
SHIPPED = (ROOT / "ivr.yaml").read_text(encoding="utf-8")
HANG_UP = "bye:\n    hang_up: {prompts: [bye]}"


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return load_configuration(ROOT).configuration


def complaints(text: str, configuration: Configuration) -> list[str]:
    with pytest.raises(InvalidConfigurationError) as raised:
        parse_ivr(text, configuration)
    return [str(problem) for problem in raised.value.problems]


def test_the_shipped_file_is_fine() -> None:
    assert load_ivr(ROOT).summary().endswith("in es, pt, en: all fine")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "start: greeting",
            "start: greting",
            "ivr.yaml:3: start: there is no node 'greting'; did you mean",
        ),
        ("start: greeting", "begin: greeting", "start: is missing"),
        ("then: who", "then: whom", "nodes.greeting.say.then: there is no node 'whom'"),
        ("say: {prompts: [hello], then: who}", "sing: {prompts: [hello]}", "nodes.greeting.sing: is not known here"),
        (HANG_UP, "bye: {}", "nodes.bye: must be exactly one of"),
        (HANG_UP, "bye: later", "nodes.bye: must have entries"),
        (
            "queue: {queue: peligro}",
            "queue: {queue: peligros}",
            "there is no queue 'peligros'; did you mean 'peligro'?",
        ),
        ("skills: {averias: 2}", "skills: {averia: 2}", "nodes.desk.queue.skills.averia: there is no skill"),
        ("open: altas", "open: bajas", "nodes.who.when.cases[0].if.open: there is no queue 'bajas'"),
        ("{known: false}", "{}", "nodes.who.when.cases[1].if: always holds"),
        ("pick: {es: Elija, en: Pick}", "pick: {es: Elija}", "prompts.pick: has no text in en"),
        ("en: Pick}", "en: Pick, fr: Choisissez}", "prompts.pick.fr: fr is not in languages"),
        (
            "prompts: [pick]",
            "prompts: [picks]",
            "prompts[0]: there is no prompt 'picks'; did you mean 'pick'?",
        ),
        ("pick: {es: Elija, en: Pick}", "pick: Elija", "prompts.pick: must be a text by language"),
        ("  what: {es", "  extra: {es: Más, en: More}\n  what: {es", "prompts.extra: is never said"),
        ("en: Pick}", 'en: "Pick {colour}"}', "prompts.pick.en: there is no value {colour}"),
        ("en: Pick}", 'en: "Pick {name"}', "prompts.pick.en: has a brace without its partner"),
        ("es: Elija, en: Pick", 'es: "{name}", en: "{name}"', "nodes.level.menu.prompts: could be silent"),
        ("es: Nada", 'es: "{name}"', "silence: could be silent"),
        ("es/hello.mp3", "../hello.mp3", "prompts.hello.es.file: '../hello.mp3' is no file"),
        ('"#": {then: level}', '"*": {then: level}', "nodes.level.menu.choices.*: * is the hazard key"),
        ('finish: "#"', 'finish: "*"', "nodes.number.gather.finish: * is the hazard key"),
        ('"#": {then: level}', '"12": {then: level}', "nodes.level.menu.choices.12: '12' is no key"),
        ('key: "*", node: danger', 'key: "0", node: danger', "person.key: 0 is the hazard key"),
        ('key: "*"', 'key: "#"', "hazard.key: '#' is no key that works everywhere"),
        ("hazard: {key", "danger: {key", "hazard: is missing"),
        ("queue: {queue: peligro}", "queue: {queue: atencion}", "hazard.node: leads to atencion, which is no hazard"),
        ("node: danger", "node: bye", "hazard.node: bye is no queue node"),
        ("node: desk, words", "node: bye, words", "person.node: bye is no queue node"),
        (", prompt: star}", "}", "hazard.prompt: is missing"),
        ("length: 4", "length: [9, 4]", "nodes.account.gather.length: must be a number of digits"),
        ("length: 4", "length: 400", "nodes.account.gather.length: 400 is outside of 1 to 64"),
        ("check: luhn", "check: lunh", "there is no check 'lunh'; did you mean 'luhn'?"),
        ("into: phone", "into: pocket", "nodes.number.gather.into: there is no place 'pocket'"),
        ("+59829001234", "29001234", "nodes.call.transfer.number: '29001234' is no number"),
        ("language: en", "language: pt", "there is no language 'pt'"),
        ("languages: [es, en]", "languages: []", "languages: is empty"),
        ("languages: [es, en]", "languages: [es, es]", "languages[1]: es is there twice"),
        ("languages: [es, en]", "languages: [es, english]", "languages[1]: 'english' is no language code"),
        ("bye: {es: Chau, en: Bye}", "bye: {}", "prompts.bye: has no text in es, en"),
        ("retries: 1", "retries: 100", "nodes.level.menu.retries: 100 is outside of 0 to 5"),
        ("words: [one]", "words: ['¡!']", "nodes.level.menu.choices.1.words[0]: '¡!' has no letter"),
        ("words: [one]", "words: [one, El cable]", "choices.1.words[1]: 'El cable' says danger, which leads to danger"),
        (
            '"2": {then: number}',
            '"2": {then: number, words: [Number One]}',
            "nodes.level.menu.choices.2.words[0]: 'Number One' is heard as choice 1; use another word",
        ),
        (HANG_UP, HANG_UP + "\n  lost:\n    hang_up: {}", "nodes.lost: is never reached"),
        ("position: place", "position: plaza", "hold.position: there is no prompt 'plaza'"),
        ("every: 2", "every: 0", "hold.every: 0 is outside of 1 to 20"),
        ("hold/piano.mp3", "/etc/piano.mp3", "hold.music: '/etc/piano.mp3' is no file"),
        ("full: {es: Lleno", 'full: {es: "{position}"', "hold.full: could be silent"),
        ("en: Pick}", 'en: "Pick {position}"}', "prompts.pick.en: there is no value {position}"),
        ("  soon: soon", "  sooner: soon", "hold.sooner: is not known here"),
        (
            "otherwise: bye",
            "otherwise: who",
            "goes round in a circle without a choice of the caller (who → level → who)",
        ),
        ("then: told, otherwise: call", "then: look, otherwise: call", "(look → report → look)"),
    ],
)
def test_each_fault_is_named_with_its_place(configuration: Configuration, old: str, new: str, said: str) -> None:
    assert old in EVERYTHING
    found = complaints(EVERYTHING.replace(old, new, 1), configuration)
    assert any(said in one for one in found), found
    assert all(one.startswith("ivr.yaml:") for one in found)


def test_a_digit_that_is_the_hazard_key_cannot_be_asked_for_alone(configuration: Configuration) -> None:
    text = EVERYTHING.replace('key: "*"', 'key: "9"').replace("length: 4", "length: [1, 4]")
    assert "nodes.account.gather.length: 1 digit may be 9, the hazard key" in complaints(text, configuration)[0]


def test_a_circle_of_announcements_is_a_dead_end_too(configuration: Configuration) -> None:
    text = EVERYTHING.replace("say: {prompts: [done], then: bye}", "say: {prompts: [done], then: told}")
    found = complaints(text, configuration)
    assert any("nodes.told: goes round" in one for one in found)
    assert any("nodes.told: is a dead end" in one for one in found)


def test_all_problems_come_at_once_and_in_order(configuration: Configuration) -> None:
    text = EVERYTHING.replace("check: luhn", "check: x").replace("{queue: peligro}", "{queue: x}")
    lines = [int(one.split(":")[1]) for one in complaints(text, configuration)]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_a_file_is_of_a_size_that_can_be_checked(configuration: Configuration) -> None:
    many = "".join(f"  n{number}:\n    hang_up: {{}}\n" for number in range(1001))
    found = complaints(EVERYTHING.replace("nodes:\n", f"nodes:\n{many}"), configuration)
    assert "nodes: has 1014 nodes; use at most 1000" in found[0]


def test_a_menu_without_choices_is_none(configuration: Configuration) -> None:
    start = EVERYTHING.index("      choices:\n")
    end = EVERYTHING.index("  number:\n")
    text = EVERYTHING[:start] + "      choices: {}\n" + EVERYTHING[end:]
    assert any("nodes.level.menu.choices: is empty" in one for one in complaints(text, configuration))


@pytest.mark.parametrize("text", ["[]", "hello", "start: 1", "nodes: {a: [1]}", "{languages: 3, prompts: 4, nodes: 5}"])
def test_any_document_is_answered_with_problems(configuration: Configuration, text: str) -> None:
    assert complaints(text, configuration)


def test_a_document_that_is_no_mapping_is_named_by_its_file(configuration: Configuration) -> None:
    assert complaints("[]", configuration)[0].startswith("ivr.yaml:1: must have entries")


# --- the schema, for editors


def document(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("text", [EVERYTHING, SHIPPED], ids=["everything", "shipped"])
def test_the_schema_accepts_what_the_reader_accepts(text: str) -> None:
    jsonschema.Draft202012Validator.check_schema(ivr_schema())
    jsonschema.validate(document(text), ivr_schema())


def every_group(value: Any) -> list[dict[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [group for one in inner for group in every_group(one)]
    return [value, *found] if isinstance(value, dict) else found


def test_the_schema_refuses_what_the_reader_refuses(configuration: Configuration) -> None:
    """A field that nobody knows, wherever it is put."""
    count = len(every_group(document(EVERYTHING)))
    assert count > 50
    validator = jsonschema.Draft202012Validator(ivr_schema())
    for position in range(count):
        spoilt = document(EVERYTHING)
        every_group(spoilt)[position]["Un known"] = {"x": []}
        assert not validator.is_valid(spoilt)
        assert complaints(json.dumps(spoilt), configuration)
