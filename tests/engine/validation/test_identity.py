"""What concerns the identity of whole tables is said before an import, once per table."""

from __future__ import annotations

import pytest

from core.context import Context
from core.db.target import target_table
from core.engine.mapping.actions import set_strict
from core.engine.mapping.views import current_plan
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.validation import views
from core.engine.validation.actions import validate
from core.errors import InvalidInputError
from tests.importer import Importer

ORDERS = "Order No,Date,Status,Sub Total,Tax,Total\n1,2025-03-03,Closed,30.00,2.40,32.40\n2,2025-03-02,Closed,50.00,4.00,54.00\n"
GUESTS = "First Name,Last Name,City,Notes\nAda,Lovelace,Boston,tea\nAlan,Turing,Salem,\n"


def issues_of(context: Context, migration: str, code: str) -> list[tuple[int, str, str]]:
    issues = views.issues(context, validate(context, migration).id, code=code)
    assert all(issue.remedy and issue.detail for issue in issues)
    return [(issue.row, issue.entity, issue.level) for issue in issues]


def test_a_table_without_an_id_says_that_changed_rows_will_be_new(importer: Importer) -> None:
    migration = importer.prepare(GUESTS, name="guests.csv")
    assert issues_of(importer.context, migration, "no_key") == [(0, "customer", "warning")]


def test_a_table_with_a_key_says_nothing(importer: Importer) -> None:
    migration = importer.prepare(ORDERS, name="orders.csv")
    assert issues_of(importer.context, migration, "no_key") == []


def test_records_that_have_other_ids_than_before_are_announced_as_new(importer: Importer) -> None:
    importer.import_file(GUESTS, name="guests.csv")
    with_ids = "Guest ID,First Name,Last Name,City\ng1,Ada,Lovelace,Boston\ng2,Alan,Turing,Salem\n"
    migration = importer.prepare(with_ids, name="guests2.csv")
    assert issues_of(importer.context, migration, "ids_differ") == [(0, "customer", "warning")]


def test_mapped_columns_of_which_no_record_can_be_made_are_named_by_validation_and_account(
    importer: Importer,
) -> None:
    text = "Item Code,Item Name,Price,Modifier Price\nA-1,Soup,4.00,0.50\nA-2,Stew,9.50,0.75\n"
    migration = importer.prepare(text, name="items.csv")
    plan = current_plan(importer.context, migration)
    dropped = [part for part in plan.left_out if part.entity == "modifier"]
    if not dropped:
        pytest.skip("the column is mapped otherwise")
    assert issues_of(importer.context, migration, "record_not_made") == [(0, "modifier", "warning")]
    account = reconciliation(importer.context, importer.run(migration).id).account
    assert not account.complete
    assert any("Modifier Price" in point.text for point in account.points)


STOCK = "Item ID,Item Name,Price,Reorder Level\ni1,Soup,4.00,plenty\ni2,Stew,9.50,3\n"


def test_an_unreadable_optional_value_is_left_empty_and_its_record_is_imported(importer: Importer) -> None:
    migration = importer.prepare(STOCK)
    assert issues_of(importer.context, migration, "bad_number") == [(2, "menu_item", "warning")]
    assert stock(importer, importer.run(migration).id) == {"i1": None, "i2": 3}


def test_it_holds_its_row_where_a_person_says_so(importer: Importer) -> None:
    migration = importer.prepare(STOCK)
    set_strict(importer.context, migration, "menu_item.reorder_level", holds=True)
    assert issues_of(importer.context, migration, "bad_number") == [(2, "menu_item", "error")]
    assert stock(importer, importer.run(migration).id) == {"i2": 3}


@pytest.mark.parametrize("target", ["menu_item.price", "menu_item.name", "customer.marketing_opt_in"])
def test_what_is_paid_required_or_agreed_to_is_never_left_empty(importer: Importer, target: str) -> None:
    migration = importer.prepare(STOCK)
    with pytest.raises(InvalidInputError, match="always holds"):
        set_strict(importer.context, migration, target, holds=False)


def stock(importer: Importer, run: str) -> dict[str, object]:
    importer.context.session.rollback()
    table = target_table("menu_item")
    rows = importer.context.session.execute(
        table.select()
        .with_only_columns(table.c.external_id, table.c.reorder_level)
        .where(table.c.run_id == run)
    )
    return {row[0]: row[1] for row in rows}
