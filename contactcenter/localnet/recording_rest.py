"""Twilio's REST API for recordings: of the account, of a call, of a conference."""

from collections.abc import Callable, Mapping

from aiohttp import web

from contactcenter.localnet.account import Account
from contactcenter.localnet.calls import Call, CallBook, CallStatus, Reporting
from contactcenter.localnet.conferences import Hall
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.outbox import is_web_address
from contactcenter.localnet.pages import page_json, span_of
from contactcenter.localnet.recorder import Recorder
from contactcenter.localnet.recordings import LIVE, Recording, Recordings, RecordingStatus, recording_json, sound_of
from contactcenter.localnet.rest import Ask, Handler, answer_json

CURRENT = "Twilio.CURRENT"
_NO_SUCH = 20404
_NOT_LIVE = 21220
_EVENTS = frozenset({"in-progress", "completed", "absent"})


class RecordingRest:
    """The account's recordings."""

    def __init__(
        self, account: Account, book: CallBook, hall: Hall, recordings: Recordings, recorder: Recorder
    ) -> None:
        """`recorder` does what is asked."""
        self._account = account
        self._book = book
        self._hall = hall
        self._recordings = recordings
        self._recorder = recorder

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handlers by Twilio's operation id."""
        found: dict[str, Handler] = {
            "CreateCallRecording": self._create,
            "ListRecording": self._list,
            "FetchRecording": self._fetch,
            "FetchRecordingSound": self._sound,
            "DeleteRecording": self._delete,
        }
        for of in ("Call", "Conference"):
            found |= {
                f"List{of}Recording": self._list,
                f"Fetch{of}Recording": self._fetch,
                f"Update{of}Recording": self._update,
                f"Delete{of}Recording": self._delete,
            }
        return found

    def _call(self, ask: Ask) -> Call:
        call = self._book.get(ask.path["CallSid"])
        if call is None:
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        return call

    def _subject(self, ask: Ask) -> str:
        """Return the call or conference of the path, "" when the path names none."""
        if "CallSid" in ask.path:
            return self._call(ask).sid
        sid = ask.path.get("ConferenceSid", "")
        if sid and self._hall.get(sid) is None:
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        return sid

    def _recording(self, ask: Ask) -> Recording:
        subject, sid = self._subject(ask), ask.path["Sid"]
        found = self._recorder.current(subject) if sid == CURRENT else self._recordings.get(sid)
        if found is None or (subject and found.subject != subject):
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        return found

    async def _create(self, ask: Ask) -> web.StreamResponse:
        call = self._call(ask)
        if call.status is not CallStatus.IN_PROGRESS:
            raise TwilioRefusal(_NOT_LIVE)
        recording = self._recorder.record_call(call, recording_reporting(ask.one, ask.all))
        return self._describe(recording, 201)

    async def _update(self, ask: Ask) -> web.StreamResponse:
        """Pause, resume or stop what goes on."""
        recording = self._recording(ask)
        if recording.status not in LIVE:
            raise TwilioRefusal(_NOT_LIVE)
        match ask.one("Status"):
            case "paused":
                recording.pause(silence=ask.one("PauseBehavior") != "skip")
            case "in-progress":
                recording.resume()
            case "stopped":
                self._recorder.finish(recording, RecordingStatus.STOPPED)
            case _:
                raise TwilioRefusal(20001, "Status is required")
        return self._describe(recording)

    async def _list(self, ask: Ask) -> web.StreamResponse:
        subject = self._subject(ask)
        call_sid, conference_sid = ask.one("CallSid"), ask.one("ConferenceSid")
        created = span_of(ask.one, "DateCreated")
        found = [
            (each.sid, recording_json(self._account.sid, each))
            for each in reversed(list(self._recordings))
            if subject in {"", each.subject}
            and call_sid in {"", each.call_sid}
            and conference_sid in {"", each.conference_sid}
            and created(each.started)
        ]
        return answer_json(page_json(ask.request.path, ask.pairs, "recordings", found))

    async def _fetch(self, ask: Ask) -> web.StreamResponse:
        return self._describe(self._recording(ask))

    async def _sound(self, ask: Ask) -> web.StreamResponse:
        recording = self._recording(ask)
        if recording.status is not RecordingStatus.COMPLETED and recording.status is not RecordingStatus.STOPPED:
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        return web.Response(body=sound_of(recording), content_type="audio/x-wav")

    async def _delete(self, ask: Ask) -> web.StreamResponse:
        recording = self._recording(ask)
        self._recorder.finish(recording)
        self._recordings.remove(recording.sid)
        return web.Response(status=204)

    def _describe(self, recording: Recording, status: int = 200) -> web.Response:
        return answer_json(recording_json(self._account.sid, recording), status)


def recording_reporting(
    one: Callable[[str], str], every: Callable[[str], tuple[str, ...]], prefix: str = ""
) -> Reporting:
    """Return where a recording is to be reported. Raises TwilioRefusal for what is no address or no event."""
    address = one(f"{prefix}RecordingStatusCallback")
    if address and not is_web_address(address):
        raise TwilioRefusal(21609, address)
    events = frozenset(word for value in every(f"{prefix}RecordingStatusCallbackEvent") for word in value.split())
    if unknown := events - _EVENTS:
        raise TwilioRefusal(20001, f"RecordingStatusCallbackEvent {', '.join(sorted(unknown))}")
    return Reporting(address, events or frozenset({"completed"}))
