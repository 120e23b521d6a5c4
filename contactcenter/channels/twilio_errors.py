"""What the `twilio` library raises, as the contract's errors."""

from __future__ import annotations

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
        # A page that could not be listed carries its response instead of an exception of its own.
        status = getattr(error.args[-1], "status_code", None) if error.args else None
        raise _refusal(status or "unknown") from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise TransientError("Twilio's answer cannot be read") from error


def _refusal(code: object) -> PermanentError:
    return PermanentError(twilio_codes.describe(code) or "Twilio refused it", code=str(code))
