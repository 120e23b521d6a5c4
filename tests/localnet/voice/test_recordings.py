"""Recordings of conferences and live calls, who is on the way into a conference, and loops."""

import asyncio

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork
from tests.localnet.conftest import CENTER, MARTA
from tests.localnet.telephone import VoiceCenter, behave, dial, response, ringing

AGENT = "client:lucia"
RECORDED = response(
    '<Dial><Conference waitUrl="" record="record-from-start" recordingStatusCallback="/rec" '
    'recordingStatusCallbackEvent="in-progress completed absent">r</Conference></Dial>'
)


async def test_a_conference_is_recorded_paused_and_told(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    app.pages["/voice"] = RECORDED
    marta = await dial(http, MARTA, CENTER)
    await behave(http, AGENT, "answer")
    await asyncio.to_thread(client.conferences("r").participants.create, from_=CENTER, to=AGENT)
    await marta.hear(kind="connected")
    [begun] = await app.until_asked("/rec")
    assert (begun["RecordingStatus"], begun["RecordingSource"]) == ("in-progress", "Conference")

    [room] = await asyncio.to_thread(client.conferences.list, friendly_name="r", status="in-progress")
    live = client.conferences(room.sid or "").recordings("Twilio.CURRENT")
    assert await marta.speak("mi cuenta es")
    assert (await asyncio.to_thread(live.update, status="paused", pause_behavior="skip")).status == "paused"
    assert await marta.speak("cuatro cuatro cero uno")
    assert (await asyncio.to_thread(live.update, status="in-progress")).status == "in-progress"
    await marta.speak("gracias")
    await asyncio.to_thread(client.conferences(room.sid or "").update, status="completed")

    _, ended = await app.until_asked("/rec", 2)
    assert ended["RecordingStatus"] == "completed"
    assert ended["ConferenceSid"] == room.sid
    assert ended["RecordingDuration"] == "1"  # four words: those of the pause are not in it
    [kept] = await asyncio.to_thread(client.recordings.list, conference_sid=room.sid)
    assert (kept.status, kept.sid) == ("completed", ended["RecordingSid"])
    with pytest.raises(TwilioRestException, match="not found"):
        await asyncio.to_thread(live.fetch)


async def test_a_call_is_recorded_until_it_is_stopped_and_one_is_lost(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client, network: LocalNetwork
) -> None:
    app.pages["/voice"] = response("<Say>Buenas</Say><Pause length='100'/>")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Buenas")
    recordings = client.calls(marta.sid).recordings
    first = await asyncio.to_thread(recordings.create, recording_status_callback=f"{app.url}/rec")
    assert (first.status, first.duration) == ("in-progress", "-1")
    assert (await asyncio.to_thread(recordings(first.sid).update, status="stopped")).status == "stopped"
    with pytest.raises(TwilioRestException):
        await asyncio.to_thread(recordings(first.sid).update, status="in-progress")

    network.faults.add("recording_absent")
    both = ["in-progress", "absent"]
    await asyncio.to_thread(
        recordings.create, recording_status_callback=f"{app.url}/rec", recording_status_callback_event=both
    )
    await marta.post("hangup")
    told = await app.until_asked("/rec", 3)
    assert [each["RecordingStatus"] for each in told] == ["completed", "in-progress", "absent"]
    with pytest.raises(TwilioRestException):
        await asyncio.to_thread(recordings.create)


async def test_who_is_called_is_seen_from_the_beginning(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    app.pages["/voice"] = response("<Dial><Conference>r</Conference></Dial>")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="music")
    [room] = await asyncio.to_thread(client.conferences.list, friendly_name="r", status="init")
    participants = client.conferences(room.sid or "").participants
    await asyncio.to_thread(participants.create, from_=CENTER, to=AGENT, label="leg-1", wait_url="", muted=True)
    lucia = await ringing(http, AGENT)
    found = {each.call_sid: each for each in await asyncio.to_thread(participants.list)}
    assert found[lucia.sid].status == "ringing"
    assert (found[lucia.sid].label, found[lucia.sid].muted) == ("leg-1", True)
    assert (await asyncio.to_thread(participants("leg-1").fetch)).call_sid == lucia.sid
    await asyncio.to_thread(participants("leg-1").delete)
    assert (await lucia.until("canceled"))["status"] == "canceled"
    assert [each.call_sid for each in await asyncio.to_thread(participants.list)] == [marta.sid]

    await behave(http, AGENT, "answer")
    await asyncio.to_thread(participants.create, from_=CENTER, to=AGENT, early_media=False)
    await marta.hear(kind="connected")
    await behave(http, "client:boss", "ring")
    await asyncio.to_thread(participants.create, from_=CENTER, to="client:boss", early_media=False)
    await asyncio.to_thread(participants.create, from_=CENTER, to="client:beto")
    await marta.hear(kind="ring")
    assert (await marta.transcript()).count("ring") == 2  # its own, and the one that may be heard

    today = room.date_created
    assert await asyncio.to_thread(client.calls.list, to=AGENT, start_time_after=today)
    assert not await asyncio.to_thread(client.calls.list, to=AGENT, start_time_before=today.replace(year=2025))


async def test_a_call_that_only_goes_round_is_ended(
    app: VoiceCenter, http: aiohttp.ClientSession, network: LocalNetwork
) -> None:
    app.pages["/voice"] = response("<Redirect>/voice</Redirect>")
    marta = await dial(http, MARTA, CENTER)
    await marta.until("no-answer", "completed")
    assert network.webhooks.alerts[-1].code == 11215
