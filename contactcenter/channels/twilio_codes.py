"""Twilio's words in ours: message states and error codes. What is not here is unknown, never an error."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from contactcenter.domain.words import Delivery

DELIVERIES: Final = MappingProxyType(
    {
        "accepted": Delivery.SENDING,
        "scheduled": Delivery.SENDING,
        "queued": Delivery.SENDING,
        "sending": Delivery.SENDING,
        "sent": Delivery.SENT,
        "partially_delivered": Delivery.SENT,
        "delivered": Delivery.DELIVERED,
        "undelivered": Delivery.UNDELIVERED,
        "failed": Delivery.FAILED,
        "canceled": Delivery.FAILED,
        "read": Delivery.READ,
    }
)
"""`queued` is queued at Twilio: we have handed it over."""

NOT_FOUND: Final = "20404"
ERRORS: Final = MappingProxyType(
    {
        "11200": "Twilio could not reach the address we gave it",
        "11750": "our answer was larger than Twilio takes",
        "12100": "our answer could not be read",
        "12300": "Twilio could not use the type of the attachment",
        "13223": "the number to call is no phone number",
        "13224": "Twilio cannot call this number",
        "13225": "Twilio does not call this number",
        "13227": "calling this country is not switched on in the Twilio account",
        "14101": "the number may not text this recipient",
        "20003": "Twilio refused our credentials",
        NOT_FOUND: "not known at Twilio",
        "20429": "too many requests",
        "21201": "nobody to call was named",
        "21203": "the number may not be called from this account",
        "21205": "Twilio refused our address",
        "21210": "our number is not one of the Twilio account's",
        "21211": "this is not a phone number that can be reached",
        "21212": "our number is not a valid sender",
        "21214": "this number cannot be called",
        "21215": "calling this country is not switched on in the Twilio account",
        "21217": "this does not look like a phone number",
        "21219": "a trial account can only call verified numbers",
        "21220": "the call is over",
        "21265": "this recipient cannot be texted",
        "21408": "texting this country is not switched on in the Twilio account",
        "21601": "our number cannot send texts",
        "21602": "the message is empty",
        "21604": "the recipient is missing",
        "21606": "our number is not one of the Twilio account's, or cannot text this recipient",
        "21608": "a trial account can only text verified numbers",
        "21609": "Twilio refused our address for delivery reports",
        "21610": "the customer has opted out of our messages",
        "21611": "too many messages wait at our number",
        "21612": "our number cannot reach this recipient",
        "21614": "this is not a mobile phone",
        "21617": "the message is too long",
        "21620": "Twilio refused the attachment's address",
        "21623": "too many attachments",
        "21635": "this is a landline",
        "21656": "the attachment cannot be used",
        "30001": "too many messages wait at Twilio",
        "30002": "the Twilio account is suspended",
        "30003": "the phone is off or out of reach",
        "30004": "the recipient's phone or carrier blocks our messages",
        "30005": "the number does not exist or is out of service",
        "30006": "this is a landline, or its carrier cannot be reached",
        "30007": "the carrier filtered the message as unwanted",
        "30008": "the carrier gave no reason",
        "30009": "a part of the message is missing",
        "30010": "the message costs more than the limit that was set",
        "30011": "this carrier takes no pictures",
        "30017": "the carrier's network is congested",
        "30022": "our number sends faster than the carrier allows",
        "30023": "our daily limit at the carrier is reached",
        "30024": "the carrier does not take messages from our number",
        "30034": "our number is not registered with the carriers",
        "30036": "the message was too old when its turn came",
        "30410": "the carrier did not answer in time",
        "30453": "Twilio suppressed the message as probable fraud",
        "30454": "the same message was sent too often",
        "63038": "our daily limit at Twilio is reached",
    }
)


def describe(code: object) -> str | None:
    """Text for people of an error code such as `30003` or "30003"; None when there is no error."""
    digits = str(code or "").strip()[:10]
    if not digits or digits == "0":
        return None
    known = ERRORS.get(digits)
    return f"{digits}: {known}" if known else f"{digits}: an error of Twilio's"
