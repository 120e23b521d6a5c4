"""Who the network serves: one account, its numbers, its Messaging Services, its API keys."""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

SidMaker = Callable[[str], str]

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_URUGUAYAN = re.compile(r"\+598[0-9]{8}")

_COUNTRIES = {
    "+598": "UY",
    "+595": "PY",
    "+591": "BO",
    "+54": "AR",
    "+55": "BR",
    "+56": "CL",
    "+34": "ES",
    "+44": "GB",
    "+1": "US",
}


def random_sid(prefix: str) -> str:
    """Make a Twilio identifier: the two letters of its kind and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def is_phone_number(text: str) -> bool:
    """Whether `text` is a number in E.164 that a telephone network would dial."""
    if text.startswith("+598"):
        return _URUGUAYAN.fullmatch(text) is not None
    return E164.fullmatch(text) is not None


def country_of(number: str) -> str:
    """Return the two-letter country of a number, or "" when the network does not know it."""
    found = [prefix for prefix in _COUNTRIES if number.startswith(prefix)]
    return _COUNTRIES[max(found, key=len)] if found else ""


@dataclass(slots=True)
class Number:
    """A number or short code the account owns, and where its incoming messages are announced.

    `voice_url` is asked what to do with a call, `voice_status_callback` is told that one is over.
    `sms_url` may carry Twilio's connection overrides as a fragment (`#rc=3&rp=5xx,ct,rt`).
    With `stop_words`, the network itself answers STOP, START and HELP and blocks who opted out.
    """

    phone_number: str
    label: str = ""
    sms_url: str = ""
    sms_fallback_url: str = ""
    stop_words: bool = True
    voice_url: str = ""
    voice_fallback_url: str = ""
    voice_status_callback: str = ""


@dataclass(slots=True)
class MessagingService:
    """A Twilio Messaging Service: a pool of senders with addresses of its own.

    An empty `inbound_url` leaves each number's own address in force. With `advanced_opt_out`,
    incoming STOP, START and HELP carry `OptOutType`.
    """

    sid: str
    senders: tuple[str, ...]
    inbound_url: str = ""
    fallback_url: str = ""
    status_callback: str = ""
    advanced_opt_out: bool = False


@dataclass(slots=True)
class Account:
    """The account all requests must belong to. `names` are its alphanumeric senders."""

    sid: str
    auth_token: str
    numbers: dict[str, Number]
    services: dict[str, MessagingService] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    api_keys: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sid: str,
        auth_token: str,
        numbers: Iterable[Number],
        services: Iterable[MessagingService] = (),
        *,
        names: Iterable[str] = (),
        api_keys: Mapping[str, str] | None = None,
    ) -> "Account":
        """Check the parts and join them.

        Raises ValueError for a malformed account sid, an empty token or an unknown sender.
        """
        if ACCOUNT_SID.fullmatch(sid) is None:
            message = f"an account sid is AC and 32 hexadecimal digits, not {sid!r}"
            raise ValueError(message)
        if not auth_token:
            message = "the account needs an auth token"
            raise ValueError(message)
        own = {number.phone_number: number for number in numbers}
        pool = {service.sid: service for service in services}
        for service in pool.values():
            if missing := set(service.senders) - own.keys():
                message = f"{service.sid} sends from numbers that are not ours: {sorted(missing)}"
                raise ValueError(message)
        return cls(sid, auth_token, own, pool, frozenset(names), dict(api_keys or {}))

    def admits(self, user: str, password: str) -> bool:
        """Whether these are the account's own credentials or one of its API keys."""
        secret = self.auth_token if user == self.sid else self.api_keys.get(user)
        given = password.encode("utf-8", "surrogatepass")
        return secret is not None and hmac.compare_digest(secret.encode(), given)

    def can_send_from(self, sender: str) -> bool:
        """Whether the account may send from this number, short code or name."""
        return sender in self.numbers or sender in self.names

    def service_of(self, number: str) -> MessagingService | None:
        """Return the Messaging Service that has this number in its pool, if any."""
        return next((s for s in self.services.values() if number in s.senders), None)
