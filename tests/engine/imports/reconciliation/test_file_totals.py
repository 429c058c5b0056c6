"""The totals that a file states itself stand beside the sums of what was imported."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import MARK, ROW
from core.engine.mapping.row_rules.actions import decide_row_rule
from core.engine.mapping.row_rules.views import row_rules
from core.engine.mapping.views import current_plan
from core.engine.runs.reconciliation.file_totals import totals_of_table
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.sources.non_data.marks import Mark
from core.engine.validation.actions import validate
from tests.importer import Importer

SALES = (
    "Order #,Opened,Subtotal,Tax,Total\n"
    "501,2025-03-01 12:05,40.00,3.20,43.20\n"
    "502,2025-03-01 12:40,{amount},1.24,16.74\n"
    "Subtotal 1 March,,55.50,4.44,59.94\n"
    "503,2025-03-02 12:40,10.00,0.80,10.80\n"
    "Subtotal 2 March,,10.00,0.80,10.80\n"
    "Grand Total,,65.50,5.24,70.74\n"
)
SKIPPED = frozenset({Mark.TOTAL.value, Mark.SUBTOTAL.value})
amounts = st.decimals(-999, 999, places=2)


def _lines(importer: Importer, migration: str) -> list[tuple[int, str, Decimal, Decimal, Decimal]]:
    run = importer.run(migration)
    return [
        (total.row, total.target, total.stated, total.imported, total.held)
        for total in reconciliation(importer.context, run.id).file_totals
    ]


def test_subtotals_and_the_grand_total_equal_what_was_imported(importer: Importer) -> None:
    lines = _lines(importer, importer.prepare(SALES.format(amount="15.50"), name="sales.csv"))
    subtotals = [line for line in lines if line[1] == "order.subtotal"]
    assert subtotals == [
        (4, "order.subtotal", Decimal("55.50"), Decimal("55.50"), Decimal(0)),
        (6, "order.subtotal", Decimal(10), Decimal(10), Decimal(0)),
        (7, "order.subtotal", Decimal("65.50"), Decimal("65.50"), Decimal(0)),
    ]
    assert {line[1] for line in lines} >= {"order.subtotal", "order.tax_total"}


def test_a_total_row_that_a_person_imports_is_no_total(importer: Importer) -> None:
    migration = importer.prepare(SALES.format(amount="15.50"), name="sales.csv")
    plan = current_plan(importer.context, migration)
    for rule in row_rules(importer.context, migration, plan):
        if rule.value == Mark.SUBTOTAL:
            decide_row_rule(importer.context, migration, rule.key, skips=False)
    validate(importer.context, migration)
    assert {line[0] for line in _lines(importer, migration)} == {7}


@given(
    days=st.lists(
        st.lists(st.tuples(amounts, st.booleans()), min_size=1, max_size=4), min_size=1, max_size=4
    ),
    error=st.sampled_from([Decimal(0), Decimal(1000000)]),
)
def test_each_total_is_what_was_imported_and_what_was_not(
    days: list[list[tuple[Decimal, bool]]], error: Decimal
) -> None:
    lines: list[tuple[str | None, Decimal, bool]] = []
    for day in days:
        lines += [(None, amount, is_imported) for amount, is_imported in day]
        lines.append((Mark.SUBTOTAL, sum((amount for amount, _ in day), Decimal(0)), False))
    stated = sum((amount for mark, amount, _ in lines if mark is None), error)
    lines.append((Mark.TOTAL, stated, False))
    rows = pl.DataFrame(
        {
            ROW: range(2, len(lines) + 2),
            MARK: [mark and str(mark) for mark, _, _ in lines],
            "total": [amount for _, amount, _ in lines],
            "_imported": [is_imported for _, _, is_imported in lines],
        },
        schema={ROW: pl.Int64, MARK: pl.String, "total": pl.Decimal(19, 4), "_imported": pl.Boolean},
    )
    totals = list(totals_of_table("sales", [("order.total", "total")], rows, SKIPPED))
    assert len(totals) == len(days) + 1
    assert [total.unexplained for total in totals] == [*([Decimal(0)] * len(days)), error]
    assert totals[-1].imported == sum(
        (amount for day in days for amount, is_imported in day if is_imported), Decimal(0)
    )
    for total, day in zip(totals, days, strict=False):
        if len({amount for amount, _ in day}) == len(day) == 1:
            assert total.imported == (day[0][0] if day[0][1] else 0)


@pytest.mark.parametrize("amount", ["15.5o"])
def test_what_a_held_row_lacks_in_a_total_is_said(importer: Importer, amount: str) -> None:
    lines = _lines(importer, importer.prepare(SALES.format(amount=amount), name="sales.csv"))
    tax = next(line for line in lines if line[:2] == (7, "order.tax_total"))
    assert tax[2:] == (Decimal("5.24"), Decimal(4), Decimal("1.24"))
