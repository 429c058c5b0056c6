"""Generated order lines add up to the totals that come with them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_data.toast.order_lines import OrderLineTotals, write_order_lines

CENT = Decimal("0.01")


def read_totals(path: Path) -> OrderLineTotals:
    frame = pl.read_csv(path, infer_schema=False)
    money = frame.select(
        pl.col(name).cast(pl.Decimal(18, 2)).sum() for name in ("Gross Price", "Discount", "Net Price", "Tax")
    ).row(0)
    orders = frame["Order Id"].n_unique() if frame.height else 0
    return OrderLineTotals(frame.height, orders, *(Decimal(amount).quantize(CENT) for amount in money))


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(1, 3000), seed=st.integers(0, 2**32))
def test_order_lines_add_up_to_the_totals_that_were_returned(tmp_path_factory, rows, seed):
    path = tmp_path_factory.mktemp("lines") / "lines.csv"
    totals = write_order_lines(path, rows, seed=seed)
    assert totals.rows == rows
    assert totals.gross - totals.discount == totals.net
    assert read_totals(path) == totals


def test_orders_have_one_to_six_lines_and_lines_have_ids_of_their_own_across_chunks(tmp_path):
    rows = 200_000  # more than one chunk of 50,000 orders holds
    totals = write_order_lines(tmp_path / "lines.csv", rows, seed=7)
    frame = pl.read_csv(tmp_path / "lines.csv", infer_schema=False)
    assert read_totals(tmp_path / "lines.csv") == totals
    assert frame["Item Selection Id"].n_unique() == rows
    assert frame["Item Id"].n_unique() == 300
    assert frame["Location"].n_unique() > 1
    sizes = frame.group_by("Order Id").len()["len"]
    assert (sizes.min(), sizes.max()) == (1, 6)
    assert frame.group_by("Order Id").agg(pl.col("Location").n_unique())["Location"].max() == 1
