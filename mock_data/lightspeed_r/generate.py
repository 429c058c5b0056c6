"""Writes the samples of Lightspeed R-Series: the items export, and items, categories and customers of the API."""

from __future__ import annotations

import random
from pathlib import Path

from mock_data.people import people
from mock_data.writing import Json, listed, write_json, write_table

SEED = 33
_HEADER = listed(
    "System ID|UPC|EAN|Custom SKU|Manufact. SKU|Item|Vendor ID|Qty.|Price|Tax|Brand|Publish to eCom|Season|Department|MSRP|"
    "Tax Class|Default Cost|Vendor|Category|Subcategory 1|Subcategory 2|Subcategory 3|Archived"
)
_ITEMS = (
    ("Espresso Cup, 8 oz", "036000291452", "", "CUP-08", 24, "14.00", "16.00", "5.10", "Potworks", "Homeware", "Cups", False),
    ("House Beans 1 kg", "", "5012345678900", "BEAN-1", 30, "28.50", "32.00", "13.40", "Roastery", "Coffee", "Whole bean", False),
    ("Filter Papers", "012345678905", "", "FLT-100", 0, "4.25", "0.00", "1.10", "Roastery", "Coffee", "", False),
    ("Old Mug", "", "", "MUG-OLD", 2, "9.00", "9.00", "3.00", "Potworks", "Homeware", "Cups", True),
)  # fmt: skip
_CATEGORIES = (("Homeware", 0), ("Cups", 21), ("Coffee", 0), ("Whole bean", 23), ("Gifts", 0))


def write_lightspeed_r(folder: Path) -> list[Path]:
    """Write the two samples: the same bytes each time."""
    names = [name for name, _ in _CATEGORIES]
    document = {
        "@attributes": {"next": "", "previous": ""},
        "Category": [
            {"categoryID": str(number), "name": name, "nodeDepth": "0" if not parent else "1", "fullPathName": name,
             "leftNode": "1", "rightNode": "2", "createTime": _MOMENT, "timeStamp": _MOMENT, "parentID": str(parent)}
            for number, (name, parent) in enumerate(_CATEGORIES, start=21)
        ],
        "Item": [_item(289 + number, item, names) for number, item in enumerate(_ITEMS, start=1)],
        "Customer": _customers(),
    }  # fmt: skip
    return [
        write_table(
            folder / "items_export.csv", _HEADER, [_row(*item) for item in enumerate(_ITEMS, start=1)]
        ),
        write_json(folder / "api_v3.json", document, indent=True),
    ]


_MOMENT = "2025-02-10T18:30:09+00:00"


def _row(number: int, item: tuple[object, ...]) -> dict[str, object]:
    name, upc, ean, sku, quantity, price, recommended, cost, vendor, category, below, is_archived = item
    return {
        "System ID": f"2100000000{number:02d}", "UPC": upc, "EAN": ean, "Custom SKU": sku, "Item": name, "Qty.": quantity,
        "Price": f"${price}", "Tax": "Yes", "Publish to eCom": "No", "MSRP": recommended, "Tax Class": "Item",
        "Default Cost": f"{cost}0000000", "Vendor": vendor, "Category": category, "Subcategory 1": below,
        "Archived": "Yes" if is_archived else "No",
    }  # fmt: skip


def _item(number: int, item: tuple[object, ...], categories: list[str]) -> Json:
    name, upc, ean, sku, quantity, price, recommended, cost, _, category, below, is_archived = item
    return {
        "itemID": str(number), "systemSku": f"210000000{number:03d}", "defaultCost": cost, "avgCost": cost,
        "discountable": "true", "tax": "true", "archived": "true" if is_archived else "false", "itemType": "default",
        "serialized": "false", "description": name, "modelYear": "0", "upc": upc, "ean": ean, "customSku": sku,
        "manufacturerSku": "", "createTime": _MOMENT, "timeStamp": _MOMENT, "publishToEcom": "false",
        "categoryID": str(categories.index(str(below or category)) + 21), "taxClassID": "1", "departmentID": "0",
        "itemMatrixID": "0", "manufacturerID": "0", "seasonID": "0", "defaultVendorID": "0",
        "Prices": {
            "ItemPrice": [
                {"amount": price, "useTypeID": "1", "useType": "Default"},
                {"amount": recommended, "useTypeID": "2", "useType": "MSRP"},
                {"amount": "0", "useTypeID": "3", "useType": "Online"},
            ]
        },
        "ItemShops": {
            "ItemShop": [
                {"itemShopID": str(number * 2), "qoh": str(quantity), "reorderPoint": "5", "reorderLevel": "10",
                 "itemID": str(number), "shopID": shop}
                for shop in ("1", "0")
            ]
        },
    }  # fmt: skip


def _customers() -> list[Json]:
    """Return three customers; of the last the contact has a single e-mail, which the API writes without a list."""
    guests = people(random.Random(SEED), 3, ("313",))
    customers = []
    for number, person in enumerate(guests, start=1):
        email = {"address": person.email, "useType": "Primary"}
        customers.append(
            {
                "customerID": str(1500 + number), "firstName": person.first_name, "lastName": person.family, "title": "", "company": "",
                "createTime": _MOMENT, "timeStamp": _MOMENT, "archived": "false", "contactID": str(100 + number),
                "creditAccountID": "0", "customerTypeID": "1", "discountID": "0", "taxCategoryID": "0",
                "Contact": {
                    "contactID": str(100 + number), "noEmail": "false", "noPhone": "false", "noMail": "false",
                    "Emails": {"ContactEmail": email if number == 3 else [email, {"address": "", "useType": "Secondary"}]},
                    "Phones": {"ContactPhone": [{"number": person.phone, "useType": "Mobile"}]},
                    "Addresses": {
                        "ContactAddress": {"address1": f"{number} Elm Ave", "address2": "", "city": "Detroit", "state": "Michigan",
                                           "zip": "48201", "country": "United States", "countryCode": "US", "stateCode": "MI"}
                    },
                    "Websites": "",
                },
            }
        )  # fmt: skip
    return customers
