"""Amounts of a record that takes back what another gave are below zero, the price of one is not."""

from __future__ import annotations

from adapters.declare import below_zero, fields, money
from core.engine.sources.contract import Hint


def test_amounts_and_counts_are_negated_and_other_fields_are_not():
    hints = fields(
        {"total": money("order_line.net_amount"), "price": money("order_line.unit_price"), "count": "order_line.quantity",
         "name": "order_line.name"},
        "rest",
    )  # fmt: skip
    transforms = {name: hint.transform for name, hint in below_zero(hints, "count").items()}
    assert transforms == {
        "total": "money | negate",
        "price": None,
        "count": "number | negate",
        "name": None,
        "rest": None,
    }
    assert below_zero(hints)["count"] == Hint("order_line.quantity")
