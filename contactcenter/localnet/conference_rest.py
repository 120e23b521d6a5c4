"""Twilio's REST API for conferences and who is in them."""

from collections.abc import Mapping

from aiohttp import web

from contactcenter.localnet.account import Account
from contactcenter.localnet.call_rest import reporting_of
from contactcenter.localnet.call_webhooks import Document
from contactcenter.localnet.call_wire import coming_json, conference_json, member_json
from contactcenter.localnet.calls import Reporting
from contactcenter.localnet.conferences import DEFAULT_MUSIC, Coming, Conference, ConferenceStatus, Hall, Member
from contactcenter.localnet.dialing import entry_of
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.outbox import is_web_address
from contactcenter.localnet.pages import page_json, span_of
from contactcenter.localnet.recording_rest import recording_reporting
from contactcenter.localnet.rest import Ask, Handler, answer_json
from contactcenter.localnet.telephony import DEFAULT_TIMEOUT, CallDraft, Telephony
from contactcenter.localnet.voice_twiml import Verb

_NO_SUCH = 20404
_EVENTS = frozenset(["start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"])


class ConferenceRest:
    """The account's conferences."""

    def __init__(self, account: Account, hall: Hall, telephony: Telephony) -> None:
        """`telephony` calls those who are added."""
        self._account = account
        self._hall = hall
        self._telephony = telephony

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handlers by Twilio's operation id."""
        return {
            "ListConference": self._list,
            "FetchConference": self._fetch,
            "UpdateConference": self._update,
            "ListParticipant": self._participants,
            "CreateParticipant": self._add,
            "FetchParticipant": self._participant,
            "UpdateParticipant": self._change,
            "DeleteParticipant": self._remove,
        }

    def _conference(self, ask: Ask) -> Conference:
        conference = self._hall.get(ask.path.get("ConferenceSid") or ask.path["Sid"])
        if conference is None:
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        return conference

    def _member(self, ask: Ask) -> Member:
        member = self._conference(ask).find(ask.path["CallSid"])
        if member is None:
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        return member

    async def _list(self, ask: Ask) -> web.StreamResponse:
        name, status = ask.one("FriendlyName"), ask.one("Status")
        created, updated = span_of(ask.one, "DateCreated"), span_of(ask.one, "DateUpdated")
        found = [
            (each.sid, conference_json(self._account.sid, each))
            for each in reversed(list(self._hall))
            if name in {"", each.name}
            and status in {"", each.status.value}
            and created(each.created)
            and updated(each.updated)
        ]
        return answer_json(page_json(ask.request.path, ask.pairs, "conferences", found))

    async def _fetch(self, ask: Ask) -> web.StreamResponse:
        return answer_json(conference_json(self._account.sid, self._conference(ask)))

    async def _update(self, ask: Ask) -> web.StreamResponse:
        conference = self._conference(ask)
        if ask.one("Status"):
            self._hall.end(conference, "conference-ended-via-api")
        return answer_json(conference_json(self._account.sid, conference))

    async def _participants(self, ask: Ask) -> web.StreamResponse:
        conference = self._conference(ask)
        everybody = [
            *((each.call.sid, member_json(self._account.sid, each)) for each in conference.members.values()),
            *((sid, coming_json(self._account.sid, conference, each)) for sid, each in conference.coming.items()),
        ]
        narrowing = ("Muted", "muted"), ("Hold", "hold"), ("Coaching", "coaching")
        found = [
            (sid, each)
            for sid, each in everybody
            if all(ask.one(name).lower() in {"", str(each[key]).lower()} for name, key in narrowing)
        ]
        return answer_json(page_json(ask.request.path, ask.pairs, "participants", found))

    async def _participant(self, ask: Ask) -> web.StreamResponse:
        conference = self._conference(ask)
        coming = conference.find_coming(ask.path["CallSid"])
        if coming is not None:
            return answer_json(coming_json(self._account.sid, conference, coming))
        return answer_json(member_json(self._account.sid, self._member(ask)))

    async def _add(self, ask: Ask) -> web.StreamResponse:
        """Call somebody who joins when they take up; the name of a new conference makes it."""
        wanted = ask.path["ConferenceSid"]
        conference = self._hall.find(wanted)
        if conference is not None and conference.status is ConferenceStatus.COMPLETED:
            raise TwilioRefusal(_NO_SUCH, ask.request.path)
        name = wanted if conference is None else conference.name
        if ask.one("Coaching").lower() == "true" and not ask.one("CallSidToCoach"):
            raise TwilioRefusal(20001, "CallSidToCoach is required")
        for parameter in ("WaitUrl", "ConferenceStatusCallback"):
            if ask.one(parameter) and not is_web_address(ask.one(parameter)):
                raise TwilioRefusal(21205, ask.one(parameter))
        events = frozenset(word for value in ask.all("ConferenceStatusCallbackEvent") for word in value.split())
        if unknown := events - _EVENTS:
            raise TwilioRefusal(20001, f"ConferenceStatusCallbackEvent {', '.join(sorted(unknown))}")
        joining = _joining(ask, name)
        draft = CallDraft(
            to=ask.one("To"),
            sender=ask.one("From"),
            response=joining,
            timeout=float(ask.one("Timeout") or DEFAULT_TIMEOUT),
            reporting=reporting_of(ask),
            afterwards=lambda leg: self._hall.came_or_not(name, leg),
        )
        call = self._telephony.create(draft)
        reporting = Reporting(ask.one("ConferenceStatusCallback"), events or frozenset({"start", "end"}))
        conference = self._hall.open(name, reporting)
        entry = entry_of(joining.children[0].children[0], Document(joining))
        self._hall.invite(conference, call, entry, audible=ask.one("EarlyMedia").lower() != "false")
        return answer_json(coming_json(self._account.sid, conference, Coming(call, entry)), 201)

    async def _change(self, ask: Ask) -> web.StreamResponse:
        member = self._member(ask)
        address = ask.one("HoldUrl")
        if address and not is_web_address(address):
            raise TwilioRefusal(21205, address)
        coached = ask.one("CallSidToCoach")
        if coached and coached not in member.conference.members:
            raise TwilioRefusal(20001, "CallSidToCoach is not in the conference")
        if ask.one("Coaching").lower() == "true" and not (coached or member.coach):
            raise TwilioRefusal(20001, "CallSidToCoach is required")
        if muted := ask.one("Muted"):
            self._hall.mute(member, muted=muted.lower() == "true")
        if hold := ask.one("Hold"):
            self._hall.hold(
                member, address or DEFAULT_MUSIC, hold=hold.lower() == "true", method=ask.one("HoldMethod") or "POST"
            )
        if ask.one("Coaching").lower() == "false":
            self._hall.coach(member, "")
        elif coached:
            self._hall.coach(member, coached)
        if ends := ask.one("EndConferenceOnExit"):
            member.ends = ends.lower() == "true"
        return answer_json(member_json(self._account.sid, member))

    async def _remove(self, ask: Ask) -> web.StreamResponse:
        coming = self._conference(ask).find_coming(ask.path["CallSid"])
        if coming is not None:
            self._telephony.end(coming.call, "completed")
        else:
            self._hall.dismiss(self._member(ask))
        return web.Response(status=204)


def _joining(ask: Ask, name: str) -> Verb:
    """Write the instructions that let the one who is called enter."""
    attributes = {
        attribute: ask.one(parameter)
        for attribute, parameter in (
            ("muted", "Muted"),
            ("beep", "Beep"),
            ("startConferenceOnEnter", "StartConferenceOnEnter"),
            ("endConferenceOnExit", "EndConferenceOnExit"),
            ("waitUrl", "WaitUrl"),
            ("maxParticipants", "MaxParticipants"),
            ("participantLabel", "Label"),
            ("coach", "CallSidToCoach"),
        )
        if any(parameter == given for given, _ in ask.pairs)
    }
    if ask.one("ConferenceRecord") in {"true", "record-from-start"}:
        attributes["record"] = "record-from-start"
        recording_reporting(ask.one, ask.all, "Conference")
        attributes["recordingStatusCallback"] = ask.one("ConferenceRecordingStatusCallback")
        attributes["recordingStatusCallbackEvent"] = " ".join(ask.all("ConferenceRecordingStatusCallbackEvent"))
    return Verb("Response", children=(Verb("Dial", children=(Verb("Conference", attributes, name),)),))
