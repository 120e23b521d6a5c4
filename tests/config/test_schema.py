"""The JSON Schema of routing.yaml says what its reader says, as far as a shape can."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contactcenter.cli import main
from contactcenter.config.documents import ROUTING_FIELDS
from contactcenter.config.files import routing_schema
from contactcenter.config.yaml_source import read_yaml
from tests.config.test_queues import WHOLE, complaints

SHIPPED = read_yaml(Path(__file__).resolve().parents[2] / "routing.yaml").value
VALIDATOR = jsonschema.Draft202012Validator(routing_schema())
REST = {name: section for name, section in WHOLE.items() if name not in ROUTING_FIELDS}


def routing() -> dict[str, Any]:
    return copy.deepcopy({name: section for name, section in WHOLE.items() if name in ROUTING_FIELDS})


def groups(value: Any) -> list[dict[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [group for one in inner for group in groups(one)]
    return [value, *found] if isinstance(value, dict) else found


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == routing_schema()


@pytest.mark.parametrize("document", [SHIPPED, routing()], ids=["shipped", "whole"])
def test_it_accepts_what_the_reader_accepts(document: object) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def test_it_refuses_what_nobody_knows_wherever_that_is_put() -> None:
    count = len(groups(routing()))
    assert count > 30
    for position in range(count):
        spoilt = routing()
        groups(spoilt)[position]["Un known"] = {"x": []}
        assert not VALIDATOR.is_valid(spoilt)
        assert complaints({**REST, **spoilt})


@pytest.mark.parametrize(
    "hazards",
    [
        {},
        {"queue": "a"},
        {"queue": "a", "phrases": {}},
        {"queue": "a", "phrases": {"spanish": ["chispas"]}},
        {"queue": "a", "phrases": {"es": "chispas"}},
        {"queue": "a", "phrases": {"es": [""]}},
        {"queue": "a", "phrases": {"es": [5]}},
        {"queue": "a", "phrases": {"es": ["chispas"]}, "between": 21},
        {"queue": "A", "phrases": {"es": ["chispas"]}},
        ["chispas"],
    ],
)
def test_it_refuses_hazards_that_the_reader_refuses(hazards: object) -> None:
    spoilt = routing() | {"hazards": hazards}
    assert not VALIDATOR.is_valid(spoilt)
    assert complaints({**REST, **spoilt})
