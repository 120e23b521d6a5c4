from __future__ import annotations

import dataclasses

import pytest

from contactcenter.domain import messages
from contactcenter.domain.messages import InboundMessage, OutboundMessage
from contactcenter.domain.words import MessageKind


def test_a_plain_message_needs_no_more_than_who_where_and_what() -> None:
    message = InboundMessage(
        channel="sms", provider_id="SM1", address="+598", to="+1", thread="+1:+598", text="luz", received_at=1.0
    )
    assert (message.kind, message.media, message.raw) == (MessageKind.MESSAGE, (), "")


def test_a_message_that_was_never_tried_cannot_have_reached_the_vendor() -> None:
    fields = {each.name: each.default for each in dataclasses.fields(OutboundMessage)}
    assert fields["first_tried_at"] is None


def test_nothing_at_the_edge_changes_once_it_is_made() -> None:
    kinds = [kind for kind in vars(messages).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
    assert len(kinds) >= 6
    for kind in kinds:
        made = object.__new__(kind)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, dataclasses.fields(kind)[0].name, "x")
