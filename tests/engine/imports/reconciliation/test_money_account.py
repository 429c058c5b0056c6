from __future__ import annotations

from decimal import Decimal

import pytest

from adapters import SOURCES
from core.engine.mapping.actions import Decision, decide_many, suggest_mapping
from core.engine.mapping.views import field_rows
from core.engine.plan import Conflict
from core.engine.runs.reconciliation.accounting import account
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE
from tests.engine.imports.orders import ORDER_TABLES, exclude, money_of, order_lines
from tests.importer import MENU


def sums(money):
    return {
        amounts.measure: (amounts.file, amounts.imported, amounts.excluded, amounts.held, amounts.unexplained)
        for amounts in money.sums
    }


def exclude_columns(importer, migration, *columns):
    fields = [
        field_row
        for field_row in field_rows(importer.context, migration)
        if field_row.source_field in columns
    ]
    decide_many(
        importer.context,
        [Decision(field.id, field.version, None, None, "ignored") for field in fields],
        include_high=True,
    )
    validate(importer.context, migration)


@pytest.mark.parametrize("sample", [TOAST_SAMPLE, SQUARE_SAMPLE])
def test_each_sum_of_a_sample_is_the_same_in_file_and_target(importer, sample):
    money = money_of(importer, importer.import_file(sample))
    assert {"gross", "modifier.price_delta"} <= set(sums(money))
    assert {"menu_item.price", "item_variant.price"} & set(sums(money))
    assert all(
        amounts.file == amounts.imported != 0
        for amounts in money.sums
        if amounts.measure != "modifier.price_delta"
    )
    assert not money.is_open


def test_excluded_orders_leave_their_money_in_the_account_as_excluded(importer):
    full_sums = sums(money_of(importer, importer.import_file(TOAST_SAMPLE)))
    migration = importer.prepare(TOAST_SAMPLE)
    exclude(importer, migration, ORDER_TABLES)
    money = money_of(importer, importer.run(migration))
    orders = [measure for measure in full_sums if "." not in measure]
    assert {measure: sums(money)[measure] for measure in orders} == {
        measure: (full_sums[measure][0], Decimal(0), full_sums[measure][0], Decimal(0), Decimal(0))
        for measure in orders
    }
    assert money.excluded_words("USD").startswith("Not in AuraConnect: gross sales $")
    assert money.excluded_words("USD").endswith(" were excluded by choice.")
    assert not money.is_open


def test_an_excluded_price_column_is_counted_under_its_suggestion(importer):
    migration = importer.prepare(MENU)
    exclude_columns(importer, migration, "Price")
    money = money_of(importer, importer.run(migration))
    assert sums(money)["menu_item.price"] == (Decimal("39.75"), 0, Decimal("39.75"), 0, 0)


def test_the_price_of_a_held_row_is_held(importer):
    text = MENU.replace("i2,Diavola", "i2,")
    money = money_of(importer, importer.import_file(text))
    assert sums(money)["menu_item.price"] == (Decimal("39.75"), Decimal("23.75"), 0, Decimal("16.00"), 0)
    assert not money.is_open


def test_prices_of_existing_records_that_are_kept_are_named(importer):
    importer.import_file(MENU)
    money = money_of(
        importer, importer.import_file(MENU.replace("14.50", "15.00"), conflict=Conflict.KEEP_EXISTING)
    )
    (prices,) = money.sums
    assert (prices.file, prices.imported, prices.existing, prices.unexplained) == (
        Decimal("40.25"),
        Decimal("39.75"),
        Decimal("0.50"),
        0,
    )
    assert not money.is_open


def test_a_second_record_beside_an_existing_one_counts_with_its_own_price(importer):
    importer.import_file(MENU)
    money = money_of(
        importer, importer.import_file(MENU.replace("14.50", "15.00"), conflict=Conflict.DUPLICATE)
    )
    assert sums(money)["menu_item.price"][2:] == (0, 0, 0)


def test_held_lines_are_held_money_and_not_an_unexplained_difference(importer):
    text, _ = order_lines(120, bad=[3, 50, 110])
    money = money_of(importer, importer.import_file(text, name="lines.csv"))
    assert all(amounts.unexplained == 0 for amounts in money.sums)
    assert any(amounts.held for amounts in money.sums)
    assert not money.is_open


def test_an_excluded_column_with_a_weak_suggestion_is_named_as_not_read(importer):
    migration = importer.prepare(MENU.replace("Price", "Zz"))
    from sqlalchemy import update

    from core.engine.mapping.tables import MappingField

    importer.context.session.execute(
        update(MappingField)
        .where(MappingField.migration_id == migration, MappingField.source_field == "Zz")
        .values(suggested_target="menu_item.price", confidence=0.4)
    )
    exclude_columns(importer, migration, "Zz")
    money = money_of(importer, importer.run(migration))
    assert money.not_read == ("menu › Zz",)
    assert money.sums == ()


ORDERS = "Order ID,Date,Subtotal,Tax,Tip,Total\no1,2026-01-02,10.00,1.00,2.00,13.00\n"


def test_a_held_payment_whose_order_is_missing_is_held_money(importer):
    payments = (
        "Payment ID,Order ID,Payment Type,Amount,Tip Amount\np1,o1,Card,13.00,2.00\np2,o77,Card,40.00,5.00\n"
    )
    money = money_of(
        importer, importer.import_file(ORDERS, name="orders.csv", more=[("payments.csv", payments)])
    )
    assert sums(money)["payments"] == (53, 13, 0, 40, 0)
    assert sums(money)["tips"] == (7, 2, 0, 5, 0)
    assert not money.is_open


def test_held_lines_whose_orders_are_missing_are_held_money(importer):
    orders = "Order ID,Date,Tax\no1,2026-01-02,1.00\n"
    lines = (
        "Line ID,Order ID,Item Name,Quantity,Unit Price,Net Amount\n"
        "l1,o1,A,1,10.00,10.00\nl2,o9,B,1,25.00,25.00\nl3,o1,C,x,7.00,7.00\n"
    )
    money = money_of(importer, importer.import_file(orders, name="orders.csv", more=[("lines.csv", lines)]))
    assert sums(money)["gross"] == (42, 10, 0, 32, 0)
    assert not money.is_open


def test_a_held_row_that_repeats_an_id_is_not_held_money_besides_that_of_other_held_rows(importer):
    orders = f"{ORDERS}o1,2026-01-03,99.00,9.00,0.00,108.00\no5,2026-01-03,7.00,1.00,abc,8.00\n"
    payments = (
        "Payment ID,Order ID,Payment Type,Amount\np1,o1,Card,13.00\np1,o77,Card,40.00\np2,o77,Card,5.00\n"
    )
    money = money_of(
        importer, importer.import_file(orders, name="orders.csv", more=[("payments.csv", payments)])
    )
    assert sums(money)["gross"] == (17, 0, 0, 17, 0)
    assert sums(money)["payments"] == (18, 0, 0, 18, 0)
    assert not money.is_open


def test_payments_are_in_the_sums_also_where_their_orders_are_excluded(importer):
    payments = "Payment ID,Order ID,Payment Type,Amount\np1,o1,Card,13.00\np2,o2,Card,40.00\n"
    migration = importer.prepare(ORDERS, name="orders.csv", more=[("payments.csv", payments)])
    exclude(importer, migration, ["orders"])
    money = money_of(importer, importer.run(migration))
    assert sums(money)["payments"] == (53, 53, 0, 0, 0)
    assert sums(money)["gross"] == (10, 0, 10, 0, 0)
    assert not money.is_open


def undecided(importer, text, name):
    """A migration of which nobody decided anything."""
    migration = create_migration(importer.context, name).id
    path = importer.folder / name
    path.write_text(text, encoding="utf-8")
    add_file(importer.context, migration, path, SOURCES)
    suggest_mapping(importer.context, migration, SOURCES)
    validate(importer.context, migration)
    return migration


def points(importer, run):
    return [point.text for point in account(importer.context, run.id).points]


def test_amounts_of_a_column_that_nobody_decided_about_are_named_and_need_approval(importer):
    text = "Item ID,Item Name,Category,Price\ni1,A,P,1.50\ni2,B,P,x\n"
    run = importer.run(undecided(importer, text, "u.csv"))
    money = money_of(importer, run)
    assert run.state == "awaiting_approval"
    assert sums(money)["menu_item.price"] == (Decimal("1.50"), 0, Decimal("1.50"), 0, 0)
    assert money.undecided == ("u › Price",)
    assert points(importer, run) == ["Amounts in column Price were not imported: nobody decided"]


def test_amounts_without_a_target_that_nobody_decided_about_are_named_and_need_approval(importer):
    rows = "".join(f"o{day},2026-01-0{day},{day}0.00,1.00,5.00,3.00,19.00\n" for day in range(1, 8))
    run = importer.run(
        undecided(importer, "Order ID,Date,Subtotal,Tax,Misc,Zusatz,Total\n" + rows, "orders.csv")
    )
    money = money_of(importer, run)
    assert run.state == "awaiting_approval"
    assert money.not_read == ("orders › Misc", "orders › Zusatz")
    assert points(importer, run) == ["Amounts in columns Misc and Zusatz were not imported: nobody decided"]


def test_amounts_whose_first_values_are_empty_or_whole_are_named_and_identifiers_are_not(importer):
    """Zusatz and Frei hold amounts; Kenn, Ruf, Beleg ID and Lauf begin like amounts or numbers and are none."""
    head = "Order ID,Date,Subtotal,Total,Zusatz,Frei,Kenn,Ruf,Beleg ID,Lauf\n"
    rows = []
    for number in range(1, 61):
        extra = "" if number < 20 else "5" if number < 40 else f"{number}.25"
        free = "siehe oben" if number % 4 == 0 else f"{number}.50"
        code = f"{number}.50" if number < 4 else f"K{number}"
        phone = f"212 555 {1000 + number}"
        rows.append(
            f"o{number},2026-01-02,10.00,10.00,{extra},{free},{code},{phone},{1000 + number}.00,{number}\n"
        )
    run = importer.run(undecided(importer, head + "".join(rows), "orders.csv"))
    assert money_of(importer, run).not_read == ("orders › Zusatz", "orders › Frei")


def test_excluded_amounts_without_a_target_are_named_as_not_read(importer):
    rows = "".join(f"o{day},2026-01-0{day},{day}0.00,1.00,3.00,14.00\n" for day in range(1, 8))
    run = importer.import_file("Order ID,Date,Subtotal,Tax,Zusatz,Total\n" + rows, name="orders.csv")
    assert run.state == "completed"
    assert money_of(importer, run).not_read == ("orders › Zusatz",)


def test_a_price_is_found_by_an_id_that_was_made_from_the_name(importer):
    text = "Item ID,Item Name,Category,Price\ni1,A,Pizza,1.00\n,B,Pizza,3.00\n"
    assert sums(money_of(importer, importer.import_file(text)))["menu_item.price"] == (4, 4, 0, 0, 0)


def test_prices_beside_existing_ones_go_by_ids_with_a_tilde_of_their_own(importer):
    text = "Item ID,Item Name,Category,Price\na~1,A,Pizza,1.00\na~2,B,Pizza,3.00\n"
    assert sums(money_of(importer, importer.import_file(text, conflict=Conflict.DUPLICATE)))[
        "menu_item.price"
    ] == (
        4,
        4,
        0,
        0,
        0,
    )


@pytest.mark.parametrize("conflict", list(Conflict))
def test_the_price_of_a_held_row_is_held_also_where_its_record_exists(importer, conflict):
    importer.import_file(MENU)
    money = money_of(
        importer,
        importer.import_file(MENU.replace("i2,Diavola,Pizza,16.00", "i2,,Pizza,99.00"), conflict=conflict),
    )
    assert sums(money)["menu_item.price"] == (Decimal("122.75"), Decimal("23.75"), 0, 99, 0)
    assert not money.is_open


def test_amounts_that_could_not_be_read_are_counted(importer):
    money = money_of(
        importer, importer.import_file(ORDERS + "o2,2026-01-02,abc,1.00,,13.00\n", name="orders.csv")
    )
    assert money.unread == 1
