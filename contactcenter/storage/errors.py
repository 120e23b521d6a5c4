"""What can go wrong between us and SQL, and what a caller does about it."""

from __future__ import annotations

from contactcenter.domain.errors import ContactCenterError


class StorageError(ContactCenterError):
    """Base of this room's errors."""


class UnavailableError(StorageError):
    """SQL did not answer in time: nothing was written, try again (a webhook answers 503)."""


class UnknownOutcomeError(UnavailableError):
    """SQL was lost while it committed: it may or may not have been written.

    Repeating is safe for everything that carries an id of its own; the router looks its batch up.
    """


class FencedError(StorageError):
    """Another router holds the lease: drop the engine, write nothing more."""


class NotConfiguredError(StorageError):
    """There is no configuration yet: `seed` it."""


class SchemaError(StorageError):
    """The tables are not those of this release; the message says the remedy."""


class StaleVersionError(StorageError):
    """Somebody changed the configuration meanwhile; `current` is its version now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the configuration is at version {current} now; read it again and repeat the change")
        self.current = current


class QueueNotEmptyError(StorageError):
    """Queues that would vanish still have contacts; name a queue that takes them."""

    def __init__(self, queues: tuple[str, ...]) -> None:
        super().__init__(f"these queues still have contacts, say where they move: {', '.join(queues)}")
        self.queues = queues


class ConflictError(StorageError):
    """What must be unique is taken (a username, an id)."""


def reason(error: BaseException) -> str:
    """What an error says, for a log; those of time that ran out say nothing themselves."""
    return str(error) or ("no answer in time" if isinstance(error, TimeoutError) else type(error).__name__)
