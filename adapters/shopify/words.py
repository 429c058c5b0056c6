"""Words of Shopify's statuses and payment methods, and what they stand for.

https://shopify.dev/docs/api/admin-rest/latest/resources/order (financial_status)
https://help.shopify.com/en/manual/products/details/product-details-page (status)
"""

from __future__ import annotations

from collections.abc import Mapping

PRODUCT_STATUS: Mapping[str, str] = {
    "active": "true",
    "unlisted": "true",
    "draft": "false",
    "archived": "false",
}
ORDER_STATUS: Mapping[str, str] = {
    "pending": "open",
    "authorized": "open",
    "partially_paid": "open",
    "paid": "completed",
    "partially_refunded": "completed",
    "refunded": "refunded",
    "voided": "cancelled",
    "expired": "cancelled",
}
TENDERS: Mapping[str, str] = {
    "shopify payments": "card",
    "shopify_payments": "card",
    "stripe": "card",
    "credit card": "card",
    "paypal express checkout": "wallet",
    "paypal": "wallet",
    "amazon payments": "wallet",
    "amazon_payments": "wallet",
    "shop pay": "wallet",
    "cash": "cash",
    "cash on delivery (cod)": "cash",
    "gift card": "gift_card",
    "gift_card": "gift_card",
    "bank deposit": "other",
    "money order": "other",
    "manual": "other",
}
CONSENT: Mapping[str, str] = {
    "subscribed": "true",
    "not_subscribed": "false",
    "unsubscribed": "false",
    "pending": "false",
    "invalid": "false",
    "redacted": "false",
}
