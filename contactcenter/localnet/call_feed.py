"""What the page of a telephone shows of its calls, live: how far they are, and what is heard."""

from collections.abc import Callable

from contactcenter.localnet.calls import OVER, Call, CallBook, CallDirection, Sound
from contactcenter.localnet.feed import Feed

_SHOWN = 200


class CallFeed:
    """Turns changes of calls into the events of each telephone's pages."""

    def __init__(self, book: CallBook, feed: Feed, name_of: Callable[[str], str]) -> None:
        """Listen to the book from now on. `name_of` says who has an address, "" when nobody knows."""
        self._book = book
        self._feed = feed
        self._name_of = name_of
        feed.also(self._snapshot)
        book.listen(self._on_call, self._on_sound)

    def calls_of(self, address: str) -> list[Call]:
        """Return the calls of a telephone that go on, oldest first."""
        return [call for call in self._book if call.person == address and call.status not in OVER]

    def _snapshot(self, address: str) -> dict[str, object]:
        return {"calls": [self._view(call) | {"heard": self._heard(call)} for call in self.calls_of(address)]}

    def _heard(self, call: Call) -> list[dict[str, object]]:
        first = call.line.count - len(call.line.heard)
        sounds = [self._sound(call, sound, first + index) for index, sound in enumerate(call.line.heard)]
        return sounds[-_SHOWN:]

    def _on_call(self, call: Call) -> None:
        self._feed.tell(call.person, "call", lambda: self._view(call))

    def _on_sound(self, call: Call, sound: Sound) -> None:
        self._feed.tell(call.person, "sound", lambda: self._sound(call, sound, call.line.count - 1))

    def _view(self, call: Call) -> dict[str, object]:
        mine = call.direction is CallDirection.INBOUND
        other = call.to if mine else call.sender
        return {
            "sid": call.sid,
            "mine": mine,
            "other": other,
            "name": self._name_of(other),
            "status": call.status.value,
            "over": call.status in OVER,
            "answered": None if call.started is None else call.started.isoformat(),
            "ended": None if call.ended is None else call.ended.isoformat(),
        }

    def _sound(self, call: Call, sound: Sound, index: int) -> dict[str, object]:
        return {
            "call": call.sid,
            "index": index,
            "kind": sound.kind,
            "text": sound.text,
            "language": sound.language,
            "name": self._name_of(sound.voice) if sound.kind == "person" else "",
        }
