"""Writes the samples of Loyverse: pages of its API as one document."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

from mock_data.people import Person, people
from mock_data.writing import Json, dollars, listed, write_json, write_table

SEED = 31
STORE = "5a1e0c1e-0000-4000-8000-000000000001"
_TIMES: Json = {"created_at": "2025-01-10T09:00:00.000Z", "updated_at": "2025-03-01T09:00:00.000Z"}
_EXISTING: Json = {**_TIMES, "deleted_at": None}
_VAT, _MILK = "7a000000-0000-4000-8000-000000000001", "6d000000-0000-4000-8000-000000000001"
_MENU: tuple[tuple[str, str, tuple[tuple[str | None, int], ...], Json], ...] = (
    ("Flat White", "Coffee", (("Small", 320), ("Large", 390)), {"modifiers": [_MILK]}),
    ("Cold Brew", "Coffee", ((None, 450),), {}),
    ("Butter Croissant", "Bakery", ((None, 375),), {}),
    ("Loose Granola", "Bakery", ((None, 180),), {"by_weight": True}),
    ("Pumpkin Latte", "Coffee", ((None, 480),), {"deleted": "2025-02-20T10:00:00.000Z"}),
)


_RECEIPT_COLUMNS = listed(
    "Date|Receipt number|Receipt type|Gross sales|Discounts|Net sales|Taxes|Total collected|Cost of goods|Gross profit|"
    "Payment type|Description|Dining option|POS|Store|Cashier name|Customer name|Customer contacts|Status"
)
_ITEM_COLUMNS = listed(
    "Handle|SKU|Name|Category|Description|Sold by weight|Option 1 name|Option 1 value|Option 2 name|Option 2 value|Option 3 name|"
    "Option 3 value|Cost|Barcode|SKU of included item|Quantity of included item|Track stock|Available for sale [Harbor Bean]|"
    'Price [Harbor Bean]|In stock [Harbor Bean]|Low stock [Harbor Bean]|Modifier - "Milk"|Tax - "Sales tax" (8%)'
)
_LINE_COLUMNS = listed(
    "Date|Receipt number|Receipt type|Category|SKU|Item|Variant|Modifiers applied|Quantity|Gross sales|Discounts|Net sales|"
    "Cost of goods|Gross profit|Taxes|Dining option|POS|Store|Cashier name|Customer name|Customer contacts|Comment|Status"
)
_GOODS = {
    "10100": ("Coffee", "Flat White", "Small", 320), "10200": ("Coffee", "Cold Brew", "", 450),
    "10300": ("Bakery", "Butter Croissant", "", 375),
}  # fmt: skip
_SALES = (
    ("2-1001", "Sale", (("10200", 1, ""), ("10300", 2, "")), "Card", "Dine in"),
    ("2-1002", "Sale", (("10100", 1, "Oat, Extra shot"),), "Cash", "Takeaway"),
    ("2-1003", "Refund", (("10200", 1, ""),), "Card", "Dine in"),
)


def _id(kind: str, number: int) -> str:
    return f"{kind:0<8}-0000-4000-8000-{number:012d}"


def write_loyverse(folder: Path) -> list[Path]:
    """Write the samples: the same bytes each time."""
    receipts = [
        write_table(folder / "receipts.csv", _RECEIPT_COLUMNS, [_receipt_row(*sale) for sale in _SALES]),
        write_table(
            folder / "receipts_by_item.csv",
            _LINE_COLUMNS,
            [row for sale in _SALES for row in _line_rows(*sale)],
        ),
    ]
    return [
        _write_api(folder),
        write_table(folder / "export_items.csv", _ITEM_COLUMNS, _item_rows()),
        *receipts,
    ]


def _write_api(folder: Path) -> Path:
    rng = random.Random(SEED)
    guests, staff = people(rng, 3, ("207",)), people(rng, 2, ("603",))
    items = _items()
    document = {
        "stores": [
            {
                "id": STORE, "name": "Harbor Bean", "address": "12 Quay St", "city": "Portland", "region": "ME",
                "postal_code": "04101", "country": "US", "phone_number": "+12075550140", "description": None, **_EXISTING,
            }
        ],
        "categories": [
            {"id": _id("ca", number), "name": name, "color": "GREEN", "created_at": _TIMES["created_at"], "deleted_at": None}
            for number, name in enumerate(("Coffee", "Bakery"), start=1)
        ],
        "modifiers": [
            {
                "id": _MILK, "name": "Milk", "position": 0, "stores": [STORE], **_EXISTING,
                "modifier_options": [
                    {"id": _id("6e", 1), "name": "Oat", "price": 0.6, "position": 0},
                    {"id": _id("6e", 2), "name": "Whole", "price": 0, "position": 1},
                ],
            }
        ],
        "taxes": [{"id": _VAT, "type": "INCLUDED", "name": "Sales tax", "rate": 8, "stores": [STORE], **_EXISTING}],
        "discounts": [
            {
                "id": _id("d1", 1), "type": "FIXED_PERCENT", "name": "Staff", "discount_percent": 20,
                "stores": [STORE], "restricted_access": False, **_EXISTING,
            },
            {
                "id": _id("d1", 2), "type": "FIXED_AMOUNT", "name": "Own cup", "discount_amount": 0.25,
                "stores": [STORE], "restricted_access": False, **_EXISTING,
            },
        ],
        "items": items,
        "customers": [_customer(number, person) for number, person in enumerate(guests, start=1)],
        "employees": [
            {
                "id": _id("e1", number), "name": f"{person.first_name} {person.family}", "email": person.email,
                "phone_number": person.phone, "stores": [STORE], "is_owner": number == 1, **_EXISTING,
            }
            for number, person in enumerate(staff, start=1)
        ],
        "receipts": _receipts(items),
        "cursor": None,
    }  # fmt: skip
    return write_json(folder / "api_v1.json", document, indent=True)


def _items() -> list[Json]:
    items = []
    for number, (name, category, sizes, facts) in enumerate(_MENU, start=1):
        variants = [
            {
                "variant_id": _id("b1", number * 10 + variant_no), "item_id": _id("a1", number), "sku": f"1{number:02d}0{variant_no}",
                "reference_variant_id": None, "option1_value": size, "option2_value": None, "option3_value": None,
                "barcode": None, "cost": dollars(cents // 3), "purchase_cost": None, "default_pricing_type": "FIXED",
                "default_price": dollars(cents), "stores": [
                    {"store_id": STORE, "pricing_type": "FIXED", "price": dollars(cents), "available_for_sale": True,
                     "optimal_stock": None, "low_stock": None}
                ], **_EXISTING,
            }
            for variant_no, (size, cents) in enumerate(sizes)
        ]  # fmt: skip
        items.append(
            {
                "id": _id("a1", number), "handle": name.lower().replace(" ", "-"), "reference_id": None, "item_name": name,
                "description": None, "track_stock": False, "sold_by_weight": facts.get("by_weight", False),
                "is_composite": False, "use_production": False, "category_id": _id("ca", 1 if category == "Coffee" else 2),
                "components": [], "primary_supplier_id": None, "tax_ids": [_VAT], "modifier_ids": facts.get("modifiers", []),
                "form": "SQUARE", "color": "GREY", "image_url": None, "option1_name": "Size" if len(sizes) > 1 else None,
                "option2_name": None, "option3_name": None, **_TIMES, "deleted_at": facts.get("deleted"),
                "variants": variants,
            }
        )  # fmt: skip
    return items


def _customer(number: int, person: Person) -> Json:
    return {
        "id": _id("c1", number), "name": f"{person.first_name} {person.family}", "email": person.email,
        "phone_number": person.phone, "address": f"{number} Mill Rd", "city": "Portland", "region": "ME",
        "postal_code": "04101", "country_code": "US", "customer_code": f"C-{number:03d}", "note": None,
        "first_visit": f"2025-01-1{number}T15:00:00.000Z", "last_visit": "2025-03-01T16:30:00.000Z", "total_visits": number,
        "total_spent": dollars(390 * number), "total_points": number * 4, "permanent_deletion_at": None, **_EXISTING,
    }  # fmt: skip


def _receipts(items: list[Json]) -> list[Json]:
    """Return a sale of two lines paid by card, one with a modifier paid in cash by a guest, and the refund of the first."""
    oat: Json = {
        "id": _id("f1", 1), "modifier_option_id": _id("6e", 1), "name": "Milk", "option": "Oat", "price": 0.6, "money_amount": 0.6,
    }  # fmt: skip
    sales: tuple[tuple[str, str, tuple[tuple[int, int, int, list[Json]], ...], str, str | None], ...] = (
        ("1-1001", "SALE", ((1, 0, 1, []), (2, 0, 2, [])), "NONINTEGRATEDCARD", None),
        ("1-1002", "SALE", ((0, 1, 1, [oat]),), "CASH", _id("c1", 2)),
        ("1-1003", "REFUND", ((1, 0, 1, []),), "NONINTEGRATEDCARD", None),
    )
    receipts = []
    for sale_no, (number, kind, sold, tender, guest) in enumerate(sales):
        moment = f"2025-03-01T1{5 + sale_no}:12:00.000Z"
        lines = [
            _line(f"{sale_no}{index}", items[item], variant, quantity, modifiers)
            for index, (item, variant, quantity, modifiers) in enumerate(sold)
        ]
        total = sum((line["total_money"] for line in lines), Decimal(0))
        receipts.append(
            {
                "receipt_number": number, "note": None, "receipt_type": kind, "refund_for": "1-1001" if kind == "REFUND" else None,
                "order": None, "created_at": moment, "receipt_date": moment, "updated_at": moment, "source": "point of sale",
                "cancelled_at": None, "total_money": total, "total_tax": _tax(total), "points_earned": 0, "points_deducted": 0,
                "points_balance": 0, "customer_id": guest, "total_discount": 0, "employee_id": _id("e1", 1), "store_id": STORE,
                "pos_device_id": _id("f0", 1), "dining_option": "Takeaway" if guest else "Dine in", "total_discounts": [],
                "total_taxes": [{"id": _VAT, "type": "INCLUDED", "name": "Sales tax", "rate": 8, "money_amount": _tax(total)}],
                "tip": 0, "surcharge": 0, "line_items": lines,
                "payments": [
                    {"payment_type_id": _id("9a", 1 + (tender == "CASH")), "name": "Cash" if tender == "CASH" else "Card",
                     "type": tender, "money_amount": total, "paid_at": moment, "payment_details": None}
                ],
            }
        )  # fmt: skip
    return receipts


def _tax(total: Decimal) -> Decimal:
    """Return the 8 % that are in a total."""
    return (total * 8 / 108).quantize(Decimal("0.01"))


def _line(key: str, item: Json, variant: int, quantity: int, modifiers: list[Json]) -> Json:
    choice = item["variants"][variant]
    price = choice["default_price"] + sum(
        (Decimal(str(modifier["price"])) for modifier in modifiers), Decimal(0)
    )
    total = price * quantity
    return {
        "id": _id("11", int(key)), "item_id": item["id"], "variant_id": choice["variant_id"], "item_name": item["item_name"],
        "variant_name": choice["option1_value"], "sku": choice["sku"], "quantity": quantity, "price": price,
        "gross_total_money": total, "total_money": total, "cost": choice["cost"], "cost_total": choice["cost"] * quantity,
        "line_note": None, "line_taxes": [], "total_discount": 0, "line_discounts": [], "line_modifiers": modifiers,
    }  # fmt: skip


_Sold = tuple[tuple[str, int, str], ...]


def _of_the_receipt(number: str, kind: str, option: str) -> dict[str, object]:
    return {
        "Date": f"2025-03-0{number[-1]} 12:0{number[-1]}:00", "Receipt number": number, "Receipt type": kind,
        "Dining option": option, "POS": "POS 1", "Store": "Harbor Bean", "Cashier name": "Ivy Holm", "Status": "Closed",
    }  # fmt: skip


def _receipt_row(number: str, kind: str, sold: _Sold, tender: str, option: str) -> dict[str, object]:
    """Return the row of a receipt, with 10 % off on 2-1001."""
    gross = sum(_GOODS[sku][3] * quantity for sku, quantity, _ in sold)
    discount = gross // 10 if number == "2-1001" else 0
    names = "; ".join(f"{_GOODS[sku][1]} x {quantity}" for sku, quantity, _ in sold)
    return {
        **_of_the_receipt(number, kind, option), "Gross sales": dollars(gross), "Discounts": dollars(discount),
        "Net sales": dollars(gross - discount), "Taxes": "0.00", "Total collected": dollars(gross - discount),
        "Cost of goods": dollars(gross // 3), "Gross profit": dollars(gross - discount - gross // 3), "Payment type": tender,
        "Description": names,
    }  # fmt: skip


def _line_rows(number: str, kind: str, sold: _Sold, _: str, option: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for sku, quantity, modifiers in sold:
        category, name, size, cents = _GOODS[sku]
        gross = cents * quantity
        discount = gross // 10 if number == "2-1001" else 0
        rows.append(
            {
                **_of_the_receipt(number, kind, option), "Category": category, "SKU": sku, "Item": name, "Variant": size,
                "Modifiers applied": modifiers, "Quantity": quantity, "Gross sales": dollars(gross),
                "Discounts": dollars(discount), "Net sales": dollars(gross - discount), "Taxes": "0.00",
                "Cost of goods": dollars(gross // 3), "Gross profit": dollars(gross - discount - gross // 3),
            }
        )  # fmt: skip
    return rows


def _item_rows() -> list[dict[str, object]]:
    """Return a row an item, or one for each of its sizes: what is about the item stands in the first."""
    rows: list[dict[str, object]] = []
    for number, (name, category, sizes, facts) in enumerate(_MENU, start=1):
        for variant_no, (size, cents) in enumerate(sizes):
            row: dict[str, object] = {
                "Handle": name.lower().replace(" ", "-"), "SKU": f"1{number:02d}0{variant_no}", "Option 1 value": size,
                "Cost": dollars(cents // 3), "Price [Harbor Bean]": dollars(cents), "Available for sale [Harbor Bean]": "Y",
                "In stock [Harbor Bean]": 24 if category == "Bakery" else "",
            }  # fmt: skip
            if variant_no == 0:
                row |= {
                    "Name": name, "Category": category, "Sold by weight": "Y" if facts.get("by_weight") else "N",
                    "Option 1 name": "Size" if size else "", "Track stock": "Y" if category == "Bakery" else "N",
                    'Modifier - "Milk"': "Y" if facts.get("modifiers") else "N", 'Tax - "Sales tax" (8%)': "Y",
                }  # fmt: skip
            rows.append(row)
    return rows
