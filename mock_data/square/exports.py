"""Coffee Corner's catalogue and last week as the files Square's dashboard exports, money in dollars.

ItemLibrary.xlsx (and the same as CSV) is the library as one location sees it; ItemsDetail.csv has a row per line sold.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from mock_data.square.catalog import Catalog
from mock_data.square.places import SHOPS
from mock_data.writing import Json, dollars, listed, write_table

MODIFIER_SET = "Modifier Set - "
ITEM_LIBRARY = listed(
    "Reference Handle|Token|Item Name|Customer-facing Name|Variation Name|SKU|Description|Categories|"
    "Reporting Category|SEO Title|SEO Description|Permalink|GTIN|Square Online Item Visibility|Item Type|Weight (lb)|"
    "Social Media Link Title|Social Media Link Description|Shipping Enabled|Self-serve Ordering Enabled|"
    "Delivery Enabled|Pickup Enabled|Price|Online Sale Price|Archived|Sellable|Contains Alcohol|Stockable|"
    "Auto Add Item to Check|Option Name 1|Option Value 1|Default Unit Cost|Default Vendor Name|Default Vendor Code"
)
STOCK = listed("Current Quantity|New Quantity|Stock Alert Enabled|Stock Alert Count")
ITEMS_DETAIL = listed(
    "Date|Time|Time Zone|Category|Item|Qty|Price Point Name|SKU|Modifiers Applied|Gross Sales|Discounts|Net Sales|Tax|"
    "Transaction ID|Payment ID|Device Name|Notes|Details|Event Type|Location|Dining Option|Customer ID|Customer Name|"
    "Customer Reference ID|Unit|Count|GTIN|Itemization Type|Commission|Employee|Fulfillment Note|Channel|Token|"
    "Card Brand|PAN Suffix"
)
ZONES = {
    "America/Los_Angeles": "Pacific Time (US & Canada)",
    "America/Denver": "Mountain Time (US & Canada)",
    "America/Phoenix": "Arizona",
}
DINING_OPTIONS = {"PICKUP": "Pickup", "DELIVERY": "Delivery"}


def write_library(folder: Path, catalog: Catalog, created_at: datetime) -> list[Path]:
    """Write ItemLibrary.csv and ItemLibrary.xlsx with the same rows, one per variation; `created_at` is the workbook's date."""
    shop = str(SHOPS[0].location["name"])
    names = [entry["modifier_list_data"]["name"] for entry in catalog.of("MODIFIER_LIST")]
    header = (
        *ITEM_LIBRARY,
        *(f"{column} {shop}" for column in STOCK),
        *(f"{MODIFIER_SET}{name}" for name in names),
    )
    table = write_table(folder / "ItemLibrary.csv", header, _library_rows(catalog))
    workbook = folder / "ItemLibrary.xlsx"
    _as_workbook(table, workbook, created_at)
    return [table, workbook]


def write_items_detail(path: Path, orders: list[Json], catalog: Catalog, customers: list[Json]) -> Path:
    return write_table(path, ITEMS_DETAIL, _detail_rows(orders, catalog, customers))


def _as_workbook(table: Path, path: Path, created_at: datetime) -> None:
    """Every cell as text, the way Square writes it; the fixed date keeps the bytes the same."""
    with table.open(encoding="utf-8", newline="") as file, xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": created_at})
        sheet = book.add_worksheet("Items")
        for number, row in enumerate(csv.reader(file)):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(number, column, value)


def _library_rows(catalog: Catalog) -> Iterator[dict[str, object]]:
    categories = {entry["id"]: entry["category_data"]["name"] for entry in catalog.of("CATEGORY")}
    lists = {entry["id"]: entry["modifier_list_data"]["name"] for entry in catalog.of("MODIFIER_LIST")}
    for item in catalog.of("ITEM"):
        data = item["item_data"]
        slug = data["name"].lower().replace(" ", "-")
        offered = {info["modifier_list_id"] for info in data["modifier_list_info"]}
        sets = {f"{MODIFIER_SET}{name}": "Y" if key in offered else "N" for key, name in lists.items()}
        for number, variation in enumerate(data["variations"], start=1):
            details = variation["item_variation_data"]
            price = details.get("price_money")
            yield {
                "Reference Handle": f"#{slug}-{number}",
                "Token": variation["id"],
                "Item Name": data["name"],
                "Variation Name": details["name"],
                "SKU": details["sku"],
                "Description": data["description"],
                "Categories": categories[data["category_id"]],
                "Reporting Category": categories[data["category_id"]],
                "Permalink": slug,
                "Square Online Item Visibility": "visible",
                "Item Type": "Prepared food and beverage",
                "Shipping Enabled": "N",
                "Self-serve Ordering Enabled": "Y",
                "Delivery Enabled": "Y",
                "Pickup Enabled": "Y",
                "Price": dollars(price["amount"]) if price else "",
                "Archived": "N",
                "Sellable": "Y",
                "Contains Alcohol": "N",
                "Stockable": "N",
                "Auto Add Item to Check": "N",
            } | sets


def _detail_rows(orders: list[Json], catalog: Catalog, customers: list[Json]) -> Iterator[dict[str, object]]:
    categories = {entry["id"]: entry["category_data"]["name"] for entry in catalog.of("CATEGORY")}
    sold = {
        variation["id"]: (item["item_data"], variation["item_variation_data"])
        for _, item, variation in catalog.counter
    }
    shops_by_id = {shop.id: shop for shop in SHOPS}
    names = {customer["id"]: f"{customer['given_name']} {customer['family_name']}" for customer in customers}
    for order in orders:
        shop = shops_by_id[order["location_id"]]
        local = datetime.fromisoformat(order["created_at"]).astimezone(ZoneInfo(shop.zone))
        tender = order["tenders"][0]
        card = tender.get("card_details", {}).get("card", {})
        fulfillment = order.get("fulfillments", [{"type": ""}])[0]["type"]
        head = {
            "Date": f"{local:%Y-%m-%d}",
            "Time": f"{local:%H:%M:%S}",
            "Time Zone": ZONES[shop.zone],
            "Transaction ID": order["id"],
            "Payment ID": tender["id"],
            "Event Type": "Payment",
            "Location": shop.location["name"],
            "Dining Option": DINING_OPTIONS.get(fulfillment, "For Here"),
            "Customer ID": order.get("customer_id", ""),
            "Customer Name": names.get(order.get("customer_id", ""), ""),
            "Channel": order["source"]["name"],
            "Card Brand": card.get("card_brand", ""),
            "PAN Suffix": card.get("last_4", ""),
        }
        for line in order["line_items"]:
            item, variation = sold[line["catalog_object_id"]]
            yield head | _detail(line, item, variation) | {"Category": categories[item["category_id"]]}


def _detail(line: Json, item: Json, variation: Json) -> dict[str, object]:
    gross, discount = line["gross_sales_money"]["amount"], line["total_discount_money"]["amount"]
    return {
        "Item": item["name"],
        "Qty": f"{line['quantity']}.0",
        "Price Point Name": variation["name"],
        "SKU": variation["sku"],
        "Modifiers Applied": ", ".join(modifier["name"] for modifier in line["modifiers"]),
        "Gross Sales": f"${dollars(gross)}",
        "Discounts": f"{'-' if discount else ''}${dollars(discount)}",
        "Net Sales": f"${dollars(gross - discount)}",
        "Tax": f"${dollars(line['total_tax_money']['amount'])}",
        "Unit": "ea",
        "Count": line["quantity"],
        "Itemization Type": "Physical Good",
        "Commission": "$0.00",
        "Token": line["catalog_object_id"],
    }
