"""Whatever columns a person excludes, no outcome and no sum of an account is below zero, and they add up to the file."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.engine.mapping.actions import Decision, decide_many
from core.engine.mapping.views import field_rows
from core.engine.runs.reconciliation.accounting import account
from core.engine.runs.reconciliation.money_account import money_account
from core.engine.validation.actions import validate
from core.errors import ConflictError
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE

ORDERS = (
    "Order ID,Date,State,Subtotal,Discount,Tax,Tip,Total\n"
    "o1,2026-01-02,completed,10.00,1.00,1.00,2.00,13.00\n"
    "o2,2026-01-02,cancelled,20.00,0.00,2.00,0.00,22.00\n"
    "o3,2026-01-03,completed,5.50,0.00,0.50,1.00,7.00\n"
)
LINES = (
    "Line ID,Order ID,Item Name,Quantity,Gross Amount,Discount,Net Amount,Tax Amount,Void?\n"
    "l1,o1,Soup,1,11.00,1.00,10.00,1.00,false\n"
    "l2,o2,Stew,2,20.00,0.00,20.00,2.00,false\n"
    "l3,o3,Tea,1,5.50,0.00,5.50,0.50,false\n"
    "l4,o3,Pie,1,4.00,0.00,4.00,0.40,true\n"
)
PAYMENTS = (
    "Payment ID,Order ID,Payment Type,Amount,Tip Amount,Status\n"
    "p1,o1,Card,13.00,2.00,paid\np2,o2,Card,22.00,0.00,declined\np3,o3,Cash,7.00,1.00,paid\n"
)
COLUMNS = [
    (table, column)
    for table, text in (("orders", ORDERS), ("lines", LINES), ("payments", PAYMENTS))
    for column in text.splitlines()[0].split(",")
]


def three_tables(importer):
    return importer.prepare(
        ORDERS, name="orders.csv", more=[("lines.csv", LINES), ("payments.csv", PAYMENTS)]
    )


def account_without(importer, migration, excluded):
    """The accounts of rows and money of an import without the columns (table, column)."""
    fields = [
        field_row
        for field_row in field_rows(importer.context, migration)
        if (field_row.stream, field_row.source_field) in excluded
    ]
    if fields:
        decide_many(
            importer.context,
            [Decision(field.id, field.version, None, None, "ignored") for field in fields],
            include_high=True,
        )
    validate(importer.context, migration)
    run = importer.run(migration)
    importer.context.session.rollback()
    accounts = account(importer.context, run.id), money_account(importer.context, run.id)
    importer.roll_back(run.id)
    return accounts


def assert_nothing_is_below_zero(rows, money):
    assert all(number >= 0 for table in rows.tables for number in table.outcomes.values())
    assert {table.table: table.unaccounted for table in rows.tables if table.unaccounted} == {}
    for amounts in money.sums:
        parts = (amounts.imported, amounts.excluded, amounts.held, amounts.existing)
        assert min(amounts.file, *parts) >= 0, amounts
        assert amounts.file == sum(parts), amounts


REGRESSIONS = [
    {("orders", "Order ID")},
    {("payments", "Order ID")},
    {("orders", "State"), ("orders", "Subtotal")},
    {("orders", "Order ID"), ("orders", "Tip"), ("lines", "Gross Amount"), ("lines", "Tax Amount")},
    {
        ("orders", "Date"),
        ("orders", "State"),
        ("orders", "Order ID"),
        ("lines", "Order ID"),
        ("lines", "Void?"),
    },
]


@pytest.mark.parametrize(
    "excluded", REGRESSIONS, ids=lambda columns: ", ".join(sorted(map(" › ".join, columns)))
)
def test_excluded_ids_and_states_leave_no_part_of_an_account_below_zero(importer, excluded):
    assert_nothing_is_below_zero(*account_without(importer, three_tables(importer), excluded))


def test_lines_held_because_the_ids_of_their_orders_are_excluded_count_once(importer):
    _, money = account_without(importer, three_tables(importer), {("orders", "Order ID")})
    (gross,) = (amounts for amounts in money.sums if amounts.measure == "gross")
    assert (gross.file, gross.imported, gross.held, gross.excluded) == (
        Decimal("16.50"),
        Decimal("16.50"),
        0,
        0,
    )
    (payments,) = (amounts for amounts in money.sums if amounts.measure == "payments")
    assert (payments.file, payments.imported, payments.held) == (20, 0, 20)


def test_refunds_in_an_excluded_table_stay_below_zero(importer):
    refunds = "Payment ID,Order ID,Payment Type,Amount\nr1,o1,Card,-4.00\n"
    migration = importer.prepare(
        ORDERS, name="orders.csv", more=[("payments.csv", PAYMENTS), ("refunds.csv", refunds)]
    )
    columns = {("refunds", name) for name in refunds.splitlines()[0].split(",")}
    _, money = account_without(importer, migration, columns)
    (payments,) = (amounts for amounts in money.sums if amounts.measure == "payments")
    assert (payments.file, payments.imported, payments.excluded) == (16, 20, -4)


_FEW = settings(
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(_FEW, max_examples=5)
@given(excluded=st.sets(st.sampled_from(COLUMNS)))
def test_no_part_of_an_account_is_below_zero_whatever_is_excluded(importer, excluded):
    try:
        accounts = account_without(importer, three_tables(importer), excluded)
    except ConflictError:  # nothing that is left can be imported
        importer.context.session.rollback()
        return
    assert_nothing_is_below_zero(*accounts)


@pytest.mark.parametrize("sample", [TOAST_SAMPLE, SQUARE_SAMPLE], ids=lambda path: path.stem)
@settings(_FEW, max_examples=3)
@given(data=st.data())
def test_no_part_of_the_account_of_a_sample_is_below_zero_whatever_is_excluded(importer, sample, data):
    migration = importer.prepare(sample)
    columns = [
        (field_row.stream, field_row.source_field)
        for field_row in field_rows(importer.context, migration)
        if field_row.target
    ]
    excluded = set(data.draw(st.lists(st.sampled_from(columns), unique=True, max_size=len(columns) // 2)))
    assert_nothing_is_below_zero(*account_without(importer, migration, excluded))
