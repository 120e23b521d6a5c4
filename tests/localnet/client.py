"""The twilio library as a client of the network: only the base address is different."""

from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

TWILIO = "https://api.twilio.com"


class LocalHttpClient(TwilioHttpClient):  # type: ignore[misc]  # published without types
    """Sends what is meant for Twilio to a local address."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, url.replace(TWILIO, self._base_url, 1), *args, **kwargs)


def connect(base_url: str, account_sid: str, auth_token: str) -> Client:
    return Client(account_sid, auth_token, http_client=LocalHttpClient(base_url))
