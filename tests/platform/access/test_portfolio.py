"""The portfolio of a person: the migrations of the customers they reach, and of nobody else's; no personal column."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from adapters import SOURCES
from core.context import Context
from core.db.session import TenantSession
from core.engine.mapping.actions import suggest_mapping
from core.engine.progress.portfolio import own_migrations, portfolio_migrations
from core.engine.progress.views import migration_progress
from core.engine.runs.tables import Run
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.views import migration
from core.engine.validation.actions import validate
from core.errors import NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.portfolio import enter_portfolio
from tests.conftest import TOAST_SAMPLE
from tests.staff import add_contact, add_staff, assign, deactivate, end_assignments, give_to

COLUMNS = {
    "customer_id", "customer", "slug", "is_demo", "archived_at", "role", "migration_id", "name", "source", "phase",
    "created_at", "owner_id", "owner", "assigned", "files", "rows", "columns", "fields", "reviewed", "weak", "planned",
    "firsts", "validated_at", "runs", "import_id", "import_state", "import_at", "import_rows", "imported", "held",
    "not_mapped", "is_settled", "changed_at",
}  # fmt: skip
"""Every column of the view: names of customers, migrations and staff, counts, states and times."""


def _names(person: str) -> set[str]:
    with enter_portfolio(person) as portfolio:
        return {row.name for row in portfolio_migrations(portfolio)}


@pytest.fixture
def moves(alice: Context, mallory: Context) -> dict[str, str]:
    """A migration at Alice's and one at Mallory's customer, with names of their own: tenant id -> name."""
    names = {context.tenant.id: f"Move {new_id()}" for context in (alice, mallory)}
    for context in (alice, mallory):
        create_migration(context, names[context.tenant.id])
    return names


def test_a_specialist_sees_the_customers_assigned_while_the_assignment_lasts(moves):
    (first, hers), (second, other) = moves.items()
    specialist = add_staff("specialist")
    assert not _names(specialist) & {hers, other}
    assign(second, specialist, is_over=True)
    assign(first, specialist)
    assert _names(specialist) & {hers, other} == {hers}
    end_assignments(first, specialist)
    assert not _names(specialist) & {hers, other}


def test_sales_sees_the_customers_of_their_own_and_a_manager_every_one(moves):
    (first, hers), (_, other) = moves.items()
    sales, manager = add_staff("sales"), add_staff("manager")
    assert not _names(sales) & {hers, other}
    give_to(first, sales)
    assert _names(sales) & {hers, other} == {hers}
    assert {hers, other} <= _names(manager)


def test_what_ends_an_access_ends_it_in_an_open_portfolio(moves):
    manager = add_staff("manager")
    query = text("select count(*) from portfolio_migration where migration_id is not null")
    with enter_portfolio(manager) as portfolio:
        assert portfolio.session.scalar(query)
        portfolio.session.rollback()
        deactivate(manager)
        assert portfolio.session.scalar(query) == 0
    with pytest.raises(NotFoundError), enter_portfolio(manager):
        pass


def test_a_contact_sees_how_far_the_own_migrations_are_and_has_no_portfolio(moves):
    [(first, hers), _] = moves.items()
    contact = add_contact(first)
    with enter(contact, first) as context:
        assert [row.name for row in own_migrations(context)] == [hers]
        with pytest.raises(NotAllowedError):
            migration_progress(context)
    with enter_portfolio(contact) as portfolio, pytest.raises(NotAllowedError, match="customer"):
        portfolio_migrations(portfolio)


def test_the_state_and_next_step_are_those_of_the_customer_s_own_screens(alice, people):
    create_migration(alice, "Empty")
    mapped = create_migration(alice, "Mapped").id
    add_file(alice, mapped, TOAST_SAMPLE, SOURCES)
    suggest_mapping(alice, mapped, SOURCES)
    checked = create_migration(alice, "Checked").id
    add_file(alice, checked, TOAST_SAMPLE, SOURCES)
    suggest_mapping(alice, checked, SOURCES)
    validate(alice, checked)
    expected = {at.id: (at.journey.status, at.journey.action) for at in migration_progress(alice)}
    with enter_portfolio(people["alice"]) as portfolio:
        rows = {
            row.migration_id: row
            for row in portfolio_migrations(portfolio)
            if row.customer_id == alice.tenant.id
        }
    assert rows.keys() == expected.keys()
    for migration_id, (status, action) in expected.items():
        row = rows[migration_id]
        assert (row.status, row.colour, row.phase) == (status.label, status.colour, status.phase)
        assert (row.next_step, row.screen, row.is_allowed) == (action.label, action.screen, action.enabled)


@pytest.mark.parametrize("state", ["completed", "awaiting_approval", "cancelled", "rolled_back", "failed"])
def test_a_run_is_shown_in_the_state_that_the_customer_s_screens_show(alice, people, validated_toast, state):
    validation = alice.session.scalar(text("select id from validation order by created_at desc limit 1"))
    plan_hash = alice.session.scalar(text("select digest from validation where id = :it"), {"it": validation})
    run = {
        "tenant_id": alice.tenant.id, "id": new_id(), "created_at": alice.now, "migration_id": validated_toast,
        "validation_id": str(validation), "kind": "import", "state": state, "phase": "completion", "step": "Done",
        "plan": {"domain": "restaurant", "source": "toast", "entities": []}, "plan_hash": plan_hash, "rows_total": 5,
        "rows_done": 5, "checksums": {}, "worked_seconds": 1.0, "created_by": alice.person, "updated_at": alice.now,
        "totals": {"differing": [], "entities": {}, "tables": [{"stream_id": new_id(), "file": "a", "table": "a",
          "rows": 5, "entities": [], "exclusions": [], "outcomes": {"imported": 3, "held": 1, "not_mapped": 1}}]},
    }  # fmt: skip
    alice.session.add(Run(**run))
    alice.session.commit()
    [expected] = [at for at in migration_progress(alice) if at.id == validated_toast]
    with enter_portfolio(people["alice"]) as portfolio:
        [row] = [row for row in portfolio_migrations(portfolio) if row.migration_id == validated_toast]
    assert row.status == expected.journey.status.label
    assert row.next_step == expected.journey.action.label
    assert row.runs == {"import": {state: 1}}
    assert migration(alice, validated_toast).name == row.name


def test_the_view_has_no_column_but_the_known_ones(database):
    query = text(
        "select column_name from information_schema.columns where table_name = 'portfolio_migration'"
    )
    with TenantSession("", "") as session:
        assert set(session.scalars(query)) == COLUMNS


def test_the_app_s_role_may_select_from_the_view_and_nothing_more(database):
    query = text(
        """select verb from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'trigger']) verb
        where has_table_privilege(current_user, 'portfolio_migration', verb)"""
    )
    with TenantSession("", "") as session:
        assert session.scalars(query).all() == ["select"]


def test_nobody_at_work_sees_nothing(moves):
    with TenantSession("", "") as session:
        assert session.scalar(text("select count(*) from portfolio_migration")) == 0
