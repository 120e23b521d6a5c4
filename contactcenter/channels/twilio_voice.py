"""Telephone calls through Twilio's Programmable Voice (docs/channels/voice.md)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.rest import Client

from contactcenter.channels.base import (
    ChannelContext,
    FetchedMedia,
    Limits,
    Missing,
    PermanentError,
    UnsupportedError,
    WebhookRequest,
)
from contactcenter.channels.twilio_calls import PATHS, STATES, Addresses, CallReader
from contactcenter.channels.twilio_codes import NOT_FOUND
from contactcenter.channels.twilio_errors import errors_told
from contactcenter.channels.twilio_http import API_URL, TwilioHttp
from contactcenter.channels.twilio_inbound import seconds_of
from contactcenter.channels.twilio_twiml import HOLD_MUSIC, Renderer
from contactcenter.channels.twilio_webhooks import check_signature
from contactcenter.channels.voice import (
    SOFTPHONE,
    CallEvent,
    CallState,
    Invitation,
    Link,
    Occupant,
    Room,
    RoomRecording,
    VoiceChannel,
    VoiceStep,
)

MAX_TOKEN_SECONDS: Final = 24 * 3600
_CLOCK_SKEW: Final = 2.0
"""Seconds that our clock may be ahead of Twilio's, whose times are whole seconds besides."""
_LOOKED_AT: Final = 100
_ROOM: Final = 250
_MOST_RECORDINGS: Final = 20_000
_SIP: Final = re.compile(r"sips?:[!-~]{1,255}")
_NUMBER: Final = re.compile(r"\+[0-9]{6,15}")
_NOT_IDENTITY: Final = re.compile(r"[^A-Za-z0-9]")
_GONE_CODES: Final = frozenset({NOT_FOUND, "404", "21220"})
"""Not found; not in progress."""
_ON_THE_WAY: Final = frozenset({"queued", "connecting", "ringing"})
_GONE: Final = frozenset({"complete", "failed"})


class TwilioVoice(VoiceChannel):
    """One Twilio account's telephone numbers.

    `auth_token` signs and calls; `other_auth_token` is accepted on webhooks too while tokens are rotated. `public_url`
    is where Twilio reaches us. Of `numbers` the first is seen by those whom a caller is connected with. `api_key` (its
    SID and secret) lets agents take calls in their browser.
    """

    name: ClassVar[str] = "voice"
    limits: ClassVar[Limits] = Limits(max_length=0)
    webhooks: ClassVar[tuple[str, ...]] = PATHS
    softphone_hosts: ClassVar[tuple[str, ...]] = (
        "wss://voice-js.roaming.twilio.com", "wss://*.twilio.com", "https://*.twilio.com", "https://media.twiliocdn.com",
        "https://sdk.twilio.com",
    )  # fmt: skip
    acknowledgement: ClassVar[tuple[str, str]] = ("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>')

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        public_url: str,
        numbers: Sequence[str],
        other_auth_token: str | None = None,
        api_key: tuple[str, str] | None = None,
        api_url: str = API_URL,
    ) -> None:
        self._auth = (account_sid, auth_token)
        self._tokens = [token for token in (auth_token, other_auth_token) if token]
        self._api_key = api_key
        self._addresses = Addresses(public_url.rstrip("/"))
        self._renderer = Renderer(self._addresses, numbers[0])
        self._reader = CallReader(self.name)
        self._http = TwilioHttp(api_url)
        # An environment of its own: TWILIO_REGION or TWILIO_EDGE of ours would change the host behind our back.
        self._client: Any = Client(account_sid, auth_token, http_client=self._http, environment={"TWILIO_REGION": ""})

    def authenticate(self, request: WebhookRequest) -> None:
        """Check Twilio's signature against the public URL, as `Channel.authenticate`."""
        check_signature(request, self._tokens)

    def parse_call(self, request: WebhookRequest) -> CallEvent:
        """Read what is asked or reported, as `VoiceChannel.parse_call`."""
        return self._reader.event(request)

    def respond(self, steps: Sequence[VoiceStep], link: Link) -> tuple[str, str]:
        """The steps as TwiML, as `VoiceChannel.respond`."""
        return "text/xml", self._renderer.render(steps, link)

    async def invite(self, invitation: Invitation) -> str:
        """Call somebody who enters the room when they take up, as `VoiceChannel.invite`."""
        wanted: dict[str, Any] = {
            "from_": invitation.caller,
            "to": _dialled(invitation.to),
            "label": invitation.leg,
            "timeout": min(max(invitation.seconds, 5), 600),
            "status_callback": self._addresses.status(invitation.contact, invitation.leg),
            "status_callback_event": ["initiated", "ringing", "answered", "completed"],
            "status_callback_method": "POST",
            "beep": "false",
            "muted": invitation.muted,
            "early_media": not invitation.quiet,
            "start_conference_on_enter": True,
            "end_conference_on_exit": False,
            "wait_url": "",
            # A room reports to, and is recorded as said by, whoever makes it: this leg or the customer's.
            "conference_status_callback": self._addresses.room(invitation.contact),
            "conference_status_callback_event": ["end", "join", "leave"],
            "conference_status_callback_method": "POST",
        }
        if invitation.coaches is not None:
            wanted |= {"coaching": True, "call_sid_to_coach": invitation.coaches}
        if invitation.recorded:
            wanted |= {
                "conference_record": "record-from-start",
                "conference_recording_status_callback": self._addresses.recording(invitation.contact),
                "conference_recording_status_callback_event": ["completed", "absent"],
                "conference_recording_status_callback_method": "POST",
            }
        with errors_told():
            made = await self._client.conferences(invitation.contact).participants.create_async(**wanted)
            return str(made.call_sid)

    async def find_leg(
        self, invitation: Invitation, since: float, others: Collection[str] = ()
    ) -> tuple[str, CallState] | None:
        """The leg of an attempt, as `VoiceChannel.find_leg`.

        While it rings or talks, Twilio has our id as a participant's label. Afterwards it is the newest call to that
        address, from that number, since then, that is none of the others.
        """
        room_id = await self._room_id(invitation.contact)
        for each in await self._participants(room_id) if room_id else ():
            if each.label == invitation.leg:
                state = await self.call_state(each.call_sid)
                return (str(each.call_sid), state) if state is not None else None
        with errors_told():
            listed = await self._client.calls.list_async(
                to=_dialled(invitation.to), from_=invitation.caller, limit=_LOOKED_AT, page_size=_LOOKED_AT
            )
            for call in listed:  # the newest first
                created = seconds_of(call.date_created)
                if created is None or created < since - _CLOCK_SKEW or str(call.sid) in others:
                    continue
                if str(call.direction) != "inbound":
                    return str(call.sid), STATES.get(str(call.status), CallState.FAILED)
        return None

    async def messages(self, call_id: str) -> Sequence[str]:
        """The call's recordings by the verb, as `VoiceChannel.messages`."""
        found: Sequence[Any] = ()
        with _unless_gone(), errors_told():
            found = await self._client.recordings.list_async(call_sid=call_id, limit=_LOOKED_AT)
        of_verb = [each for each in found if str(each.source) == "RecordVerb" and str(each.status) == "completed"]
        return [self._sound_of(each) for each in of_verb]

    async def room_recordings(self, since: float) -> Sequence[RoomRecording]:
        """The account's recordings of conferences, as `VoiceChannel.room_recordings`."""
        with errors_told():
            found = await self._client.recordings.list_async(
                date_created_after=datetime.fromtimestamp(since, UTC), limit=_MOST_RECORDINGS, page_size=1000
            )
        return [
            RoomRecording(
                recording_id=str(each.sid),
                room_id=str(each.conference_sid),
                url=self._sound_of(each),
                seconds=float(each.duration or 0),
                at=seconds_of(each.date_created) or since,
            )
            for each in found
            if each.conference_sid and str(each.status) == "completed"
        ]

    def _sound_of(self, recording: Any) -> str:
        return f"{self._http.api_url}/2010-04-01/Accounts/{self._auth[0]}/Recordings/{recording.sid}"

    async def contact_of(self, room_id: str) -> str | None:
        """The conference's name, as `VoiceChannel.contact_of`."""
        found: str | None = None
        with _unless_gone(), errors_told():
            found = str((await self._client.conferences(room_id).fetch_async()).friendly_name)
        return found  # noqa: RET504  what is gone ends the `with` early

    async def call_state(self, call_id: str) -> CallState | None:
        """How far a leg is, as `VoiceChannel.call_state`."""
        found: CallState | None = None
        with _unless_gone(), errors_told():
            call = await self._client.calls(call_id).fetch_async()
            found = STATES.get(str(call.status), CallState.FAILED)
        return found  # noqa: RET504  what is gone ends the `with` early

    async def room(self, contact: str) -> Room | None:
        """The contact's conference, as `VoiceChannel.room`."""
        room_id = await self._room_id(contact)
        if room_id is None:
            return None
        occupants = [
            Occupant(
                call_id=str(each.call_sid),
                leg=str(each.label or ""),
                muted=bool(each.muted),
                held=bool(each.hold),
                coaches=str(each.call_sid_to_coach) if each.coaching and each.call_sid_to_coach else None,
            )
            for each in await self._participants(room_id)
            if str(each.status) not in _ON_THE_WAY | _GONE
        ]
        return Room(contact=contact, room_id=room_id, occupants=occupants)

    async def move(self, call_id: str, link: Link) -> bool:
        """Redirect a live call, as `VoiceChannel.move`."""
        return await self._update(call_id, url=self._addresses.of(link), method="POST")

    async def hang_up(self, call_id: str) -> None:
        """End a call, as `VoiceChannel.hang_up`."""
        await self._update(call_id, status="completed")

    async def _update(self, call_id: str, **wanted: str) -> bool:
        with _unless_gone() as there, errors_told():
            await self._client.calls(call_id).update_async(**wanted)
        return there.still

    async def change(
        self,
        contact: str,
        call_id: str,
        *,
        muted: bool | None = None,
        held: bool | None = None,
        ends: bool | None = None,
    ) -> bool:
        """Mute or hold a participant, as `VoiceChannel.change`."""
        wanted: dict[str, Any] = {}
        if muted is not None:
            wanted["muted"] = muted
        if held is not None:
            wanted["hold"] = held
            if held:
                wanted |= {"hold_url": self._renderer.sound(HOLD_MUSIC), "hold_method": "GET"}
        if ends is not None:
            wanted["end_conference_on_exit"] = ends
        return await self._change(contact, call_id, wanted)

    async def coach(self, contact: str, call_id: str, coached: str | None, *, muted: bool) -> bool:
        """Whom a supervisor speaks to, as `VoiceChannel.coach`."""
        wanted: dict[str, Any] = {"coaching": coached is not None, "muted": muted}
        if coached is not None:
            wanted["call_sid_to_coach"] = coached
        return await self._change(contact, call_id, wanted)

    async def _change(self, contact: str, call_id: str, wanted: Mapping[str, Any]) -> bool:
        room_id = await self._room_id(contact)
        if room_id is None:
            return False
        with _unless_gone() as there, errors_told():
            await self._client.conferences(room_id).participants(call_id).update_async(**wanted)
        return there.still

    async def record(self, contact: str, *, paused: bool) -> bool:
        """Pause or resume the conference's recording, as `VoiceChannel.record`."""
        room_id = await self._room_id(contact)
        if room_id is None:
            return False
        wanted = {"status": "paused", "pause_behavior": "skip"} if paused else {"status": "in-progress"}
        with _unless_gone() as there, errors_told():
            await self._client.conferences(room_id).recordings("Twilio.CURRENT").update_async(**wanted)
        return there.still

    def telephone(self, agent_id: str) -> str:
        """A client of Twilio's, as `VoiceChannel.telephone`."""
        return f"client:{identity_of(agent_id)}"

    def softphone(self, agent_id: str, seconds: int) -> Mapping[str, str] | None:
        """An access token that lets a browser take this agent's calls, as `VoiceChannel.softphone`."""
        if self._api_key is None:
            return None
        key, secret = self._api_key
        identity = identity_of(agent_id)
        token = AccessToken(self._auth[0], key, secret, identity=identity, ttl=min(max(seconds, 1), MAX_TOKEN_SECONDS))
        token.add_grant(VoiceGrant(incoming_allow=True))
        return {"token": str(token.to_jwt()), "identity": identity}

    async def fetch_media(self, url: str, *, max_bytes: int) -> FetchedMedia:
        """Fetch a recording, as `Channel.fetch_media`."""
        return await self._http.fetch(url, auth=self._auth, max_bytes=max_bytes)

    async def close(self) -> None:
        """Let connections go."""
        await self._http.close()

    async def _room_id(self, contact: str) -> str | None:
        """The conference of this name that is not over; Twilio may keep any number of ended ones of it."""
        for status in ("in-progress", "init"):
            with errors_told():
                found = await self._client.conferences.list_async(friendly_name=contact, status=status, limit=1)
            if found:
                return str(found[0].sid)
        return None

    async def _participants(self, room_id: str) -> Sequence[Any]:
        found: Sequence[Any] = ()
        with _unless_gone(), errors_told():
            found = await self._client.conferences(room_id).participants.list_async(limit=_ROOM)
        return found  # noqa: RET504  what is gone ends the `with` early


class _There:
    """Whether what was asked about was there."""

    still = True


@contextmanager
def _unless_gone() -> Iterator[_There]:
    """Take it as an answer that a call, a room or a recording is over already."""
    there = _There()
    try:
        yield there
    except PermanentError as error:
        if error.code not in _GONE_CODES:
            raise
        there.still = False


def identity_of(agent_id: str) -> str:
    """An agent's name as a client of Twilio's, which has letters, digits and `_`: else its number between `_`."""
    return _NOT_IDENTITY.sub(lambda found: f"_{ord(found[0]):x}_", agent_id)


def _dialled(to: str) -> str:
    """An invitation's address as Twilio wants it.

    Raises:
        UnsupportedError: for what is none.
    """
    if to.startswith(SOFTPHONE):
        return f"client:{identity_of(to.removeprefix(SOFTPHONE))}"
    if _NUMBER.fullmatch(to) or _SIP.fullmatch(to):
        return to
    raise UnsupportedError(f"{to!r} is no telephone: give a number (+598…), sip:… or the agent's console")


def build(context: ChannelContext) -> TwilioVoice | Missing:
    """The account of the settings; that Twilio can reach us is checked with its messages."""
    settings = context.settings
    if not settings.twilio_account_sid or not settings.twilio_auth_token:
        return Missing("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; docs/channels/voice.md says where they are")
    if not settings.twilio_numbers:
        return Missing("set CONTACTCENTER_TWILIO_NUMBERS; the first is whom agents see; see docs/channels/voice.md")
    key, secret = settings.twilio_api_key_sid, settings.twilio_api_key_secret
    return TwilioVoice(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        other_auth_token=settings.twilio_auth_token_secondary,
        public_url=settings.public_url,
        numbers=settings.twilio_numbers,
        api_key=(key, secret) if key and secret else None,
        api_url=settings.twilio_api_url,
    )
