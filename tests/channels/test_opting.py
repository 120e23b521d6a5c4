"""Words that opt in or out, from the webhook to the router's inbox: nobody who asks for something is passed over."""

from __future__ import annotations

from pathlib import Path

from contactcenter.channels.twilio_sms import TwilioSms
from contactcenter.domain.codec import decode_stimulus
from contactcenter.domain.messages import InboundMessage
from contactcenter.domain.stimuli import MessageReceived
from contactcenter.domain.words import MediaClass, MessageKind
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import Intake
from contactcenter.storage import Storage
from tests.channels.twilio_vendor import ACCOUNT, TOKEN, signed, text_fields

SMS = TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, public_url="https://center.example")


def said(text: str, number: int) -> InboundMessage:
    [message] = SMS.parse(signed(text_fields(text, sid=f"SM{number:032}")))
    assert isinstance(message, InboundMessage)
    return message


async def test_alta_opts_in_only_who_opted_out(tmp_path: Path) -> None:
    storage = await Storage.open(f"sqlite:///{tmp_path / 'center.sqlite3'}", migrate=True)
    intake = Intake(storage, Bus(None, "node"), lambda: 1_800_000_000.0, new_id)
    await intake.start()
    try:
        for number, text in enumerate(("ALTA", "BAJA", "hola", "ALTA", "ALTA")):
            await intake.receive(said(text, number), MediaClass.ASYNC)
        rows = await storage.read_inbox(10)
    finally:
        await intake.close()
        await storage.close()
    stimuli = [decode_stimulus(row.kind, row.version, row.body) for row in rows]
    assert [(each.text, each.kind, each.opted_out) for each in stimuli if isinstance(each, MessageReceived)] == [
        ("ALTA", MessageKind.MESSAGE, False),
        ("BAJA", MessageKind.OPT_OUT, True),
        ("hola", MessageKind.MESSAGE, True),
        ("ALTA", MessageKind.OPT_IN, False),
        ("ALTA", MessageKind.MESSAGE, False),
    ]
