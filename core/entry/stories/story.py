"""What a story is made of: a tenant, its migrations, and what was decided in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

UNTIL = date(2026, 10, 31)
"""The last business day of all demos: fixed, so that a demo shows the same figures on every machine."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The demo specialist's decision about a column of a file: another target, or None to exclude it, and why."""

    stream: str
    column: str
    target: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DemoMigration:
    """A migration of the demo: its files; `choices` and `excluded` (stream -> reason) where it has been imported.

    `package` is the one that the customer bought, '' for the usual one.
    """

    name: str
    files: tuple[str, ...]
    imported: bool = False
    choices: tuple[Choice, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)
    package: str = ""


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """`roles` is handle -> role, its first the one who owns the tenant; `write` writes the files into a folder."""

    slug: str
    name: str
    zone: str
    roles: Mapping[str, str]
    write: Callable[[Path], None]
    migrations: tuple[DemoMigration, ...]
    domain: str = "restaurant"
    country: str = "US"

    @property
    def owner(self) -> str:
        return next(iter(self.roles))

    def played_by(self, role: str) -> str:
        """Return the handle of the person with the role in the story, else of the owner."""
        return next((handle for handle, held in self.roles.items() if held == role), self.owner)
