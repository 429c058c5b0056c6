"""Toast: menus, people and orders as JSON, and the daily exports as CSV.

Amounts are documented as dollars; which unit a file really has is for the money proof to find out.
"""

from __future__ import annotations

from adapters.toast_menus import MENUS
from adapters.toast_orders import ORDERS
from adapters.toast_tables import TABLES
from core.engine.sources.contract import Source

TOAST = Source(
    name="toast",
    label="Toast",
    domain="restaurant",
    certified=True,
    marks=frozenset({"restaurant", "menus", "restaurantGuid", "modifierGroupReferences"}),
    streams=(*MENUS, *ORDERS, *TABLES),
    notes=(
        "Toast documents amounts in dollars; exports in cents exist, so the unit is proved on the file.",
        "A check is imported as an order: totals and payments stand on the check.",
        "In the Menus API an option that several groups share is imported under the first of them.",
    ),
)
