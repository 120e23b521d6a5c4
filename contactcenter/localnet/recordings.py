"""Recordings: what was said after a beep. The sound itself is silence of the right length."""

import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contactcenter.localnet.account import SidMaker
from contactcenter.localnet.wire import VERSION, rfc2822

KEEP = 1_000
_RATE = 8_000
_MAX_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of one call. `words` is what was said, `seconds` its length."""

    sid: str
    call_sid: str
    started: datetime
    seconds: int
    words: str


class Recordings:
    """All recordings, oldest first."""

    def __init__(self, new_sid: SidMaker) -> None:
        """`new_sid` makes their identifiers."""
        self._new_sid = new_sid
        self._by_sid: dict[str, Recording] = {}

    def add(self, call_sid: str, started: datetime, seconds: int, words: str) -> Recording:
        """Keep a recording."""
        recording = Recording(self._new_sid("RE"), call_sid, started, seconds, words)
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
        "conference_sid": None,
        "date_created": rfc2822(recording.started),
        "date_updated": rfc2822(recording.started),
        "duration": str(recording.seconds),
        "encryption_details": None,
        "error_code": None,
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": "RecordVerb",
        "start_time": rfc2822(recording.started),
        "status": "completed",
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
