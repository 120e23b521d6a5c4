"""A call from outside: prompts, keys, words, recordings, and how it ends."""

import asyncio

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, TOKEN
from tests.localnet.telephone import VoiceCenter, dial, response

MENU = response(
    '<Gather numDigits="1" action="/choice" timeout="30"><Say language="es-MX">Bienvenida. Marque uno.</Say>'
    '<Pause length="60"/></Gather><Say language="es-MX">No marcó nada.</Say><Redirect>/voice</Redirect>'
)


async def test_a_caller_presses_a_key_into_the_prompt_and_hangs_up(
    app: VoiceCenter, http: aiohttp.ClientSession
) -> None:
    app.pages |= {"/voice": MENU, "/choice": response("<Say>Gracias</Say><Pause length='60'/>")}
    marta = await dial(http, MARTA, CENTER)
    greeting = await marta.hear("Marque uno")
    assert (greeting["kind"], greeting["language"]) == ("say", "es-MX")
    assert 0 < greeting["seconds"] < 10
    assert (await marta.until("in-progress"))["direction"] == "inbound"
    assert await marta.press("1")
    await marta.hear("Gracias")
    assert not await marta.press("1")  # nobody listens any more
    await marta.post("hangup")

    [asked] = app.asked("/voice")
    assert asked["CallStatus"] == "ringing"
    assert (asked["From"], asked["To"], asked["Direction"]) == (MARTA, CENTER, "inbound")
    assert (asked["FromCountry"], asked["CallerCountry"], asked["AccountSid"]) == ("UY", "UY", ACCOUNT)
    [choice] = app.asked("/choice")
    assert choice["Digits"] == "1"
    assert choice["CallStatus"] == "in-progress"
    [over] = await app.until_asked("/status")
    assert (over["CallStatus"], over["CallSid"], over["SequenceNumber"]) == ("completed", marta.sid, "0")
    assert int(over["CallDuration"]) >= 0


async def test_silence_falls_through_and_is_asked_again(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = MENU.replace('<Pause length="60"/>', "")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Marque uno")
    await marta.post("silence")
    await marta.hear("No marcó nada.")
    await marta.hear("Marque uno")
    assert not app.asked("/choice")


@pytest.mark.parametrize(
    ("gather", "keys", "result"),
    [
        ('finishOnKey="#"', "1234#", {"Digits": "1234", "FinishedOnKey": "#"}),
        ('finishOnKey="*"', "12#4*", {"Digits": "12#4", "FinishedOnKey": "*"}),
        ('finishOnKey="" numDigits="3"', "1#34", {"Digits": "1#3", "FinishedOnKey": ""}),
        ('numDigits="500"', "7" * 500, {"Digits": "7" * 500, "FinishedOnKey": ""}),
    ],
)
async def test_what_ends_a_gather(
    app: VoiceCenter, http: aiohttp.ClientSession, gather: str, keys: str, result: dict[str, str]
) -> None:
    app.pages["/voice"] = response(f'<Gather timeout="60" action="/got" {gather}><Say>Cuenta</Say></Gather>')
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Cuenta")
    assert await marta.press(keys)
    [got] = await app.until_asked("/got")
    assert {name: got[name] for name in result} == result


async def test_words_instead_of_keys_and_an_empty_result(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages |= {
        "/voice": response('<Gather input="dtmf speech" action="/a" language="es-UY"><Say>Diga</Say></Gather>'),
        "/a": response('<Gather actionOnEmptyResult="true" action="/b"><Say>Otra vez</Say></Gather>'),
    }
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Diga")
    assert await marta.speak("un cable caído")
    [said] = await app.until_asked("/a")
    assert (said["SpeechResult"], said["Language"], "Digits" in said) == ("un cable caído", "es-UY", False)
    await marta.hear("Otra vez")
    assert not await marta.speak("¿hola?")  # this one asks for keys
    await marta.post("silence")
    [empty] = await app.until_asked("/b")
    assert empty["Digits"] == ""
    await marta.until("completed")


async def test_a_message_is_recorded_and_can_be_fetched(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    app.pages["/voice"] = response('<Record action="/left" recordingStatusCallback="/recorded"/>')
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="beep")
    assert await marta.speak("Sin luz desde las ocho")
    await marta.press("#")
    [left] = await app.until_asked("/left")
    assert (left["RecordingDuration"], left["Digits"]) == ("2", "#")
    [recorded] = await app.until_asked("/recorded")
    assert (recorded["RecordingSid"], recorded["RecordingStatus"]) == (left["RecordingSid"], "completed")
    auth = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
    async with http.get(left["RecordingUrl"], headers=auth) as sound:
        assert (await sound.read()).startswith(b"RIFF")
    listed = await asyncio.to_thread(client.recordings.list, call_sid=marta.sid)
    assert [each.sid for each in listed] == [left["RecordingSid"]]
    await asyncio.to_thread(client.recordings(left["RecordingSid"]).delete)
    assert await asyncio.to_thread(client.recordings.list) == []


async def test_who_hangs_up_after_speaking_has_left_a_message(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = response('<Record action="/left"/>')
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="beep")
    await marta.speak("Llámenme")
    await marta.post("hangup")
    [left] = await app.until_asked("/left")
    assert (left["Digits"], left["CallStatus"]) == ("hangup", "completed")


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        ("<Reject reason='busy'/>", "busy"),
        ("<Reject/>", "no-answer"),
        ("<Say>Chau</Say>", "completed"),
        ("<Hangup/>", "completed"),
        ("<Play>https://example.com/a.mp3</Play><Play digits='1w2'/><Hangup/><Say>never</Say>", "completed"),
    ],
)
async def test_how_a_call_ends(app: VoiceCenter, http: aiohttp.ClientSession, verbs: str, status: str) -> None:
    app.pages["/voice"] = response(verbs)
    marta = await dial(http, MARTA, CENTER)
    assert (await marta.until("busy", "no-answer", "completed", "canceled"))["status"] == status
    assert "never" not in await marta.transcript()
    [over] = await app.until_asked("/status")
    assert over["CallStatus"] == status


async def test_a_live_call_is_redirected_and_ended_over_the_api(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client
) -> None:
    app.pages |= {"/voice": response("<Play loop='0'>/music.mp3</Play>"), "/agent": response("<Pause length='180'/>")}
    marta = await dial(http, MARTA, CENTER)
    assert (await marta.hear(kind="play"))["text"] == f"{app.url}/music.mp3"
    call = client.calls(marta.sid)
    await asyncio.to_thread(call.update, url=f"{app.url}/agent")
    await app.until_asked("/agent")
    await asyncio.to_thread(call.update, twiml=response("<Say>Ya la atiendo</Say><Pause length='180'/>"))
    await marta.hear("Ya la atiendo")
    ended = await asyncio.to_thread(call.update, status="completed")
    assert (ended.status, ended.direction) == ("completed", "inbound")
    assert int(ended.duration or "") < 10
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(call.update, url=f"{app.url}/agent")
    assert (caught.value.status, caught.value.code) == (400, 21220)
    [listed] = await asyncio.to_thread(client.calls.list, from_=MARTA)
    assert listed.sid == marta.sid


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<Response><Say>a</Response>", 12100),
        ("<Answer/>", 12100),
        ('<!DOCTYPE r [<!ENTITY a "b">]><Response/>', 12100),
        (response("<Shout>a</Shout>"), 12200),
        (response("<Say volume='2'>a</Say>"), 12200),
        (response("<Gather><Record/></Gather>"), 12200),
        (response("<Gather numDigits='0'/>"), 12200),
        (response("<Gather finishOnKey='##'/>"), 12200),
        (response("<Dial/>"), 12200),
        (response("<Dial><Number></Number></Dial>"), 12200),
        (response("<Dial><Conference>a</Conference><Number>+59899000000</Number></Dial>"), 12200),
        (response("<Say>a</Say><Reject/>"), 12200),
        (response("<Enqueue>a</Enqueue>"), 12200),
        (response("<Redirect method='GET'>/a</Redirect>"), 12200),
        (response("text"), 12200),
        (response("<Say>" + "a" * 70_000 + "</Say>"), 11750),
    ],
)
async def test_what_cannot_be_followed_is_an_alert_and_goes_to_the_fallback(
    network: LocalNetwork, app: VoiceCenter, http: aiohttp.ClientSession, page: str, code: int
) -> None:
    app.pages |= {"/voice": page, "/fallback": response("<Say>Un momento</Say>")}
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Un momento")
    [asked] = app.asked("/fallback")
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (str(code), f"{app.url}/voice")
    assert network.webhooks.alerts[0].code == code


async def test_without_instructions_the_network_apologises(
    network: LocalNetwork, app: VoiceCenter, http: aiohttp.ClientSession
) -> None:
    app.pages |= {"/voice": "?", "/fallback": "?"}
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("application error")
    await marta.until("completed")
    assert [alert.code for alert in network.webhooks.alerts] == [12100, 12100]


async def test_a_request_for_instructions_may_come_twice(
    network: LocalNetwork, app: VoiceCenter, http: aiohttp.ClientSession
) -> None:
    app.pages["/voice"] = response("<Say>Hola</Say>")
    network.faults.add("webhook_copies", copies=3, number=MARTA)
    marta = await dial(http, MARTA, CENTER)
    await marta.until("completed")
    assert len(app.asked("/voice")) == 3
    assert [text for text in await marta.transcript() if text == "Hola"] == ["Hola"]


async def test_a_forged_request_does_not_bear_the_accounts_signature(
    network: LocalNetwork, app: VoiceCenter, http: aiohttp.ClientSession
) -> None:
    network.faults.add("webhook_forged", number=MARTA)
    await (await dial(http, MARTA, CENTER)).until("completed")
    assert app.forged == 1
    app.forged = 0


@pytest.mark.parametrize("body", [{"from": "099", "to": CENTER}, {"from": MARTA, "to": MARTA}, {"from": MARTA}])
async def test_a_telephone_cannot_dial_nonsense(http: aiohttp.ClientSession, body: dict[str, str]) -> None:
    async with http.post("/_control/calls", json=body) as answer:
        assert answer.status == 400


async def test_keys_are_keys_and_a_call_that_is_over_takes_none(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = response("<Pause length='180'/>")
    marta = await dial(http, MARTA, CENTER)
    for keys in ("", "x", "1" * 1_001):
        async with http.post(f"/_control/calls/{marta.sid}/keys", json={"digits": keys}) as answer:
            assert answer.status == 400
    await marta.post("hangup")
    async with http.post(f"/_control/calls/{marta.sid}/keys", json={"digits": "1"}) as answer:
        assert answer.status == 409


async def test_a_reset_ends_and_forgets_calls(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/voice"] = response("<Dial><Conference>a</Conference></Dial>")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="music")
    async with http.post("/_control/reset") as answer:
        assert answer.status == 204
    assert (await app.until_asked("/status"))[-1]["CallStatus"] == "completed"
    async with http.get("/_control/calls") as answer:
        assert (await answer.json())["calls"] == []


async def test_each_number_may_be_told_where_its_calls_go(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    app.pages["/other"] = response("<Say>Otra línea</Say>")
    async with http.put(f"/_control/numbers/{CENTER}", json={"voice_url": f"{app.url}/other"}) as answer:
        assert answer.status == 204
    await (await dial(http, MARTA, CENTER)).hear("Otra línea")
