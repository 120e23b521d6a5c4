"""A transaction is written once, as a generator of steps; a driver runs it whole.

    rows = yield Query("SELECT id FROM message WHERE channel = ?", ("sms",))

A driver runs every step in one database transaction, sends each step's rows back in, and commits when the generator
returns. An exception inside rolls everything back. Generators do no I/O and may be run again from the start
(deadlock), so they change nothing but what they yield.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, TypeVar

T = TypeVar("T")

Rows: TypeAlias = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with `?` parameters; its rows come back."""

    sql: str
    params: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Insert:
    """Many rows into one table. `tail` is what follows (ON CONFLICT …), `returning` a list of columns.

    Rows that a conflict clause skipped return nothing. `derived` gives columns another value than the row's: SQL in
    which `{}` is the row's text.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    tail: str = ""
    returning: str = ""
    derived: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    """One statement over many rows of values: `{rows}` in it is a table of `columns` (name, SQL type).

    Further `?` parameters follow. The types are text, double precision, bigint and boolean.
    """

    sql: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Sequence[Any]]
    params: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """Statements on different rows that need not see each other, in one go; nothing comes back.

    Some may be without rows. One place in the code always gives the same statements, so that they are planned once.
    """

    steps: tuple[Insert | Each, ...]


Step: TypeAlias = Query | Insert | Each | Together
Transaction: TypeAlias = Generator[Step, Rows, T]

TEXT: Final = "text"
FLOAT: Final = "double precision"
BIGINT: Final = "bigint"
BOOLEAN: Final = "boolean"


class Context(Protocol):
    """What a transaction may know of where it runs."""

    @property
    def now(self) -> str:
        """SQL for the database's clock in UTC seconds."""

    @property
    def for_update(self) -> str:
        """SQL after a SELECT that locks its rows until the end of the transaction."""

    @property
    def alone(self) -> bool:
        """Whether no other transaction writes meanwhile: what was looked up stays true."""

    @property
    def new_id(self) -> Callable[[], str]:
        """Unguessable ids."""

    @property
    def clock(self) -> Callable[[], float]:
        """This process's clock in UTC seconds."""
