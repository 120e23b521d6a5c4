"""Calls, conferences and participants as JSON, exactly in the shape Twilio publishes."""

from contactcenter.localnet.calls import OVER, Call, CallDirection, CallStatus
from contactcenter.localnet.conferences import Coming, Conference, Entry, Member
from contactcenter.localnet.wire import VERSION, rfc2822

_SUBRESOURCES = (
    "Events", "Notifications", "Payments", "Recordings", "Siprec", "Streams", "Transcriptions",
)  # fmt: skip


def calls_uri(account_sid: str) -> str:
    """Return the path of the account's list of calls, without its ending."""
    return f"/{VERSION}/Accounts/{account_sid}/Calls"


def conferences_uri(account_sid: str) -> str:
    """Return the path of the account's list of conferences, without its ending."""
    return f"/{VERSION}/Accounts/{account_sid}/Conferences"


def call_json(account_sid: str, call: Call) -> dict[str, object]:
    """Describe a call."""
    own = f"{calls_uri(account_sid)}/{call.sid}"
    talked = call.status is CallStatus.COMPLETED
    return {
        "account_sid": account_sid,
        "answered_by": call.answered_by,
        "api_version": VERSION,
        "caller_name": "" if call.direction is CallDirection.INBOUND else None,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "direction": call.direction.value,
        "duration": str(call.seconds) if call.status in OVER else None,
        "end_time": rfc2822(call.ended),
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": call.parent_sid,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": rfc2822(call.started if talked else call.started or call.ended),
        "status": call.status.value,
        "stir_verstat": None,
        "subresource_uris": {name.lower(): f"{own}/{name}.json" for name in _SUBRESOURCES},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{own}.json",
    }


def conference_json(account_sid: str, conference: Conference) -> dict[str, object]:
    """Describe a conference."""
    own = f"{conferences_uri(account_sid)}/{conference.sid}"
    return {
        "account_sid": account_sid,
        "api_version": VERSION,
        "call_sid_ending_conference": conference.ended_by,
        "date_created": rfc2822(conference.created),
        "date_updated": rfc2822(conference.updated),
        "friendly_name": conference.name,
        "reason_conference_ended": conference.reason,
        "region": "us1",
        "sid": conference.sid,
        "status": conference.status.value,
        "subresource_uris": {
            "participants": f"{own}/Participants.json",
            "recordings": f"{own}/Recordings.json",
        },
        "uri": f"{own}.json",
    }


def member_json(account_sid: str, member: Member) -> dict[str, object]:
    """Describe a participant who is in the conference."""
    described = _participant(account_sid, member.conference, member.call, member.entry)
    return described | {
        "call_sid_to_coach": member.coach or None,
        "coaching": bool(member.coach),
        "date_created": rfc2822(member.joined),
        "date_updated": rfc2822(member.updated),
        "end_conference_on_exit": member.ends,
        "hold": member.hold,
        "muted": member.muted,
        "status": "connected",
    }


def coming_json(account_sid: str, conference: Conference, coming: Coming) -> dict[str, object]:
    """Describe a participant who is still being called."""
    status = coming.call.status
    if status in OVER:
        told = "failed" if status is not CallStatus.COMPLETED else "complete"
    else:
        told = status.value if status in {CallStatus.QUEUED, CallStatus.RINGING} else "connecting"
    return _participant(account_sid, conference, coming.call, coming.entry) | {"status": told}


def _participant(account_sid: str, conference: Conference, call: Call, entry: Entry) -> dict[str, object]:
    own = f"{conferences_uri(account_sid)}/{conference.sid}/Participants/{call.sid}"
    return {
        "account_sid": account_sid,
        "call_sid": call.sid,
        "call_sid_to_coach": entry.coach or None,
        "coaching": bool(entry.coach),
        "conference_sid": conference.sid,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "end_conference_on_exit": entry.ends,
        "hold": False,
        "label": entry.label or None,
        "muted": entry.muted,
        "queue_time": "0",
        "start_conference_on_enter": entry.starts,
        "uri": f"{own}.json",
    }
