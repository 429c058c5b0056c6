"""Writes the samples of Shopify: the invented shop of mock_data.shop as its exports and its API tell it.

    python -m mock_data.shopify.generate

Beside each sample stands what comes of it: rows of each stream, distinct records of each entity, and some of their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mock_data.shop import PRODUCTS, Product, Sale, Variant, buyers, sales
from mock_data.shopify import answers
from mock_data.writing import Json, dollars, listed, write_json, write_table

FOLDER = Path(__file__).parent
_OLD_PRODUCTS = listed(
    "Handle|Title|Body (HTML)|Vendor|Type|Tags|Published|Option1 Name|Option1 Value|Option2 Name|Option2 Value|Option3 Name|"
    "Option3 Value|Variant SKU|Variant Grams|Variant Inventory Tracker|Variant Inventory Qty|Variant Inventory Policy|"
    "Variant Fulfillment Service|Variant Price|Variant Compare At Price|Variant Requires Shipping|Variant Taxable|"
    "Variant Barcode|Image Src|Image Position|Image Alt Text|Gift Card|SEO Title|SEO Description|"
    "Google Shopping / Google Product Category|Google Shopping / MPN|Variant Image|Variant Weight Unit|Variant Tax Code|"
    "Cost per item|Price / International|Status"
)
_NEW_PRODUCTS = listed(
    "Title|URL handle|Description|Vendor|Product category|Type|Tags|Published on online store|Status|SKU|Barcode|Option1 name|"
    "Option1 value|Option1 Linked To|Option2 name|Option2 value|Option2 Linked To|Option3 name|Option3 value|Option3 Linked To|"
    "Price|Compare-at price|Cost per item|Charge tax|Tax code|Unit price total measure|Unit price total measure unit|"
    "Unit price base measure|Unit price base measure unit|Inventory tracker|Inventory quantity|"
    "Continue selling when out of stock|Weight value (grams)|Weight unit for display|Requires shipping|Fulfillment service|"
    "Product image URL|Image position|Image alt text|Variant image URL|Gift card|SEO title|SEO description|"
    "Color (product.metafields.shopify.color-pattern)|Google Shopping / Condition"
)
_ORDERS = listed(
    "Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|Accepts Marketing|Currency|Subtotal|Shipping|Taxes|"
    "Total|Discount Code|Discount Amount|Shipping Method|Created at|Lineitem quantity|Lineitem name|Lineitem price|"
    "Lineitem compare at price|Lineitem sku|Lineitem requires shipping|Lineitem taxable|Lineitem fulfillment status|"
    "Billing Name|Billing Street|Billing Address1|Billing Address2|Billing Company|Billing City|Billing Zip|Billing Province|"
    "Billing Country|Billing Phone|Shipping Name|Shipping Street|Shipping Address1|Shipping City|Shipping Zip|"
    "Shipping Province|Shipping Country|Notes|Note Attributes|Cancelled at|Payment Method|Payment Reference|"
    "Refunded Amount|Vendor|Outstanding Balance|Employee|Location|Device ID|Id|Tags|Risk Level|Source|Lineitem discount|"
    "Tax 1 Name|Tax 1 Value|Tax 2 Name|Tax 2 Value|Phone|Receipt Number|Duties|Billing Province Name|"
    "Shipping Province Name|Payment ID|Payment Terms Name|Next Payment Due At|Payment References"
)
_CUSTOMERS = listed(
    "Customer ID|First Name|Last Name|Email|Accepts Email Marketing|Default Address Company|Default Address Address1|"
    "Default Address Address2|Default Address City|Default Address Province Code|Default Address Country Code|"
    "Default Address Zip|Default Address Phone|Phone|Accepts SMS Marketing|Total Spent|Total Orders|Note|Tax Exempt|Tags"
)
_OLD_CUSTOMERS = listed(
    "First Name|Last Name|Email|Company|Address1|Address2|City|Province|Province Code|Country|Country Code|Zip|Phone|"
    "Accepts Marketing|Total Spent|Total Orders|Tags|Note|Tax Exempt"
)
_STATES = {"cancelled": "voided"}
_METHODS = {
    "card": "Shopify Payments",
    "wallet": "PayPal Express Checkout",
    "cash": "Cash",
    "gift_card": "Gift Card",
}


def write_samples(folder: Path = FOLDER) -> list[Path]:
    """Write every sample and what is expected of it; returns the samples."""
    tables = {
        "products_export": (_OLD_PRODUCTS, [*_product_rows(_old_row)]),
        "products_export_2025": (_NEW_PRODUCTS, [*_product_rows(_new_row)]),
        "orders_export": (_ORDERS, [*_order_rows()]),
        "customers_export": (_CUSTOMERS, [*_customer_rows()]),
        "customers_export_older": (_OLD_CUSTOMERS, [*_old_customer_rows()]),
    }
    paths = [write_table(folder / f"{name}.csv", header, rows) for name, (header, rows) in tables.items()]
    for name in ("products_export", "products_export_2025"):
        _expect(folder, name, _expected_products(name, len(tables[name][1])))
    _expect(folder, "orders_export", _expected_orders())
    count = len(buyers())
    _expect(folder, "customers_export", _expected_customers(count, "customer"))
    _expect(folder, "customers_export_older", _expected_customers(count))
    for name, (document, expected) in answers.documents().items():
        paths.append(write_json(folder / f"{name}.json", document, indent=True))
        _expect(folder, name, expected)
    return paths


def _expect(folder: Path, name: str, expected: Json) -> None:
    write_json(folder / f"{name}.expected.json", expected, indent=True)


# --- products ---------------------------------------------------------------------------------------------------------


def _product_rows(row: Callable[[Product, Variant | None, str, int], Json]) -> Iterator[Json]:
    """Yield a row for each variant, and one for each picture beyond the variants."""
    for product in PRODUCTS:
        pictures = product.pictures_at()
        for index in range(max(len(product.variants), len(pictures))):
            variant = product.variants[index] if index < len(product.variants) else None
            yield row(product, variant, pictures[index] if index < len(pictures) else "", index)


def _options(product: Product, variant: Variant | None, index: int, name: str, value: str) -> Json:
    names, values = (
        (product.options, variant.options if variant else ())
        if product.options
        else (("Title",), ("Default Title",))
    )
    cells: Json = {f"Option{at} {name}": text for at, text in enumerate(names, start=1) if index == 0}
    return cells | {f"Option{at} {value}": text for at, text in enumerate(values, start=1) if variant}


def _old_row(product: Product, variant: Variant | None, picture: str, index: int) -> Json:
    row: Json = {"Handle": product.handle} | _options(product, variant, index, "Name", "Value")
    if index == 0:
        row |= {
            "Title": product.title,
            "Body (HTML)": product.description,
            "Vendor": product.brand,
            "Type": product.category,
            "Tags": ", ".join(product.tags),
            "Published": str(product.status == "active").lower(),
            "Gift Card": "false",
            "Status": product.status,
        }
    if variant:
        row |= {
            "Variant SKU": variant.sku,
            "Variant Grams": "250.0",
            "Variant Inventory Tracker": "shopify" if product.is_tracked else "",
            "Variant Inventory Qty": variant.stock,
            "Variant Inventory Policy": "deny",
            "Variant Fulfillment Service": "manual",
            "Variant Price": dollars(variant.price),
            "Variant Compare At Price": dollars(variant.price + 200) if index == 1 else "",
            "Variant Requires Shipping": "true",
            "Variant Taxable": "true",
            "Variant Barcode": f"'{variant.barcode}" if variant.barcode else "",
            "Variant Weight Unit": "g",
            "Cost per item": dollars(variant.cost),
        }
    if picture:
        row |= {"Image Src": picture, "Image Position": index + 1}
    return row


def _new_row(product: Product, variant: Variant | None, picture: str, index: int) -> Json:
    row: Json = {"URL handle": product.handle} | _options(product, variant, index, "name", "value")
    if index == 0:
        row |= {
            "Title": product.title,
            "Description": product.description,
            "Vendor": product.brand,
            "Type": product.category,
            "Tags": ", ".join(product.tags),
            "Published on online store": str(product.status == "active").upper(),
            "Status": product.status.capitalize(),
            "Gift card": "FALSE",
        }
    if variant:
        row |= {
            "SKU": variant.sku,
            "Barcode": variant.barcode,
            "Price": dollars(variant.price),
            "Cost per item": dollars(variant.cost),
            "Charge tax": "TRUE",
            "Inventory tracker": "shopify" if product.is_tracked else "",
            "Inventory quantity": variant.stock,
            "Continue selling when out of stock": "DENY",
            "Weight value (grams)": 250,
            "Weight unit for display": "g",
            "Requires shipping": "TRUE",
            "Fulfillment service": "manual",
        }
    if picture:
        row |= {"Product image URL": picture, "Image position": index + 1}
    return row


def _expected_products(name: str, rows: int) -> Json:
    variants = [variant for product in PRODUCTS for variant in product.variants]
    streams = {name: len(PRODUCTS), f"{name} · variants": len(variants)}
    if rows > len(variants):
        streams[f"{name} · further rows"] = rows - len(variants)
    target: Json = {"menu_item": {}, "item_variant": {}}
    for product in PRODUCTS:
        target["menu_item"][product.handle] = answers.expected_product(product)
        for variant in product.variants:
            option = variant.name or "Default Title"
            target["item_variant"][f"{product.handle} | {option}"] = answers.expected_variant(
                variant, product.handle
            )
    return {
        "streams": streams,
        "entities": {"menu_item": len(PRODUCTS), "item_variant": len(variants)},
        "target": target,
    }


# --- orders and customers ---------------------------------------------------------------------------------------------


def _order_rows() -> Iterator[Json]:
    for sale in sales():
        for index, line in enumerate(sale.lines):
            row: Json = {
                "Name": f"#{sale.number}",
                "Email": sale.buyer.email,
                "Created at": _moment(sale),
                "Lineitem quantity": line.quantity,
                "Lineitem name": line.name,
                "Lineitem price": dollars(line.variant.price),
                "Lineitem sku": line.variant.sku,
                "Lineitem requires shipping": "true",
                "Lineitem taxable": "true",
                "Lineitem fulfillment status": "pending",
                "Lineitem discount": "0.00",
                "Vendor": line.product.brand,
            }
            yield row | (_order_cells(sale) if index == 0 else {})


def _moment(sale: Sale) -> str:
    return f"{sale.at:%Y-%m-%d %H:%M:%S %z}"


def _order_cells(sale: Sale) -> Json:
    name = f"{sale.buyer.first_name} {sale.buyer.family}"
    address = {"City": "Testville", "Zip": "'02139", "Province": "MA", "Country": "US"}
    return {
        "Financial Status": _STATES.get(sale.state, sale.state),
        "Paid at": _moment(sale) if sale.is_paid else "",
        "Fulfillment Status": "unfulfilled",
        "Accepts Marketing": "no",
        "Currency": "USD",
        "Subtotal": dollars(sale.subtotal),
        "Shipping": dollars(sale.shipping),
        "Taxes": dollars(sale.tax),
        "Total": dollars(sale.total),
        "Discount Code": sale.code,
        "Discount Amount": dollars(sale.discount),
        "Shipping Method": "Standard" if sale.shipping else "",
        "Billing Name": name,
        "Billing Street": "12 Sample St",
        "Billing Address1": "12 Sample St",
        **{f"Billing {part}": text for part, text in address.items()},
        "Shipping Name": name,
        **{f"Shipping {part}": text for part, text in address.items()},
        "Cancelled at": _moment(sale) if sale.state == "cancelled" else "",
        "Payment Method": _METHODS[sale.tender] if sale.is_paid else "",
        "Payment Reference": f"c{sale.number}.1" if sale.is_paid else "",
        "Refunded Amount": dollars(sale.refunded),
        "Outstanding Balance": dollars(sale.total if sale.state == "pending" else 0),
        "Id": 5_550_000_000 + sale.number,
        "Risk Level": "Low",
        "Source": "web",
        "Tax 1 Name": "MA State Tax 6.25%",
        "Tax 1 Value": dollars(sale.tax),
        "Phone": sale.buyer.phone,
    }


def _expected_orders() -> Json:
    orders = sales()
    target: Json = {"order": {}, "order_line": {}, "payment": {}, "customer": {}}
    for sale in orders:
        target["order"][f"#{sale.number}"] = answers.expected_order(sale, f"#{sale.number}")
        target["customer"][sale.buyer.email] = {
            "first_name": sale.buyer.first_name, "last_name": sale.buyer.family, "postal_code": "02139",
            "phone": sale.buyer.phone, "marketing_opt_in": None,
        }  # fmt: skip
        for index, line in enumerate(sale.lines, start=1):
            target["order_line"][f"#{sale.number} | {index}"] = {
                "order_id": f"#{sale.number}", "name": line.name, "quantity": line.quantity,
                "unit_price": str(dollars(line.variant.price)), "sku": line.variant.sku,
            }  # fmt: skip
        if sale.is_paid:
            target["payment"][f"c{sale.number}.1"] = {
                "order_id": f"#{sale.number}", "tender": sale.tender, "refund_amount": str(dollars(sale.refunded)),
            }  # fmt: skip
    lines = sum(len(sale.lines) for sale in orders)
    return {
        "streams": {"orders_export": len(orders), "orders_export · lines": lines},
        "entities": {
            "order": len(orders), "order_line": lines, "payment": sum(sale.is_paid for sale in orders)
        },
        "target": target,
    }  # fmt: skip


def _customer_rows() -> Iterator[Json]:
    for number, person in enumerate(buyers()):
        address = {
            "Address1": "12 Sample St",
            "City": "Testville",
            "Province Code": "MA",
            "Country Code": "US",
            "Zip": "'02139",
        }
        yield {
            "Customer ID": f"'{answers.customer_id(number)}",
            "First Name": person.first_name,
            "Last Name": person.family,
            "Email": person.email,
            "Accepts Email Marketing": "yes" if number % 3 == 0 else "no",
            **{f"Default Address {part}": text for part, text in address.items()},
            "Phone": person.phone,
            "Accepts SMS Marketing": "no",
            "Total Spent": dollars(1_000 * number),
            "Total Orders": number,
            "Tax Exempt": "no",
            "Tags": "regular, newsletter" if number == 1 else "",
        }


def _old_customer_rows() -> Iterator[Json]:
    for row in _customer_rows():
        older = {key.removeprefix("Default Address "): value for key, value in row.items()}
        older |= {
            "Accepts Marketing": older.pop("Accepts Email Marketing"),
            "Province": "Massachusetts",
            "Country": "United States",
        }
        yield {key: value for key, value in older.items() if key in _OLD_CUSTOMERS}


def _expected_customers(count: int, *entities: str) -> Json:
    name = "customers_export"
    return {"streams": {name: count}, "entities": dict.fromkeys(entities, count), "target": {"customer": {
        (answers.customer_id(number) if entities else person.email): {
            "first_name": person.first_name, "last_name": person.family, "email": person.email, "phone": person.phone,
            "region": "MA", "country": "US", "postal_code": "02139", "lifetime_spend": str(dollars(1_000 * number)),
            "visit_count": number,
        }
        for number, person in enumerate(buyers())
    }}}  # fmt: skip


if __name__ == "__main__":
    write_samples()
