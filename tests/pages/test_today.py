"""Today: what needs this person at every customer, figures with their sample, and the journey of each migration."""

from __future__ import annotations

import pytest

from core.engine.runs import actions as runs
from core.engine.sources.actions import create_migration
from core.engine.sources.views import migrations
from core.platform.access import views as access
from tests.importer import MENU, Importer
from tests.pages.conftest import Console

HELD = MENU.replace("16.00", "sixteen")


@pytest.fixture(autouse=True)
def _only_these_customers(monkeypatch, tenants):
    """The cast belongs to the customers of every test before; here they see those of this test."""
    tenant_ids = set(tenants.values())
    entered = access.tenants_of
    monkeypatch.setattr(
        "pages.today.everywhere.access.tenants_of",
        lambda person: [customer for customer in entered(person) if customer.tenant_id in tenant_ids],
    )


def needs(app):
    """Rows of the list of what needs the person."""
    tables = [element.value for element in app.dataframe if "What" in element.value.columns]
    return tables[0].to_dict("records") if tables else []


def figures(app):
    """Label -> value; their samples are captions."""
    return {element.label: element.value for element in app.metric}


def captions(app):
    return [element.value for element in app.caption]


def test_a_manager_is_asked_to_review_and_approve_an_import_with_held_rows(console: Console, importer):
    run = importer.run(importer.prepare(HELD))
    assert run.state == "awaiting_approval"
    app = console("alice", "today")
    assert not app.exception
    (need,) = needs(app)
    assert need["What"] == "Review and approve: menu.csv, 1 held"
    assert need["Action"] == "Review and approve"
    assert need["Status"] == ["Awaiting approval"]
    metrics = figures(app)
    assert (metrics["Open imports"], metrics["Rows imported"]) == ("1", "66.66%")
    assert {"1 awaiting approval, 0 completed", "2 of 3 rows, 1 held"} <= set(captions(app))


def test_a_specialist_is_asked_to_correct_the_held_rows_of_the_same_import(console: Console, bob, importer):
    importer.run(importer.prepare(HELD))
    (need,) = needs(console("bob", "today"))
    assert (need["What"], need["Action"]) == ("Correct 1 held row: menu.csv", "Open held rows")


def test_a_specialist_has_no_list_of_the_team(console: Console, bob, importer):
    importer.run(importer.prepare(HELD))
    assert not any("team" in element.value for element in console("bob", "today").header)


def test_a_specialist_reads_fields_to_review(console: Console, bob, migration):
    (need,) = needs(console("bob", "today"))
    assert need["What"].startswith("Review ")
    assert need["Action"] == "Review fields"


def test_nothing_to_do_is_said(console: Console, alice):
    create_migration(alice, "Empty")
    app = console("alice", "today")
    assert needs(app) == []
    assert any("Nothing needs you now" in element.value for element in app.markdown)


def test_a_manager_beside_open_mapping_work_reads_that_no_decision_waits_and_what_the_team_has_open(
    console: Console, alice, migration
):
    app = console("alice", "today")
    texts = [element.value for element in app.markdown]
    assert any("No decision waits for a manager" in text for text in texts)
    assert not any("Nothing" in text for text in texts)
    headers = [element.value for element in app.header]
    assert headers[:2] == ["Needs you :gray-badge[0]", "In progress with the team :gray-badge[1]"]
    (work,) = needs(app)
    assert (work["What"].partition(":")[0].startswith("Review "), work["Action"]) == (True, "Review fields")
    assert any(element.value.startswith(f"Migrations of {alice.tenant.name}") for element in app.header)
    assert any(element.value.startswith("All migrations of ") for element in app.text)


@pytest.mark.demo
def test_the_list_spans_all_customers_of_the_person(console: Console, mallory, people, sam, tmp_path):
    """Sam works for both customers: what is ready at the other one is listed, with its customer."""
    Importer(mallory, tmp_path).prepare(MENU)
    rows = needs(console("sam", "today"))
    assert {row["Customer"] for row in rows} == {"Coffee"}


def test_a_need_leads_to_its_customer_migration_and_screen(alice, importer):
    from pages.today import needs as shown
    from pages.today.everywhere import everywhere

    migration = importer.prepare(HELD)
    run = importer.run(migration)
    alice.session.rollback()
    ((customer, need),) = shown.ranked(everywhere(alice))
    assert (customer.tenant, need.migration, need.screen, need.run) == (
        alice.tenant.slug,
        migration,
        "runs",
        run.id,
    )


def test_each_migration_shows_its_status_and_its_next_action(console: Console, alice, importer):
    migration = importer.prepare(MENU)
    app = console("alice", "today")
    assert app.button(key=f"open_{migration}").label == "Start dry run"
    importer.run(migration, "dry_run")
    assert console("alice", "today").button(key=f"open_{migration}").label == "Start import"
    run = importer.run(migration)
    assert console("alice", "today").button(key=f"open_{migration}").label == "View reconciliation"
    importer.roll_back(run.id)
    app = console("alice", "today")
    assert app.button(key=f"open_{migration}").label == "Start import again"
    assert any("Rolled back: start again or close." in element.value for element in app.caption)


def test_a_migration_is_renamed(console: Console, alice):
    new_migration = create_migration(alice, "Old name")
    from core.engine.sources.naming import delete_migration, rename_migration

    rename_migration(alice, new_migration.id, " New name ")
    assert [migration.name for migration in migrations(alice)] == ["New name"]
    delete_migration(alice, new_migration.id)
    assert migrations(alice) == []


def test_a_migration_with_files_is_not_deleted(alice, importer):
    from core.engine.sources.naming import delete_migration
    from core.errors import ConflictError

    with pytest.raises(ConflictError):
        delete_migration(alice, importer.prepare(MENU))


def test_a_stalled_import_needs_the_manager(console: Console, alice, importer):
    runs.start(alice, importer.prepare(MENU), "import")
    (need,) = needs(console("alice", "today"))
    assert need["Action"] == "View workers"
