"""Writes the samples of Lightspeed X-Series: products, customers and the sales history."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from mock_data.people import Person, people
from mock_data.writing import dollars, listed, write_table

SEED = 34
Row = dict[str, object]
_CUSTOMERS = listed(
    "id|customer_code|first_name|last_name|company_name|email|phone|mobile|fax|website|date_of_birth|sex|physical_address1|"
    "physical_address2|physical_suburb|physical_city|physical_postcode|physical_state|physical_country|customer_group_name|"
    "note|enable_loyalty|loyalty_balance|account_balance"
)
_HISTORY = listed(
    "date|receipt_number|line_type|customer_code|customer_name|note|quantity|subtotal|sales_tax|discount|loyalty|total|paid|"
    "details|register|user|status|sku|accountcodesale|accountcodepurchase"
)
_PRODUCTS = listed(
    "id|handle|sku|composite_name|composite_sku|composite_quantity|name|description|product_category|variant_option_one_name|"
    "variant_option_one_value|variant_option_two_name|variant_option_two_value|variant_option_three_name|"
    "variant_option_three_value|tags|supply_price|retail_price|tax_name|tax_value|account_code|account_code_purchase|brand_name|"
    "supplier_name|supplier_code|active|track_inventory|inventory_Main_Outlet|reorder_point_Main_Outlet|"
    "restock_level_Main_Outlet"
)
_LIBRARY = (
    ("stoneware-mug", "Stoneware Mug", "Home", (("MUG-1", "Sand", 1800), ("MUG-2", "Slate", 1900)), True),
    ("tea-towel", "Tea Towel", "Home", (("TOW-2", "", 950),), True),
    ("olive-oil", "Olive Oil 500 ml", "Pantry", (("OIL-5", "", 1240),), True),
    ("picnic-rug", "Picnic Rug", "Home", (("RUG-1", "", 4200),), False),
)
_GOODS = (("Stoneware Mug", "MUG-1", 1800), ("Tea Towel", "TOW-2", 950), ("Olive Oil 500 ml", "OIL-5", 1240))
_SALES = (
    ("2001", 2, ((0, 1), (1, 2)), "Cash", "CLOSED"),
    ("2002", None, ((2, 1),), "Credit Card", "CLOSED"),
    ("2003", 1, ((1, 1), (2, 2)), "Credit Card", "ONACCOUNT_CLOSED"),
)


def write_lightspeed_x(folder: Path) -> list[Path]:
    """Write the samples: the same bytes each time."""
    guests = people(random.Random(SEED), 3, ("503",))
    history = [row for sale in _SALES for row in _sale(guests, *sale)]
    return [
        write_table(folder / "products.csv", _PRODUCTS, _product_rows()),
        write_table(folder / "customers.csv", _CUSTOMERS, [_customer(*guest) for guest in enumerate(guests)]),
        write_table(folder / "sales_history.csv", _HISTORY, history),
    ]


def _code(number: int, person: Person) -> str:
    return f"{person.first_name}-{person.family[:2].upper()}{40 + number}"


def _customer(number: int, person: Person) -> Row:
    return {
        "id": f"0af7b240-abc5-11e{number}-bd0a-000000000100", "customer_code": _code(number, person),
        "first_name": person.first_name, "last_name": person.family, "company_name": "Corner Deli" if number == 2 else "",
        "email": person.email, "mobile": person.phone, "date_of_birth": f"198{number}-05-1{number}",
        "physical_address1": f"{number + 3} Alder St", "physical_city": "Portland", "physical_postcode": "97201",
        "physical_state": "OR", "physical_country": "US", "customer_group_name": "Regulars" if number else "All Customers",
        "enable_loyalty": "1", "loyalty_balance": "4.50", "account_balance": "0.00",
    }  # fmt: skip


def _sale(
    guests: list[Person],
    number: str,
    guest: int | None,
    sold: tuple[tuple[int, int], ...],
    tender: str,
    status: str,
) -> Iterator[Row]:
    """Yield the row of a sale, those of its lines and that of its payment. No sales tax: Oregon has none."""
    date = f"2025-03-0{number[-1]} 11:2{number[-1]}:00"
    total = dollars(sum(_GOODS[good][2] * quantity for good, quantity in sold))
    person = None if guest is None else guests[guest]
    names = " + ".join(f"{quantity} X {_GOODS[good][0]}" for good, quantity in sold)
    yield {
        "date": date, "receipt_number": number, "line_type": "Sale",
        "customer_code": _code(guest or 0, person) if person else "WALKIN",
        "customer_name": f"{person.first_name} {person.family}" if person else "", "subtotal": total, "sales_tax": "0.00",
        "quantity": sum(quantity for _, quantity in sold), "discount": "0.00", "loyalty": "0.00", "total": total, "paid": "",
        "details": names, "register": "Main Register", "user": "Nora Falk", "status": status,
    }  # fmt: skip
    for good, quantity in sold:
        name, sku, cents = _GOODS[good]
        yield {
            "date": date, "receipt_number": number, "line_type": "Sale Line", "quantity": quantity,
            "subtotal": dollars(cents * quantity), "sales_tax": "0.00", "discount": "0.00", "total": dollars(cents * quantity),
            "details": name, "sku": sku,
        }  # fmt: skip
    yield {"date": date, "receipt_number": number, "line_type": "Payment", "paid": total, "details": tender}


def _product_rows() -> Iterator[Row]:
    """Yield a row for each product, or for each of its variants, which repeat what is about the product."""
    for number, (handle, name, category, variants, is_active) in enumerate(_LIBRARY):
        for variant_no, (sku, colour, cents) in enumerate(variants):
            yield {
                "id": f"0af7b240-abc5-11e8-bd0a-{number:06d}{variant_no:06d}", "handle": handle, "sku": sku, "name": name,
                "product_category": category, "variant_option_one_name": "Colour" if colour else "",
                "variant_option_one_value": colour, "tags": "gift;new" if number == 0 else "", "supply_price": dollars(cents // 3),
                "retail_price": dollars(cents), "tax_name": "No tax", "tax_value": "0", "brand_name": "Elm & Co",
                "supplier_name": "Nordic Imports", "active": "1" if is_active else "0", "track_inventory": "1",
                "inventory_Main_Outlet": 10 + number + variant_no, "reorder_point_Main_Outlet": 4,
                "restock_level_Main_Outlet": 20,
            }  # fmt: skip
