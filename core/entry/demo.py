"""The demo: a small cast of people, four invented customers, and everything a first look wants to see.

Bella's Italian Kitchen has a finished move from Toast (menu, guests, a month of orders, gift cards; suppliers excluded)
and an open one, its catering orders, at the mapping step. Coffee Corner Chain stands at the mapping step of its move
from Square. Pacific Seafood Group has a finished move from Clover, with prices of every kind; OneClass High School has one
of 640 pupils, with marks, attendance and fees in two currencies. All of it comes from the
deterministic generators of mock_data, through the same actions a person uses; every tenant of it is marked a demo.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select, text

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.actions import Decision, confirm_second, decide_many, suggest_mapping
from core.engine.mapping.ai_review.actions import review_with_ai
from core.engine.mapping.learning_scope import SCRIPTED
from core.engine.mapping.memory.forget import forget_ground
from core.engine.runs import views as run_views
from core.engine.runs.actions import approve, start
from core.engine.runs.rules import UNDER_WAY
from core.engine.runs.tables import Run
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.tables import Migration
from core.engine.validation.actions import validate
from core.entry import demo_ai, demo_copy
from core.entry.demo_import import finish_run
from core.entry.stories.school import ONECLASS
from core.entry.stories.story import UNTIL, Choice, DemoMigration, DemoTenant
from core.entry.tenants import add_member, create_tenant, find_or_create_person, seeding, tenant_id
from core.errors import ConflictError, NotFoundError
from core.kit.wording import listed
from core.platform.access.actions import action, enter
from core.platform.access.rules import PERMISSIONS
from core.platform.audit.actions import record
from core.platform.costs.actions import choose_package
from mock_data.clover.generate import write_pacific
from mock_data.square.generate import write_coffee_corner
from mock_data.toast.generate import write_bella

FINISHED, OPEN = "Toast to AuraConnect", "Catering orders"
"""Bella's two migrations: the one whose results are shown, and the one that is mapped and imported on stage."""

NO_FIELD = "The target has no field for it."
APPROVED = "The held rows and the open tab are known to the restaurant and follow after the switch."


def _write_bella(folder: Path) -> None:
    write_bella(folder, until=UNTIL)


def _write_coffee_corner(folder: Path) -> None:
    write_coffee_corner(folder, until=UNTIL)


def _write_pacific(folder: Path) -> None:
    write_pacific(folder, until=UNTIL)


PEOPLE = {
    "alice": "Alice Moreau",
    "bob": "Bob Lindgren",
    "sam": "Sam Okoye",
    "mallory": "Mallory Price",
    "ada": "Ada Winter",
    "petra": "Petra Lindholm",
    "tendai": "Tendai Ncube",
    "rudo": "Rudo Chikowore",
}
BELLA = DemoTenant(
    "bella",
    "Bella's Italian Kitchen",
    "America/New_York",
    {"alice": "manager", "bob": "specialist", "sam": "sales", "ada": "admin"},
    _write_bella,
    # The newest is the one a person lands on: the finished move comes last.
    (
        DemoMigration(OPEN, ("bella_catering.csv",)),
        DemoMigration(
            FINISHED,
            ("bella_menu_customers.json", "bella_orders.json", "bella_gift_cards.csv", "bella_suppliers.csv"),
            imported=True,
            choices=(
                Choice(
                    "bella_gift_cards",
                    "Gift Card",
                    "gift_card.external_id",
                    "The number the till asks for; the code on the back is another column.",
                ),
                Choice(
                    "bella_gift_cards", "Face", None, "The value when sold; what is left on the card moves."
                ),
            ),
            excluded={"bella_suppliers": "Suppliers stay in the purchasing system."},
        ),
    ),
)
COFFEE_CORNER = DemoTenant(
    "coffee-corner",
    "Coffee Corner Chain",
    "America/Los_Angeles",
    {"mallory": "manager", "sam": "sales", "ada": "admin"},
    _write_coffee_corner,
    (DemoMigration("Square to AuraConnect", ("coffee_corner.json", "coffee_wholesale.csv")),),
)
PACIFIC = DemoTenant(
    "pacific-seafood",
    "Pacific Seafood Group",
    "America/Los_Angeles",
    {"petra": "manager", "sam": "sales", "ada": "admin"},
    _write_pacific,
    (
        DemoMigration(
            "Clover to AuraConnect",
            ("pacific_inventory.xlsx", "pacific_sales.json"),
            imported=True,
            package="enterprise",
        ),
    ),
)
TENANTS = {tenant.slug: tenant for tenant in (BELLA, COFFEE_CORNER, PACIFIC, ONECLASS)}

OPERATOR, OPERATOR_NAME = "auraconnect-demo", "AuraConnect (demo)"
STAFF = {"alice": "manager", "bob": "specialist", "sam": "sales", "ada": "admin"}
"""Handle -> role at the demo's operator; Mallory, Petra and Tendai lead their customers' moves for nobody else.

Rudo is the contact of the school: the customer's side of the delivery desk.
"""


def seed_cast() -> dict[str, str]:
    """Create the people and their tenants where they are missing; return handle -> person id.

    ConflictError where a customer has the slug of a demo: its people have no business there.
    """
    with seeding():
        return _seed_cast()


def _seed_cast() -> dict[str, str]:
    people = {handle: find_or_create_person(handle, name, is_demo=True) for handle, name in PEOPLE.items()}
    _seed_operator(people)
    for demo in TENANTS.values():
        owner = people[demo.owner]
        tenant = tenant_id(owner, demo.slug) or create_tenant(
            owner,
            demo.slug,
            demo.name,
            domain=demo.domain,
            zone=demo.zone,
            country=demo.country,
            is_demo=True,
        )
        with enter(owner, tenant) as context:
            if not context.tenant.is_demo:
                raise ConflictError(
                    f"The customer {context.tenant.name} has the slug {demo.slug!r} of a demo.",
                    hint="Use another data folder for the demo.",
                    slug=demo.slug,
                )
        for handle, role in demo.roles.items():
            add_member(tenant, people[handle], role)
    return people


def _seed_operator(people: Mapping[str, str]) -> None:
    """Create the company whose staff the cast is, where it is missing; it is a demo's, beside that of an installation."""
    owner = people[next(iter(STAFF))]
    operator = tenant_id(owner, OPERATOR) or create_tenant(
        owner, OPERATOR, OPERATOR_NAME, is_demo=True, kind="operator"
    )
    for handle, role in STAFF.items():
        add_member(operator, people[handle], role)


def reset(slug: str, *, person: str | None = None, again: bool = False) -> list[str]:
    """Bring a demo tenant back to its story; return the ids of its migrations, in their order.

    The prepared copy is put back; without a current one, or `again`, the story is imported and copied, which takes a
    minute. `person` (id) asks for it, by default the tenant's owner. NotFoundError for a tenant that is no demo or not
    the person's, ConflictError while a run is at work in it.
    """
    demo, cast = _demo(slug), seed_cast()
    with enter(person or cast[demo.owner], slug) as context:
        if not again and (migrations := _put_back(context, demo)):
            return migrations
        migrations = _rebuild(context, demo, cast)
        if demo_ai.stands_in():
            _ask(replace(context, permissions=PERMISSIONS), demo, migrations)
    settle(slug)
    with enter(cast[demo.owner], slug) as context:
        _keep(context, demo)
    return migrations


def load(slug: str) -> None:
    """Build the demo tenant's story where it is missing, and finish an import that was cut short."""
    if is_loaded(slug):
        settle(slug)
    else:
        reset(slug)


def settle(slug: str) -> None:
    """Finish the story's dry run and import, and approve the import in the manager's name.

    Each is carried out here where no worker lives. What a person did with the migration since is left alone.
    """
    demo, cast = _demo(slug), seed_cast()
    names = [migration.name for migration in demo.migrations if migration.imported]
    with enter(cast[demo.owner], slug) as context:
        moves = context.session.scalars(select(Migration.id).where(Migration.name.in_(names))).all()
    for move in moves:
        _finish_newest(cast[demo.owner], slug, move)
        with enter(cast[demo.played_by("specialist")], slug) as context:
            runs = [(run.kind, run.state) for run in run_views.runs(context, move)]
            if runs == [("dry_run", "completed")]:
                start(context, move, "import")
        _finish_newest(cast[demo.owner], slug, move)


def _finish_newest(owner: str, slug: str, migration_id: str) -> None:
    with enter(owner, slug) as context:
        newest = run_views.runs(context, migration_id)[:1]
        tenant = context.tenant.id
    for run in newest:
        finish_run(tenant, owner, run.id)
        with enter(owner, slug) as context:
            if run_views.run(context, run.id).state == "awaiting_approval":
                approve(context, run.id, APPROVED)


def is_loaded(slug: str) -> bool:
    """Return whether the demo tenant's migrations exist; `settle` finishes their import."""
    demo = _demo(slug)
    with enter(seed_cast()[demo.owner], slug) as context:
        names = set(context.session.scalars(select(Migration.name)))
    return names >= {migration.name for migration in demo.migrations}


def _demo(slug: str) -> DemoTenant:
    if slug not in TENANTS:
        raise NotFoundError(
            f"There is no demo tenant {slug!r}.", hint=f"The demo tenants are {listed([*TENANTS])}."
        )
    return TENANTS[slug]


@action("demo.reset_story")
def _put_back(context: Context, demo: DemoTenant) -> list[str]:
    """Replace everything in the demo by its copy in one transaction; return its migrations, [] without a current copy."""
    _refuse_other(context)
    if not demo_copy.put_back(context):
        return []
    forget_ground(context)
    ids = {migration.name: migration.id for migration in context.session.scalars(select(Migration))}
    migrations = [ids[migration.name] for migration in demo.migrations]
    record(context, "demo.reset", "tenant", context.tenant.id, migrations=len(migrations))
    return migrations


@action("demo.reset_story")
def _rebuild(context: Context, demo: DemoTenant, cast: Mapping[str, str]) -> list[str]:
    """Replace everything in the demo in one transaction: nobody ever sees half a demo."""
    _refuse_other(context)
    context.session.execute(text("select empty_demo()"))  # what stays: core.db.demo_schema
    forget_ground(context)
    # What a reset builds is the same whoever asks for it: the story's people did it.
    manager = _playing(context, demo, cast, "manager")
    builder = _playing(context, demo, cast, "specialist")
    with tempfile.TemporaryDirectory() as folder:
        demo.write(Path(folder))
        migrations = [_build(builder, manager, migration, Path(folder)) for migration in demo.migrations]
    record(context, "demo.reset", "tenant", context.tenant.id, migrations=len(migrations))
    return migrations


def _keep(context: Context, demo: DemoTenant) -> None:
    """Copy the story for the next reset, unless an import of it did not end as the story has it."""
    states = set(context.session.scalars(select(Run.state)))
    names = set(context.session.scalars(select(Migration.name)))
    if states <= {"completed"} and names == {migration.name for migration in demo.migrations}:
        demo_copy.keep(context)
        context.session.commit()


def _refuse_other(context: Context) -> None:
    """Raise NotFoundError for a tenant that is no demo, ConflictError for one where a run is at work."""
    if not context.tenant.is_demo:
        raise NotFoundError(f"{context.tenant.name} is no demo tenant.")
    busy = context.session.scalar(select(Run.id).where(Run.state.in_(UNDER_WAY)).limit(1))
    if busy is not None:
        raise ConflictError(
            "A run is at work in this demo.", hint="Wait until it ends, or cancel it.", run_id=busy
        )


def _ask(context: Context, demo: DemoTenant, migrations: list[str]) -> None:
    """Ask the emulator about uncertain fields, so that suggestions, ledger and limits can be seen."""
    for migration, migration_id in zip(demo.migrations, migrations, strict=True):
        if not migration.imported and review_with_ai(context, migration_id).change_count:
            validate(context, migration_id)


def _playing(context: Context, demo: DemoTenant, cast: Mapping[str, str], role: str) -> Context:
    """Return the context of the story's person with the role, else of its manager; their decisions teach nobody."""
    handle = demo.played_by(role)
    return replace(
        context,
        person=cast[handle],
        name=PEOPLE[handle],
        role=demo.roles[handle],
        permissions=PERMISSIONS,
        facts={SCRIPTED: "demo"},
    )


def _build(context: Context, manager: Context, demo: DemoMigration, folder: Path) -> str:
    migration = create_migration(context, demo.name)
    for name in demo.files:
        add_file(context, migration.id, folder / name, SOURCES)
    if demo.package:
        choose_package(context, migration.id, demo.package)
    suggest_mapping(context, migration.id, SOURCES)
    if demo.imported:
        _review(context, migration.id, demo)
        if pending_fields := mapping.awaiting_second(manager, migration.id):
            confirm_second(manager, {field.id: field.version for field in pending_fields})
    validate(context, migration.id)
    if demo.imported:
        start(context, migration.id, "dry_run")
    return migration.id


def _review(context: Context, migration_id: str, demo: DemoMigration) -> None:
    """Decide every field as the story's specialist did: the named choices first, then what the suggestions say."""
    choices = {(choice.stream, choice.column): choice for choice in demo.choices}
    decisions = []
    for row in mapping.field_rows(context, migration_id, mapping.UNDECIDED):
        choice = choices.get((row.stream, row.source_field))
        if choice:
            decisions.append(
                Decision(row.id, row.version, choice.target, status="edited", reason=choice.reason)
            )
        elif reason := demo.excluded.get(row.stream, "" if row.target else NO_FIELD):
            decisions.append(Decision(row.id, row.version, None, status="ignored", reason=reason))
        else:
            decisions.append(Decision(row.id, row.version, row.target, row.transform, "accepted"))
    decide_many(context, decisions, include_high=True, answers_questions=True)
