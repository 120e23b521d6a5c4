"""Recordings: what was said, on a call or in a conference. The sound itself is silence of the right length."""

import io
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactcenter.localnet.account import SidMaker
from contactcenter.localnet.calls import Reporting
from contactcenter.localnet.wire import VERSION, rfc2822

KEEP = 1_000
WORDS_A_SECOND = 2.5
_RATE = 8_000
_MAX_SECONDS = 60


class RecordingStatus(StrEnum):
    """How far a recording is, in Twilio's words."""

    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ABSENT = "absent"


LIVE = frozenset({RecordingStatus.IN_PROGRESS, RecordingStatus.PAUSED})


@dataclass(slots=True)
class Recording:
    """A recording of one call or conference. `words` is what was said, `seconds` its length once it is over.

    `number` is whose telephone it is about, as far as it is about one.
    """

    sid: str
    started: datetime
    source: str
    call_sid: str | None = None
    conference_sid: str | None = None
    number: str = ""
    reporting: Reporting = field(default_factory=Reporting)
    status: RecordingStatus = RecordingStatus.IN_PROGRESS
    seconds: int = 0
    words: list[str] = field(default_factory=list)
    _took: float = 0.0
    _since: float | None = field(default_factory=time.monotonic)

    @property
    def subject(self) -> str:
        """The sid of the call or conference."""
        return self.conference_sid or self.call_sid or ""

    def pause(self, *, silence: bool) -> None:
        """Take nothing down; with `silence` the time counts all the same."""
        self._stop_watch()
        if silence:
            self._since = time.monotonic()
        self.status = RecordingStatus.PAUSED

    def resume(self) -> None:
        """Go on after a pause."""
        self._stop_watch()
        self._since = time.monotonic()
        self.status = RecordingStatus.IN_PROGRESS

    def finish(self) -> None:
        """Work out how long it is: at least as long as its words take."""
        self._stop_watch()
        self.seconds = int(max(self._took, len(" ".join(self.words).split()) / WORDS_A_SECOND))

    def _stop_watch(self) -> None:
        if self._since is not None:
            self._took += time.monotonic() - self._since
        self._since = None


class Recordings:
    """All recordings, oldest first."""

    def __init__(self, new_sid: SidMaker) -> None:
        """`new_sid` makes their identifiers."""
        self._new_sid = new_sid
        self._by_sid: dict[str, Recording] = {}

    def add(self, call_sid: str, started: datetime, seconds: int, words: str) -> Recording:
        """Keep what somebody said after a beep."""
        recording = Recording(self._new_sid("RE"), started, "RecordVerb", call_sid=call_sid, words=[words])
        recording.status, recording.seconds = RecordingStatus.COMPLETED, seconds
        return self._keep(recording)

    def begin(
        self,
        started: datetime,
        source: str,
        *,
        call_sid: str | None = None,
        conference_sid: str | None = None,
        number: str = "",
        reporting: Reporting,
    ) -> Recording:
        """Begin a recording that goes on."""
        return self._keep(Recording(self._new_sid("RE"), started, source, call_sid, conference_sid, number, reporting))

    def _keep(self, recording: Recording) -> Recording:
        self._by_sid[recording.sid] = recording
        if len(self._by_sid) > KEEP:
            del self._by_sid[next(iter(self._by_sid))]
        return recording

    def get(self, sid: str) -> Recording | None:
        """Return the recording with this sid."""
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> None:
        """Forget a recording."""
        self._by_sid.pop(sid, None)

    def __iter__(self) -> Iterator[Recording]:
        """Go through the recordings, oldest first."""
        return iter(list(self._by_sid.values()))

    def clear(self) -> None:
        """Forget all."""
        self._by_sid.clear()


def recording_path(account_sid: str, sid: str) -> str:
    """Return the path of a recording, without its ending."""
    return f"/{VERSION}/Accounts/{account_sid}/Recordings/{sid}"


def recording_json(account_sid: str, recording: Recording) -> dict[str, object]:
    """Describe a recording in Twilio's shape."""
    path = recording_path(account_sid, recording.sid)
    return {
        "account_sid": account_sid,
        "api_version": VERSION,
        "call_sid": recording.call_sid,
        "channels": 1,
        "conference_sid": recording.conference_sid,
        "date_created": rfc2822(recording.started),
        "date_updated": rfc2822(recording.started),
        "duration": "-1" if recording.status in LIVE else str(recording.seconds),
        "encryption_details": None,
        "error_code": None,
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source,
        "start_time": rfc2822(recording.started),
        "status": recording.status.value,
        "uri": f"{path}.json",
    }


def sound_of(recording: Recording) -> bytes:
    """Return a WAV file of the recording's length, a minute at most."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        sound.writeframes(b"\x80" * (_RATE * min(max(recording.seconds, 1), _MAX_SECONDS)))
    return target.getvalue()
