"""Twilio's listings: which messages fit a question, and one page of what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from contactcenter.localnet.description import Pairs, read_span
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.messages import Message

DEFAULT_SIZE = 50
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def message_filter(one: Callable[[str], str]) -> Callable[[Message], bool]:
    """Return the test of a listing; `DateSent<` and `DateSent>` include the day or second itself.

    `one` gives a parameter's value, "" when it is missing.
    """
    to, sender = one("To"), one("From")
    in_span = span_of(one, "DateSent")

    def fits(message: Message) -> bool:
        return to in {"", message.to} and sender in {"", message.sender} and in_span(message.sent)

    return fits


def span_of(one: Callable[[str], str], name: str) -> Callable[[datetime | None], bool]:
    """Return the test of a moment by the parameters `name`, `name<` and `name>`; without any, all fit."""
    since, until = _EARLIEST, _LATEST
    if exact := one(name):
        since, until = read_span(exact)
    if before := one(f"{name}<"):
        until = min(until, read_span(before)[1])
    if after := one(f"{name}>"):
        since = max(since, read_span(after)[0])
    dated = bool(exact or before or after)
    return lambda moment: not dated or (moment is not None and since <= moment < until)


@dataclass(frozen=True, slots=True)
class _Links:
    path: str
    kept: Pairs
    size: int

    def to(self, page: int, token: str = "") -> str:
        query = [*self.kept, ("PageSize", str(self.size)), ("Page", str(page))]
        if token:
            query.append(("PageToken", token))
        return f"{self.path}?{urlencode(query)}"


def page_json(path: str, pairs: Pairs, name: str, found: list[tuple[str, dict[str, object]]]) -> dict[str, object]:
    """Return one page of what was found (sids and descriptions) in Twilio's shape.

    A page token is `PA` and the sid after which the page begins, so that messages that arrive
    meanwhile shift nothing. Raises TwilioRefusal for a token that is not ours.
    """
    asked = dict(pairs)
    size = int(asked.get("PageSize") or DEFAULT_SIZE)
    page, token = int(asked.get("Page") or 0), asked.get("PageToken", "")
    first = _after(token, found) if token else page * size
    shown = found[first : first + size]
    more = first + size < len(found)
    kept = [(key, value) for key, value in pairs if not key.startswith("Page")]
    links = _Links(path, kept, size)
    return {
        "end": max(page * size + len(shown) - 1, 0),
        "first_page_uri": links.to(0),
        name: [description for _, description in shown],
        "next_page_uri": links.to(page + 1, "PA" + shown[-1][0]) if more else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": links.to(page - 1) if page else None,
        "start": page * size,
        "uri": links.to(page, token),
    }


def _after(token: str, found: list[tuple[str, dict[str, object]]]) -> int:
    for index, (sid, _) in enumerate(found):
        if token == "PA" + sid:
            return index + 1
    raise TwilioRefusal(20001, "PageToken is not one of ours")
