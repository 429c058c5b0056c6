"""Prices as people type them: single amounts are read, every other cell is reported and its price left empty."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import EntityPlan, FieldPlan, ImportSettings, Plan
from core.engine.sources.reshape.decide import shapes_of
from core.engine.transforms import transform_rows

TYPED = ["8.50 / 12.00", "from 90", "€ 18", "8,00", "3", "4.5", "12.5.0", "5 %", "$4.25 ea", "7-9"]


def price(header: str, cells: list[str]) -> Proposal:
    rows = pl.DataFrame(
        {
            ROW: range(2, len(cells) + 2),
            "Item ID": [f"i{number}" for number in range(len(cells))],
            "Item Name": [f"Dish {number}" for number in range(len(cells))],
            header: cells,
        }
    )
    (shape,) = shapes_of(tuple(rows.columns[1:]), rows, "restaurant")
    sample = StreamSample("menu", "menu_item", rows, readings=shape.readings)
    proposals = propose([sample], ImportSettings("restaurant", "generic"))
    (suggestion,) = [proposal for proposal in proposals if proposal.source == header and not proposal.slot]
    return suggestion


@pytest.mark.parametrize("header", ["Price", "Item Price", "Preis", "Prix", "Precio"])
def test_a_column_of_typed_prices_is_read_without_a_question(header):
    proposal = price(header, TYPED)
    assert (proposal.target, proposal.transform, proposal.question) == (
        "menu_item.price",
        "single_amount",
        "",
    )
    assert any("left empty" in reason.text for reason in proposal.evidence)


@pytest.mark.parametrize(
    "cells",
    [
        ["8 / 12", "from 9", "9-12", "two for 5", "cheap", "8"],  # hardly a single amount
        ["8.50", "9.00", "10.00", "11.00", "12.00", "from 9"],  # one cell: its row is held
    ],
)
def test_other_columns_keep_their_reading(cells):
    assert price("Price", cells).transform != "single_amount"


def read(cells: list[str]) -> pl.DataFrame:
    rows = pl.DataFrame({ROW: range(2, len(cells) + 2), "name": cells, "price": cells})
    fields = (FieldPlan("name", ("name",)), FieldPlan("price", ("price",), "single_amount"))
    plan = EntityPlan("menu", "menu_item", fields)
    batch = transform_rows(Plan.under(ImportSettings("restaurant", "generic"), (plan,)), plan, rows)
    noted = batch.issues.filter(pl.col("code") == "several_amounts")[ROW].to_list()
    return batch.frame.select("price", noted=pl.col(ROW).is_in(noted))


def test_a_cell_is_one_amount_or_empty_and_reported():
    amounts = dict(zip(TYPED, read(TYPED).iter_rows(), strict=True))
    assert {text: amount for text, (amount, _) in amounts.items() if amount is not None} == {
        "€ 18": Decimal(18),
        "8,00": Decimal(8),
        "3": Decimal(3),
        "4.5": Decimal("4.5"),
    }
    assert all(noted == (amount is None) for amount, noted in amounts.values())


@given(
    st.lists(st.text(st.sampled_from("0123456789.,-/ x%€$"), min_size=1, max_size=9), min_size=1, max_size=5)
)
def test_no_cell_is_emptied_without_an_issue(cells):
    for text, (amount, noted) in zip(cells, read(cells).iter_rows(), strict=True):
        assert amount is not None or noted or not text.strip()


@given(st.integers(0, 99_999), st.sampled_from(".,"))
def test_an_amount_with_cents_is_read_whatever_its_decimal_sign(cents, sign):
    text = f"{cents // 100}{sign}{cents % 100:02}"
    assert read([text]).row(0) == (Decimal(cents) / 100, False)
