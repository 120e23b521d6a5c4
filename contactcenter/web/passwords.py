"""Passwords: argon2 in a thread, because one check takes about a tenth of a second of a processor on purpose."""

from __future__ import annotations

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE: Final = 2
"""Checks at the same time: a crowd at the door must not take the processor from the work inside."""
SHORTEST: Final = 10
LONGEST: Final = 256
"""Characters of a password that somebody may choose."""

_hasher: Final = PasswordHasher()


def hash_password(password: str) -> str:
    """What is stored of `password`; takes about 0.1 s."""
    return _hasher.hash(password)


class Passwords:
    """Checks passwords without stopping the event loop."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """See `hash_password`."""
        async with self._turns:
            return await asyncio.to_thread(hash_password, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether `password` is the one of `stored`. None takes as long: nobody learns which names exist."""
        async with self._turns:
            return await asyncio.to_thread(self._matches, password, stored)

    def _matches(self, password: str, stored: str | None) -> bool:
        if self._nobody is None:
            self._nobody = hash_password("nobody's")
        try:
            _hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
        return stored is not None
