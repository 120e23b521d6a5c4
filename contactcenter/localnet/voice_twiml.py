"""The center's instructions for a call: TwiML, read strictly against its published reference.

Twilio warns of what does not fit (12200) and goes on as well as it can. Here it is an error,
because a caller would hear something else than was meant and nobody would notice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TypedDict, cast
from xml.etree import ElementTree as ET

from contactcenter.localnet.description import Operation, problems_of
from contactcenter.localnet.twiml import (
    SCHEMA_WARNING,
    TwimlError,
    response_of,
)

TOO_LARGE = 11750
MAX_DOCUMENT = 64 * 1024
WAITING_VERBS = frozenset({"Say", "Play", "Pause", "Redirect"})
"""What a caller who waits for a conference, or is on hold in one, may be given."""
WHISPER_VERBS = frozenset({"Say", "Play", "Pause", "Redirect", "Gather", "Hangup"})
"""What is allowed to somebody who was dialed, before they are connected."""


class _Verb(Operation, total=False):
    text: bool
    children: list[str]
    ssml: list[str]


class _Reference(TypedDict):
    verbs: dict[str, _Verb]
    verbs_not_played: list[str]
    nouns_not_played: list[str]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb or a noun: its attributes as written, its text, what is inside."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute as text."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: int) -> int:
        """Return an attribute that was checked to be a whole number."""
        return int(self.attributes.get(name, default))

    def flag(self, name: str, *, default: bool) -> bool:
        """Return an attribute that was checked to be true or false."""
        value = self.attributes.get(name)
        return default if value is None else value.lower() == "true"


def _read_reference() -> _Reference:
    text = files(__package__).joinpath("twiml.json").read_text("utf-8")
    return cast("_Reference", json.loads(text))


_REFERENCE = _read_reference()


def read_document(content_type: str, text: str, *, allowed: frozenset[str] | None = None) -> Verb:
    """Return the `<Response>` with its verbs; plain text is said, an audio file is played by its caller.

    `allowed` narrows the verbs at the top. Raises TwimlError with Twilio's code.
    """
    if len(text.encode("utf-8", "replace")) > MAX_DOCUMENT:
        raise TwimlError(TOO_LARGE, f"the answer has more than {MAX_DOCUMENT} bytes")
    if content_type == "text/plain":
        return Verb("Response", children=(Verb("Say", text=text.strip()),))
    document = _verb(response_of(content_type, text))
    for place, verb in enumerate(document.children):
        if allowed is not None and verb.name not in allowed:
            raise TwimlError(SCHEMA_WARNING, f"<{verb.name}> is not allowed here")
        if verb.name == "Reject" and place > 0:
            raise TwimlError(SCHEMA_WARNING, "<Reject> must be first: the call is answered by then")
    return document


def _verb(element: ET.Element) -> Verb:
    name = element.tag
    reference = _REFERENCE["verbs"][name]
    for attribute, problem in problems_of(reference, list(element.attrib.items())):
        raise TwimlError(SCHEMA_WARNING, f"{attribute} of <{name}> {problem}")
    if "ssml" in reference:
        return Verb(name, dict(element.attrib), _spoken(element, reference["ssml"]))
    children = reference.get("children", [])
    for child in element:
        if child.tag not in children:
            raise TwimlError(SCHEMA_WARNING, f"<{child.tag}> inside <{name}> {_why(child.tag)}")
        if (child.tail or "").strip():
            raise TwimlError(SCHEMA_WARNING, f"there is text beside the verbs of <{name}>")
    text = (element.text or "").strip()
    if text and not reference.get("text", False):
        raise TwimlError(SCHEMA_WARNING, f"<{name}> takes no text")
    return _checked(Verb(name, dict(element.attrib), text, tuple(_verb(child) for child in element)))


def _checked(verb: Verb) -> Verb:
    """Check what the reference says in words."""
    nouns = {child.name for child in verb.children}
    problem = ""
    if verb.name == "Dial":
        if not nouns and not verb.text:
            problem = "needs somebody to dial"
        elif nouns and verb.text:
            problem = "has both a number and nouns"
        elif "Conference" in nouns and len(verb.children) > 1:
            problem = "dials a conference alone or not at all"
    elif verb.name in {"Number", "Client", "Sip", "Conference", "Redirect"} and not verb.text:
        problem = "is empty"
    elif verb.name == "Play" and not verb.text and not verb.get("digits"):
        problem = "needs an address or digits"
    if problem:
        raise TwimlError(SCHEMA_WARNING, f"<{verb.name}> {problem}")
    return verb


def _why(tag: str) -> str:
    if tag in _REFERENCE["verbs_not_played"] or tag in _REFERENCE["nouns_not_played"]:
        return "is not played by this network"
    return "is not allowed" if tag in _REFERENCE["verbs"] else "is unknown to Twilio"


def _spoken(element: ET.Element, ssml: list[str]) -> str:
    for inner in element.iter():
        if inner is not element and inner.tag not in ssml:
            raise TwimlError(SCHEMA_WARNING, f"<{inner.tag}> inside <Say> is unknown to Twilio")
    return " ".join("".join(element.itertext()).split())
