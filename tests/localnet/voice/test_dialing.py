"""Other telephones: dialed from a call, or called over the API."""

import asyncio
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork, Number
from tests.localnet.client import connect
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, TOKEN
from tests.localnet.telephone import VoiceCenter, behave, dial, response, ringing

AGENT = "+59899000111"
EVENTS = "initiated ringing answered completed"
WAIT = response("<Pause length='180'/>")


async def create(client: Client, **draft: Any) -> str:
    call = await asyncio.to_thread(client.calls.create, **{"to": AGENT, "from_": CENTER, **draft})
    return str(call.sid)


async def refused(client: Client, **draft: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        await create(client, **draft)
    return int(caught.value.status), caught.value.code or 0


async def test_two_people_talk_and_either_hangs_up(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = response(
        f'<Dial action="/after" timeout="60"><Number url="/whisper" statusCallback="/leg" '
        f'statusCallbackEvent="{EVENTS}">{AGENT}</Number></Dial>'
    )
    app.pages["/whisper"] = response("<Say>Una llamada de Marta</Say>")
    marta = await dial(http, MARTA, CENTER)
    agent = await ringing(http, AGENT)
    await agent.post("answer")
    await agent.hear("Una llamada de Marta")
    await agent.hear(kind="connected")
    assert await agent.speak("¿En qué puedo ayudar?")
    assert (await marta.hear(kind="person"))["text"] == "¿En qué puedo ayudar?"
    await marta.speak("Estoy sin luz")
    await agent.hear("Estoy sin luz")
    await agent.post("hangup")

    [after] = await app.until_asked("/after")
    assert (after["DialCallStatus"], after["DialCallSid"], after["DialBridged"]) == ("completed", agent.sid, "true")
    reports = await app.until_asked("/leg", 4)
    assert [r["CallStatus"] for r in reports] == ["initiated", "ringing", "in-progress", "completed"]
    assert [r["SequenceNumber"] for r in reports] == ["0", "1", "2", "3"]
    assert {r["ParentCallSid"] for r in reports} == {marta.sid}
    assert {r["Direction"] for r in reports} == {"outbound-dial"}
    assert {(r["From"], r["To"]) for r in reports} == {(MARTA, AGENT)}
    assert reports[-1]["CallbackSource"] == "call-progress-events"
    await marta.until("completed")


async def test_the_caller_hangs_up_and_so_does_the_other_leg(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = response("<Dial><Client>alicia</Client></Dial>")
    marta = await dial(http, MARTA, CENTER)
    agent = await ringing(http, "client:alicia")
    await marta.post("hangup")
    assert (await agent.until("canceled"))["parent_call_sid"] == marta.sid


@pytest.mark.parametrize(
    ("behaviour", "status"), [("busy", "busy"), ("no_answer", "no-answer"), ("failed", "failed"), ("ring", "no-answer")]
)
async def test_a_leg_that_is_not_taken_up(
    app: VoiceCenter, http: aiohttp.ClientSession, behaviour: str, status: str
) -> None:
    app.pages["/voice"] = response(f'<Dial action="/after">{AGENT}</Dial>')
    await behave(http, AGENT, behaviour)
    await dial(http, MARTA, CENTER)
    if behaviour == "ring":
        await (await ringing(http, AGENT)).post("silence")  # nobody takes it up until the time is over
    [after] = await app.until_asked("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")


async def test_several_ring_and_the_first_gets_it(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    sip = "sip:ana@example.com"
    app.pages["/voice"] = response(f"<Dial><Number>{AGENT}</Number><Sip>{sip}</Sip></Dial>")
    await dial(http, MARTA, CENTER)
    slow, quick = await ringing(http, AGENT), await ringing(http, sip)
    await quick.post("answer")
    await slow.until("canceled")
    await quick.until("in-progress")


async def test_a_dialed_leg_is_taken_elsewhere(app: VoiceCenter, http: aiohttp.ClientSession, client: Client) -> None:
    app.pages |= {"/voice": response(f'<Dial action="/after">{AGENT}</Dial>'), "/after": WAIT, "/other": WAIT}
    await behave(http, AGENT, "answer")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="connected")
    [leg] = await asyncio.to_thread(client.calls.list, parent_call_sid=marta.sid)
    await asyncio.to_thread(client.calls(leg.sid).update, url=f"{app.url}/other")
    await app.until_asked("/other")
    await app.until_asked("/after")
    assert (await asyncio.to_thread(client.calls(leg.sid).fetch)).status == "in-progress"


@pytest.mark.parametrize(
    ("dial_verb", "code"),
    [("<Dial>099123</Dial>", 13224), (f'<Dial callerId="+59800000000">{AGENT}</Dial>', 13214)],
)
async def test_a_bad_number_or_caller_is_an_alert(
    network: LocalNetwork, app: VoiceCenter, http: aiohttp.ClientSession, dial_verb: str, code: int
) -> None:
    app.pages["/voice"] = response(dial_verb)
    await (await dial(http, MARTA, CENTER)).until("completed")
    assert [alert.code for alert in network.webhooks.alerts] == [code]


@pytest.mark.parametrize(
    ("behaviour", "detection", "answered_by"),
    [
        ("machine", "Enable", "machine_start"),
        ("machine", "DetectMessageEnd", "machine_end_beep"),
        ("answer", "Enable", "human"),
    ],
)
async def test_a_call_over_the_api_knows_who_answers(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client, behaviour: str, detection: str, answered_by: str
) -> None:
    await behave(http, AGENT, behaviour)
    sid = await create(
        client,
        url=f"{app.url}/out",
        machine_detection=detection,
        status_callback=f"{app.url}/progress",
        status_callback_event=EVENTS.split(),
    )
    [asked] = await app.until_asked("/out")
    assert (asked["AnsweredBy"], asked["Direction"], asked["CallStatus"]) == (
        answered_by,
        "outbound-api",
        "in-progress",
    )
    reports = await app.until_asked("/progress", 4)
    assert [r["CallStatus"] for r in reports] == ["initiated", "ringing", "in-progress", "completed"]
    assert (await asyncio.to_thread(client.calls(sid).fetch)).answered_by == answered_by


async def test_a_call_over_the_api_is_declined_canceled_or_in_vain(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    declined = await create(client, twiml=WAIT)
    await (await ringing(http, AGENT)).post("hangup")
    assert (await asyncio.to_thread(client.calls(declined).fetch)).status == "busy"
    sid = await create(client, twiml=WAIT, status_callback=f"{app.url}/progress")
    await ringing(http, AGENT)
    assert (await asyncio.to_thread(client.calls(sid).update, status="canceled")).status == "canceled"
    [report] = await app.until_asked("/progress")
    assert (report["CallStatus"], report["CallDuration"], report["SequenceNumber"]) == ("canceled", "0", "0")


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"to": "", "twiml": WAIT}, 21201),
        ({"from_": "", "twiml": WAIT}, 21213),
        ({"to": "099", "twiml": WAIT}, 21211),
        ({"from_": MARTA, "twiml": WAIT}, 21210),
        ({"url": "nowhere"}, 21205),
        ({}, 21205),
        ({"twiml": "x" * 4_001}, 20001),
        ({"twiml": WAIT, "status_callback": "x"}, 21609),
        ({"twiml": WAIT, "status_callback_event": ["started"]}, 20001),
    ],
)
async def test_a_bad_call_is_refused_with_twilios_code(client: Client, draft: dict[str, Any], code: int) -> None:
    assert await refused(client, **draft) == (400, code)


async def test_more_than_one_call_a_second_is_refused(client: Client, app: VoiceCenter) -> None:
    async with LocalNetwork(account_sid=ACCOUNT, auth_token=TOKEN, numbers=[Number(CENTER)]) as strict:
        hurried = connect(strict.url, ACCOUNT, TOKEN)
        await create(hurried, twiml=WAIT)
        assert await refused(hurried, twiml=WAIT) == (429, 20429)


async def test_faults_of_the_api_and_of_callbacks_reach_calls_too(
    network: LocalNetwork, app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    network.faults.add("server_error", operation="CreateCall", code=503)
    assert await refused(client, twiml=WAIT) == (503, 20503)
    network.faults.add("drop_after", operation="CreateCall")
    with pytest.raises(OSError, match=r"(?i)connection|remote"):
        await create(client, twiml=WAIT)
    await ringing(http, AGENT)  # it exists all the same
    await behave(http, MARTA, "busy")
    progress = {"to": MARTA, "twiml": WAIT, "status_callback_event": EVENTS.split()}
    network.faults.add("callbacks_reversed", number=MARTA)
    await create(client, status_callback=f"{app.url}/reversed", **progress)
    assert [r["CallStatus"] for r in await app.until_asked("/reversed", 2)] == ["busy", "initiated"]
    network.faults.add("callback_doubled", number=MARTA)
    network.faults.add("callback_late", number=MARTA)
    await create(client, status_callback=f"{app.url}/late", **progress)
    reports = await app.until_asked("/late", 2)
    assert [r["CallStatus"] for r in reports] == ["busy", "busy"]
    network.release_callbacks()
    assert (await app.until_asked("/late", 3))[-1]["CallStatus"] == "initiated"
