"""What every table is made with: the base class, and the parts that SQLite and PostgreSQL say differently."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, Double, Float, Index, Integer, MetaData, Text, text
from sqlalchemy.orm import registry
from sqlmodel import AutoString, SQLModel

_NAMES = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
COUNTER: Final = BigInteger().with_variant(Integer, "sqlite")


CLUSTERED: Final = {"sqlite_with_rowid": False}
"""SQLite keeps the rows in the primary key itself: one tree less to write."""


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Base of every table of the contact center; `Row.metadata` has them all."""

    __table_args__: ClassVar[Any] = ()


ZERO: Final = {"server_default": text("0")}
NO: Final = {"server_default": text("false")}
"""Columns of a later release than their table have a default: rows of the one before are as these say."""


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on the rows for which `where` holds."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def plain_types() -> None:
    """Give every column a type of one meaning: SQLModel's own VARCHAR and FLOAT depend on the database."""
    for table in Row.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, AutoString):
                column.type = Text()
            elif isinstance(column.type, Float):
                column.type = Double()
