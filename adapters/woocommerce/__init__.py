"""WooCommerce: its product CSV, the orders of the usual export plugin, and the REST API's products and orders.

https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema
https://wordpress.org/plugins/woo-order-export-lite/
https://developer.woocommerce.com/docs/apis/rest-api/v3/
"""

from __future__ import annotations

from adapters.woocommerce.api import API
from adapters.woocommerce.tables import TABLES
from core.engine.sources.contract import Source

WOOCOMMERCE = Source(
    name="woocommerce",
    label="WooCommerce",
    domain="restaurant",
    streams=(*TABLES, *API),
    notes=(
        "Amounts are in the main unit of the shop's currency; times are those of the site's zone.",
        "A variation is imported as a variant of its variable product; a simple product keeps its price.",
        "A product may be in several categories, an item in one: where it is, one has to be chosen.",
        "Coupon codes, shipping methods and fee lines stay in the file; discounts and shipping are imported as sums.",
        "Buyers are told apart by the e-mail address of the order.",
    ),
)
