"""Capacity per media class; a call excludes live work unless the profile says otherwise."""

from __future__ import annotations

from contactcenter.domain.words import MediaClass, Refusal
from contactcenter.routing.eligibility import Requirement, agent_refusal, profile_refusal
from contactcenter.testing.routing import configuration
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
    wanted = Requirement("sms", MediaClass.ASYNC, (("billing", 4),))
    assert profile_refusal(expert, wanted) is None
    assert profile_refusal(novice, wanted) is Refusal.PROFICIENCY_TOO_LOW
    assert profile_refusal(novice, wanted._replace(skills=(("outages", 1),))) is Refusal.SKILL_MISSING
    assert profile_refusal(novice, wanted._replace(channel="voice")) is Refusal.CHANNEL_NOT_IN_PROFILE
    assert profile_refusal(profile("mute"), wanted) is Refusal.NO_CAPACITY_FOR_MEDIA


def test_many_moves_do_not_wear_the_index_out() -> None:
    center = Center()
    for name in ("ana", "bea"):
        center.agent(name)
    for number in range(60):
        center.write(f"sms{number}")
        center.accept(f"sms{number}")
        center.end(f"sms{number}")
        center.finish(f"sms{number}")
    center.write("last")
    assert center.offered() == {"last": "ana"}


def test_a_change_of_profile_takes_the_agent_out_of_the_old_group() -> None:
    center = Center()
    ana = center.agent("ana")
    pool = center.engine._floor.pool
    assert pool.group_of("ana").profile.id == "expert"
    center.agent("ana", "novice")
    assert "ana" not in pool.groups["expert"].members
    assert pool.group_of(ana.id).profile.id == "novice"
