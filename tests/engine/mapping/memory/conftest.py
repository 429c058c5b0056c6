"""Two customers with the same kind of export, which no alias explains, and a look at what memory keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import decide, suggest_mapping
from core.engine.mapping.tables import ConfidenceOutcome, MappingField, MappingMemory
from core.engine.mapping.views import mapping_fields
from core.engine.sources.actions import add_file, create_migration
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter


@dataclass
class Customer:
    """A person's context and a migration of hers; `field` finds a fresh copy of one of its fields."""

    context: Context
    migration: str

    def field(self, name: str) -> MappingField:
        self.context.session.rollback()
        self.context.session.expire_all()
        return next(
            field
            for field in mapping_fields(self.context, self.migration)
            if field.source_field == name and field.slot == 0
        )

    def decide(self, name: str, target: str | None, transform: str | None = None) -> MappingField:
        field = self.field(name)
        status = "ignored" if target is None else "accepted" if target == field.target else "edited"
        return decide(
            self.context, field.id, version=field.version, target=target, transform=transform, status=status
        )


Take = Callable[..., Customer]


@pytest.fixture
def third(people: dict[str, str], tenants: dict[str, str]) -> Iterator[Context]:
    """A person of a third customer."""
    slug = f"third-{new_id()}"
    create_tenant(people["mallory"], slug, "Third", zone="Europe/Berlin")
    with enter(people["mallory"], slug) as context:
        yield context


@pytest.fixture
def word() -> str:
    """A column name that no other test has decided about; memory is one for all tests."""
    return f"zq{new_id()[-12:].translate(str.maketrans('0123456789', 'ghijklmnop'))}"


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """take(context, header, *lines): a migration of one table, its mapping suggested."""

    def take_file(context: Context, header: str, *lines: str, name: str = "export.csv") -> Customer:
        folder = tmp_path / new_id()
        folder.mkdir()
        path = folder / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        migration = create_migration(context, "Memory").id
        add_file(context, migration, path, SOURCES)
        suggest_mapping(context, migration, SOURCES)
        return Customer(context, migration)

    return take_file


@pytest.fixture
def shared_tables() -> Callable[[Context], str]:
    """All that stands in the tables that customers share, as text."""

    def read_shared_tables(context: Context) -> str:
        context.session.rollback()
        rows = [
            [str(getattr(row, column.key)) for column in table.__table__.columns]
            for table in (MappingMemory, ConfidenceOutcome)
            for row in context.session.scalars(select(table).execution_options(populate_existing=True))
        ]
        return "\n".join(sorted(" ".join(row) for row in rows))

    return read_shared_tables
