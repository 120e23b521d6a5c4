"""Ids that nobody can guess and that an index likes."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """An id that is unique for ever: 48 bits of time (ms) so that ids made together lie together, then 128 random bits.

    44 hexadecimal characters; only the random part keeps it secret.
    """
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(16).hex()}"
