"""Conferences: who is in them, who hears whom, and what the center is told of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactcenter.localnet.account import Account, SidMaker
from contactcenter.localnet.call_webhooks import CallWebhooks
from contactcenter.localnet.calls import OVER, Call, CallBook, Reporting
from contactcenter.localnet.messages import Clock
from contactcenter.localnet.recorder import Recorder
from contactcenter.localnet.wire import rfc2822

KEEP = 2_000
DEFAULT_MUSIC = "default"
"""The wait address that means the network's own music."""


class ConferenceStatus(StrEnum):
    """How far a conference has come, in Twilio's words."""

    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class ConferenceEvent(StrEnum):
    """What is reported of a conference, in Twilio's words."""

    START = "conference-start"
    END = "conference-end"
    JOIN = "participant-join"
    LEAVE = "participant-leave"
    MUTE = "participant-mute"
    UNMUTE = "participant-unmute"
    HOLD = "participant-hold"
    UNHOLD = "participant-unhold"
    MODIFY = "participant-modify"


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody enters: Twilio's attributes. `wait_url` "" is silence."""

    label: str = ""
    muted: bool = False
    coach: str = ""
    starts: bool = True
    ends: bool = False
    beep: str = "true"
    wait_url: str = DEFAULT_MUSIC
    limit: int = 250
    reporting: Reporting = field(default_factory=Reporting)
    recorded: bool = False
    recording: Reporting = field(default_factory=Reporting)


@dataclass(slots=True)
class Member:
    """Somebody in a conference. `changed` is set when what they hear has to be looked at again."""

    call: Call
    conference: "Conference"
    entry: Entry
    muted: bool
    coach: str
    ends: bool
    joined: datetime
    updated: datetime
    hold: bool = False
    hold_url: str = ""
    hold_method: str = "POST"
    gone: bool = False
    reason: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hears(self, other: "Member") -> bool:
        """Whether what `other` says comes out of this one's earpiece."""
        if self is other or self.hold or other.hold or other.muted:
            return False
        return not other.coach or other.coach == self.call.sid

    @property
    def music(self) -> str | None:
        """The address of what is played to somebody who waits; None while people talk."""
        if self.hold:
            return self.hold_url
        if self.conference.status is ConferenceStatus.INIT:
            return self.entry.wait_url
        return None


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who is being called into a conference, and how they will enter."""

    call: Call
    entry: Entry


@dataclass(slots=True)
class Conference:
    """A room with a name. Times are UTC."""

    sid: str
    name: str
    reporting: Reporting
    created: datetime
    updated: datetime
    book: CallBook
    recorder: Recorder
    status: ConferenceStatus = ConferenceStatus.INIT
    members: dict[str, Member] = field(default_factory=dict)
    coming: dict[str, "Coming"] = field(default_factory=dict)
    recording: Reporting | None = None
    recorded: bool = False
    sequence: int = 0
    reason: str | None = None
    ended_by: str | None = None

    def speak(self, speaker: Call, words: str) -> None:
        """Let everybody hear it who can."""
        talking = self.members.get(speaker.sid)
        if talking is None or self.status is not ConferenceStatus.IN_PROGRESS:
            return
        if not (talking.muted or talking.hold):
            self.recorder.hear(self.sid, words)
        for member in self.members.values():
            if member.hears(talking):
                self.book.hear(member.call, "person", words, voice=speaker.person)

    def find(self, sid_or_label: str) -> Member | None:
        """Return who has this call sid or label."""
        labelled = (m for m in self.members.values() if m.entry.label == sid_or_label)
        return self.members.get(sid_or_label) or next(labelled, None)

    def find_coming(self, sid_or_label: str) -> Coming | None:
        """Return who is being called with this call sid or label."""
        labelled = (c for c in self.coming.values() if c.entry.label == sid_or_label)
        return self.coming.get(sid_or_label) or next(labelled, None)


class Hall:
    """All conferences, oldest first."""

    def __init__(
        self,
        account: Account,
        book: CallBook,
        recorder: Recorder,
        webhooks: CallWebhooks,
        clock: Clock,
        new_sid: SidMaker,
    ) -> None:
        """`new_sid` makes the conferences' identifiers."""
        self._account = account
        self._book = book
        self._recorder = recorder
        self._webhooks = webhooks
        self._clock = clock
        self._new_sid = new_sid
        self._by_sid: dict[str, Conference] = {}
        self._live: dict[str, Conference] = {}

    def __iter__(self) -> Iterator[Conference]:
        """Go through the conferences, oldest first."""
        return iter(list(self._by_sid.values()))

    def get(self, sid: str) -> Conference | None:
        """Return the conference with this sid."""
        return self._by_sid.get(sid)

    def find(self, sid_or_name: str) -> Conference | None:
        """Return the conference with this sid, or the live one with this name."""
        return self._by_sid.get(sid_or_name) or self._live.get(sid_or_name)

    def clear(self) -> None:
        """End and forget all conferences."""
        for conference in self:
            self.end(conference, "conference-ended-via-api")
        self._by_sid.clear()
        self._recorder.clear()

    def open(self, name: str, reporting: Reporting) -> Conference:
        """Return the live conference of this name, or make it; who makes it says where it reports to."""
        conference = self.find(name)
        if conference is None or conference.status is ConferenceStatus.COMPLETED:
            now = self._clock()
            conference = Conference(self._new_sid("CF"), name, reporting, now, now, self._book, self._recorder)
            self._by_sid[conference.sid] = self._live[name] = conference
            if len(self._by_sid) > KEEP:
                over = (c.sid for c in self._by_sid.values() if c.status is ConferenceStatus.COMPLETED)
                self._by_sid.pop(next(over, ""), None)
        return conference

    def join(self, call: Call, conference: Conference, entry: Entry) -> Member | None:
        """Let somebody in; None when the conference is full or they may not."""
        if len(conference.members) >= entry.limit or (entry.coach and entry.coach not in conference.members):
            return None
        now = self._clock()
        conference.coming.pop(call.sid, None)
        member = Member(call, conference, entry, entry.muted, entry.coach, entry.ends, now, now)
        self._beep(conference, entry.beep in {"true", "onEnter"})
        conference.members[call.sid] = member
        call.room = conference
        self._tell(conference, ConferenceEvent.JOIN, member)
        enough = len(conference.members) > 1 and any(m.entry.starts for m in conference.members.values())
        if conference.status is ConferenceStatus.INIT and enough:
            self._set(conference, ConferenceStatus.IN_PROGRESS)
            self._tell(conference, ConferenceEvent.START, member)
            for each in conference.members.values():
                each.changed.set()
                self._book.hear(each.call, "connected", "")
        elif conference.status is ConferenceStatus.IN_PROGRESS:
            self._book.hear(call, "connected", "")
        self._record(conference, entry)
        return member

    def _record(self, conference: Conference, entry: Entry) -> None:
        """Begin to record a conference that has started, if one of those in it asked for that."""
        if entry.recorded and conference.recording is None:
            conference.recording = entry.recording
        wanted, started = conference.recording, conference.status is ConferenceStatus.IN_PROGRESS
        if wanted is not None and started and not conference.recorded:
            conference.recorded = True
            self._recorder.record_conference(conference.sid, wanted)

    def leave(self, member: Member) -> None:
        """Let somebody out, and end the conference when it ends with them."""
        conference = member.conference
        if conference.members.pop(member.call.sid, None) is None:
            return
        member.gone = True
        member.call.room = None
        hung_up = member.call.status in OVER
        reason = member.reason or ("participant_hung_up" if hung_up else "participant_updated_via_api")
        self._beep(conference, member.entry.beep in {"true", "onExit"})
        self._tell(conference, ConferenceEvent.LEAVE, member, {"ReasonParticipantLeft": reason})
        if conference.status is ConferenceStatus.COMPLETED:
            return
        if member.ends:
            self.end(conference, "participant-with-end-conference-on-exit-left", member)
        elif not conference.members:
            self.end(conference, "last-participant-left", member)

    def invite(self, conference: Conference, call: Call, entry: Entry, *, audible: bool) -> None:
        """Remember who is being called into a conference, from the beginning; `audible`: those in it hear it ring."""
        if call.status not in OVER:
            conference.coming[call.sid] = Coming(call, entry)
        for member in conference.members.values():
            if audible and member.music is None:
                self._book.hear(member.call, "ring", "")

    def came_or_not(self, name: str, call: Call) -> None:
        """Forget somebody who was called into a conference; end it when nobody is left to come."""
        conference = self._live.get(name)
        if conference is not None:
            conference.coming.pop(call.sid, None)
            if not conference.members and not conference.coming:
                self.end(conference, "last-participant-left")

    def end(self, conference: Conference, reason: str, by: Member | None = None) -> None:
        """Send everybody out."""
        if conference.status is ConferenceStatus.COMPLETED:
            return
        self._set(conference, ConferenceStatus.COMPLETED)
        if self._live.get(conference.name) is conference:
            del self._live[conference.name]
        conference.reason = reason
        conference.ended_by = None if by is None else by.call.sid
        why = "moderator_ended_conference" if by is not None else "conference_ended_via_api"
        for member in list(conference.members.values()):
            self.dismiss(member, why)
        self._recorder.end(conference.sid)
        extra = {"ReasonConferenceEnded": reason}
        if by is not None:
            extra["CallSidEndingConference"] = by.call.sid
        self._tell(conference, ConferenceEvent.END, None, extra)

    def dismiss(self, member: Member, reason: str = "participant_updated_via_api") -> None:
        """Send somebody out; their call goes on behind the conference."""
        member.reason = reason
        self.leave(member)
        member.changed.set()

    def mute(self, member: Member, *, muted: bool) -> None:
        """Close or open somebody's microphone."""
        if member.muted != muted:
            member.muted = muted
            self._changed(member, ConferenceEvent.MUTE if muted else ConferenceEvent.UNMUTE)

    def hold(self, member: Member, url: str, *, hold: bool, method: str = "POST") -> None:
        """Put somebody on hold with this address of music, asked for so, or take them back."""
        member.hold_url, member.hold_method = url, method
        if member.hold != hold:
            member.hold = hold
            self._changed(member, ConferenceEvent.HOLD if hold else ConferenceEvent.UNHOLD)
            member.changed.set()
            if not hold and member.conference.status is ConferenceStatus.IN_PROGRESS:
                self._book.hear(member.call, "connected", "")

    def coach(self, member: Member, sid: str) -> None:
        """Let somebody be heard by one other only, or by all ("")."""
        if member.coach != sid:
            member.coach = sid
            self._changed(member, ConferenceEvent.MODIFY)

    def _changed(self, member: Member, event: ConferenceEvent) -> None:
        member.updated = self._clock()
        self._tell(member.conference, event, member)

    def _set(self, conference: Conference, status: ConferenceStatus) -> None:
        conference.status = status
        conference.updated = self._clock()

    def _beep(self, conference: Conference, audible: bool) -> None:
        if audible and conference.status is ConferenceStatus.IN_PROGRESS:
            for member in conference.members.values():
                if not member.hold:
                    self._book.hear(member.call, "beep", "")

    def _tell(
        self,
        conference: Conference,
        event: ConferenceEvent,
        member: Member | None,
        extra: dict[str, str] | None = None,
    ) -> None:
        conference.sequence += 1
        reporting = conference.reporting
        if not reporting.address or _group(event) not in reporting.events:
            return
        params = {
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
            "AccountSid": self._account.sid,
            "SequenceNumber": str(conference.sequence),
            "Timestamp": rfc2822(self._clock()) or "",
            "StatusCallbackEvent": event.value,
        }
        if member is not None:
            params |= _member_params(member)
        number = "" if member is None else member.call.person
        final = event is ConferenceEvent.END
        self._webhooks.report(conference.sid, reporting.address, params | (extra or {}), number, final=final)


def _group(event: ConferenceEvent) -> str:
    """Return the word that asks for an event: unmute comes with mute, unhold with hold."""
    return event.partition("-")[2].removeprefix("un")


def _member_params(member: Member) -> dict[str, str]:
    params = {
        "CallSid": member.call.sid,
        "Muted": str(member.muted).lower(),
        "Hold": str(member.hold).lower(),
        "Coaching": str(bool(member.coach)).lower(),
        "EndConferenceOnExit": str(member.ends).lower(),
        "StartConferenceOnEnter": str(member.entry.starts).lower(),
    }
    if member.coach:
        params["CallSidToCoach"] = member.coach
    if member.entry.label:
        params["ParticipantLabel"] = member.entry.label
    return params
