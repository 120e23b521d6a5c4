"""Capacity per media class; a call excludes live work unless the profile says otherwise."""

from __future__ import annotations

from contactcenter.domain.needs import Clause
from contactcenter.domain.words import MediaClass, Refusal
from contactcenter.routing.eligibility import agent_refusal, profile_refusal
from contactcenter.routing.relaxation import Asked
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center, profile

PROFILES = configuration().profiles


def take(center: Center, *contacts: str) -> None:
    """Contacts arrive and are accepted, whoever is asked."""
    for contact in contacts:
        center.write(contact, contact.rstrip("0123456789"))
        center.accept(contact)


def test_each_media_class_has_its_own_capacity() -> None:
    center = Center()
    center.agent("ana", "novice")
    take(center, "chat1", "sms1", "sms2")
    center.write("sms3")
    center.write("chat2", "chat")
    assert center.offered() == {}


def test_a_finished_contact_makes_room() -> None:
    center = Center()
    center.agent("ana", "novice")
    take(center, "chat1")
    center.write("chat2", "chat")
    center.end("chat1")
    assert center.offered() == {}, "wrap-up is work"
    center.finish("chat1")
    assert center.offered() == {"chat2": "ana"}


def test_a_call_excludes_everything() -> None:
    center = Center()
    ana = center.agent("ana")
    center.call("call")
    center.accept("call")
    for media in MediaClass:
        assert agent_refusal(ana, PROFILES["expert"], media) is Refusal.ON_A_CALL


def test_a_chat_keeps_a_call_away_a_mail_does_not() -> None:
    center = Center()
    ana = center.agent("ana")
    take(center, "sms1")
    assert agent_refusal(ana, PROFILES["expert"], MediaClass.VOICE) is None
    take(center, "chat1")
    assert agent_refusal(ana, PROFILES["expert"], MediaClass.VOICE) is Refusal.BUSY_FOR_A_CALL


def test_not_where_voice_is_not_exclusive() -> None:
    center = Center()
    bea = center.agent("bea", "outages")
    take(center, "chat1")
    assert agent_refusal(bea, PROFILES["outages"], MediaClass.VOICE) is None


def test_a_capacity_of_zero_is_a_refusal() -> None:
    center = Center()
    ana = center.agent("ana")
    assert agent_refusal(ana, profile("mute", live=1), MediaClass.VOICE) is Refusal.NO_CAPACITY_FOR_MEDIA


def test_why_a_profile_never_can() -> None:
    expert, novice = PROFILES["expert"], PROFILES["novice"]
    wanted = Asked((Clause((("billing", 4),)),), (), frozenset())
    outages = Asked((Clause((("outages", 1),)),), (), frozenset())
    assert profile_refusal(expert, "sms", MediaClass.ASYNC, wanted) is None
    assert profile_refusal(novice, "sms", MediaClass.ASYNC, wanted) is Refusal.PROFICIENCY_TOO_LOW
    assert profile_refusal(novice, "sms", MediaClass.ASYNC, outages) is Refusal.SKILL_MISSING
    assert profile_refusal(novice, "voice", MediaClass.VOICE, wanted) is Refusal.CHANNEL_NOT_IN_PROFILE
    assert profile_refusal(profile("mute"), "sms", MediaClass.ASYNC, wanted) is Refusal.NO_CAPACITY_FOR_MEDIA
