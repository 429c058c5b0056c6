"""What is missing of a run at its end is loaded again, or told by entity, counts and remedy; never called completed."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, event, select, text

from adapters import SOURCES
from core.db import embedded
from core.db.base import DATABASE
from core.engine.mapping.actions import decide_many, suggest_mapping
from core.engine.mapping.actions.decide import Decision
from core.engine.mapping.views import field_rows
from core.engine.runs import actions, views
from core.engine.runs.loading.run_plan import run_plan_for, tasks_of
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.runs.worker import steps
from core.engine.sources import actions as sources
from core.engine.validation.actions import validate
from core.errors import ConflictError
from core.settings import settings

MENU = "Item ID,Item Name,Category,Price,SKU\n" + "".join(
    f"i{number},Dish {number},Group {number % 3},1{number % 7}.50,P-{number}\n" for number in range(12)
)
HEADINGS = "Item ID,Item Name,Category,Price,SKU\n"


@pytest.fixture
def begun_import(importer, monkeypatch):
    """(tenant, person, run) of an import of several chunks in the queue, and its tasks."""
    small = settings().model_copy(update={"migration_batch_size": 3})
    monkeypatch.setattr(sources, "settings", lambda: small)
    run = actions.start(importer.context, importer.prepare(MENU), "import").id
    run_key = importer.context.tenant.id, importer.context.person, run
    return run_key, steps.begin(*run_key)


def beside_the_console(statement, run_key):
    """Changes the database as a loss would: past the console and its rules. How many rows."""
    tenant, _, run = run_key
    engine = create_engine(embedded.server_url().set(drivername="postgresql+psycopg", database=DATABASE))
    try:
        with engine.begin() as connection:
            changed_rows = connection.execute(text(statement), {"tenant": tenant, "run": run}).rowcount
    finally:
        engine.dispose()
    assert changed_rows, statement
    return changed_rows


def points(alice, run_key):
    return [point.text for point in reconciliation(alice, run_key[2]).account.points if point.blocks]


def test_chunks_that_the_ledger_does_not_have_are_loaded_by_the_run_itself(begun_import, alice):
    run_key, tasks = begun_import
    steps.load(*run_key, tasks[:2])
    steps.load(*run_key, tasks[4:])
    steps.finish(*run_key)
    assert views.run(alice, run_key[2]).state == "completed"
    assert reconciliation(alice, run_key[2]).account.complete
    warnings = [event.data["message"] for event in views.events(alice, run_key[2]) if event.type == "warning"]
    assert warnings == ["2 chunks were not in the ledger and are loaded again."]


def test_a_ledger_that_lost_a_line_while_it_was_verified_awaits_a_person_and_can_be_resumed(
    begun_import, alice
):
    run_key, tasks = begun_import
    steps.load(*run_key, tasks)
    alice.session.rollback()
    beside_the_console("update run set state = 'verifying' where id = :run and tenant_id = :tenant", run_key)
    for table in ("run_chunk", "row_fate", "new_records"):
        entity = (
            "entity = 'menu_item' and"
            if table != "run_chunk"
            else "chunk_no = 1 and entity = 'menu_item' and"
        )
        first = " and first_row = (select min(first_row) from row_fate where run_id = :run and entity = 'menu_item' and first_row > 3)"
        seq = " and seq = (select max(seq) from new_records where run_id = :run and entity = 'menu_item')"
        more = {"row_fate": first, "new_records": seq}.get(table, "")
        beside_the_console(
            f"delete from {table} where {entity} run_id = :run and tenant_id = :tenant{more}", run_key
        )
    steps.finish(*run_key)
    assert views.run(alice, run_key[2]).state == "awaiting_approval"
    assert any(
        "1 of 4 chunks were not loaded. Resume the run to load them." in point
        for point in points(alice, run_key)
    )
    assert "resume" in views.run(alice, run_key[2]).can
    actions.resume(alice, run_key[2])
    steps.load(*run_key, steps.begin(*run_key))
    steps.finish(*run_key)
    assert not any("chunk" in point for point in points(alice, run_key))


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (
            "delete from target_category where tenant_id = :tenant and run_id = :run and name = 'Group 1'",
            "4 of 12 menu items refer to records that AuraConnect does not have (Category)",
        ),
        (
            "delete from target_menu_item where tenant_id = :tenant and run_id = :run and name = 'Dish 5'",
            "12 menu items written, 11 in AuraConnect. Roll the import back and run it again.",
        ),
        (
            "delete from row_fate where tenant_id = :tenant and run_id = :run and entity = 'category' and first_row = (select min(first_row) from row_fate where run_id = :run and entity = 'category')",
            "of 12 rows are accounted for. Roll the import back and run it again.",
        ),
    ],
)
def test_what_is_lost_is_told_with_entity_counts_and_remedy(begun_import, alice, loss, message):
    run_key, tasks = begun_import
    steps.load(*run_key, tasks)
    beside_the_console(loss, run_key)
    steps.finish(*run_key)
    assert views.run(alice, run_key[2]).state == "awaiting_approval"
    assert any(message in point for point in points(alice, run_key)), points(alice, run_key)


def test_a_run_of_which_nothing_is_missing_has_nothing_to_resume(importer):
    run = importer.import_file(HEADINGS + "i1,Margherita,Pizza,much,P-1\n")
    assert run.state == "awaiting_approval"
    assert "resume" not in run.can
    with pytest.raises(ConflictError, match="nothing to resume"):
        actions.resume(importer.context, run.id)


def mapped_by_hand(importer, content):
    """A migration of the file, validated: without values nothing is suggested."""
    path = importer.folder / "empty.csv"
    path.write_text(content)
    migration = sources.create_migration(importer.context, "Empty").id
    sources.add_file(importer.context, migration, path, SOURCES)
    suggest_mapping(importer.context, migration, SOURCES)
    fields = field_rows(importer.context, migration)
    targets = {"Item ID": "menu_item.external_id", "Item Name": "menu_item.name"}
    decide_many(
        importer.context,
        [
            Decision(field.id, field.version, targets[field.source_field])
            for field in fields
            if field.source_field in targets
        ],
    )
    validate(importer.context, migration)
    return migration


@pytest.mark.parametrize("kind", ["import", "dry_run"])
def test_a_file_without_rows_is_not_imported(importer, kind):
    with pytest.raises(ConflictError, match="no rows to import"):
        actions.start(importer.context, mapped_by_hand(importer, HEADINGS), kind)


def test_an_import_that_brings_in_no_row_awaits_a_person(importer):
    run = importer.import_file(HEADINGS + "i1,Margherita,Pizza,much,P-1\n")
    assert run.state == "awaiting_approval"
    texts = [point.text for point in reconciliation(importer.context, run.id).account.points]
    assert "No row was imported" in texts


def test_the_tasks_of_a_run_take_as_many_questions_however_many_tables_there_are(importer):
    def listed(*files):
        run = actions.start(importer.context, importer.prepare(MENU, more=files), "import").id
        plan, statements = run_plan_for(importer.context, run), []
        importer.context.session.scalar(select(1))
        connection = importer.context.session.connection()
        event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        tasks = tasks_of(importer.context, plan)
        actions.cancel(importer.context, run)
        return {plan.plan.entities[task.step_no].stream for task in tasks}, len(statements)

    guests = ("guests.csv", "Customer ID,First Name,Email\n7,Ada,ada@example.com\n")
    orders = ("orders.csv", "Order ID,Date,Subtotal,Tax,Total\no1,2026-01-02,10.00,1.00,11.00\n")
    (one, few), (all_three, many) = listed(), listed(guests, orders)
    assert (one, all_three) == ({"menu"}, {"menu", "guests", "orders"})
    assert many == few
