"""Answers of the shops' APIs: which records they are told by, and what of them moves money."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mock_data
from adapters import SOURCES
from core.engine.sources.read import identify, read
from mock_data.shop import sales

FOLDER = Path(mock_data.__file__).parent


def streams_of(document: object, folder: Path):
    """Return the source that a document is recognised as, and its frames by stream."""
    path = folder / "answer.json"
    path.write_text(json.dumps(document))
    identification = identify(path, list(SOURCES.values()))
    return identification, dict(read(path, identification))


def answer(name: str):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("sample", "key", "stream"),
    [
        ("shopify/products_api.json", "products", "products"),
        ("shopify/orders_api.json", "orders", "orders"),
        ("shopify/customers_api.json", "customers", "customers"),
        ("shopify/gift_cards_api.json", "gift_cards", "gift_cards"),
    ],
)
def test_a_bare_list_of_records_is_told_by_their_fields(sample, key, stream, tmp_path):
    identification, frames = streams_of(answer(sample)[key], tmp_path)
    assert identification.source.name == "shopify"
    assert frames[stream].height == len(answer(sample)[key])


@pytest.mark.parametrize("key", ["products", "variations", "orders"])
def test_answers_of_woocommerce_may_stand_under_a_key_of_their_name(key, tmp_path):
    records = answer(f"woocommerce/{key}_api.json")
    identification, frames = streams_of({key: records}, tmp_path)
    assert identification.source.name == "woocommerce"
    assert frames[key].height == len(records)


def test_variants_know_their_product_where_only_the_product_says_so(tmp_path):
    document = answer("shopify/products_api.json")
    for product in document["products"]:
        for variant in product["variants"]:
            del variant["product_id"]
    _, frames = streams_of(document, tmp_path)
    assert frames["variants"]["product_id"].null_count() == 0


def test_authorizations_and_voids_are_no_payments(tmp_path):
    document = answer("shopify/transactions_api.json")
    first, second, *others = document["transactions"]
    document["transactions"] = [first | {"kind": "authorization"}, second | {"kind": "void"}, *others]
    identification, frames = streams_of(document, tmp_path)
    payments = [info.name for info in identification.streams if info.entity == "payment"]
    assert payments == ["transactions_sale"]
    assert frames["transactions_sale"].height == len(others)
    assert frames["transactions"].height == 2  # there to be seen, and mapped to nothing


def test_a_refund_inside_an_order_is_a_payment_of_that_order():
    path = FOLDER / "shopify" / "orders_api.json"
    frames = dict(read(path, identify(path, list(SOURCES.values()))))
    refunds = frames["transactions_refund"].select("order_id", "amount").rows()
    refunded = [(str(5_550_000_000 + sale.number), sale.refunded) for sale in sales() if sale.refunded]
    assert [(order, round(float(amount) * 100)) for order, amount in refunds] == refunded
