"""Order money of a second import under each strategy for records that exist already."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.db.target import target_table
from core.engine.plan import Conflict
from core.engine.runs import views
from core.engine.runs.loading.write_context import duplicate_suffix
from core.settings import settings
from tests.engine.imports.orders import money_of

ORDERS = (
    "Order ID,Date,Subtotal,Tax,Tip,Total\n"
    "o1,2026-01-02,10.00,1.00,2.00,13.00\n"
    "o2,2026-01-02,20.00,2.00,0.00,22.00\n"
)
CHANGED_ORDERS = ORDERS.replace("10.00,1.00,2.00,13.00", "30.00,3.00,1.00,34.00")


@pytest.mark.parametrize("conflict", [Conflict.KEEP_EXISTING, Conflict.MERGE])
def test_order_amounts_that_existing_records_keep_are_named_as_those_of_prices(importer, conflict):
    importer.import_file(ORDERS, name="orders.csv")
    money = money_of(importer, importer.import_file(CHANGED_ORDERS, name="orders.csv", conflict=conflict))
    gross = next(amounts for amounts in money.sums if amounts.measure == "gross")
    assert (gross.file, gross.imported, gross.existing, gross.unexplained) == (50, 30, 20, 0)


def test_an_order_beside_an_existing_one_counts_with_its_own_money(importer):
    importer.import_file(ORDERS, name="orders.csv")
    money = money_of(
        importer, importer.import_file(CHANGED_ORDERS, name="orders.csv", conflict=Conflict.DUPLICATE)
    )
    gross = next(amounts for amounts in money.sums if amounts.measure == "gross")
    assert (gross.file, gross.imported, gross.unexplained) == (50, 50, 0)


def test_an_order_whose_lines_are_all_held_has_no_unexplained_money(importer):
    orders = "Order ID,Date,Subtotal,Discount,Total\no1,2026-01-03,19.25,10.00,38.00\no2,2026-01-02,5.00,0.00,5.00\n"
    lines = (
        "Line ID,Order ID,Item Name,Quantity,Unit Price,Gross Amount,Net Amount\n"
        "l1,o1,B,x,4.25,4.25,4.25\nl2,o2,C,1,5.00,5.00,5.00\n"
    )
    money = money_of(importer, importer.import_file(orders, name="orders.csv", more=[("lines.csv", lines)]))
    gross = next(amounts for amounts in money.sums if amounts.measure == "gross")
    assert (gross.unexplained, gross.differs) == (0, False)


LINES = (
    "Line ID,Order ID,Item Name,Quantity,Unit Price,Gross Amount,Net Amount\n"
    "l1,o1,Soup,1,10.00,10.00,10.00\nl2,o2,Stew,2,10.00,20.00,20.00\n"
)
PAYMENTS = (
    "Payment ID,Order ID,Payment Type,Amount,Tip Amount\np1,o1,Card,13.00,2.00\np2,o2,Cash,22.00,0.00\n"
)
NEW_ORDER = "o3,2026-01-04,7.00,0.50,,7.50\n"
SHAPES = {
    "orders": [("orders.csv", ORDERS, CHANGED_ORDERS + NEW_ORDER)],
    "orders on another day": [("orders.csv", ORDERS, ORDERS.replace("o1,2026-01-02", "o1,2026-01-05"))],
    "gaps": [("orders.csv", ORDERS.replace("10.00,1.00,2.00", "10.00,,"), CHANGED_ORDERS)],
    "a held order": [("orders.csv", ORDERS, CHANGED_ORDERS.replace("30.00,", "abc,"))],
    "lines alone": [("lines.csv", LINES, LINES.replace("10.00,10.00,10.00", "12.00,12.00,12.00"))],
    "three tables": [
        ("orders.csv", ORDERS, CHANGED_ORDERS + NEW_ORDER),
        ("lines.csv", LINES, LINES.replace("l1,o1,Soup,1,10.00,10.00,10.00", "l1,o1,Soup,3,10.00,30.00,30.00")),
        ("payments.csv", PAYMENTS, PAYMENTS.replace("13.00,2.00", "34.00,1.00") + "p3,o3,Card,7.50,\n"),
    ],
    "changed orders of unchanged lines and payments": [
        ("orders.csv", ORDERS, CHANGED_ORDERS),
        ("lines.csv", LINES, LINES),
        ("payments.csv", PAYMENTS, PAYMENTS),
    ],
    "held lines of existing orders": [
        ("orders.csv", ORDERS, CHANGED_ORDERS),
        ("lines.csv", LINES, LINES.replace("Stew,2", "Stew,x") + "l3,o1,Tea,1,3.00,3.00,3.00\n"),
    ],
}  # fmt: skip
"""Name -> files, each with its text in the first import and in the second."""


@pytest.mark.parametrize("conflict", list(Conflict))
@pytest.mark.parametrize("shape", SHAPES)
def test_no_money_is_unexplained_whatever_the_strategy_for_existing_records(importer, shape, conflict):
    for moment in (1, 2):
        (name, text), *more = [(file[0], file[moment]) for file in SHAPES[shape]]
        money = money_of(importer, importer.import_file(text, name=name, more=more, conflict=conflict))
        assert money.sums
        assert {
            amounts.measure: amounts for amounts in money.sums if amounts.unexplained or amounts.differs
        } == {}
        if conflict not in {Conflict.KEEP_EXISTING, Conflict.MERGE}:
            assert not any(amounts.existing for amounts in money.sums)


AGAIN = (
    "Line ID,Order ID,Order Date,Item Name,Quantity,Unit Price,Gross Amount,Net Amount\n"
    "l1,o1,{day},B,1,{price},{price},{price}\n"
    "l2,o2,{day},B,1,{price},{price},{price}\n"
    "l3,o1,{day},B,1,{price},{price},{price}\n"
    "l4,o2,{day},B,1,{price},{price},{price}\n"
    "l5,o1,{day},B,1,{price},{price},{price}\n"
)


@pytest.mark.parametrize("rows", [2, 30_000])
def test_lines_hang_on_the_order_that_was_written_beside_the_existing_one(importer, monkeypatch, rows):
    small = settings().model_copy(update={"migration_batch_size": rows})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)
    importer.import_file(AGAIN.format(day="2026-01-02", price="4.00"), name="lines.csv")
    run = importer.import_file(
        AGAIN.format(day="2026-01-03", price="5.00"), name="lines.csv", conflict=Conflict.DUPLICATE
    )
    order, line = target_table("order"), target_table("order_line")
    of_order = (
        select(order.c.external_id, func.sum(line.c.gross_amount))
        .join(line, line.c.order_id == order.c.id)
        .group_by(order.c.external_id)
    )
    mark = duplicate_suffix(run.id)
    assert dict(importer.context.session.execute(of_order).all()) == {
        "o1": 12,
        f"o1{mark}": 15,
        "o2": 8,
        f"o2{mark}": 10,
    }
    assert views.reconciliation(importer.context, run.id).settled
    assert importer.roll_back(run.id).equal
