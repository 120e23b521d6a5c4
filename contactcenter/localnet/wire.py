"""The account's resources as JSON, exactly in the shape Twilio publishes."""

from datetime import datetime
from email.utils import format_datetime

from contactcenter.localnet.errors import DELIVERY_ERRORS
from contactcenter.localnet.messages import Media, Message

VERSION = "2010-04-01"


def rfc2822(moment: datetime | None) -> str | None:
    """Write a UTC time as Twilio does: `Thu, 24 Aug 2023 05:01:45 +0000`."""
    return None if moment is None else format_datetime(moment)


def messages_uri(account_sid: str) -> str:
    """Return the path of the account's list of messages, without its ending."""
    return f"/{VERSION}/Accounts/{account_sid}/Messages"


def media_uri(account_sid: str, message_sid: str, media_sid: str) -> str:
    """Return the path at which a medium's bytes are fetched."""
    return f"{messages_uri(account_sid)}/{message_sid}/Media/{media_sid}"


def message_json(account_sid: str, message: Message) -> dict[str, object]:
    """Describe a message."""
    own = f"{messages_uri(account_sid)}/{message.sid}"
    code = message.error_code
    return {
        "account_sid": account_sid,
        "api_version": VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction.value,
        "error_code": code,
        "error_message": None if code is None else DELIVERY_ERRORS.get(code),
        "from": message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": str(len(message.media) or len(message.media_urls)),
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status.value,
        "subresource_uris": {"media": f"{own}/Media.json"},
        "to": message.to,
        "uri": f"{own}.json",
    }


def media_json(account_sid: str, message: Message, media: Media) -> dict[str, object]:
    """Describe a medium of a message."""
    return {
        "account_sid": account_sid,
        "content_type": media.content_type,
        "date_created": rfc2822(media.created),
        "date_updated": rfc2822(media.created),
        "parent_sid": message.sid,
        "sid": media.sid,
        "uri": f"{media_uri(account_sid, message.sid, media.sid)}.json",
    }
