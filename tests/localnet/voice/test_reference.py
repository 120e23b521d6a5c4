"""What the network knows of the API and of TwiML is what the vendor's own library knows."""

import inspect
import json
import re
from importlib.resources import files
from typing import Any

import aiohttp
import pytest
from twilio.rest.api.v2010.account.call import CallContext, CallInstance, CallList
from twilio.rest.api.v2010.account.call import recording as call_recording
from twilio.rest.api.v2010.account.conference import ConferenceContext, ConferenceInstance, ConferenceList
from twilio.rest.api.v2010.account.conference import recording as conference_recording
from twilio.rest.api.v2010.account.conference.participant import (
    ParticipantContext,
    ParticipantInstance,
    ParticipantList,
)
from twilio.rest.api.v2010.account.recording import RecordingInstance, RecordingList
from twilio.twiml import voice_response

from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, TOKEN
from tests.localnet.telephone import VoiceCenter, dial, response

TWIML = json.loads(files("contactcenter.localnet").joinpath("twiml.json").read_text("utf-8"))
API = json.loads(files("contactcenter.localnet").joinpath("api.json").read_text("utf-8"))["operations"]

VERBS = {
    **{
        name: getattr(voice_response.VoiceResponse, name.lower())
        for name in ("Say", "Play", "Pause", "Hangup", "Reject", "Redirect", "Gather", "Record", "Dial")
    },
    **{name: getattr(voice_response.Dial, name.lower()) for name in ("Number", "Client", "Sip", "Conference")},
}
CONTENTS = {"message", "url", "number", "phone_number", "identity", "sip_url", "name"}


def camel(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in others)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verbs_attributes_are_those_of_the_library(name: str) -> None:
    found = list(inspect.signature(VERBS[name]).parameters)[1:-1]
    content = found[0] if found and found[0] in CONTENTS and TWIML["verbs"][name].get("text") else None
    published = {camel(each) for each in found if each != content}
    known = set(TWIML["verbs"][name]["parameters"]) | set(TWIML["verbs"][name].get("not_played", []))
    assert known == published


def test_every_verb_of_the_library_is_known() -> None:
    verbs = {name for name in vars(voice_response.VoiceResponse) if not name.startswith("_")}
    known = {name.lower() for name in (*TWIML["verbs"]["Response"]["children"], *TWIML["verbs_not_played"])}
    assert verbs <= known


def posted(method: Any) -> set[str]:
    """The parameters a method of the library sends."""
    found = re.findall(r'^\s*"([A-Z]\w+[<>]?)":', inspect.getsource(method), re.MULTILINE)
    return set(found) - {"Accept"}


@pytest.mark.parametrize(
    ("operation", "owner", "method"),
    [
        ("CreateCall", CallList, "create"),
        ("UpdateCall", CallContext, "update"),
        ("ListCall", CallList, "page"),
        ("UpdateConference", ConferenceContext, "update"),
        ("ListConference", ConferenceList, "page"),
        ("CreateParticipant", ParticipantList, "create"),
        ("UpdateParticipant", ParticipantContext, "update"),
        ("ListParticipant", ParticipantList, "page"),
        ("CreateCallRecording", call_recording.RecordingList, "create"),
        ("UpdateCallRecording", call_recording.RecordingContext, "update"),
        ("ListCallRecording", call_recording.RecordingList, "page"),
        ("UpdateConferenceRecording", conference_recording.RecordingContext, "update"),
        ("ListConferenceRecording", conference_recording.RecordingList, "page"),
        ("ListRecording", RecordingList, "page"),
    ],
)
def test_an_operations_parameters_are_those_of_the_library(operation: str, owner: type, method: str) -> None:
    described = API[operation]
    known = set(described["parameters"]) | set(described.get("not_played", []))
    sent = {name for each in (f"_{method}", method) if hasattr(owner, each) for name in posted(getattr(owner, each))}
    assert known == sent


def fields(instance: type) -> set[str]:
    return set(re.findall(r'payload\.get\(\s*"(\w+)"', inspect.getsource(instance)))


async def test_what_is_answered_has_the_published_fields(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = response("<Record/><Dial><Conference>a</Conference></Dial>")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="beep")
    await marta.speak("hola")
    app.pages["/voice"] = response("<Dial><Conference>a</Conference></Dial>")
    await marta.press("1")
    await marta.hear(kind="music")

    auth = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
    base = f"/2010-04-01/Accounts/{ACCOUNT}"

    async def first(path: str, key: str) -> dict[str, Any]:
        async with http.get(f"{base}/{path}.json", headers=auth) as answer:
            found: dict[str, Any] = (await answer.json())[key][0]
            return found

    conference = await first("Conferences", "conferences")
    participant = await first(f"Conferences/{conference['sid']}/Participants", "participants")
    assert set(await first("Calls", "calls")) == fields(CallInstance)
    assert set(conference) == fields(ConferenceInstance)
    assert set(participant) == fields(ParticipantInstance)
    recording = set(await first("Recordings", "recordings"))
    assert recording - fields(RecordingInstance) == set()
    assert fields(RecordingInstance) - recording <= {"media_url", "subresource_uris"}
