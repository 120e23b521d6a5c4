"""Twilio's REST API for calls; what all of the API has in common is in `rest`."""

from collections.abc import Mapping

from aiohttp import web

from contactcenter.localnet.account import Account
from contactcenter.localnet.call_webhooks import Step
from contactcenter.localnet.call_wire import call_json
from contactcenter.localnet.calls import Call, CallBook, Reporting
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.outbox import is_web_address
from contactcenter.localnet.pages import page_json, span_of
from contactcenter.localnet.rest import Ask, Handler, answer_json
from contactcenter.localnet.telephony import DEFAULT_TIMEOUT, CallDraft, Telephony

MAX_TWIML = 4_000


class CallRest:
    """The account's calls."""

    def __init__(self, account: Account, book: CallBook, telephony: Telephony) -> None:
        """`telephony` does what is asked."""
        self._account = account
        self._book = book
        self._telephony = telephony

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handlers by Twilio's operation id."""
        return {
            "CreateCall": self._create,
            "ListCall": self._list,
            "FetchCall": self._fetch,
            "UpdateCall": self._update,
        }

    def _call(self, ask: Ask) -> Call:
        call = self._book.get(ask.path["Sid"])
        if call is None:
            raise TwilioRefusal(20404, ask.request.path)
        return call

    async def _create(self, ask: Ask) -> web.StreamResponse:
        draft = CallDraft(
            to=ask.one("To"),
            sender=ask.one("From"),
            step=_step(ask),
            timeout=float(ask.one("Timeout") or DEFAULT_TIMEOUT),
            reporting=reporting_of(ask),
            fallback=ask.one("FallbackUrl"),
            detection=ask.one("MachineDetection"),
        )
        return self._describe(self._telephony.create(draft), 201)

    async def _update(self, ask: Ask) -> web.StreamResponse:
        """Redirect a live call, or end one."""
        call = self._call(ask)
        step = _step(ask)
        for address in (step.address, ask.one("FallbackUrl")):
            if address and not is_web_address(address):
                raise TwilioRefusal(21205, address)
        if address := ask.one("StatusCallback"):
            if not is_web_address(address):
                raise TwilioRefusal(21609, address)
            call.reporting = Reporting(address)
        if status := ask.one("Status"):
            self._telephony.end(call, status)
        elif step.address or step.twiml is not None:
            self._telephony.redirect(call, step, ask.one("FallbackUrl"))
        return self._describe(call)

    async def _fetch(self, ask: Ask) -> web.StreamResponse:
        return self._describe(self._call(ask))

    async def _list(self, ask: Ask) -> web.StreamResponse:
        wanted = {name: ask.one(name) for name in ("To", "From", "ParentCallSid", "Status")}
        started, ended = span_of(ask.one, "StartTime"), span_of(ask.one, "EndTime")
        found = [
            (call.sid, call_json(self._account.sid, call))
            for call in self._book.newest_first()
            if wanted["To"] in {"", call.to}
            and wanted["From"] in {"", call.sender}
            and wanted["ParentCallSid"] in {"", call.parent_sid}
            and wanted["Status"] in {"", call.status.value}
            and started(call.started or call.created)
            and ended(call.ended)
        ]
        return answer_json(page_json(ask.request.path, ask.pairs, "calls", found))

    def _describe(self, call: Call, status: int = 200) -> web.Response:
        return answer_json(call_json(self._account.sid, call), status)


def _step(ask: Ask) -> Step:
    """Return where the call goes on; an address comes before TwiML, as at Twilio."""
    if address := ask.one("Url"):
        return Step(address)
    twiml = ask.one("Twiml")
    if len(twiml) > MAX_TWIML:
        raise TwilioRefusal(20001, f"Twiml has more than {MAX_TWIML} characters")
    return Step(twiml=twiml) if twiml else Step()


def reporting_of(ask: Ask) -> Reporting:
    """Return where a leg's progress is to be reported, and which events."""
    events = frozenset(word for value in ask.all("StatusCallbackEvent") for word in value.split())
    if unknown := events - {"initiated", "ringing", "answered", "completed"}:
        raise TwilioRefusal(20001, f"StatusCallbackEvent {', '.join(sorted(unknown))}")
    return Reporting(ask.one("StatusCallback"), events or frozenset({"completed"}))
