"""Clover: the inventory workbook, and inventory, orders, customers and employees as JSON (REST API v3).

Amounts of the API are documented in cents, tax rates in units of 1/100,000 percent, service charges and discounts in
units of 1/10,000 percent, quantities of items sold by a unit in thousandths; the workbook has dollars and percentages.
Sources: docs.clover.com (Manage items and item groups; Manage orders data; Orders FAQs), the field lists of the public
clover/clover-android-sdk (com.clover.sdk.v3: inventory, order, payments, customers, employees), and for names of items
in groups community.clover.com/questions/384.
"""

from __future__ import annotations

from adapters.clover.inventory import INVENTORY
from adapters.clover.lists import PAGE
from adapters.clover.people import PEOPLE
from adapters.clover.sales import SALES
from adapters.clover.tables import TABLES
from core.engine.sources.contract import Source

CLOVER = Source(
    name="clover",
    label="Clover",
    domain="restaurant",
    certified=True,
    streams=(*INVENTORY, *PEOPLE, *SALES, PAGE, *TABLES),
    notes=(
        "Clover documents amounts of its API in cents and writes dollars in the inventory workbook.",
        "A variant is an item of its own in Clover, named after its group and options, and is imported as one.",
        "The price of a variable item is asked at the till: it is imported as an open price.",
        "A percentage discount of an order has no amount in Clover; the order's discount stays empty then.",
        "Several addresses or phone numbers of a customer are kept in one field, divided by semicolons.",
    ),
)
