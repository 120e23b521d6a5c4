"""The control API under `/_control/`: what tests in other processes need to drive the network."""

from collections.abc import Callable

from aiohttp import web

from contactcenter.localnet.account import Account
from contactcenter.localnet.bell import Bell
from contactcenter.localnet.callbacks import CallbackQueue
from contactcenter.localnet.faults import MAX_COPIES, MAX_SECONDS, Fault, Faults
from contactcenter.localnet.handsets import Handsets
from contactcenter.localnet.inbound import Inbound
from contactcenter.localnet.jsonio import (
    flag_of,
    number_of,
    pictures_of,
    read_object,
    text_of,
)
from contactcenter.localnet.messages import Announcement, Message, MessageBook
from contactcenter.localnet.rest import RestApi
from contactcenter.localnet.stopwords import StopWords
from contactcenter.localnet.webhooks import Exchange, WebhookSender
from contactcenter.localnet.wire import message_json

MAX_WAIT = 60.0
_DEFAULT_WAIT = 10.0
_MANY = 1_000_000


class ControlApi:
    """Routes under `/_control/`."""

    def __init__(
        self,
        account: Account,
        book: MessageBook,
        handsets: Handsets,
        inbound: Inbound,
        faults: Faults,
        callbacks: CallbackQueue,
        webhooks: WebhookSender,
        rest: RestApi,
        stop_words: StopWords,
        bell: Bell,
        *,
        also_reset: Callable[[], None],
    ) -> None:
        """All are the network's own parts. `also_reset` forgets what is not kept here."""
        self._account = account
        self._book = book
        self._handsets = handsets
        self._inbound = inbound
        self._faults = faults
        self._callbacks = callbacks
        self._webhooks = webhooks
        self._rest = rest
        self._stop_words = stop_words
        self._bell = bell
        self._also_reset = also_reset

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_post("/_control/messages", self._text)
        router.add_get("/_control/messages", self._messages)
        router.add_get("/_control/messages/{sid}", self._message)
        router.add_get("/_control/handsets/{number}/messages", self._handset)
        router.add_put("/_control/handsets/{number}/power", self._power)
        router.add_get("/_control/faults", self._list_faults)
        router.add_post("/_control/faults", self._add_fault)
        router.add_delete("/_control/faults", self._clear_faults)
        router.add_post("/_control/callbacks/release", self._release)
        router.add_put("/_control/numbers/{number}", self._route)
        router.add_post("/_control/reset", self._reset)
        router.add_get("/_control/violations", self._violations)
        router.add_delete("/_control/violations", self._clear_violations)
        router.add_get("/_control/webhooks", self._exchanges)
        router.add_get("/_control/alerts", self._alerts)

    async def _text(self, request: web.Request) -> web.Response:
        """Text the center; with `wait`, answer when the webhook has been answered."""
        source = await read_object(request)
        sender, to = text_of(source, "from"), text_of(source, "to")
        wait = flag_of(source, "wait", default=False)
        message = self._inbound.text(sender, to, text_of(source, "body", ""), pictures_of(source))
        if wait:
            await self._bell.until(lambda: _announced(message), MAX_WAIT)
        return self._describe(message, status=201)

    async def _messages(self, _request: web.Request) -> web.Response:
        return web.json_response({"messages": [self._json(message) for message in self._book]})

    async def _message(self, request: web.Request) -> web.Response:
        """Describe a message; with `status`, wait until it has reached one of those."""
        message = self._book.get(request.match_info["sid"])
        if message is None:
            raise web.HTTPNotFound
        if wanted := request.query.get("status"):
            statuses = frozenset(wanted.split(","))
            found = lambda: message if message.status in statuses else None  # noqa: E731
            await self._bell.until(found, patience(request))
        return self._describe(message)

    async def _handset(self, request: web.Request) -> web.Response:
        """List what a handset received; with `count`, wait until it has so many.

        `containing` counts only messages with that text.
        """
        number, part = request.match_info["number"], request.query.get("containing", "")
        count = int(number_of(request.query.get("count", "0"), "count", 0, _MANY))

        def received() -> list[Message] | None:
            found = [m for m in self._handsets.received(number) if part in m.body]
            return found if len(found) >= count else None

        found = await self._bell.until(received, patience(request))
        return web.json_response({"messages": [self._json(message) for message in found]})

    async def _power(self, request: web.Request) -> web.Response:
        on = flag_of(await read_object(request), "on", default=True)
        self._handsets.switch(request.match_info["number"], on=on)
        return web.Response(status=204)

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": [_fault_json(f) for f in self._faults.coming()]})

    async def _add_fault(self, request: web.Request) -> web.Response:
        source = await read_object(request)
        seconds, code = source.get("seconds"), source.get("code")
        fault = self._faults.add(
            text_of(source, "kind"),
            times=int(number_of(source.get("times", 1), "times", 1, _MANY)),
            seconds=None if seconds is None else number_of(seconds, "seconds", 0, MAX_SECONDS),
            code=None if code is None else int(number_of(code, "code", 1, _MANY)),
            copies=int(number_of(source.get("copies", 2), "copies", 1, MAX_COPIES)),
            number=text_of(source, "number", "") or None,
            operation=text_of(source, "operation", "") or None,
        )
        return web.json_response(_fault_json(fault), status=201)

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return web.Response(status=204)

    async def _release(self, _request: web.Request) -> web.Response:
        self._callbacks.release()
        return web.Response(status=204)

    async def _route(self, request: web.Request) -> web.Response:
        """Set where a number's incoming messages and calls are announced."""
        source = await read_object(request)
        number = self._account.numbers.get(request.match_info["number"])
        if number is None:
            raise web.HTTPNotFound
        number.sms_url = text_of(source, "sms_url", number.sms_url)
        number.sms_fallback_url = text_of(source, "sms_fallback_url", number.sms_fallback_url)
        number.voice_url = text_of(source, "voice_url", number.voice_url)
        number.voice_fallback_url = text_of(source, "voice_fallback_url", number.voice_fallback_url)
        number.voice_status_callback = text_of(source, "voice_status_callback", number.voice_status_callback)
        return web.Response(status=204)

    async def _reset(self, _request: web.Request) -> web.Response:
        """Forget all messages, calls, faults, opt-outs and logs, and who joined."""
        self._also_reset()
        self._book.clear()
        self._handsets.reset()
        self._stop_words.clear()
        self._faults.clear()
        self._callbacks.release()
        self._webhooks.exchanges.clear()
        self._webhooks.alerts.clear()
        self._rest.violations.clear()
        return web.Response(status=204)

    async def _violations(self, _request: web.Request) -> web.Response:
        found = [
            {
                "at": violation.at.isoformat(),
                "operation": violation.operation,
                "parameter": violation.parameter,
                "problem": violation.problem,
            }
            for violation in self._rest.violations
        ]
        return web.json_response({"violations": found})

    async def _clear_violations(self, _request: web.Request) -> web.Response:
        self._rest.violations.clear()
        return web.Response(status=204)

    async def _exchanges(self, _request: web.Request) -> web.Response:
        found = [_exchange_json(exchange) for exchange in self._webhooks.exchanges]
        return web.json_response({"webhooks": found})

    async def _alerts(self, _request: web.Request) -> web.Response:
        found = [
            {"at": a.at.isoformat(), "code": a.code, "url": a.url, "problem": a.problem} for a in self._webhooks.alerts
        ]
        return web.json_response({"alerts": found})

    def _describe(self, message: Message, status: int = 200) -> web.Response:
        return web.json_response(self._json(message), status=status)

    def _json(self, message: Message) -> dict[str, object]:
        announcement = message.announcement
        extra = {"announcement": None if announcement is None else announcement.value}
        return message_json(self._account.sid, message) | extra


def _announced(message: Message) -> Message | None:
    return None if message.announcement is Announcement.UNDER_WAY else message


def patience(request: web.Request) -> float:
    """Return how many seconds a request wants to wait."""
    asked = request.query.get("timeout", str(_DEFAULT_WAIT))
    return number_of(asked, "timeout", 0, MAX_WAIT)


def _fault_json(fault: Fault) -> dict[str, object]:
    return {
        "kind": fault.kind.value,
        "times": fault.times,
        "seconds": fault.seconds,
        "code": fault.code,
        "copies": fault.copies,
        "number": fault.number,
        "operation": fault.operation,
    }


def _exchange_json(exchange: Exchange) -> dict[str, object]:
    return {
        "kind": exchange.kind,
        "url": exchange.url,
        "params": dict(exchange.params),
        "token": exchange.token,
        "at": exchange.at.isoformat(),
        "attempts": exchange.attempts,
        "seconds": exchange.seconds,
        "done": exchange.done,
    }
