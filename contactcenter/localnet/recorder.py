"""The recorder: it takes down calls and conferences while they go on, and tells the center how far it is."""

from collections.abc import Callable

from contactcenter.localnet.account import Account
from contactcenter.localnet.call_webhooks import CallWebhooks
from contactcenter.localnet.calls import Call, CallBook, Reporting, Sound
from contactcenter.localnet.faults import FaultKind, Faults
from contactcenter.localnet.messages import Clock
from contactcenter.localnet.recordings import LIVE, Recording, Recordings, RecordingStatus, recording_path
from contactcenter.localnet.wire import rfc2822

_SPOKEN = frozenset({"say", "person"})


class Recorder:
    """Begins, pauses and ends the recordings of live calls and conferences."""

    def __init__(
        self,
        account: Account,
        recordings: Recordings,
        book: CallBook,
        faults: Faults,
        webhooks: CallWebhooks,
        clock: Clock,
        *,
        base_url: Callable[[], str],
    ) -> None:
        """`base_url` is where recordings are found."""
        self._account = account
        self._recordings = recordings
        self._faults = faults
        self._webhooks = webhooks
        self._clock = clock
        self._base_url = base_url
        self._live: dict[str, list[Recording]] = {}
        book.listen(self._on_call, self._on_sound)

    def record_call(self, call: Call, reporting: Reporting) -> Recording:
        """Take down a call from now on."""
        begun = self._recordings.begin(
            self._clock(), "StartCallRecordingAPI", call_sid=call.sid, number=call.person, reporting=reporting
        )
        return self._begun(begun)

    def record_conference(self, sid: str, reporting: Reporting) -> Recording:
        """Take down a conference from now on."""
        return self._begun(self._recordings.begin(self._clock(), "Conference", conference_sid=sid, reporting=reporting))

    def current(self, subject: str) -> Recording | None:
        """Return the newest recording of a call or conference that goes on."""
        live = self._live.get(subject)
        return live[-1] if live else None

    def hear(self, subject: str, words: str) -> None:
        """Take down what was said on a call or in a conference."""
        for recording in self._live.get(subject, ()):
            if recording.status is RecordingStatus.IN_PROGRESS:
                recording.words.append(words)

    def finish(self, recording: Recording, status: RecordingStatus = RecordingStatus.COMPLETED) -> None:
        """End a recording that goes on."""
        live = self._live.get(recording.subject, [])
        if recording not in live:
            return
        live.remove(recording)
        if not live:
            del self._live[recording.subject]
        recording.finish()
        absent = self._faults.take(FaultKind.RECORDING_ABSENT, number=recording.number) is not None
        recording.status = RecordingStatus.ABSENT if absent else status
        self._report(recording, "absent" if absent else "completed")

    def end(self, subject: str) -> None:
        """End the recordings of a call or conference that is over."""
        for recording in list(self._live.get(subject, ())):
            self.finish(recording)

    def clear(self) -> None:
        """Forget what goes on."""
        self._live.clear()

    def _begun(self, recording: Recording) -> Recording:
        self._live.setdefault(recording.subject, []).append(recording)
        self._report(recording, "in-progress")
        return recording

    def _on_call(self, call: Call) -> None:
        if call.over.is_set():
            self.end(call.sid)

    def _on_sound(self, call: Call, sound: Sound) -> None:
        if sound.kind in _SPOKEN:
            self.hear(call.sid, sound.text)

    def _report(self, recording: Recording, event: str) -> None:
        reporting = recording.reporting
        if not reporting.address or event not in reporting.events:
            return
        params = {
            "AccountSid": self._account.sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self._base_url() + recording_path(self._account.sid, recording.sid),
            "RecordingStatus": event,
            "RecordingDuration": str(recording.seconds),
            "RecordingChannels": "1",
            "RecordingStartTime": rfc2822(recording.started) or "",
            "RecordingSource": recording.source,
        }
        if recording.conference_sid:
            params["ConferenceSid"] = recording.conference_sid
        if recording.call_sid:
            params["CallSid"] = recording.call_sid
        if event == "absent":
            del params["RecordingUrl"]
        final = recording.status not in LIVE
        self._webhooks.report(recording.sid, reporting.address, params, recording.number, final=final)
