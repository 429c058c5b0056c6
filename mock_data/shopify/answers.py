"""The invented shop as answers of Shopify's Admin REST API, and the values that must arrive of it."""

from __future__ import annotations

from mock_data.shop import PRODUCTS, Product, Sale, Variant, buyers, sales
from mock_data.writing import Json, dollars

_GATEWAYS = {"card": "shopify_payments", "wallet": "paypal", "cash": "cash", "gift_card": "gift_card"}
_STATES = {"pending": "open", "refunded": "refunded", "cancelled": "cancelled"}


def customer_id(number: int) -> str:
    return str(7_210_448_301_100 + number)


def documents() -> dict[str, tuple[Json, Json]]:
    """Return the answers by name, each with what is expected of it."""
    return {
        "products_api": ({"products": [_product(product) for product in PRODUCTS]}, _expected_products()),
        "orders_api": ({"orders": [_order(sale) for sale in sales()]}, _expected_orders()),
        "transactions_api": ({"transactions": _sales()}, _expected_transactions()),
        "gift_cards_api": ({"gift_cards": _gift_cards()}, _expected_gift_cards()),
        "customers_api": ({"customers": _customers()}, _expected_customers()),
    }


# --- products ---------------------------------------------------------------------------------------------------------


def _product(product: Product) -> Json:
    pictures: list[Json] = [
        {
            "id": product.id * 100 + at,
            "position": at,
            "product_id": product.id,
            "alt": None,
            "src": source,
            "variant_ids": [],
        }
        for at, source in enumerate(product.pictures_at(), start=1)
    ]
    names = product.options or ("Title",)
    return {
        "id": product.id,
        "title": product.title,
        "body_html": product.description,
        "vendor": product.brand,
        "product_type": product.category,
        "created_at": "2025-04-02T12:21:07-05:00",
        "handle": product.handle,
        "updated_at": "2025-10-02T12:21:07-05:00",
        "published_at": "2025-04-02T12:21:07-05:00" if product.status == "active" else None,
        "template_suffix": None,
        "published_scope": "global",
        "tags": ", ".join(product.tags),
        "status": product.status,
        "admin_graphql_api_id": f"gid://shopify/Product/{product.id}",
        "variants": [_variant(product, variant, at) for at, variant in enumerate(product.variants, start=1)],
        "options": [
            {
                "id": product.id * 10 + at, "product_id": product.id, "name": name, "position": at + 1,
                "values": sorted({(variant.options or ("Default Title",))[at] for variant in product.variants}),
            }
            for at, name in enumerate(names)
        ],
        "images": pictures,
        "image": pictures[0] if pictures else None,
    }  # fmt: skip


def _variant(product: Product, variant: Variant, position: int) -> Json:
    options = (*(variant.options or ("Default Title",)), None, None)
    return {
        "id": product.id * 1000 + position,
        "product_id": product.id,
        "title": variant.name or "Default Title",
        "price": str(dollars(variant.price)),
        "position": position,
        "inventory_policy": "deny",
        "compare_at_price": None,
        "option1": options[0],
        "option2": options[1],
        "option3": options[2],
        "created_at": "2025-04-02T12:21:07-05:00",
        "updated_at": "2025-10-02T12:21:07-05:00",
        "taxable": True,
        "barcode": variant.barcode or None,
        "fulfillment_service": "manual",
        "grams": 250,
        "inventory_management": "shopify" if product.is_tracked else None,
        "requires_shipping": True,
        "sku": variant.sku,
        "weight": 250.0,
        "weight_unit": "g",
        "inventory_item_id": product.id * 1000 + 500 + position,
        "inventory_quantity": variant.stock,
        "old_inventory_quantity": variant.stock,
        "admin_graphql_api_id": f"gid://shopify/ProductVariant/{product.id * 1000 + position}",
        "image_id": None,
    }


def expected_product(product: Product) -> Json:
    """Return the values of the item that must arrive."""
    return {
        "name": product.title,
        "supplier": product.brand,
        "category_id": product.category,
        "tags": list(product.tags) or None,
        "is_active": product.status == "active",
        "image_url": next(iter(product.pictures_at()), None),
    }


def expected_variant(variant: Variant, item: str) -> Json:
    """Return the values of the variant that must arrive; `item`: the id of its item."""
    return {
        "item_id": item,
        "name": variant.name or "Default Title",
        "sku": variant.sku,
        "barcode": variant.barcode or None,
        "price": str(dollars(variant.price)),
        "quantity_on_hand": variant.stock,
    }


def _expected_products() -> Json:
    target: Json = {"menu_item": {}, "item_variant": {}}
    for product in PRODUCTS:
        target["menu_item"][str(product.id)] = expected_product(product)
        for at, variant in enumerate(product.variants, start=1):
            target["item_variant"][str(product.id * 1000 + at)] = expected_variant(variant, str(product.id))
    counts = {"menu_item": len(PRODUCTS), "item_variant": len(target["item_variant"])}
    return {
        "streams": {"products": counts["menu_item"], "variants": counts["item_variant"]},
        "entities": counts,
        "target": target,
    }


# --- orders -----------------------------------------------------------------------------------------------------------


def _money_set(cents: int) -> Json:
    """Return an amount in the shop's and in the buyer's currency."""
    amount = {"amount": str(dollars(cents)), "currency_code": "USD"}
    return {"shop_money": amount, "presentment_money": amount}


def _order(sale: Sale) -> Json:
    financial = "voided" if sale.state == "cancelled" else sale.state
    at = sale.at.isoformat()
    order: Json = {
        "id": _id(sale),
        "admin_graphql_api_id": f"gid://shopify/Order/{_id(sale)}",
        "buyer_accepts_marketing": False,
        "cancel_reason": "customer" if sale.state == "cancelled" else None,
        "cancelled_at": at if sale.state == "cancelled" else None,
        "closed_at": None,
        "confirmed": True,
        "created_at": at,
        "currency": "USD",
        "discount_codes": [{"code": sale.code, "amount": str(dollars(sale.discount)), "type": "percentage"}] if sale.code else [],
        "email": sale.buyer.email,
        "financial_status": financial,
        "fulfillment_status": None,
        "name": f"#{sale.number}",
        "note": None,
        "number": sale.number - 1000,
        "order_number": sale.number,
        "payment_gateway_names": [_GATEWAYS[sale.tender]],
        "processed_at": at,
        "source_name": "web",
        "tags": "",
        "taxes_included": False,
        "test": False,
        "updated_at": at,
        "refunds": [_refund(sale)] if sale.refunded else [],
        "line_items": [_line(sale, at) for at in range(len(sale.lines))],
        "shipping_lines": [{"title": "Standard", "price": str(dollars(sale.shipping))}] if sale.shipping else [],
        "customer": {
            "id": int(customer_id(buyers().index(sale.buyer))),
            "email": sale.buyer.email,
            "first_name": sale.buyer.first_name,
            "last_name": sale.buyer.family,
            "phone": sale.buyer.phone,
        },
    }  # fmt: skip
    for name, cents in (
        ("subtotal_price", sale.subtotal), ("total_discounts", sale.discount), ("total_tax", sale.tax),
        ("total_price", sale.total),
    ):  # fmt: skip
        order |= {name: str(dollars(cents)), f"{name}_set": _money_set(cents)}
    return order | {"total_shipping_price_set": _money_set(sale.shipping)}


def _id(sale: Sale) -> int:
    return 5_550_000_000 + sale.number


def _line(sale: Sale, index: int) -> Json:
    line = sale.lines[index]
    position = line.product.variants.index(line.variant) + 1
    return {
        "id": _id(sale) * 10 + index,
        "name": line.name,
        "title": line.product.title,
        "variant_title": line.variant.name or None,
        "product_id": line.product.id,
        "variant_id": line.product.id * 1000 + position,
        "sku": line.variant.sku,
        "quantity": line.quantity,
        "current_quantity": line.quantity,
        "price": str(dollars(line.variant.price)),
        "price_set": _money_set(line.variant.price),
        "total_discount": "0.00",
        "gift_card": False,
        "taxable": True,
        "vendor": line.product.brand,
        "discount_allocations": [{"amount": str(dollars(line.discount))}] if line.discount else [],
        "tax_lines": [],
    }


def _refund(sale: Sale) -> Json:
    return {
        "id": _id(sale) + 7_000,
        "order_id": _id(sale),
        "note": "invented",
        "refund_line_items": [],
        "transactions": [_transaction(sale, "refund", sale.refunded)],
    }


def _transaction(sale: Sale, kind: str, cents: int) -> Json:
    return {
        "id": _id(sale) * 100 + (2 if kind == "refund" else 1),
        "order_id": _id(sale),
        "gateway": _GATEWAYS[sale.tender],
        "kind": kind,
        "status": "success",
        "created_at": sale.at.isoformat(),
        "processed_at": sale.at.isoformat(),
        "test": False,
        "currency": "USD",
        "amount": str(dollars(cents)),
    }


def _sales() -> list[Json]:
    return [_transaction(sale, "sale", sale.total) for sale in sales() if sale.is_paid]


def expected_order(sale: Sale, number: str) -> Json:
    """Return the values of the order that must arrive."""
    return {
        "number": number,
        "state": _STATES.get(sale.state, "completed"),
        "subtotal": str(dollars(sale.subtotal)),
        "discount_total": str(dollars(sale.discount)),
        "service_charge_total": str(dollars(sale.shipping)),
        "tax_total": str(dollars(sale.tax)),
        "total": str(dollars(sale.total)),
        "source": "web",
    }


def _expected_payment(sale: Sale, **amounts: int) -> Json:
    return {
        "tender": sale.tender, "status": "success", **{name: str(dollars(cents)) for name, cents in amounts.items()}
    }  # fmt: skip


def _expected_orders() -> Json:
    orders = sales()
    refunds = [sale for sale in orders if sale.refunded]
    lines = [(sale, at) for sale in orders for at in range(len(sale.lines))]
    people = {sale.buyer.email for sale in orders}
    return {
        "streams": {"orders": len(orders), "line_items": len(lines), "orders.refunds": len(refunds),
                    "transactions_refund": len(refunds)},
        "entities": {"order": len(orders), "order_line": len(lines), "payment": len(refunds), "customer": len(people)},
        "target": {
            "order": {str(_id(sale)): expected_order(sale, f"#{sale.number}") for sale in orders},
            "order_line": {
                str(_id(sale) * 10 + at): {
                    "order_id": str(_id(sale)), "name": sale.lines[at].product.title, "quantity": sale.lines[at].quantity,
                    "unit_price": str(dollars(sale.lines[at].variant.price)),
                }
                for sale, at in lines
            },
            "payment": {
                str(_id(sale) * 100 + 2): _expected_payment(sale, refund_amount=sale.refunded) for sale in refunds
            },
        },
    }  # fmt: skip


def _expected_transactions() -> Json:
    paid = [sale for sale in sales() if sale.is_paid]
    return {
        "streams": {"transactions_sale": len(paid)},
        "entities": {"payment": len(paid)},
    }


# --- customers and gift cards -----------------------------------------------------------------------------------------


def _gift_cards() -> list[Json]:
    return [
        {
            "id": 900 + number,
            "balance": str(dollars(2_500 - 500 * number)),
            "created_at": "2025-06-01T10:00:00-05:00",
            "updated_at": "2025-06-01T10:00:00-05:00",
            "currency": "USD",
            "initial_value": "25.00",
            "disabled_at": "2025-08-01T10:00:00-05:00" if number == 2 else None,
            "line_item_id": None,
            "customer_id": None,
            "note": None,
            "expires_on": None,
            "template_suffix": None,
            "last_characters": f"ab{number}d",
            "order_id": None,
        }
        for number in range(4)
    ]


def _expected_gift_cards() -> Json:
    cards = _gift_cards()
    return {
        "streams": {"gift_cards": len(cards)},
        "entities": {"gift_card": len(cards)},
        "target": {
            "gift_card": {
                str(card["id"]): {"balance": card["balance"], "is_active": card["disabled_at"] is None}
                for card in cards
            }
        },
    }


def _customers() -> list[Json]:
    return [
        {
            "id": int(customer_id(number)),
            "email": person.email,
            "created_at": "2025-01-01T10:00:00-05:00",
            "updated_at": "2025-01-01T10:00:00-05:00",
            "first_name": person.first_name,
            "last_name": person.family,
            "orders_count": number,
            "state": "disabled",
            "total_spent": str(dollars(1_000 * number)),
            "note": None,
            "verified_email": True,
            "tax_exempt": False,
            "tags": "regular, newsletter" if number == 1 else "",
            "currency": "USD",
            "phone": person.phone,
            "addresses": [],
            "email_marketing_consent": {
                "state": "subscribed" if number % 3 == 0 else "not_subscribed",
                "opt_in_level": "single_opt_in",
                "consent_updated_at": None,
            },
            "default_address": {"id": 40 + number, "address1": "12 Sample St", "city": "Testville", "province_code": "MA",
                                "zip": "02139", "country_code": "US"},
        }
        for number, person in enumerate(buyers())
    ]  # fmt: skip


def _expected_customers() -> Json:
    count = len(buyers())
    return {"streams": {"customers": count}, "entities": {"customer": count}, "target": {"customer": {
        customer_id(number): {
            "first_name": person.first_name, "email": person.email, "region": "MA", "postal_code": "02139",
            "visit_count": number, "lifetime_spend": str(dollars(1_000 * number)),
        }
        for number, person in enumerate(buyers())
    }}}  # fmt: skip
