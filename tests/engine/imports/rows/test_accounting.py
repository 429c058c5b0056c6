from __future__ import annotations

import pytest

from core.engine.mapping.actions import Decision, decide_many
from core.engine.mapping.views import field_rows
from core.engine.runs.reconciliation.accounting import account
from core.engine.runs.reconciliation.accounting_rules import Outcome, total_records
from core.engine.sources.actions import remove_file
from core.engine.sources.views import files, row_totals
from core.engine.validation.actions import validate
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE
from tests.engine.imports.orders import ORDER_TABLES, exclude, order_lines
from tests.importer import MENU


def account_of(importer, run):
    importer.context.session.rollback()
    return account(importer.context, run.id)


def outcomes(accounts, table):
    return next(
        dict(table_account.outcomes) for table_account in accounts.tables if table_account.table == table
    )


@pytest.mark.parametrize("sample", [TOAST_SAMPLE, SQUARE_SAMPLE])
def test_the_account_starts_from_the_rows_of_the_files_also_where_nothing_is_mapped(importer, sample):
    run = importer.import_file(sample, reviewed=False)
    accounts = account_of(importer, run)
    rows = row_totals(importer.context, run.migration_id)
    assert {table.table: table.rows for table in accounts.tables} == dict(rows.by_table)
    assert accounts.rows == rows.total == run.file_rows == run.rows_total
    assert all(sum(table.outcomes.values()) == table.rows for table in accounts.tables)
    assert accounts.complete
    assert accounts.count(Outcome.NOT_MAPPED) == run.rows_out > 0
    assert f"{accounts.count(Outcome.NOT_MAPPED)} rows not mapped: nobody decided" in {
        point.text for point in accounts.points
    }


def test_rows_of_excluded_tables_are_accounted_for_with_who_when_and_why(importer):
    migration = importer.prepare(TOAST_SAMPLE, reviewed=False)
    count = exclude(importer, migration, ORDER_TABLES)
    run = importer.run(migration)
    accounts = account_of(importer, run)
    assert accounts.count(Outcome.EXCLUDED) == 5
    assert "5 excluded by choice" in accounts.headline
    assert f"of {accounts.rows} rows imported" in accounts.headline
    decisions = [
        exclusion
        for table in accounts.tables
        if table.table in ORDER_TABLES
        for exclusion in table.exclusions
    ]
    assert sum(decision.fields for decision in decisions) == count
    assert {(decision.by, decision.reason) for decision in decisions} == {
        (importer.context.person, "orders come with the next file")
    }
    assert all(decision.at is not None for decision in decisions)


def test_a_row_that_feeds_several_entities_has_one_outcome_and_becomes_several_records(importer):
    run = importer.import_file(MENU)
    accounts = account_of(importer, run)
    assert outcomes(accounts, "menu") == {"imported": 3}
    assert total_records(accounts.tables) == {"category": 2, "menu_item": 3}
    assert accounts.tables[0].became_words == "2 categories, 3 menu items"
    assert (run.file_rows, run.rows_done, run.imported, run.records) == (3, 3, 3, 5)
    assert sum(count.read for count in run.entities) == 6


def test_a_row_held_for_one_of_its_entities_is_held_once(importer):
    run = importer.import_file(MENU.replace("16.00", "sixteen"))
    accounts = account_of(importer, run)
    assert outcomes(accounts, "menu") == {"held": 1, "imported": 2}
    assert accounts.headline == "2 of 3 rows imported, 1 held for correction"
    assert [(point.tone, point.text) for point in accounts.points] == [
        ("orange", "1 row held for correction")
    ]
    assert accounts.complete
    assert (run.errors, run.state) == (1, "awaiting_approval")


def test_rows_that_come_again_count_as_rows_of_the_file(importer):
    text, _ = order_lines(60, bad=[4], again=[4, 5, 6])
    accounts = account_of(importer, importer.import_file(text, name="lines.csv"))
    assert accounts.rows == 63
    assert accounts.unaccounted == 0
    assert accounts.count(Outcome.HELD) >= 1


def test_a_file_sent_again_is_imported_though_no_record_is_written(importer):
    importer.import_file(MENU)
    accounts = account_of(importer, importer.import_file(MENU))
    assert accounts.headline == "3 of 3 rows imported"
    assert accounts.tables[0].became == {}
    assert (
        accounts.tables[0].became_words
        == "2 categories already in AuraConnect, 3 menu items already in AuraConnect"
    )


def test_a_file_removed_after_the_import_does_not_change_the_account(importer):
    run = importer.import_file(MENU)
    before = account_of(importer, run)
    for file in files(importer.context, run.migration_id):
        remove_file(importer.context, file.id)
    importer.context.session.commit()
    assert account_of(importer, run) == before
    assert importer.reload(run.id).file_rows == 3


def test_a_decision_after_the_import_does_not_change_the_account(importer):
    run = importer.import_file(TOAST_SAMPLE)
    before = account_of(importer, run)
    exclude(importer, run.migration_id, ORDER_TABLES)
    importer.context.session.commit()
    assert account_of(importer, run) == before


def test_a_run_that_has_not_ended_has_pending_rows_and_is_not_complete(importer):
    from core.engine.runs import actions

    run_id = actions.start(importer.context, importer.prepare(MENU), "import").id
    actions.cancel(importer.context, run_id)
    accounts = account(importer.context, run_id)
    assert outcomes(accounts, "menu") == {"pending": 3}
    assert not accounts.complete
    assert [point.text for point in accounts.points] == ["3 rows not processed: the run did not finish"]


def test_a_dry_run_accounts_for_the_same_rows(importer):
    migration = importer.prepare(MENU.replace("16.00", "sixteen"))
    run = importer.run(migration, "dry_run")
    assert run.headline == "2 of 3 rows would be imported, 1 held for correction"
    assert (run.file_rows, run.rows_done, run.errors) == (3, 3, 1)


def test_a_plain_table_that_nobody_decided_about_needs_approval(importer):
    guests = "Qzx-1,Wvk,Kpj,Zqt\n1,Ann,Lee,x\n2,Bob,Ray,y\n"
    run = importer.run(importer.prepare(MENU, more=[("guests.csv", guests)], reviewed=False))
    assert run.state == "awaiting_approval"
    assert [point.text for point in account_of(importer, run).points] == ["2 rows not mapped: nobody decided"]


def test_of_a_table_that_is_partly_excluded_the_undecided_fields_are_named(importer):
    guests = "Qzx-1,Wvk,Kpj,Zqt\n1,Ann,Lee,x\n2,Bob,Ray,y\n"
    migration = importer.prepare(MENU, more=[("guests.csv", guests)], reviewed=False)
    fields = [
        field_row for field_row in field_rows(importer.context, migration) if field_row.stream == "guests"
    ]
    decide_many(
        importer.context, [Decision(field.id, field.version, None, None, "ignored") for field in fields[1:]]
    )
    validate(importer.context, migration)
    run = importer.run(migration)
    assert run.state == "awaiting_approval"
    assert [point.text for point in account_of(importer, run).points] == [
        "2 rows not mapped: 1 of 4 fields undecided"
    ]


def test_a_table_that_nobody_decided_about_though_it_was_recognised_needs_approval(importer):
    migration = importer.prepare(TOAST_SAMPLE)
    from sqlalchemy import update

    from core.engine.mapping.tables import MappingField

    importer.context.session.execute(
        update(MappingField)
        .where(MappingField.migration_id == migration, MappingField.stream == "payments")
        .values(status="suggested", target=None, decided_by=None, decided_at=None)
    )
    validate(importer.context, migration)
    run = importer.run(migration)
    assert run.state == "awaiting_approval"
    assert outcomes(account_of(importer, run), "payments") == {"not_mapped": 1}
