"""Totals with the tip inside are told from totals without, by the sums of the rows."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.mapping.plans import Link, build_plan, named_in_expressions
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.transforms import transform_rows

SETTINGS = ImportSettings("restaurant", "spreadsheet")


def proposed(columns: dict[str, list[str | None]]) -> list[Proposal]:
    """Suggest the mapping of a table of orders."""
    rows = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("_row", 2)
    return propose([StreamSample("orders", "order", rows.cast({"_row": pl.Int64}))], SETTINGS)


def imported(proposals: list[Proposal], columns: dict[str, list[str | None]]) -> dict[str, list[Decimal]]:
    """Return the amounts that an import takes from the suggestions without a question."""
    rows = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("_row", 2)
    links = [
        Link("orders", proposal.source, proposal.target, proposal.transform, True, 1, proposal.position)
        for proposal in proposals
        if proposal.target and not proposal.question
    ]
    plan = build_plan(links, {"orders": "order"}, SETTINGS)
    entity = next(plan.of("order"))
    return transform_rows(plan, entity, rows.cast({"_row": pl.Int64})).frame.to_dict(as_series=False)


def orders(total: list[str], **columns: list[str | None]) -> dict[str, list[str | None]]:
    return {
        "Order No": ["1", "2", "3"],
        "Sub Total": ["40.00", "55.00", "30.00"],
        "Tax": ["3.20", "4.00", "2.40"],
        "Tip": ["8.00", "10.00", None],
        "Grand Total": total,
    } | columns


def test_a_tip_inside_the_total_is_taken_off_by_a_visible_expression():
    columns = orders(["51.20", "69.00", "32.40"])
    proposals = proposed(columns)
    total = next(proposal for proposal in proposals if proposal.source == "Grand Total")
    assert total.transform == "expression('grand_total - coalesce(tip, 0)')"
    assert any("the tip is inside" in reason.text for reason in total.evidence)
    assert imported(proposals, columns)["total"] == [Decimal("43.20"), Decimal("59.00"), Decimal("32.40")]


def test_words_for_no_tip_take_nothing_off():
    columns = orders(["51.20", "69.00", "32.40"], Tip=["8.00", "10.00", "N/A"])
    assert imported(proposed(columns), columns)["total"] == [
        Decimal("43.20"),
        Decimal("59.00"),
        Decimal("32.40"),
    ]


def test_a_tip_apart_from_the_total_leaves_it_as_it_is():
    columns = orders(["43.20", "59.00", "32.40"])
    proposals = proposed(columns)
    total = next(proposal for proposal in proposals if proposal.source == "Grand Total")
    assert (total.transform, total.question) == (None, "")


def test_rows_that_contradict_each_other_are_asked():
    proposals = proposed(orders(["51.20", "59.00", "32.40"]))
    total = next(proposal for proposal in proposals if proposal.source == "Grand Total")
    assert total.question == "Is 'Tip' inside 'Grand Total'? It is in 1 row, and is not in 1 row."


def test_a_total_that_nothing_explains_is_asked():
    columns = orders(["99.00", "98.00", "97.00"])
    total = next(proposal for proposal in proposed(columns) if proposal.source == "Grand Total")
    assert "do not tell" in total.question


def test_a_discount_inside_the_subtotal_is_taken_off():
    columns = orders(["46.20", "59.00", "30.40"], Discount=["5.00", "10.00", "2.00"])
    subtotals = imported(proposed(columns), columns)["subtotal"]
    assert subtotals == [Decimal("35.00"), Decimal("45.00"), Decimal("28.00")]


def test_of_two_totals_the_one_without_the_tip_is_taken():
    columns = orders(["51.20", "69.00", "32.40"], Total=["43.20", "59.00", "32.40"])
    proposals = proposed(columns)
    assert imported(proposals, columns)["total"] == [Decimal("43.20"), Decimal("59.00"), Decimal("32.40")]
    assert [proposal.source for proposal in proposals if proposal.target == "order.total"] == ["Total"]


def test_a_cent_of_rounding_is_no_tip():
    """With the tax, which is larger than the tip by the cent that totals may be rounded by, the sums are exact."""
    columns = orders(["1.00", "1.00", "1.02"], Tax=["0.00", "0.00", "0.02"], Tip=["0.00", "0.00", "0.01"])
    columns["Sub Total"] = ["1.00", "1.00", "1.00"]
    totals = imported(proposed(columns), columns).get("total")
    assert totals == [Decimal("1.00"), Decimal("1.00"), Decimal("1.02")]


def test_a_tip_that_equals_the_tax_in_every_row_is_asked():
    columns = orders(["43.20", "59.00", "32.40"], Tip=["3.20", "4.00", "2.40"])
    total = next(proposal for proposal in proposed(columns) if proposal.source == "Grand Total")
    assert (
        total.question
        == "Is 'Tip' inside 'Grand Total'? The amounts add up with it and without it in 3 rows."
    )


_CENTS = st.integers(100, 20_000)
_ROWS = st.lists(
    st.tuples(_CENTS, st.integers(0, 900), st.integers(0, 3_000)), min_size=3, max_size=20
) | st.lists(st.tuples(st.integers(100, 110), st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=4)
"""Subtotal, tax and tip in cents: as they are, and so small that a cent of rounding decides."""


def text(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


@settings(max_examples=60)
@given(_ROWS, st.booleans())
def test_the_total_is_without_the_tip_or_asked_whatever_the_amounts(rows, inside):
    columns: dict[str, list[str | None]] = {
        "Order No": [str(number) for number in range(len(rows))],
        "Subtotal": [text(subtotal) for subtotal, _, _ in rows],
        "Tax": [text(tax) for _, tax, _ in rows],
        "Tip": [text(tip) for _, _, tip in rows],
        "Total": [text(subtotal + tax + (tip if inside else 0)) for subtotal, tax, tip in rows],
    }
    totals = imported(proposed(columns), columns).get("total")
    if totals is not None:
        assert totals == [Decimal(subtotal + tax) / 100 for subtotal, tax, _ in rows]


@pytest.mark.parametrize("header", ["Total incl. tip", "Total inkl. Trinkgeld"])
def test_a_name_that_says_so_is_enough(header):
    columns = {"Order No": ["1", "2"], "Tip": ["2.00", "1.00"], header: ["12.00", "9.00"]}
    proposals = proposed(columns)
    assert imported(proposals, columns).get("total", [Decimal(10), Decimal(8)]) == [Decimal(10), Decimal(8)]


def payments(amounts: list[str], tips: list[str], header: str) -> dict[str, Proposal]:
    columns = {"Payment ID": ["p1", "p2", "p3"], "Order ID": ["o1", "o2", "o3"], header: amounts, "Tip": tips}
    rows = pl.DataFrame(columns).with_row_index("_row", 2).cast({"_row": pl.Int64})
    return {
        proposal.source: proposal
        for proposal in propose([StreamSample("payments", "payment", rows)], SETTINGS)
        if not proposal.slot
    }


@pytest.mark.parametrize(
    ("header", "amounts", "is_asked"),
    [
        ("Amount", ["54.20", "18.75", "1204.00"], False),
        ("Total Paid", ["60.00", "20.00", "1204.00"], False),
        ("Total Paid", ["54.20", "18.75", "1211.00"], True),
        ("Amount", ["69.00", "23.00", "1384.60"], True),
    ],
)
def test_usual_percentages_of_tips_tell_where_no_sum_does(header, amounts, is_asked):
    paid = payments(amounts, ["9.00", "3.00", "180.60"], header)[header]
    assert paid.target == "payment.amount"
    assert bool(paid.question) == is_asked


def test_a_column_that_an_expression_names_is_read_also_where_its_own_field_is_excluded():
    links = [Link("orders", "Total", "order.total", "expression('total - coalesce(tip, 0)')", True, 1, 1)]
    columns = [("orders", "Tip", 0), ("orders", "Total", 1), ("other", "Tip", 0)]
    [further] = named_in_expressions(links, columns)
    assert (further.source, further.target, further.transform) == ("Tip", "order.total", links[0].transform)
    assert named_in_expressions([*links, further], columns) == []


def test_a_tip_without_its_total_makes_no_total():
    links = [
        Link("orders", "Tip", "order.total", "expression('total - coalesce(tip, 0)')", True, 1, 0),
        Link("orders", "Order No", "order.number", None, True, 1, 1),
    ]
    plan = build_plan(links, {"orders": "order"}, SETTINGS)
    assert next(plan.of("order")).field("total") is None


def test_a_tip_that_is_called_included_is_taken_off():
    rows = pl.DataFrame({
        "Payment ID": ["p1", "p2"], "Order ID": ["o1", "o2"], "Collected": ["57.50", "118.00"], "Tip (included)": ["7.50", "18.00"]
    }).with_row_index("_row", 2).cast({"_row": pl.Int64})  # fmt: skip
    proposals = propose([StreamSample("payments", "payment", rows)], SETTINGS)
    paid = next(proposal for proposal in proposals if proposal.source == "Collected")
    assert (paid.transform, paid.question) == ("expression('collected - coalesce(tip_included, 0)')", "")


def test_several_taxes_inside_the_total_are_added_up():
    columns: dict[str, list[str | None]] = {
        "Order No": ["1", "2", "3"],
        "Subtotal": ["40.00", "55.00", "30.00"],
        "State Tax": ["2.00", "2.75", "1.50"],
        "City Tax": ["1.20", "1.65", "0.90"],
        "Tip": ["8.00", "0.00", "3.00"],
        "Total": ["51.20", "59.40", "35.40"],
    }
    proposals = proposed(columns)
    taxes = [proposal for proposal in proposals if proposal.target == "order.tax_total"]
    assert [(tax.source, tax.transform, tax.question) for tax in taxes] == [
        ("State Tax", "sum", ""),
        ("City Tax", "sum", ""),
    ]
    assert imported(proposals, columns)["tax_total"] == [Decimal("3.20"), Decimal("4.40"), Decimal("2.40")]
    assert imported(proposals, columns)["total"] == [Decimal("43.20"), Decimal("59.40"), Decimal("32.40")]
