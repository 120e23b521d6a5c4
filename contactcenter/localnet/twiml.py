"""The center's answer to an incoming message: TwiML, or plain text that is sent back."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
PARSE_FAILURE = 12100
SCHEMA_WARNING = 12200
BAD_CONTENT_TYPE = 12300


class TwimlError(Exception):
    """An answer the network cannot follow. `code` is Twilio's."""

    def __init__(self, code: int, problem: str) -> None:
        """`problem` says what was wrong, in words."""
        self.code = code
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Reply:
    """A `<Message>`. Empty `to` and `sender` mean: back to whom it came from."""

    body: str
    media_urls: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    status_callback: str = ""


def read_answer(content_type: str, text: str) -> list[Reply]:
    """Return the messages an answer asks for. Raises TwimlError when it cannot be followed."""
    if not text.strip():
        return []
    if content_type == "text/plain":
        return [Reply(text.strip())]
    return [_reply(verb) for verb in response_of(content_type, text)]


def response_of(content_type: str, text: str) -> ET.Element:
    """Return the `<Response>` of a document. Raises TwimlError when it is none."""
    if content_type not in XML_TYPES:
        raise TwimlError(BAD_CONTENT_TYPE, f"cannot read {content_type!r}")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TwimlError(PARSE_FAILURE, "a document type is not allowed")
    try:
        # entities are refused above, and the center's own application wrote this
        root = ET.fromstring(text.strip())  # noqa: S314
    except (ET.ParseError, ValueError) as error:
        raise TwimlError(PARSE_FAILURE, str(error)) from error
    if root.tag != "Response":
        raise TwimlError(PARSE_FAILURE, f"the root is <{root.tag}>, not <Response>")
    return root


def _reply(verb: ET.Element) -> Reply:
    if verb.tag not in {"Message", "Sms"}:
        raise TwimlError(SCHEMA_WARNING, f"<{verb.tag}> is not a verb for messages here")
    bodies = [noun.text or "" for noun in verb if noun.tag == "Body"]
    return Reply(
        body="\n".join(bodies) if bodies else (verb.text or "").strip(),
        media_urls=tuple((noun.text or "").strip() for noun in verb if noun.tag == "Media"),
        to=verb.get("to", ""),
        sender=verb.get("from", ""),
        status_callback=verb.get("statusCallback", ""),
    )
