"""Which channels there are: by the settings, with what is missing said plainly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from contactcenter.channels.base import ChannelContext, Missing
from contactcenter.channels.chat import Chat
from contactcenter.channels.registry import BUILT_IN, GROUP, build_channels
from contactcenter.channels.twilio_sms import TwilioSms
from contactcenter.channels.twilio_voice import TwilioVoice
from contactcenter.channels.voice import VoiceChannel
from contactcenter.config.settings import load_settings
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.domain.words import MediaClass

TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t" * 32}
PUBLIC = {"CONTACTCENTER_PUBLIC_URL": "https://center.example"}


async def _deliver(thread: str, message_id: str) -> None:
    del thread, message_id


def context(tmp_path: Path, **environ: str) -> ChannelContext:
    return ChannelContext(
        settings=load_settings(environ, tmp_path),
        environ=environ,
        clock=lambda: 0.0,
        deliver=_deliver,
        allows=lambda page, origin: page == origin,
    )


@pytest.fixture
def announced() -> Callable[[str, object], EntryPoint]:
    """Another package's channel, as if it were installed."""
    module = ModuleType("somebodys_channels")

    def announce(name: str, build: object) -> EntryPoint:
        setattr(module, f"build_{name}", build)
        sys.modules[module.__name__] = module
        return EntryPoint(name, f"{module.__name__}:build_{name}", GROUP)

    return announce


async def test_the_chat_is_always_there_and_sms_says_what_it_needs(tmp_path: Path) -> None:
    channels = build_channels(context(tmp_path), [])
    assert isinstance(channels["chat"], Chat)
    assert list(channels) == ["chat"]
    assert len(channels) == 1
    assert "TWILIO_ACCOUNT_SID" in channels.missing["sms"]
    await channels.close()


async def test_credentials_enable_sms(tmp_path: Path) -> None:
    channels = build_channels(context(tmp_path, **TWILIO, **PUBLIC), [])
    assert isinstance(channels["sms"], TwilioSms)
    assert list(channels.missing) == ["voice"]


async def test_a_number_enables_calls(tmp_path: Path) -> None:
    channels = build_channels(context(tmp_path, **TWILIO, **PUBLIC, CONTACTCENTER_TWILIO_NUMBERS="+59829001234"), [])
    assert isinstance(channels["voice"], TwilioVoice)
    assert not channels.missing
    await channels.close()


def test_twilio_itself_cannot_reach_this_machine_by_localhost(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigurationError, match="CONTACTCENTER_PUBLIC_URL"):
        build_channels(context(tmp_path, **TWILIO), [])


def test_a_local_network_can(tmp_path: Path) -> None:
    local = {"CONTACTCENTER_TWILIO_API_URL": "http://127.0.0.1:9"}
    assert "sms" in build_channels(context(tmp_path, **TWILIO, **local), [])


def test_every_channel_of_ours_says_what_web_and_dispatcher_need(tmp_path: Path) -> None:
    channels = build_channels(context(tmp_path, **TWILIO, **PUBLIC, CONTACTCENTER_TWILIO_NUMBERS="+59829001234"), [])
    assert set(channels) == {entry.name for entry in BUILT_IN}
    paths = [path for channel in channels.values() for path in channel.webhooks]
    voice = ("", "/hold", "/join", "/menu", "/recording", "/room", "/safe", "/status")
    assert sorted(paths) == [
        "/webhooks/twilio/sms", "/webhooks/twilio/status", *(f"/webhooks/twilio/voice{each}" for each in voice),
    ]  # fmt: skip
    for channel in channels.values():
        speaks = channel.media is MediaClass.VOICE
        assert (channel.limits.max_length > 0) is not speaks, "nothing is written to a telephone"
        assert isinstance(channel, VoiceChannel) is speaks


@pytest.mark.parametrize("build", [lambda _: None, lambda _: Chat, lambda _: Chat(deliver=_deliver, allows=str.__eq__)])
def test_what_builds_no_channel_of_its_name_is_named(
    tmp_path: Path, announced: Callable[[str, object], EntryPoint], build: object
) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"channels\.pigeon: somebodys_channels:build_pigeon"):
        build_channels(context(tmp_path), [announced("pigeon", build)])


def test_what_cannot_be_loaded_is_named_with_the_others(tmp_path: Path) -> None:
    entries = [EntryPoint("pigeon", "no_such_module:build", GROUP), EntryPoint("smoke", "json:no_such_name", GROUP)]
    with pytest.raises(InvalidConfigurationError) as raised:
        build_channels(context(tmp_path, **TWILIO), entries)
    told = [problem.path for problem in raised.value.problems]
    assert told == ["CONTACTCENTER_PUBLIC_URL", "channels.pigeon", "channels.smoke"]


def test_two_of_one_name_are_refused(tmp_path: Path, announced: Callable[[str, object], EntryPoint]) -> None:
    with pytest.raises(InvalidConfigurationError, match="two of this name"):
        build_channels(context(tmp_path), [announced("sms", lambda _: Missing("a licence"))])


def test_what_is_installed_is_found(tmp_path: Path) -> None:
    assert "chat" in build_channels(context(tmp_path))
