"""The demo: a small cast of people, two invented customers, and everything a first look wants to see.

Bella's Italian Kitchen stands at the mapping step of its move from Toast, with its guests already brought over by an
import that is finished; Coffee Corner Chain stands at the mapping step of its move from Square. All of it comes from
the deterministic generators of mock_data, through the same actions a person uses; every tenant of it is marked a demo.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import orjson
from sqlalchemy import delete, select

from adapters import SOURCES
from core.context import Context
from core.db.migrate import all_metadata
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.mapping.asking.actions import ask_ai
from core.engine.mapping.shared import SCRIPTED
from core.engine.runs.actions import start
from core.engine.runs.rules import AT_WORK
from core.engine.runs.tables import Run
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.tables import Migration
from core.engine.validation.actions import validate
from core.entry import demo_ai
from core.entry.tenants import add_member, create_tenant, find_or_create_person, tenant_id
from core.errors import ConflictError, NotFoundError
from core.platform.access.actions import action, enter
from core.platform.access.rules import PERMISSIONS
from core.platform.audit.actions import record
from mock_data.square.generate import write_coffee_corner
from mock_data.toast.generate import write_bella

UNTIL = date(2026, 10, 31)
"""The last business day of both demos: fixed, so that a demo shows the same figures on every machine."""

ACCEPT_ABOVE = 0.9


@dataclass(frozen=True, slots=True)
class DemoMigration:
    """A migration of the demo: the files it is made of, and whether it has been imported already."""

    name: str
    files: tuple[str, ...]
    imported: bool = False


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """`roles` is handle -> role, its first the one who owns the tenant; `write` writes the files into a folder."""

    slug: str
    name: str
    zone: str
    roles: Mapping[str, str]
    write: Callable[[Path], None]
    migrations: tuple[DemoMigration, ...]

    @property
    def owner(self) -> str:
        return next(iter(self.roles))


def _write_bella(folder: Path) -> None:
    write_bella(folder, until=UNTIL)
    card = orjson.loads((folder / "bella_menu_customers.json").read_bytes())
    guests = {part: card[part] for part in ("restaurant", "customers", "demo")}
    (folder / "bella_guests.json").write_bytes(orjson.dumps(guests))


def _write_coffee_corner(folder: Path) -> None:
    write_coffee_corner(folder, until=UNTIL)


PEOPLE = {
    "alice": "Alice Moreau",
    "bob": "Bob Lindgren",
    "sam": "Sam Okoye",
    "mallory": "Mallory Price",
    "ada": "Ada Winter",
}
BELLA = DemoTenant(
    "bella",
    "Bella's Italian Kitchen",
    "America/New_York",
    {"alice": "manager", "bob": "specialist", "sam": "sales", "ada": "admin"},
    _write_bella,
    (
        DemoMigration("Guests first", ("bella_guests.json",), imported=True),
        DemoMigration("Toast to AuraConnect", ("bella_menu_customers.json", "bella_orders.json")),
    ),
)
COFFEE_CORNER = DemoTenant(
    "coffee-corner",
    "Coffee Corner Chain",
    "America/Los_Angeles",
    {"mallory": "manager", "sam": "sales", "ada": "admin"},
    _write_coffee_corner,
    (DemoMigration("Square to AuraConnect", ("coffee_corner.json",)),),
)
TENANTS = {tenant.slug: tenant for tenant in (BELLA, COFFEE_CORNER)}


def seed_cast() -> dict[str, str]:
    """Makes the people and their tenants where they are missing; returns handle -> person id."""
    people = {handle: find_or_create_person(handle, name, is_demo=True) for handle, name in PEOPLE.items()}
    for demo in TENANTS.values():
        owner = people[demo.owner]
        tenant = tenant_id(owner, demo.slug) or create_tenant(
            owner, demo.slug, demo.name, zone=demo.zone, is_demo=True
        )
        for handle, role in demo.roles.items():
            add_member(tenant, people[handle], role)
    return people


def reset(slug: str, *, person: str | None = None) -> list[str]:
    """Empties a demo tenant and tells its story anew; returns the ids of its migrations, in their order.

    `person` (id) asks for it, by default the tenant's owner. The import of its history is left to the worker.
    NotFoundError for a tenant that is no demo or not the person's, ConflictError while a run is at work in it.
    """
    demo = _demo(slug)
    with enter(person or seed_cast()[demo.owner], slug) as context:
        made = _rebuild(context, demo)
        if demo_ai.stands_in():
            _ask(replace(context, permissions=PERMISSIONS), demo, made)
        return made


_STAYS = frozenset({"membership", "tenant_key", "audit_line", "ai_call", "ai_prompt", "ai_budget"})


def is_loaded(slug: str) -> bool:
    """Whether the demo tenant's story is there."""
    demo = _demo(slug)
    with enter(seed_cast()[demo.owner], slug) as context:
        names = set(context.session.scalars(select(Migration.name)))
    return names >= {migration.name for migration in demo.migrations}


def _demo(slug: str) -> DemoTenant:
    if slug not in TENANTS:
        raise NotFoundError(
            f"There is no demo tenant {slug!r}.", hint=f"The demo tenants are {' and '.join(TENANTS)}."
        )
    return TENANTS[slug]


@action("demo.reset")
def _rebuild(context: Context, demo: DemoTenant) -> list[str]:
    """Everything old out and everything new in, in one transaction: nobody ever sees half a demo."""
    _empty(context)
    # What a reset builds is the same whoever asks for it, also a salesperson, who may not map by hand.
    builder = replace(context, permissions=PERMISSIONS, facts={SCRIPTED: "demo"})
    with tempfile.TemporaryDirectory() as folder:
        demo.write(Path(folder))
        made = [_build(builder, migration, Path(folder)) for migration in demo.migrations]
    record(context, "demo.reset", "tenant", context.tenant.id, migrations=len(made))
    return made


def _empty(context: Context) -> None:
    """Deletes the tenant's data; its members, its key, the audit log and the ledger of AI calls stay."""
    if not context.tenant.is_demo:
        raise NotFoundError(f"{context.tenant.name} is no demo tenant.")
    busy = context.session.scalar(select(Run.id).where(Run.state.in_(AT_WORK | {"queued"})).limit(1))
    if busy is not None:
        raise ConflictError(
            "A run is at work in this demo.", hint="Wait until it ends, or cancel it.", run_id=busy
        )
    for table in reversed(all_metadata().sorted_tables):
        if "tenant_id" in table.c and table.name not in _STAYS:
            context.session.execute(delete(table).where(table.c.tenant_id == context.tenant.id))


def _ask(context: Context, demo: DemoTenant, made: list[str]) -> None:
    """Has the emulator asked about what is unsure, so that suggestions, ledger and limits are there to be seen."""
    for migration, migration_id in zip(demo.migrations, made, strict=True):
        if not migration.imported and ask_ai(context, migration_id).changed:
            validate(context, migration_id)


def _build(context: Context, demo: DemoMigration, folder: Path) -> str:
    migration = create_migration(context, demo.name)
    for name in demo.files:
        add_file(context, migration.id, folder / name, SOURCES)
    suggest_mapping(context, migration.id, SOURCES)
    if demo.imported:
        accept_above(context, migration.id, ACCEPT_ABOVE)
    validate(context, migration.id)
    if demo.imported:
        start(context, migration.id, "import")
    return migration.id
