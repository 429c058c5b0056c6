from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import MONEY
from core.engine.plan import Plan
from core.engine.validation.arithmetic import day_totals, folded

ORDERS = [f"order-{number}" for number in range(4)]
START = datetime(2025, 3, 8, 5, tzinfo=UTC)
ORDER = {
    "location_id": pl.String,
    "business_date": pl.Date,
    "opened_at": pl.Datetime("us", "UTC"),
    "state": pl.String,
    "subtotal": MONEY,
    "discount_total": MONEY,
    "tax_total": MONEY,
}
LINE = {
    "order_id": pl.String,
    "gross_amount": MONEY,
    "discount_amount": MONEY,
    "net_amount": MONEY,
    "tax_amount": MONEY,
    "is_void": pl.Boolean,
}
amounts = st.none() | st.decimals(-500, 500, places=2)
order = st.fixed_dictionaries(
    {
        "location_id": st.sampled_from(["North", "South", None]),
        "business_date": st.none() | st.dates(date(2025, 3, 8), date(2025, 3, 10)),
        "opened_at": st.none()
        | st.integers(0, 72 * 4).map(lambda quarters: START + quarters * timedelta(minutes=15)),
        "state": st.sampled_from([None, "open", "cancelled"]),
        "subtotal": amounts,
        "discount_total": amounts,
        "tax_total": amounts,
    }
)
line = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from([*ORDERS, "elsewhere", None]),
        "is_void": st.sampled_from([None, True, False]),
    }
    | {name: amounts for name in LINE if name.endswith("_amount")}
)


def orders_of(records):
    ids = pl.Series("external_id", ORDERS[: len(records)], pl.String)
    return pl.DataFrame(records, schema=ORDER).with_columns(ids)


def lines_of(records, left_out):
    frame = pl.DataFrame(records, schema=LINE).drop(left_out)
    return frame.with_columns(
        pl.Series("external_id", [f"line-{number}" for number in range(len(records))], pl.String)
    )


@given(
    st.lists(order, min_size=1, max_size=4),
    st.lists(line, max_size=12),
    st.lists(st.integers(0, 12), max_size=3),
    st.sets(st.sampled_from(["gross_amount", "net_amount", "discount_amount", "is_void"])),
    st.sampled_from(["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_lines_folded_part_by_part_have_the_day_totals_of_the_lines(orders, lines, cuts, left_out, zone):
    plan = Plan("restaurant", "test", (), zone=zone)
    columns = {"order": orders_of(orders), "order_line": lines_of(lines, left_out)}
    edges = sorted({0, len(lines), *(min(cut, len(lines)) for cut in cuts)})
    parts = [columns["order_line"].slice(first, last - first) for first, last in pairwise(edges)]
    less = pl.concat([folded(part) for part in parts or [columns["order_line"]]])
    assert day_totals(columns | {"order_line": less}, plan).equals(day_totals(columns, plan))
    assert less.height <= len(lines)


def test_the_lines_of_an_order_fold_into_one_unless_they_lack_different_amounts():
    rows = [
        ("a", Decimal(10), Decimal(1), None, Decimal(2), False),
        ("a", Decimal(5), None, None, Decimal(1), False),
        ("a", None, None, Decimal(4), None, False),
        ("a", Decimal(3), None, None, None, True),
    ]
    less = folded(lines_of([dict(zip(LINE, row, strict=True)) for row in rows], []))
    assert sorted(
        less.select("gross_amount", "net_amount", "discount_amount", "is_void").rows(), key=str
    ) == [
        (Decimal(15), None, Decimal(1), False),
        (Decimal(3), None, None, True),
        (None, Decimal(4), None, False),
    ]


@pytest.mark.parametrize("days", [0, 1])
def test_a_repeated_order_counts_once(days):
    plan = Plan("restaurant", "test", ())
    twice = pl.DataFrame(
        {
            "external_id": ["a", "a"],
            "business_date": [date(2025, 1, 1), date(2025, 1, 1) + timedelta(days)],
            "subtotal": pl.Series([10, 10], dtype=MONEY),
        }
    )
    assert day_totals({"order": twice}, plan)["gross"].to_list() == [Decimal(10)]
