"""The control API for calls: the telephones that people hold, for tests in other processes."""

from aiohttp import web

from contactcenter.localnet.account import Account
from contactcenter.localnet.bell import Bell
from contactcenter.localnet.call_wire import call_json
from contactcenter.localnet.calls import OVER, Call, CallBook, Sound
from contactcenter.localnet.conferences import Hall
from contactcenter.localnet.control import patience
from contactcenter.localnet.exchange import Behaviour, Exchange
from contactcenter.localnet.jsonio import BadInputError, number_of, read_object, text_of
from contactcenter.localnet.recordings import Recordings
from contactcenter.localnet.telephony import Telephony

_MANY = 1_000_000


class CallControl:
    """Routes under `/_control/calls` and `/_control/telephones`."""

    def __init__(
        self,
        account: Account,
        book: CallBook,
        exchange: Exchange,
        telephony: Telephony,
        hall: Hall,
        recordings: Recordings,
        bell: Bell,
    ) -> None:
        """All are the network's own parts."""
        self._account = account
        self._book = book
        self._exchange = exchange
        self._telephony = telephony
        self._hall = hall
        self._recordings = recordings
        self._bell = bell

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_post("/_control/calls", self._dial)
        router.add_get("/_control/calls", self._calls)
        router.add_get("/_control/calls/{sid}", self._call)
        router.add_get("/_control/calls/{sid}/heard", self._heard)
        router.add_post("/_control/calls/{sid}/keys", self._press)
        router.add_post("/_control/calls/{sid}/speech", self._speak)
        router.add_post("/_control/calls/{sid}/answer", self._answer)
        router.add_post("/_control/calls/{sid}/hangup", self._hang_up)
        router.add_post("/_control/calls/{sid}/silence", self._silence)
        router.add_put("/_control/telephones/{address}", self._behave)
        router.add_put("/_control/tempo", self._set_tempo)

    def reset(self) -> None:
        """End all calls and forget them."""
        self._hall.clear()
        self._exchange.reset()
        self._recordings.clear()

    def _find(self, request: web.Request) -> Call:
        call = self._book.get(request.match_info["sid"])
        if call is None:
            raise web.HTTPNotFound
        return call

    async def _dial(self, request: web.Request) -> web.Response:
        """Let a person call the center."""
        source = await read_object(request)
        call = self._telephony.dial(text_of(source, "from"), text_of(source, "to"))
        return self._describe(call, 201)

    async def _calls(self, request: web.Request) -> web.Response:
        """List calls, oldest first; with `count`, wait until there are so many.

        `to`, `from`, `status` and `parent` narrow them.
        """
        query = request.query
        statuses = frozenset(query.get("status", "").split(",")) - {""}
        count = int(number_of(query.get("count", "0"), "count", 0, _MANY))

        def fitting() -> list[Call] | None:
            found = [
                call
                for call in self._book
                if query.get("to", call.to) == call.to
                and query.get("from", call.sender) == call.sender
                and query.get("parent", call.parent_sid) == call.parent_sid
                and (not statuses or call.status in statuses)
            ]
            return found if len(found) >= count else None

        found = await self._bell.until(fitting, patience(request))
        return web.json_response({"calls": [call_json(self._account.sid, call) for call in found]})

    async def _call(self, request: web.Request) -> web.Response:
        """Describe a call; with `status`, wait until it has one of those."""
        call = self._find(request)
        if wanted := request.query.get("status"):
            statuses = frozenset(wanted.split(","))
            await call.line.bell.until(lambda: call if call.status in statuses else None, patience(request))
        return self._describe(call)

    async def _heard(self, request: web.Request) -> web.Response:
        """Return what a person heard from the `after`th sound on.

        With `containing` or `kind`, wait until such a sound is heard; `next` is where to go on, so
        that nothing is found twice.
        """
        call, query = self._find(request), request.query
        after = int(number_of(query.get("after", "0"), "after", 0, _MANY))
        part, kind = query.get("containing", ""), query.get("kind", "")

        def look() -> tuple[list[Sound], int] | None:
            sounds = call.line.after(after)
            first = call.line.count - len(sounds)
            for index, sound in enumerate(sounds):
                if part in sound.text and kind in {"", sound.kind}:
                    return sounds[: index + 1], first + index + 1
            return None

        waiting = part or kind
        found = await call.line.bell.until(look, patience(request)) if waiting else None
        sounds, following = found or (call.line.after(after), call.line.count)
        return web.json_response({"heard": [_sound_json(sound) for sound in sounds], "next": following})

    async def _press(self, request: web.Request) -> web.Response:
        call = self._find(request)
        digits = text_of(await read_object(request), "digits")
        return web.json_response({"taken": self._telephony.press(_live(call), digits)})

    async def _speak(self, request: web.Request) -> web.Response:
        call = self._find(request)
        words = text_of(await read_object(request), "text")
        return web.json_response({"taken": self._telephony.speak(_live(call), words)})

    async def _answer(self, request: web.Request) -> web.Response:
        call = self._find(request)
        self._telephony.answer(call)
        return self._describe(call)

    async def _hang_up(self, request: web.Request) -> web.Response:
        call = self._find(request)
        self._telephony.hang_up(call)
        return self._describe(call)

    async def _silence(self, request: web.Request) -> web.Response:
        """Let the time pass for which the network waits for this person: keys, words, an answer."""
        call = self._find(request)
        await call.line.bell.until(
            lambda: call if call.line.waiting or call.status in OVER else None, patience(request)
        )
        call.line.pass_time()
        return self._describe(_live(call))

    async def _behave(self, request: web.Request) -> web.Response:
        wanted = text_of(await read_object(request), "behaviour")
        if wanted not in set(Behaviour):
            raise BadInputError(f"behaviour is one of {', '.join(Behaviour)}")
        self._exchange.behave(request.match_info["address"], Behaviour(wanted))
        return web.Response(status=204)

    async def _set_tempo(self, request: web.Request) -> web.Response:
        """Let speech take longer or shorter from now on."""
        found = number_of((await read_object(request)).get("tempo"), "tempo", 0.001, 10)
        self._exchange.tempo = found
        return web.Response(status=204)

    def _describe(self, call: Call, status: int = 200) -> web.Response:
        return web.json_response(call_json(self._account.sid, call), status=status)


def _live(call: Call) -> Call:
    if call.status in OVER:
        raise web.HTTPConflict(reason="the call is over")
    return call


def _sound_json(sound: Sound) -> dict[str, object]:
    return {
        "at": sound.at.isoformat(),
        "seconds": round(sound.seconds, 3),
        "kind": sound.kind,
        "text": sound.text,
        "language": sound.language,
        "voice": sound.voice,
    }
