"""Writes the samples of WooCommerce: the invented shop of mock_data.shop as its exports and its API tell it.

    python -m mock_data.woocommerce.generate

Beside each sample stands what comes of it: rows of each stream, distinct records of each entity, and some of their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mock_data.shop import PRODUCTS, Product, Variant, sales
from mock_data.woocommerce import answers
from mock_data.woocommerce.answers import expected_order, order_id, product_id, variation_id
from mock_data.writing import Json, dollars, listed, write_json, write_table

FOLDER = Path(__file__).parent
_PRODUCTS = listed(
    "ID|Type|SKU|GTIN, UPC, EAN, or ISBN|Name|Published|Is featured?|Visibility in catalog|Short description|Description|"
    "Date sale price starts|Date sale price ends|Tax status|Tax class|In stock?|Stock|Low stock amount|Backorders allowed?|"
    "Sold individually?|Weight (kg)|Length (cm)|Width (cm)|Height (cm)|Allow customer reviews?|Purchase note|Sale price|"
    "Regular price|Categories|Tags|Shipping class|Images|Download limit|Download expiry days|Parent|Grouped products|Upsells|"
    "Cross-sells|External URL|Button text|Position|Brands|Attribute 1 name|Attribute 1 value(s)|Attribute 1 visible|"
    "Attribute 1 global|Attribute 2 name|Attribute 2 value(s)|Attribute 2 visible|Attribute 2 global|Meta: _sample_note"
)
_OLD_PRODUCTS = tuple(
    name for name in _PRODUCTS if name not in {"GTIN, UPC, EAN, or ISBN", "Brands", "Low stock amount"}
)
_ORDERS = listed(
    "Order Number|Order Status|Order Date|Customer Note|First Name (Billing)|Last Name (Billing)|Company (Billing)|"
    "Address 1&2 (Billing)|City (Billing)|State Code (Billing)|Postcode (Billing)|Country Code (Billing)|Email (Billing)|"
    "Phone (Billing)|First Name (Shipping)|Last Name (Shipping)|Address 1&2 (Shipping)|City (Shipping)|State Code (Shipping)|"
    "Postcode (Shipping)|Country Code (Shipping)|Payment Method Title|Cart Discount Amount|Order Subtotal Amount|"
    "Shipping Method Title|Order Shipping Amount|Order Refund Amount|Order Total Amount|Order Total Tax Amount|SKU|Item #|"
    "Item Name|Quantity (- Refund)|Item Cost|Coupon Code|Discount Amount|Discount Amount Tax"
)
_PUBLISHED = {"active": "1", "draft": "-1", "archived": "0"}


def write_samples(folder: Path = FOLDER) -> list[Path]:
    """Write every sample and what is expected of it; returns the samples."""
    rows = [*_product_rows()]
    older = [{key: value for key, value in row.items() if key in _OLD_PRODUCTS} for row in rows]
    orders = [*_order_rows()]
    tables = {
        "wc-product-export": (_PRODUCTS, rows, _expected_products()),
        "wc-product-export-older": (_OLD_PRODUCTS, older, _expected_products(is_older=True)),
        "orders": (_ORDERS, orders, _expected_orders()),
        # the plugin can leave blank what stands in the order's first row
        "orders-blank": (_ORDERS, [*_blanked(orders)], _expected_orders()),
    }
    paths = []
    for name, (header, cells, expected) in tables.items():
        paths.append(write_table(folder / f"{name}.csv", header, cells))
        write_json(folder / f"{name}.expected.json", expected, indent=True)
    for name, (document, expected) in answers.documents().items():
        paths.append(write_json(folder / f"{name}.json", document, indent=True))
        write_json(folder / f"{name}.expected.json", expected, indent=True)
    return paths


# --- products ---------------------------------------------------------------------------------------------------------


def _product_rows() -> Iterator[Json]:
    for product in PRODUCTS:
        yield _product_row(product)
        if product.options:
            for index, variant in enumerate(product.variants):
                yield _variation_row(product, variant, index)


def _product_row(product: Product) -> Json:
    row: Json = {
        "ID": product_id(product),
        "Type": "variable" if product.options else "simple",
        "SKU": f"P-{product.id}" if product.options else product.variants[0].sku,
        "Name": product.title,
        "Published": _PUBLISHED[product.status],
        "Is featured?": 0,
        "Visibility in catalog": "visible",
        "Short description": product.title,
        "Description": product.description,
        "Tax status": "taxable",
        "In stock?": 1,
        "Backorders allowed?": 0,
        "Sold individually?": 0,
        "Allow customer reviews?": 1,
        "Categories": f"Shop > {product.category}",
        "Tags": ", ".join(product.tags),
        "Images": ", ".join(product.pictures_at()),
        "Position": 0,
        "Brands": product.brand,
    }
    for at, name in enumerate(product.options, start=1):
        values = dict.fromkeys(variant.options[at - 1] for variant in product.variants)
        row |= {
            f"Attribute {at} name": name,
            f"Attribute {at} value(s)": ", ".join(values),
            f"Attribute {at} visible": 1,
            f"Attribute {at} global": 1,
        }
    return row if product.options else row | _sold(product.variants[0], is_tracked=product.is_tracked)


def _variation_row(product: Product, variant: Variant, index: int) -> Json:
    row: Json = {
        "ID": variation_id(product, variant),
        # of two kinds at once, and named by its parent's id or SKU
        "Type": "variation, virtual" if index == 1 else "variation",
        "SKU": variant.sku,
        "Name": f"{product.title} - {', '.join(variant.options)}",
        "Published": 1,
        "Is featured?": 0,
        "Visibility in catalog": "visible",
        "Tax status": "taxable",
        "Tax class": "parent",
        "In stock?": int(variant.stock > 0),
        "Backorders allowed?": 0,
        "Sold individually?": 0,
        "Allow customer reviews?": 0,
        "Parent": f"P-{product.id}" if index % 2 else f"id:{product_id(product)}",
        "Position": index + 1,
    }
    for at, (name, value) in enumerate(zip(product.options, variant.options, strict=True), start=1):
        row |= {f"Attribute {at} name": name, f"Attribute {at} value(s)": value, f"Attribute {at} global": 1}
    return row | _sold(variant, is_tracked=True)


def _sold(variant: Variant, *, is_tracked: bool) -> Json:
    return {
        "GTIN, UPC, EAN, or ISBN": variant.barcode,
        "Stock": variant.stock if is_tracked else "",
        "Sale price": dollars(variant.price - 100) if variant.stock == 3 else "",
        "Regular price": dollars(variant.price),
    }


def _expected_products(*, is_older: bool = False) -> Json:
    name = "wc-product-export"
    target: Json = {"menu_item": {}, "item_variant": {}}
    for product in PRODUCTS:
        item: Json = {
            "name": product.title,
            "category_id": product.category,
            "tags": list(product.tags) or None,
            "is_active": product.status == "active",
            "image_url": next(iter(product.pictures_at()), None),
            "supplier": None if is_older else product.brand,
        }
        if product.options:
            item |= {"sku": f"P-{product.id}", "price": None}
        else:
            variant = product.variants[0]
            item |= {
                "sku": variant.sku,
                "price": str(dollars(variant.price)),
                "quantity_on_hand": variant.stock if product.is_tracked else None,
            }
        target["menu_item"][str(product_id(product))] = item
        for variant in product.variants if product.options else ():
            target["item_variant"][str(variation_id(product, variant))] = {
                "item_id": str(product_id(product)),
                "name": variant.name,
                "sku": variant.sku,
                "barcode": None if is_older else variant.barcode,
                "price": str(dollars(variant.price)),
                "quantity_on_hand": variant.stock,
            }
    variants = len(target["item_variant"])
    return {
        "streams": {name: len(PRODUCTS), f"{name} · variants": variants},
        "entities": {"menu_item": len(PRODUCTS), "item_variant": variants},
        "target": target,
    }


# --- orders -----------------------------------------------------------------------------------------------------------


def _order_rows() -> Iterator[Json]:
    for sale in sales():
        address = {
            "City": "Testville",
            "State Code": "MA",
            "Postcode": "02139",
            "Country Code": "US",
            "Address 1&2": "12 Sample St",
        }
        person = {"First Name": sale.buyer.first_name, "Last Name": sale.buyer.family}
        head: Json = {
            "Order Number": order_id(sale),
            "Order Status": answers.STATUS_TITLES[sale.state],
            "Order Date": f"{sale.at:%Y-%m-%d %H:%M}",
            "Customer Note": "ring twice" if sale.shipping else "",
            **{
                f"{name} ({side})": text
                for side in ("Billing", "Shipping")
                for name, text in (person | address).items()
            },
            "Email (Billing)": sale.buyer.email,
            "Phone (Billing)": sale.buyer.phone,
            "Payment Method Title": answers.METHODS[sale.tender][1],
            "Cart Discount Amount": dollars(sale.discount),
            "Order Subtotal Amount": dollars(sale.subtotal + sale.discount),
            "Shipping Method Title": "Flat rate" if sale.shipping else "",
            "Order Shipping Amount": dollars(sale.shipping),
            "Order Refund Amount": dollars(sale.refunded),
            "Order Total Amount": dollars(sale.total),
            "Order Total Tax Amount": dollars(sale.tax),
        }
        for number, line in enumerate(sale.lines, start=1):
            coupon = {
                "Coupon Code": sale.code,
                "Discount Amount": dollars(sale.discount),
                "Discount Amount Tax": "0.00",
            }
            yield head | (coupon if sale.code and number == 1 else {}) | {
                "SKU": line.variant.sku,
                "Item #": number,
                "Item Name": line.name,
                "Quantity (- Refund)": line.quantity,
                "Item Cost": dollars(line.variant.price),
            }  # fmt: skip


def _blanked(rows: list[Json]) -> Iterator[Json]:
    lines = {"Order Number", "SKU", "Item #", "Item Name", "Quantity (- Refund)", "Item Cost"}
    last = None
    for row in rows:
        yield {key: value for key, value in row.items() if key in lines or row["Order Number"] != last}
        last = row["Order Number"]


def _expected_orders() -> Json:
    orders = sales()
    target: Json = {"order": {}, "order_line": {}, "customer": {}, "payment": {}}
    for sale in orders:
        order = expected_order(sale)
        target["order"][str(order_id(sale))] = {
            name: value for name, value in order.items() if name != "source"
        }
        target["customer"][sale.buyer.email] = {
            "first_name": sale.buyer.first_name, "last_name": sale.buyer.family, "postal_code": "02139",
            "phone": sale.buyer.phone, "address": "12 Sample St",
        }  # fmt: skip
        target["payment"][f"{order_id(sale)}/payment"] = {
            "order_id": str(order_id(sale)), "tender": sale.tender, "refund_amount": str(dollars(sale.refunded)),
        }  # fmt: skip
        for number, line in enumerate(sale.lines, start=1):
            target["order_line"][f"{order_id(sale)} | {number}"] = {
                "order_id": str(order_id(sale)), "name": line.name, "quantity": line.quantity,
                "unit_price": str(dollars(line.variant.price)), "sku": line.variant.sku,
            }  # fmt: skip
    lines = len(target["order_line"])
    return {
        "streams": {"order-export": len(orders), "order-export · lines": lines},
        "entities": {"order": len(orders), "order_line": lines},
        "target": target,
    }


if __name__ == "__main__":
    write_samples()
