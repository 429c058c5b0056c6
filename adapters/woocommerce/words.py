"""Words of WooCommerce's order statuses and payment methods, as slugs and as titles, and what they stand for.

https://woocommerce.com/document/managing-orders/order-statuses/
https://developer.woocommerce.com/docs/apis/rest-api/v3/payment-gateways/
"""

from __future__ import annotations

from collections.abc import Mapping

ORDER_STATUS: Mapping[str, str] = {
    "pending": "open",
    "pending payment": "open",
    "processing": "open",
    "on-hold": "open",
    "on hold": "open",
    "checkout-draft": "open",
    "draft": "open",
    "completed": "completed",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "trash": "cancelled",
    "refunded": "refunded",
}
TENDERS: Mapping[str, str] = {
    "cod": "cash",
    "cash on delivery": "cash",
    "bacs": "other",
    "direct bank transfer": "other",
    "cheque": "check",
    "check payments": "check",
    "cheque payments": "check",
    "stripe": "card",
    "woocommerce_payments": "card",
    "square_credit_card": "card",
    "credit card": "card",
    "credit card (stripe)": "card",
    "credit / debit card": "card",
    "credit card / debit card": "card",
    "paypal": "wallet",
    "ppcp-gateway": "wallet",
    "ppec_paypal": "wallet",
    "amazon_payments_advanced": "wallet",
    "gift card": "gift_card",
}
