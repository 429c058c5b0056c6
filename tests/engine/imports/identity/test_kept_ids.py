"""The records of an import keep their ID when the next export would suggest another: none of them doubles."""

from __future__ import annotations

from core.engine.mapping.views import field_rows
from core.engine.validation import views as validation_views
from tests.engine.imports.identity.test_second_exports import read_target
from tests.importer import Importer

ORDERS = "Order No,Date,Status,Sub Total,Tax,Total\n103,2025-03-03,Closed,30.00,2.40,32.40\n102,2025-03-02,Closed,50.00,4.00,54.00\n"
ITEMS = "Item,Category,Price,SKU\nSoup,Starters,4.00,{}\nStew,Mains,9.50,A-2\nPie,Desserts,5.00,A-3\n"


def new_records(importer: Importer, first: str, second: str) -> set[tuple[str, str]]:
    importer.import_file(first, name="list.csv")
    before = read_target(importer.context)
    importer.import_file(second, name="list.csv")
    after = read_target(importer.context)
    assert before.keys() <= after.keys()
    return after.keys() - before.keys()


def test_orders_are_known_by_their_number_when_a_refund_has_the_number_of_its_order(
    importer: Importer,
) -> None:
    refund = "103,2025-03-04,Refund,-30.00,-2.40,-32.40\n"
    assert new_records(importer, ORDERS, ORDERS + refund) == set()


def test_orders_known_by_several_columns_stay_so_when_the_number_alone_would_do(importer: Importer) -> None:
    refund = "103,2025-03-04,Refund,-30.00,-2.40,-32.40\n"
    assert new_records(importer, ORDERS + refund, ORDERS) == set()


def test_items_known_by_their_name_stay_so_when_each_has_a_code_now(importer: Importer) -> None:
    assert new_records(importer, ITEMS.format(""), ITEMS.format("A-1")) == set()


def test_items_known_by_their_code_stay_so_when_one_has_lost_it(importer: Importer) -> None:
    new = new_records(importer, ITEMS.format("A-1"), ITEMS.format(""))
    assert {key for entity, key in new if entity == "menu_item"} <= {"name:soup"}


def test_guests_known_by_their_content_stay_so_when_each_has_an_address_now(importer: Importer) -> None:
    header, rows = (
        "First Name,Last Name,Email,City\n",
        "Ada,Lovelace,ada@example.com,Boston\nAlan,Turing,{},Salem\n",
    )
    assert len(new_records(importer, header + rows.format(""), header + rows.format("alan@example.com"))) == 1


def test_a_column_that_was_not_there_may_become_the_id_and_the_import_says_so(importer: Importer) -> None:
    importer.import_file(ITEMS.format(""), name="list.csv")
    header, *rows = ITEMS.format("").splitlines()
    text = "\n".join([f"Item ID,{header}", *(f"i{number},{row}" for number, row in enumerate(rows)), ""])
    migration = importer.prepare(text, name="list.csv")
    assert [
        row.source_field
        for row in field_rows(importer.context, migration)
        if row.target == "menu_item.external_id"
    ] == ["Item ID"]
    validation = validation_views.latest(importer.context, migration)
    codes = {issue.code for issue in validation_views.issues(importer.context, validation.id)}
    assert "ids_differ" in codes


def test_a_number_stays_the_id_alone_where_several_columns_would_be_needed(importer: Importer) -> None:
    importer.import_file(ORDERS, name="list.csv")
    migration = importer.prepare(ORDERS + "103,2025-03-04,Refund,-30.00,-2.40,-32.40\n", name="list.csv")
    fields = [row for row in field_rows(importer.context, migration) if row.target == "order.external_id"]
    assert [row.source_field for row in fields] == ["Order No"]
