"""STOP, START and HELP as Twilio handles them for long codes, and who has opted out."""

from dataclasses import dataclass

from contactcenter.localnet.account import Account

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP", "YES"})
_HELP = frozenset({"HELP", "INFO"})
_ANSWERS = {
    "STOP": (
        "You have successfully been unsubscribed. You will not receive any more messages from "
        "this number. Reply START to resubscribe."
    ),
    "START": (
        "You have successfully been re-subscribed to messages from this number. Reply HELP for "
        "help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    ),
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word the network acted on: STOP, START or HELP, and its own answer."""

    kind: str
    answer: str


class StopWords:
    """Who has opted out of which sender. A Messaging Service counts as one sender."""

    def __init__(self, account: Account) -> None:
        """Start with nobody opted out."""
        self._account = account
        self._out: set[tuple[str, str]] = set()

    def hear(self, handset: str, number: str, body: str) -> Keyword | None:
        """Act on an incoming text; return what was understood, if anything."""
        own = self._account.numbers.get(number)
        if own is None or not own.stop_words:
            return None
        word = body.strip().upper()
        place = (self._scope(number), handset)
        if word in _STOP:
            self._out.add(place)
            return _keyword("STOP")
        if word in _START and (word != "YES" or place in self._out):
            self._out.discard(place)
            return _keyword("START")
        return _keyword("HELP") if word in _HELP else None

    def has_left(self, handset: str, sender: str) -> bool:
        """Whether this person no longer takes messages from a number or Messaging Service."""
        return (self._scope(sender), handset) in self._out

    def left_by(self, handset: str) -> bool:
        """Whether this person has opted out of any sender."""
        return any(person == handset for _, person in self._out)

    def forget(self, handset: str) -> None:
        """Start over with one person."""
        self._out = {place for place in self._out if place[1] != handset}

    def clear(self) -> None:
        """Start over with everybody."""
        self._out.clear()

    def _scope(self, sender: str) -> str:
        service = self._account.service_of(sender)
        return sender if service is None else service.sid


def _keyword(kind: str) -> Keyword:
    return Keyword(kind, _ANSWERS[kind])
