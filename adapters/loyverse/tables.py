"""The back office's exports: items, receipts, and receipts by item. Amounts have no currency sign and a point for the decimals.

Checked against help.loyverse.com (Exporting and importing items, Sales reports: receipts and receipts by item). A refund is
written with amounts above zero, and imported with amounts below.
"""

from __future__ import annotations

from adapters.declare import below_zero, fields, money, names
from core.engine.sources.contract import Hint, StreamSpec

_STATES = (
    "concat(' ') | map_values({'Sale Closed': 'completed', 'Sale': 'completed', 'Refund Closed': 'refunded', "
    "'Refund': 'refunded', 'Sale Cancelled': 'cancelled', 'Refund Cancelled': 'cancelled'})"
)
_SALE, _REFUND = ("Receipt type", "Sale"), ("Receipt type", "Refund")
_OF_THE_RECEIPT: dict[str, str | Hint] = {
    "Date": "order.opened_at",
    "Receipt type": Hint("order.state", transform=_STATES),
    "Status": "order.state",
    "Dining option": Hint("order.dining_option_id", also=("dining_option.external_id", "dining_option.name")),
    "Store": "order.location_id",
    "Cashier name": Hint("order.employee_id", also=("employee.display_name",)),
    "Customer name": "order.customer_id",
}
_RECEIPT_TARGETS: dict[str, str | Hint] = {
    **_OF_THE_RECEIPT,
    "Receipt number": Hint("order.external_id", also=("order.number", "payment.order_id")),
    "Discounts": money("order.discount_total"),
    "Net sales": money("order.subtotal"),
    "Taxes": money("order.tax_total"),
    "Tip": money("order.tip_total"),
    "Total collected": Hint("order.total", unit="major", also=("payment.amount",)),
    "Payment type": "payment.tender",
}
_RECEIPT_HEADERS = names(
    "Date|Receipt number|Receipt type|Gross sales|Discounts|Net sales|Taxes|Total collected|Cost of goods|Gross profit|"
    "Payment type|Description|Dining option|POS|Store|Cashier name|Customer name|Customer contacts|Status"
)
_RECEIPT_HINTS = fields(
    _RECEIPT_TARGETS, *(name for name in _RECEIPT_HEADERS if name not in _RECEIPT_TARGETS)
)
_REFUNDS = StreamSpec("Refunds", "order", where=_REFUND, hints=below_zero(_RECEIPT_HINTS))
_RECEIPTS = StreamSpec(
    "Receipts", "order", frozenset(_RECEIPT_HEADERS), where=_SALE, kinds=(_REFUNDS,), hints=_RECEIPT_HINTS
)
_LINE_TARGETS: dict[str, str | Hint] = {
    **_OF_THE_RECEIPT,
    "Receipt number": Hint("order_line.order_id", also=("order.external_id", "order.number")),
    "Category": "order_line.category_id",
    "SKU": "order_line.sku",
    "Item": "order_line.name",
    "Modifiers applied": Hint("order_line.modifiers", transform="split(',')"),
    "Quantity": "order_line.quantity",
    "Gross sales": money("order_line.gross_amount"),
    "Discounts": money("order_line.discount_amount"),
    "Net sales": money("order_line.net_amount"),
    "Taxes": money("order_line.tax_amount"),
    "Comment": "order_line.notes",
}
_LINE_HEADERS = names(
    "Date|Receipt number|Receipt type|Category|SKU|Item|Variant|Modifiers applied|Quantity|Gross sales|Discounts|Net sales|"
    "Cost of goods|Gross profit|Taxes|Dining option|POS|Store|Cashier name|Customer name|Customer contacts|Comment|Status"
)
_LINE_HINTS = fields(_LINE_TARGETS, *(name for name in _LINE_HEADERS if name not in _LINE_TARGETS))
_REFUNDS_BY_ITEM = StreamSpec(
    "RefundsByItem", "order_line", where=_REFUND, hints=below_zero(_LINE_HINTS, "Quantity")
)
_RECEIPTS_BY_ITEM = StreamSpec(
    "ReceiptsByItem",
    "order_line",
    frozenset(_LINE_HEADERS),
    where=_SALE,
    kinds=(_REFUNDS_BY_ITEM,),
    hints=_LINE_HINTS,
)
_ITEMS = StreamSpec(
    name="export_items",
    entity="menu_item",
    headers=frozenset(
        names(
            "Handle|SKU|Name|Category|Description|Sold by weight|Option 1 name|Option 1 value|Option 2 name|Option 2 value|"
            "Cost|Barcode|SKU of included item|Quantity of included item|Track stock"
        )
    ),
    reshape=True,
    hints=fields(
        {
            "Handle": "menu_item.external_id",
            "SKU": "menu_item.sku",
            "Name": "menu_item.name",
            "Category": "menu_item.category_id",
            "Description": "menu_item.description",
            "Sold by weight": Hint(
                "menu_item.pricing_strategy", transform="map_values({'Y': 'per_unit', 'N': None})"
            ),
            "Option 1 value": "item_variant.name",
            "Cost": money("menu_item.cost"),
            "Barcode": "menu_item.barcode",
            "Track stock": "menu_item.track_inventory",
            "Available for sale [*]": "menu_item.is_active",
            "Price [*]": money("menu_item.price"),
            "In stock [*]": "menu_item.quantity_on_hand",
            "Low stock [*]": "menu_item.reorder_level",
        },
        *names(
            "Option 1 name|Option 2 name|Option 2 value|Option 3 name|Option 3 value|SKU of included item|"
            "Quantity of included item"
        ),
        *names("Default price|Optimal stock [*]|Use production|Supplier|Purchase cost|Modifier - *|Tax - *"),
    ),
)

TABLES = (_ITEMS, _RECEIPTS, _REFUNDS, _RECEIPTS_BY_ITEM, _REFUNDS_BY_ITEM)
