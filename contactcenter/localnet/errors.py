"""Twilio's refusals: each code with its HTTP status and its words, in Twilio's JSON shape."""

from typing import Final

_DOCS = "https://www.twilio.com/docs/errors"

# code: (HTTP status, message); {} is filled with what was wrong
_REFUSALS: Final[dict[int, tuple[int, str]]] = {
    20001: (400, "Invalid parameter: {}"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot change or delete this resource before it is complete"),
    20404: (404, "The requested resource {} was not found"),
    20413: (413, "The request is larger than {} bytes"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {}"),
    21210: (400, "The source phone number provided, {}, is not yet verified for your account."),
    21211: (400, "Invalid 'To' Phone Number: {}"),
    21212: (400, "Invalid 'From' Phone Number: {}"),
    21213: (400, "No 'From' number is specified"),
    21220: (400, "Unable to update record. Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same: {}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number ({}) is not a valid message-capable Twilio phone number for this destination.",
    ),
    21609: (400, "The 'StatusCallback' URL {} is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s): {}"),
    21623: (400, "Number of media files exceeds allowed limit of 10"),
    21703: (400, "The Messaging Service does not have a phone number available to send a message"),
    21705: (400, "The Messaging Service Sid {} is invalid"),
}

REFUSALS: Final = tuple(code for code, (status, _) in _REFUSALS.items() if status == 400)  # noqa: PLR2004 - HTTP's
"""The codes of requests that Twilio will never take, however often they are repeated."""

# What became of a message; these appear on the message, not as a refusal.
DELIVERY_ERRORS: Final[dict[int, str]] = {
    11200: "HTTP retrieval failure",
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}


class TwilioRefusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of ours
    """A request that Twilio answers with an error."""

    def __init__(self, code: int, detail: str = "") -> None:
        """`code` is Twilio's error code, `detail` what goes into its message."""
        self.code = code
        self.status, words = _REFUSALS[code]
        self.message = words.format(detail)
        super().__init__(f"{code}: {self.message}")

    def as_json(self) -> dict[str, object]:
        """Return the body of the answer, as Twilio writes it."""
        body: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "more_info": f"{_DOCS}/{self.code}",
            "status": self.status,
        }
        if self.code == 20003:  # noqa: PLR2004 - Twilio's code for a failed sign-in
            body["detail"] = "Your AccountSid or AuthToken was incorrect."
        return body
