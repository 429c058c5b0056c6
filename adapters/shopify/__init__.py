"""Shopify: the admin's exports of products, orders and customers, and the Admin REST API's JSON of the same and of gift cards.

https://help.shopify.com/en/manual/products/import-export/using-csv
https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders
https://help.shopify.com/en/manual/customers/import-export-customers
https://shopify.dev/docs/api/admin-rest
"""

from __future__ import annotations

from adapters.shopify.api import API
from adapters.shopify.products import PRODUCT_TABLES
from adapters.shopify.sales import SALES_TABLES
from core.engine.sources.contract import Source

SHOPIFY = Source(
    name="shopify",
    label="Shopify",
    domain="restaurant",
    streams=(*PRODUCT_TABLES, *SALES_TABLES, *API),
    notes=(
        "Amounts are in the main unit of the shop's currency, in files and in the API.",
        "A product without options has one variant, which Shopify names 'Default Title'.",
        "Discount codes, shipping methods and further pictures stay in the file; their amounts are imported.",
        "Exports of orders tell the amount refunded, not when or how; the API's transactions do.",
        "Gift cards come from the API only, which never gives a card's number again.",
    ),
)
