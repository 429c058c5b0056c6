from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from core.engine.units.field_proof import MoneyField, prove_fields
from core.kit.values import NumberForm
from core.schema import target_schema


def money_fields(streams, *, hint=None):
    return {
        f"{entity}.{name}": MoneyField(
            pl.Series([str(row[name]) for row in rows if row.get(name) is not None]), hint, entity
        )
        for entity, rows in streams.items()
        for name in rows[0]
        if target_schema().field(f"{entity}.{name}").kind == "money"
    }


def units(proofs):
    return {proof.unit for proof in proofs.values()}


@pytest.mark.parametrize("hint", [None, "major", "minor"])
def test_the_toast_sample_is_in_cents_whatever_the_documentation_says(toast, make_columns, hint):
    _, columns = make_columns(toast)
    proofs = prove_fields(money_fields(toast, hint=hint), columns)
    assert units(proofs) == {"minor"}
    assert all(proof.reasons and proof.confidence >= 0.9 for proof in proofs.values())


@pytest.mark.parametrize("hint", [None, "minor"])
def test_the_square_sample_is_in_cents(square, make_columns, hint):
    _, columns = make_columns(square)
    assert units(prove_fields(money_fields(square, hint=hint), columns)) == {"minor"}


def in_dollars(streams):
    """The same export as live Toast writes it."""
    return {
        entity: [
            {
                name: f"{Decimal(value) / 100:f}"
                if value is not None and target_schema().field(f"{entity}.{name}").kind == "money"
                else value
                for name, value in row.items()
            }
            for row in rows
        ]
        for entity, rows in streams.items()
    }


@pytest.mark.parametrize("hint", [None, "major", "minor"])
def test_the_same_export_in_dollars_is_proved_to_be_in_dollars(toast, make_columns, hint):
    streams = in_dollars(toast)
    _, columns = make_columns(streams)
    assert units(prove_fields(money_fields(streams, hint=hint), columns)) == {"major"}


def test_small_whole_prices_documented_in_dollars_stay_dollars():
    field = MoneyField(pl.Series(["2", "5", "12", "9", "5"]), "major", "items")
    assert prove_fields({"menu_item.price": field}, {})["menu_item.price"].unit == "major"


def test_an_amount_with_cents_behind_the_point_proves_its_whole_group(make_columns):
    streams = {
        "order": [{"external_id": "o", "subtotal": "1200", "tax_total": "96.60", "total": "1296.60"}],
        "order_line": [{"external_id": "l", "order_id": "o", "net_amount": "1200"}],
    }
    _, columns = make_columns(streams)
    proofs = prove_fields(money_fields(streams), columns)
    assert units(proofs) == {"major"}
    assert any("cents behind the point" in reason for reason in proofs["order_line.net_amount"].reasons)


def test_a_field_that_is_a_hundred_times_another_is_in_cents(make_columns):
    streams = {
        "order": [{"external_id": str(i), "total": str(20 + i)} for i in range(4)],
        "payment": [
            {"external_id": str(i), "order_id": str(i), "amount": str(2000 + 100 * i)} for i in range(4)
        ],
    }
    _, columns = make_columns(streams)
    proofs = prove_fields(money_fields(streams), columns)
    assert (proofs["order.total"].unit, proofs["payment.amount"].unit) == ("major", "minor")
    assert any("payment.amount is in cents" in reason for reason in proofs["payment.amount"].reasons)


def test_small_tips_do_not_make_cents_of_dollars(make_columns):
    streams = {
        "order": [
            {"external_id": str(i), "subtotal": f"{40 + i}.50", "total": f"{44 + i}.10", "tip_total": "0.50"}
            for i in range(4)
        ]
    }
    _, columns = make_columns(streams)
    assert units(prove_fields(money_fields(streams), columns)) == {"major"}


def test_documentation_alone_proves_nothing():
    proof = prove_fields(
        {"menu_item.price": MoneyField(pl.Series([], dtype=pl.String), "minor", "items")}, {}
    )
    assert proof["menu_item.price"].unit == "unknown"


def test_a_currency_without_cents_needs_no_proof():
    proof = prove_fields(
        {"menu_item.price": MoneyField(pl.Series(["1200"]), None, "items")}, {}, currency="JPY"
    )
    assert proof["menu_item.price"].unit == "major"


def test_amounts_with_thousands_separators_are_not_in_cents():
    field = MoneyField(pl.Series(["1.250", "2.500", "900"]), None, "items", NumberForm(decimal_comma=True))
    assert prove_fields({"menu_item.price": field}, {})["menu_item.price"].unit == "major"


def test_a_currency_without_coins_in_use_has_no_cents():
    field = MoneyField(pl.Series(["28000", "12500"]), None, "items")
    assert prove_fields({"menu_item.price": field}, {}, currency="IDR")["menu_item.price"].unit == "major"
