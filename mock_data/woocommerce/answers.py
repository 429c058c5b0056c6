"""The invented shop as answers of WooCommerce's REST API, and the values that must arrive of it."""

from __future__ import annotations

from mock_data.shop import PRODUCTS, Product, Sale, SaleLine, Variant, sales
from mock_data.writing import Json, dollars

_STATUSES = {
    "paid": "completed", "pending": "pending", "partially_refunded": "completed", "refunded": "refunded", "cancelled": "cancelled"
}  # fmt: skip
STATUS_TITLES = {
    "paid": "Completed", "pending": "Pending payment", "partially_refunded": "Completed", "refunded": "Refunded",
    "cancelled": "Cancelled",
}  # fmt: skip
METHODS = {
    "card": ("stripe", "Credit card"), "wallet": ("ppcp-gateway", "PayPal"), "cash": ("cod", "Cash on delivery"),
    "gift_card": ("gift_card", "Gift card"),
}  # fmt: skip
_TARGET_STATES = {"pending": "open", "refunded": "refunded", "cancelled": "cancelled"}
_PUBLISHED = {"active": "publish", "draft": "draft", "archived": "private"}


def product_id(product: Product) -> int:
    return product.id * 10


def variation_id(product: Product, variant: Variant) -> int:
    return product.id * 10 + 1 + product.variants.index(variant)


def order_id(sale: Sale) -> int:
    return sale.number + 4_000


def documents() -> dict[str, tuple[list[Json], Json]]:
    """Return the answers by name, each with what is expected of it."""
    variations = [
        (product, variant) for product in PRODUCTS if product.options for variant in product.variants
    ]
    return {
        "products_api": ([_product(product) for product in PRODUCTS], _expected_products()),
        "variations_api": ([_variation(*pair) for pair in variations], _expected_variations(variations)),
        "orders_api": ([_order(sale) for sale in sales()], _expected_orders()),
    }


# --- products ---------------------------------------------------------------------------------------------------------


def _stocked(stock: int | None) -> Json:
    return {
        "manage_stock": stock is not None,
        "stock_quantity": stock,
        "stock_status": "instock" if stock is None or stock else "outofstock",
        "backorders": "no",
        "backorders_allowed": False,
        "backordered": False,
        "low_stock_amount": None,
    }


def _product(product: Product) -> Json:
    variant = None if product.options else product.variants[0]
    price = str(dollars(variant.price)) if variant else ""
    return {
        "id": product_id(product),
        "name": product.title,
        "slug": product.handle,
        "permalink": f"https://shop.example.com/product/{product.handle}/",
        "date_created": "2025-04-02T12:21:07",
        "date_created_gmt": "2025-04-02T16:21:07",
        "date_modified": "2025-10-02T12:21:07",
        "date_modified_gmt": "2025-10-02T16:21:07",
        "type": "simple" if variant else "variable",
        "status": _PUBLISHED[product.status],
        "featured": False,
        "catalog_visibility": "visible",
        "description": product.description,
        "short_description": "",
        "sku": variant.sku if variant else f"P-{product.id}",
        "global_unique_id": variant.barcode if variant else "",
        "price": price,
        "regular_price": price,
        "sale_price": "",
        "on_sale": False,
        "purchasable": True,
        "total_sales": 3,
        "virtual": False,
        "downloadable": False,
        "downloads": [],
        "tax_status": "taxable",
        "tax_class": "",
        **_stocked(variant.stock if variant and product.is_tracked else None),
        "sold_individually": False,
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "parent_id": 0,
        "categories": [{"id": 20, "name": product.category, "slug": product.category.lower()}],
        "brands": [{"id": 30, "name": product.brand, "slug": "brand"}],
        "tags": [{"id": 40 + at, "name": tag, "slug": tag} for at, tag in enumerate(product.tags)],
        "images": [{"id": product.id + at, "src": source, "alt": ""} for at, source in enumerate(product.pictures_at())],
        "attributes": [
            {"id": at, "name": name, "variation": True, "options": sorted({member.options[at] for member in product.variants})}
            for at, name in enumerate(product.options)
        ],
        "default_attributes": [],
        "variations": [variation_id(product, member) for member in product.variants] if product.options else [],
        "grouped_products": [],
        "menu_order": 0,
        "meta_data": [],
    }  # fmt: skip


def _variation(product: Product, variant: Variant) -> Json:
    price = str(dollars(variant.price))
    return {
        "id": variation_id(product, variant),
        "type": "variation",
        "date_created": "2025-04-02T12:21:07",
        "date_created_gmt": "2025-04-02T16:21:07",
        "date_modified": "2025-10-02T12:21:07",
        "date_modified_gmt": "2025-10-02T16:21:07",
        "description": "",
        "permalink": f"https://shop.example.com/product/{product.handle}/?variation",
        "sku": variant.sku,
        "global_unique_id": variant.barcode,
        "price": price,
        "regular_price": price,
        "sale_price": "",
        "on_sale": False,
        "status": "publish",
        "purchasable": True,
        "tax_status": "taxable",
        "tax_class": "",
        **_stocked(variant.stock),
        "weight": "",
        "image": None,
        "attributes": [
            {"id": at, "name": name, "option": value}
            for at, (name, value) in enumerate(zip(product.options, variant.options, strict=True))
        ],
        "menu_order": product.variants.index(variant),
        "meta_data": [],
        "name": ", ".join(variant.options),
        "parent_id": product_id(product),
    }


def _expected_products() -> Json:
    items: Json = {}
    for product in PRODUCTS:
        item: Json = {
            "name": product.title,
            "supplier": product.brand,
            "category_id": product.category,
            "tags": list(product.tags) or None,
            "is_active": product.status == "active",
            "sku": f"P-{product.id}",
            "price": None,
        }
        if not product.options:
            variant = product.variants[0]
            item |= {
                "sku": variant.sku,
                "price": str(dollars(variant.price)),
                "barcode": variant.barcode or None,
                "quantity_on_hand": variant.stock if product.is_tracked else None,
                "track_inventory": product.is_tracked,
            }
        items[str(product_id(product))] = item
    return {
        "streams": {"products": len(PRODUCTS)},
        "entities": {"menu_item": len(PRODUCTS)},
        "target": {"menu_item": items},
    }


def _expected_variations(variations: list[tuple[Product, Variant]]) -> Json:
    return {"streams": {"variations": len(variations)}, "entities": {"item_variant": len(variations)}}


# --- orders -----------------------------------------------------------------------------------------------------------


def _order(sale: Sale) -> Json:
    at = f"{sale.at:%Y-%m-%dT%H:%M:%S}"
    person = {"first_name": sale.buyer.first_name, "last_name": sale.buyer.family, "company": ""}
    address = {
        "address_1": "12 Sample St",
        "address_2": "",
        "city": "Testville",
        "state": "MA",
        "postcode": "02139",
        "country": "US",
    }
    method, title = METHODS[sale.tender]
    return {
        "id": order_id(sale),
        "parent_id": 0,
        "status": _STATUSES[sale.state],
        "currency": "USD",
        "version": "9.3.0",
        "prices_include_tax": False,
        "date_created": at,
        "date_modified": at,
        "discount_total": str(dollars(sale.discount)),
        "discount_tax": "0.00",
        "shipping_total": str(dollars(sale.shipping)),
        "shipping_tax": "0.00",
        "cart_tax": str(dollars(sale.tax)),
        "total": str(dollars(sale.total)),
        "total_tax": str(dollars(sale.tax)),
        "customer_id": 0,
        "order_key": f"wc_order_{sale.number}",
        "billing": person | address | {"email": sale.buyer.email, "phone": sale.buyer.phone},
        "shipping": person | address | {"phone": ""},
        "payment_method": method,
        "payment_method_title": title,
        "transaction_id": f"pi_{sale.number}" if sale.is_paid and sale.tender != "cash" else "",
        "customer_ip_address": "203.0.113.7",
        "created_via": "checkout",
        "customer_note": "",
        "date_completed": at if sale.is_paid else None,
        "date_paid": at if sale.is_paid else None,
        "cart_hash": "",
        "number": str(order_id(sale)),
        "meta_data": [],
        **_parts(sale),
        "date_created_gmt": at,
        "date_modified_gmt": at,
        "date_completed_gmt": at if sale.is_paid else None,
        "date_paid_gmt": at if sale.is_paid else None,
        "currency_symbol": "$",
    }  # fmt: skip


def _parts(sale: Sale) -> Json:
    """Return the lists of an order: its lines, taxes, shipping, coupons and refunds."""
    return {
        "line_items": [_line(sale, line, number) for number, line in enumerate(sale.lines, start=1)],
        "tax_lines": [{"id": 1, "rate_code": "US-MA-1", "label": "Tax", "tax_total": str(dollars(sale.tax))}],
        "shipping_lines": [{"id": 2, "method_title": "Flat rate", "total": str(dollars(sale.shipping))}] if sale.shipping else [],
        "fee_lines": [],
        "coupon_lines": [{"id": 3, "code": sale.code.lower(), "discount": str(dollars(sale.discount))}] if sale.code else [],
        "refunds": [{"id": 9_000 + sale.number, "reason": "", "total": f"-{dollars(sale.refunded)}"}] if sale.refunded else [],
    }  # fmt: skip


def _line(sale: Sale, line: SaleLine, number: int) -> Json:
    return {
        "id": order_id(sale) * 10 + number,
        "name": line.name,
        "product_id": product_id(line.product),
        "variation_id": variation_id(line.product, line.variant) if line.product.options else 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": str(dollars(line.gross)),
        "subtotal_tax": "0.00",
        "total": str(dollars(line.gross - line.discount)),
        "total_tax": "0.00",
        "taxes": [],
        "meta_data": [],
        "sku": line.variant.sku,
        "price": float(dollars(line.variant.price)),
        "parent_name": line.product.title if line.product.options else None,
    }


def expected_order(sale: Sale) -> Json:
    """Return the values of the order that must arrive."""
    return {
        "number": str(order_id(sale)),
        "state": _TARGET_STATES.get(sale.state, "completed"),
        "discount_total": str(dollars(sale.discount)),
        "service_charge_total": str(dollars(sale.shipping)),
        "tax_total": str(dollars(sale.tax)),
        "total": str(dollars(sale.total)),
        "source": "checkout",
    }


def _expected_orders() -> Json:
    orders = sales()
    lines = {
        str(order_id(sale) * 10 + number): (sale, line)
        for sale in orders
        for number, line in enumerate(sale.lines, start=1)
    }
    return {
        "streams": {"orders": len(orders), "line_items": len(lines)},
        "entities": {"order": len(orders), "order_line": len(lines)},
        "target": {
            "order": {str(order_id(sale)): expected_order(sale) for sale in orders},
            "order_line": {
                key: {
                    "order_id": str(order_id(sale)), "name": line.name, "quantity": line.quantity,
                    "gross_amount": str(dollars(line.gross)), "net_amount": str(dollars(line.gross - line.discount)),
                }
                for key, (sale, line) in lines.items()
            },
            "payment": {
                f"{order_id(sale)}/payment": {
                    "order_id": str(order_id(sale)), "tender": sale.tender, "status": _STATUSES[sale.state],
                }
                for sale in orders
            },
        },
    }  # fmt: skip
