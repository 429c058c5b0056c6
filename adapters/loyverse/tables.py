"""The back office's exports: receipts, and receipts by item. Amounts have no currency sign and a point for the decimals.

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

TABLES = (_RECEIPTS, _REFUNDS, _RECEIPTS_BY_ITEM, _REFUNDS_BY_ITEM)
