"""Errors that a person outside can act on."""

from __future__ import annotations


class ContactCenterError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidConfigurationError(ContactCenterError):
    """A configuration that cannot be used; `problems` says where and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class Problem:
    """One fault of a configuration: `path` (dotted), `message` with the remedy, and where it was read."""

    __slots__ = ("file", "line", "message", "path")

    def __init__(self, path: str, message: str, file: str | None = None, line: int | None = None) -> None:
        self.path = path
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.file and self.line else f"{self.file}: " if self.file else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"
