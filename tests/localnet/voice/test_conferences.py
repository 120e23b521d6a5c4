"""Conferences: waiting, talking, hold, coaching, and what is reported of them."""

import asyncio
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.localnet.conftest import CENTER, MARTA
from tests.localnet.telephone import Telephone, VoiceCenter, behave, dial, response, ringing

AGENT, BOSS = "+59899000111", "+59899000222"
ROOM = "contact-7 é"
ENTER = response(
    '<Dial action="/after"><Conference startConferenceOnEnter="false" endConferenceOnExit="true" beep="false" '
    'waitUrl="/wait" statusCallback="/events" statusCallbackEvent="start end join leave mute hold modify">'
    f"{ROOM}</Conference></Dial>"
)


async def wait_in_room(app: VoiceCenter, http: aiohttp.ClientSession) -> Telephone:
    app.pages |= {"/voice": ENTER, "/wait": response("<Say>Usted es la primera</Say><Play>/m.mp3</Play>")}
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("primera")
    await marta.hear("primera")  # it goes on
    return marta


async def add(client: Client, http: aiohttp.ClientSession, number: str, **how: Any) -> Telephone:
    await behave(http, number, "ring")
    created = await asyncio.to_thread(
        client.conferences(ROOM.replace(" ", "%20")).participants.create, from_=CENTER, to=number, **how
    )
    assert created.status == "queued"
    telephone = await ringing(http, number)
    assert telephone.sid == created.call_sid
    await telephone.post("answer")
    return telephone


async def room(client: Client) -> Any:
    [found] = await asyncio.to_thread(client.conferences.list, friendly_name=ROOM)
    return client.conferences(found.sid)


async def test_a_caller_waits_talks_is_held_and_the_agent_leaves(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    marta = await wait_in_room(app, http)
    agent = await add(client, http, AGENT, label="agent", beep="onEnter")
    await marta.hear(kind="connected")
    assert await agent.speak("Buenas tardes")
    assert (await marta.hear(kind="person"))["text"] == "Buenas tardes"

    conference = await room(client)
    assert (await asyncio.to_thread(conference.fetch)).status == "in-progress"
    caller = conference.participants(marta.sid)
    app.pages["/hold"] = response("<Say>Un momento por favor</Say><Pause length='100'/>")
    held = await asyncio.to_thread(caller.update, hold=True, hold_url=f"{app.url}/hold")
    assert (held.hold, held.muted, held.status) == (True, False, "connected")
    await marta.hear("Un momento")
    await agent.speak("no lo oye")
    await asyncio.to_thread(caller.update, hold=False)
    await marta.hear(kind="connected")  # Or their page would go on with the music.
    await asyncio.to_thread(conference.participants("agent").update, muted=True)
    await agent.speak("tampoco")
    await asyncio.to_thread(conference.participants("agent").update, muted=False)
    await agent.speak("Ya volví")
    assert (await marta.hear(kind="person"))["text"] == "Ya volví"

    await agent.post("hangup")
    await app.until_asked("/events", 8)
    await asyncio.to_thread(caller.delete)
    [after] = await app.until_asked("/after")
    assert after["DialCallStatus"] == "answered"
    events = await app.until_asked("/events", 10)
    assert [e["StatusCallbackEvent"] for e in events] == [
        "participant-join", "participant-join", "conference-start", "participant-hold", "participant-unhold",
        "participant-mute", "participant-unmute", "participant-leave", "participant-leave", "conference-end",
    ]  # fmt: skip
    assert [int(e["SequenceNumber"]) for e in events] == list(range(1, 11))
    assert events[1]["ParticipantLabel"] == "agent"
    assert events[7]["ReasonParticipantLeft"] == "participant_hung_up"
    assert events[9]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    over = await asyncio.to_thread(conference.fetch)
    assert (over.status, over.call_sid_ending_conference) == ("completed", marta.sid)


async def test_a_coach_is_heard_by_the_agent_only_then_by_all(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    marta = await wait_in_room(app, http)
    agent = await add(client, http, AGENT)
    await agent.hear(kind="connected")
    boss = await add(client, http, BOSS, coaching=True, call_sid_to_coach=agent.sid)
    await boss.hear(kind="connected")
    await boss.speak("Ofrecele una cuadrilla")
    await agent.hear("cuadrilla")
    await agent.speak("Va una cuadrilla")
    assert (await marta.hear(kind="person"))["text"] == "Va una cuadrilla"
    await boss.hear("Va una cuadrilla")
    conference = await room(client)
    changed = await asyncio.to_thread(conference.participants(boss.sid).update, coaching=False)
    assert changed.coaching is False
    await boss.speak("Soy la supervisora")
    assert (await marta.hear(kind="person"))["text"] == "Soy la supervisora"
    listed = await asyncio.to_thread(conference.participants.list, coaching=False)
    assert {each.call_sid for each in listed} == {marta.sid, agent.sid, boss.sid}

    await asyncio.to_thread(conference.update, status="completed")
    await agent.until("completed")
    await boss.until("completed")
    await app.until_asked("/after")
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(conference.participants(boss.sid).fetch)
    assert caught.value.code == 20404


async def test_who_ends_it_ends_it_and_the_others_go_on_behind_it(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    app.pages["/voice"] = response(f"<Dial><Conference waitUrl=''>{ROOM}</Conference></Dial><Say>Encuesta</Say>")
    marta = await dial(http, MARTA, CENTER)
    agent = await add(client, http, AGENT, end_conference_on_exit=True)
    await marta.hear(kind="connected")
    await agent.post("hangup")
    await marta.hear("Encuesta")
    await marta.until("completed")


async def test_a_caller_is_taken_out_of_a_conference_to_somewhere_else(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    marta = await wait_in_room(app, http)
    agent = await add(client, http, AGENT)
    await agent.hear(kind="connected")
    moved = response(f"<Dial><Conference>{ROOM} 2</Conference></Dial>")
    await asyncio.to_thread(client.calls(marta.sid).update, twiml=moved)
    await marta.hear(kind="music")
    await agent.until("completed")  # the caller's leaving ended the first room
    events = await app.until_asked("/events", 6)
    assert events[3]["ReasonParticipantLeft"] == "participant_updated_via_api"
    live = await asyncio.to_thread(client.conferences.list, status="init")
    assert [each.friendly_name for each in live] == [f"{ROOM} 2"]


async def test_a_caller_who_hangs_up_while_waiting_ends_it(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    marta = await wait_in_room(app, http)
    await marta.post("hangup")
    events = await app.until_asked("/events", 3)
    assert events[1]["ReasonParticipantLeft"] == "participant_hung_up"
    assert (await asyncio.to_thread((await room(client)).fetch)).status == "completed"


async def test_nobody_comes_and_the_room_is_closed(http: aiohttp.ClientSession, client: Client) -> None:
    await behave(http, AGENT, "busy")
    await asyncio.to_thread(client.conferences("empty").participants.create, from_=CENTER, to=AGENT)
    query = {"to": AGENT, "status": "busy", "count": "1"}
    async with http.get("/_control/calls", params=query) as answer:
        assert answer.status == 200
    [closed] = await asyncio.to_thread(client.conferences.list, friendly_name="empty")
    assert closed.status == "completed"


async def test_a_coach_of_nobody_and_a_wrong_wait_page_are_alerts(
    app: VoiceCenter, http: aiohttp.ClientSession
) -> None:
    app.pages["/voice"] = response(f"<Dial action='/after'><Conference coach='CA{'0' * 32}'>a</Conference></Dial>")
    marta = await dial(http, MARTA, CENTER)
    [after] = await app.until_asked("/after")
    assert after["DialCallStatus"] == "failed"
    app.pages |= {"/voice": ENTER, "/wait": response("<Gather/>")}
    marta = await dial(http, MARTA, CENTER)
    [asked] = await app.until_asked("/fallback")
    assert asked["ErrorCode"] == "12200"
    await marta.post("hangup")
