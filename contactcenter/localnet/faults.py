"""What may go wrong on request: the network's misbehaviour, each kind for the next few times."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.localnet.errors import REFUSALS

MAX_SECONDS = 600.0
MAX_COPIES = 100


class FaultKind(StrEnum):
    """Each thing that can be made to go wrong."""

    # the REST API; `operation` narrows it (CreateMessage, ListMessage …)
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"
    SLOW = "slow"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    # what becomes of a message; `number` narrows it to one handset
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    STUCK = "stuck"
    # status callbacks
    CALLBACK_LOST = "callback_lost"
    CALLBACK_LATE = "callback_late"
    CALLBACK_DOUBLED = "callback_doubled"
    CALLBACKS_REVERSED = "callbacks_reversed"
    # announcing an incoming message
    WEBHOOK_LOST = "webhook_lost"
    WEBHOOK_COPIES = "webhook_copies"
    WEBHOOK_FORGED = "webhook_forged"
    # what becomes of a recording
    RECORDING_ABSENT = "recording_absent"


@dataclass(slots=True)
class Fault:
    """One kind of misbehaviour, `times` more times.

    `seconds` is how long a slow answer or a late callback takes (None for a callback: until it
    is released). `code` is the delivery's error code, the HTTP status of `server_error`, or Twilio's
    error code of `refused`. `copies` is how many equal webhooks are sent at once. `number` and `operation` narrow it.
    """

    kind: FaultKind
    times: int = 1
    seconds: float | None = None
    code: int | None = None
    copies: int = 2
    number: str | None = None
    operation: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for values out of range."""
        if self.times < 1:
            message = "times is at least 1"
            raise ValueError(message)
        if self.seconds is not None and not 0 <= self.seconds <= MAX_SECONDS:
            message = f"seconds is between 0 and {MAX_SECONDS:.0f}"
            raise ValueError(message)
        if not 1 <= self.copies <= MAX_COPIES:
            message = f"copies is between 1 and {MAX_COPIES}"
            raise ValueError(message)
        if self.kind is FaultKind.SERVER_ERROR and self.code not in {None, 500, 503}:
            message = "a server error's code is 500 or 503"
            raise ValueError(message)
        if self.kind is FaultKind.REFUSED and self.code not in REFUSALS:
            message = f"a refusal's code is one of {', '.join(map(str, REFUSALS))}"
            raise ValueError(message)

    def fits(self, number: str | None, operation: str | None) -> bool:
        """Whether this occasion is one the fault was asked for."""
        return self.number in {None, number} and self.operation in {None, operation}


class Faults:
    """The misbehaviour that is still to come, in the order it was asked for."""

    def __init__(self) -> None:
        """Start with a network that behaves."""
        self._coming: list[Fault] = []

    def add(
        self,
        kind: FaultKind | str,
        *,
        times: int = 1,
        seconds: float | None = None,
        code: int | None = None,
        copies: int = 2,
        number: str | None = None,
        operation: str | None = None,
    ) -> Fault:
        """Ask for a fault on the next `times` occasions. Raises ValueError for unknown kinds."""
        fault = Fault(FaultKind(kind), times, seconds, code, copies, number, operation)
        self._coming.append(fault)
        return fault

    def take(self, kind: FaultKind, *, number: str | None = None, operation: str | None = None) -> Fault | None:
        """Use up one occasion of this kind, if one was asked for."""
        return self._take(lambda fault: fault.kind is kind and fault.fits(number, operation))

    def _take(self, wanted: Callable[[Fault], bool]) -> Fault | None:
        fault = next(filter(wanted, self._coming), None)
        if fault is not None:
            fault.times -= 1
            if fault.times == 0:
                self._coming.remove(fault)
        return fault

    def coming(self) -> list[Fault]:
        """Return what is still to come."""
        return list(self._coming)

    def clear(self) -> None:
        """Behave again."""
        self._coming.clear()
