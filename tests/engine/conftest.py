"""The two samples of the product, cut into streams by hand and applied, as the tests of validation and units need them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import transform_rows
from core.engine.validation.duplicates import CONTENT
from core.schema import target_schema

SAMPLES = Path(__file__).resolve().parents[2] / "mock_data"


def text(value):
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def columns_of(streams, *, cents=False, **settings):
    """entity -> list of records named by target field; `cents` divides all money by 100."""
    plans = []
    for entity, records in streams.items():
        names = list(dict.fromkeys(name for record in records for name in record))
        fields = [
            FieldPlan(
                name,
                (name,),
                "divide(100)"
                if cents and target_schema().field(f"{entity}.{name}").kind == "money"
                else None,
            )
            for name in names
        ]
        plans.append(EntityPlan(entity, entity, tuple(fields)))
    plan = Plan("restaurant", "test", tuple(plans), **settings)
    columns = {}
    for entity_plan in plans:
        records = streams[entity_plan.entity]
        data = {name: [text(record.get(name)) for record in records] for name in entity_plan.columns()}
        frame = pl.DataFrame(
            {ROW: range(1, len(records) + 1), **data},
            schema={ROW: pl.Int64, **dict.fromkeys(data, pl.String)},
        )
        batch = transform_rows(plan, entity_plan, frame)
        content = pl.struct(pl.exclude(ROW)).hash().alias(CONTENT)
        columns[entity_plan.entity] = batch.frame.with_columns(content)
    return plan, columns


def toast_streams():
    sample = json.loads((SAMPLES / "toast" / "toast_sample.json").read_text())
    groups = [group for menu in sample["menus"] for group in menu["groups"]]
    items = [(group, item) for group in groups for item in group["items"]]
    choices = [group for _, item in items for group in item.get("modifierGroups", [])]
    checks = [(order, check) for order in sample["orders"] for check in order["checks"]]
    return {
        "menu_item": [
            {
                "external_id": item["guid"],
                "name": item["name"],
                "price": item["price"],
                "category_id": group["guid"],
                "pricing_strategy": item["pricingStrategy"],
            }
            for group, item in items
        ],
        "item_variant": [
            {
                "external_id": size["guid"],
                "name": size["name"],
                "price": size["price"],
                "item_id": item["guid"],
            }
            for _, item in items
            for size in item.get("sizes", [])
        ],
        "category": [{"external_id": group["guid"], "name": group["name"]} for group in groups],
        "modifier_group": [
            {
                "external_id": group["guid"],
                "name": group["name"],
                "min_selections": group["minSelections"],
                "max_selections": group["maxSelections"],
            }
            for group in choices
        ],
        "modifier": [
            {
                "external_id": record["guid"],
                "name": record["name"],
                "price_delta": record["price"],
                "group_id": group["guid"],
            }
            for group in choices
            for record in group["modifiers"]
        ],
        "customer": [
            {"external_id": record["guid"], "first_name": record["firstName"]}
            for record in sample["customers"]
        ],
        "order": [
            {
                "external_id": check["guid"],
                "business_date": order["businessDate"],
                "opened_at": order["createdDate"],
                "customer_id": order["customer"]["guid"],
                "subtotal": check["subtotal"],
                "tax_total": check["tax"],
                "total": check["total"],
            }
            for order, check in checks
        ],
        "order_line": [
            {
                "external_id": line["guid"],
                "order_id": check["guid"],
                "item_id": line["itemGuid"],
                "quantity": line["quantity"],
                "gross_amount": line["price"],
                "modifiers": [record["guid"] for record in line["modifiers"]],
            }
            for _, check in checks
            for line in check["selections"]
        ],
        "payment": [
            {
                "external_id": record["guid"],
                "order_id": check["guid"],
                "amount": record["amount"],
                "tip_amount": record["tipAmount"],
                "tender": record["type"],
            }
            for _, check in checks
            for record in check["payments"]
        ],
    }


def square_streams():
    sample = json.loads((SAMPLES / "square" / "square_sample.json").read_text())
    objects = sample["catalog"]["objects"]
    items = [record for record in objects if record["type"] == "ITEM"]
    lists = [record for record in objects if record["type"] == "MODIFIER_LIST"]
    return {
        "menu_item": [
            {
                "external_id": item["id"],
                "name": item["item_data"]["name"],
                "category_id": item["item_data"]["category_id"],
            }
            for item in items
        ],
        "category": [
            {"external_id": record["id"], "name": record["category_data"]["name"]}
            for record in objects
            if record["type"] == "CATEGORY"
        ],
        "item_variant": [
            {
                "external_id": size["id"],
                "name": size["item_variation_data"]["name"],
                "item_id": item["id"],
                "price": size["item_variation_data"]["price_money"]["amount"],
            }
            for item in items
            for size in item["item_data"]["variations"]
        ],
        "modifier": [
            {
                "external_id": modifier["id"],
                "name": modifier["modifier_data"]["name"],
                "group_id": record["id"],
                "price_delta": modifier["modifier_data"]["price_money"]["amount"],
            }
            for record in lists
            for modifier in record["modifier_list_data"]["modifiers"]
        ],
        "modifier_group": [
            {"external_id": record["id"], "name": record["modifier_list_data"]["name"]} for record in lists
        ],
        "order": [
            {"external_id": order["id"], "state": order["state"], "total": order["total_money"]["amount"]}
            for order in sample["orders"]
        ],
        "order_line": [
            {
                "external_id": line["uid"],
                "order_id": order["id"],
                "variant_id": line["catalog_object_id"],
                "quantity": line["quantity"],
                "unit_price": line["base_price_money"]["amount"],
                "gross_amount": line["gross_sales_money"]["amount"],
                "modifiers": [record["catalog_object_id"] for record in line.get("modifiers", [])],
            }
            for order in sample["orders"]
            for line in order["line_items"]
        ],
    }


@pytest.fixture
def make_columns():
    return columns_of


@pytest.fixture
def toast():
    return toast_streams()


@pytest.fixture
def square():
    return square_streams()
