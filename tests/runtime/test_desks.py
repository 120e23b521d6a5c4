"""What a console is told after a decision, read the short way, is the same on both databases."""

from __future__ import annotations

from tests.runtime.center import Center


async def test_a_desk_is_read_whole(each: Center) -> None:
    async with each.routing():
        await each.agent()
        await each.write("first")
        contact = await each.accept()
        message = await each.reply(contact, "hello")
        await each.write("second")
        offer_id, ringing = await each.offer_to("ana")
        view = await each.storage.desks(["ana", "nobody"], message_ids=[message])
        assert [agent.name for agent in view.agents.values()] == ["Ana"]
        assert view.agents["ana"].connected is True
        assert view.offers.keys() == {offer_id}
        assert view.offers[offer_id].refusals is not None
        assert view.contacts.keys() == {contact, ringing}
        assert view.contacts[contact].agent_name == "Ana"
        assert view.contacts[contact].opted_out is False
        assert [said.text for said in view.messages] == ["hello"]
        assert {mark.contact_id for mark in view.marks} == {contact}
        assert message in [mark.id for mark in view.marks]
        await each.close(contact)
        ended = await each.storage.desks(["ana"], offer_ids=[offer_id, "gone"], contact_ids=[contact])
        assert ended.contacts[contact].state == "closed"
        assert not (await each.storage.desks(["ana"])).messages
        named = await each.storage.desks(statuses_of=["ana"], tails_of=[contact])
        assert (list(named.agents), named.contacts, len(named.marks)) == (["ana"], {}, 2)
