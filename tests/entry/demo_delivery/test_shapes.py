"""The generated orders have the figures that the demo is known for, whatever day they end on."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.entry.demo_delivery.shapes import WINDOW, OrderShape, customers_of, order_shapes
from core.entry.demo_delivery.teams import Team
from core.entry.demo_delivery.writing import OrderWriter

ANCHORS = [date(2026, 11, 28), date(2027, 3, 1), date(2028, 2, 29), date(2026, 12, 31)]


def _writers(anchor: date) -> list[OrderWriter]:
    return [
        OrderWriter("tenant", shape, "OC-1", "Africa/Harare", "manager", Team("lead"))
        for shape in order_shapes(anchor)
    ]


@pytest.mark.parametrize("anchor", ANCHORS)
def test_24_orders_are_under_way_and_50_ended_of_which_48_were_completed(anchor: date) -> None:
    states = Counter(writer.state.value for writer in _writers(anchor))
    assert states.pop("pending") == 3
    assert (states.pop("completed"), states.pop("cancelled")) == (48, 2)
    assert sum(states.values()) == 24
    assert states["on_hold"] == 1
    assert len(states) >= 6


@pytest.mark.parametrize("anchor", ANCHORS)
def test_payments_of_the_month_sum_to_the_cent(anchor: date) -> None:
    payments = [payment for writer in _writers(anchor) for payment in writer.payments()]
    month = [
        payment.amount
        for payment in payments
        if anchor - timedelta(days=WINDOW) <= payment.received_on < anchor
    ]
    assert sum(month) == Decimal("156000.00")
    assert all(payment.received_on < anchor for payment in payments)


@pytest.mark.parametrize("anchor", ANCHORS)
def test_ended_orders_ended_within_90_days_and_nothing_happened_after_the_anchor(anchor: date) -> None:
    ended = [shape for shape in order_shapes(anchor) if shape.ended_on]
    assert len(ended) == 50
    assert all(anchor - timedelta(days=90) <= (shape.ended_on or anchor) < anchor for shape in ended)
    reached = [day for shape in order_shapes(anchor) for _, day in shape.milestones.values() if day]
    assert max(reached) < anchor


@pytest.mark.parametrize("anchor", ANCHORS)
def test_milestones_are_reached_in_the_order_of_the_days_they_were_promised_for(anchor: date) -> None:
    def promised(shape: OrderShape) -> list[date]:
        return [promise for promise, _ in shape.milestones.values()]

    for shape in order_shapes(anchor):
        assert promised(shape) == sorted(promised(shape))
        days = [day for _, day in shape.milestones.values()]
        assert None not in days[: sum(day is not None for day in days)]


def test_the_same_anchor_gives_the_same_orders_and_another_moves_their_days_alone() -> None:
    first, again, later = (order_shapes(day) for day in (ANCHORS[0], ANCHORS[0], ANCHORS[1]))
    assert first == again
    keys = [(shape.customer, shape.package, shape.total, shape.source) for shape in first]
    assert keys == [(shape.customer, shape.package, shape.total, shape.source) for shape in later]
    moved = ANCHORS[1] - ANCHORS[0]
    assert [shape.ordered_on + moved for shape in first] == [shape.ordered_on for shape in later]


def test_every_instalment_belongs_to_the_price_of_its_order() -> None:
    for shape, writer in zip(order_shapes(ANCHORS[0]), _writers(ANCHORS[0]), strict=True):
        assert sum(part.amount for part in writer.plan_parts()) == shape.total


def test_a_customer_has_its_orders_side_by_side() -> None:
    groups = customers_of(order_shapes(ANCHORS[0]))
    assert sum(map(len, groups.values())) == 77
    assert len(groups) == 50
