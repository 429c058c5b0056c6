"""Reports of totals make no orders and no discounts without a person's word."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.ambiguity.summaries import with_summaries
from core.engine.mapping.proposal import Proposal
from core.engine.sources.profile import profile_frame


def _asked(**columns: str) -> set[str]:
    """Return the targets that are asked about; column -> its target, '' for none."""
    proposals = []
    for place, (source, target) in enumerate(columns.items()):
        name = source.replace("_", " ")
        (profile,) = profile_frame("table", pl.DataFrame({name: ["1"]}))
        proposals.append(Proposal("table", name, 0, place, target or None, None, 0.9, (), (), profile))
    return {proposal.target or "" for proposal in with_summaries(proposals) if proposal.question}


def test_the_sales_of_a_day_are_no_order() -> None:
    asked = _asked(Date="order.business_date", Net_Sales="order.subtotal", Tax="order.tax_total", Orders="")
    assert asked == {"order.business_date", "order.subtotal", "order.tax_total"}


def test_the_sales_of_a_server_are_no_order() -> None:
    assert _asked(Server="order.employee_id", Net_Sales="order.subtotal") == {
        "order.employee_id",
        "order.subtotal",
    }


@pytest.mark.parametrize("count", ["Orders", "# of Checks", "Anzahl Belege", "Transactions", "Order Count"])
def test_an_hour_with_a_count_of_orders_is_no_order(count: str) -> None:
    columns = {count.replace(" ", "_"): ""}
    asked = _asked(Hour="order.opened_at", Net_Sales="order.subtotal", **columns)
    assert asked == {"order.opened_at", "order.subtotal"}


@pytest.mark.parametrize("key", ["order.external_id", "order.number"])
def test_orders_with_a_number_are_orders(key: str) -> None:
    assert not _asked(No=key, Date="order.business_date", Net_Sales="order.subtotal")


def test_orders_with_a_time_each_are_orders() -> None:
    assert not _asked(Opened="order.opened_at", Total="order.total", Guests="order.guest_count")


def test_lines_are_judged_by_their_own_rules() -> None:
    assert not _asked(Date="order.business_date", Item="order_line.name", Qty="order_line.quantity")


@pytest.mark.parametrize("count", ["Times Used", "Uses", "Qty", "Redemptions"])
def test_what_all_uses_of_a_discount_took_off_is_asked_about(count: str) -> None:
    columns = {count.replace(" ", "_"): ""}
    assert _asked(Discount="discount.name", Amount="discount.amount", **columns) == {"discount.amount"}


def test_a_list_of_discounts_is_one() -> None:
    assert not _asked(Discount="discount.name", Amount="discount.amount", Percent="discount.percent")
