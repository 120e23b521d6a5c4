"""Who may use a route. Every route says it; the application does not start with one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

H = TypeVar("H", bound=Callable[..., Any])

_ATTRIBUTE: Final = "contactcenter_access"


class Role(StrEnum):
    """What an account may do; each includes those before it."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Position: the higher includes the lower."""
        return list(Role).index(self)

    def includes(self, other: Role) -> bool:
        """Whether this role may do what `other` may."""
        return self.rank >= other.rank


@dataclass(frozen=True, slots=True)
class Access:
    """`role` None: whoever comes. `why` says what protects a route that has no role."""

    role: Role | None
    why: str = ""


SIGNED_IN: Final = Access(Role.AGENT)
SUPERVISOR: Final = Access(Role.SUPERVISOR)
ADMIN: Final = Access(Role.ADMIN)


def public(why: str) -> Access:
    """A route for whoever comes; `why` says what protects it, or that nothing needs protection."""
    return Access(None, why)


def guarded(access: Access) -> Callable[[H], H]:
    """Declare who may use the decorated handler."""

    def declare(handler: H) -> H:
        setattr(handler, _ATTRIBUTE, access)
        return handler

    return declare


def access_of(handler: object) -> Access | None:
    """What was declared, or None when nothing was."""
    access = getattr(handler, _ATTRIBUTE, None)
    return access if isinstance(access, Access) else None
