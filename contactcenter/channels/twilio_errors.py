"""What the `twilio` library raises, as the contract's errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from twilio.base.exceptions import TwilioException, TwilioRestException

from contactcenter.channels import twilio_codes
from contactcenter.channels.base import PermanentError, TransientError


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn what the library raises into the contract's errors.

    Raises:
        TransientError: for an answer that is not Twilio's (a proxy's page, cut short).
        PermanentError: for a refusal, with Twilio's code.
    """
    try:
        yield
    except TwilioRestException as error:
        raise _refusal(error.code or error.status) from error
    except TwilioException as error:
        raise _refusal(_code_of(error.args[-1] if error.args else None)) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise TransientError("Twilio's answer cannot be read") from error


def _code_of(response: object) -> object:
    """Of a page that could not be listed: the library hands its response over instead of an exception of its own."""
    status = getattr(response, "status_code", None) or "unknown"
    try:
        answer = json.loads(getattr(response, "text", ""))
    except (ValueError, TypeError):
        return status
    return (answer.get("code") if isinstance(answer, dict) else None) or status


def _refusal(code: object) -> PermanentError:
    return PermanentError(twilio_codes.describe(code) or "Twilio refused it", code=str(code))
