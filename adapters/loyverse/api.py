"""Loyverse's API 1.0 as JSON: stores, the catalog, customers, employees and receipts. Amounts are in the main unit.

Checked against developer.loyverse.com/docs (Items, Categories, Modifiers, Taxes, Discounts, Stores, Customers, Employees,
Receipts). Every item has at least one variant; that of an item without options is named after the item.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.declare import below_zero, fields, flag, listed, money, names
from core.engine.sources.contract import Hint, StreamSpec

_TIMES = ("created_at", "updated_at")
_STILL_THERE = "default('') | equals('')"
"""What is deleted has the moment of it."""

_TENDER = "map_values({'NONINTEGRATEDCARD': 'card', 'IZETTLE': 'card', 'SUMUP': 'card', 'WORLDPAY': 'card'})"

_STORES = StreamSpec(
    name="stores",
    entity="location",
    path="stores[]",
    hints=fields(
        {
            "id": "location.external_id",
            "name": "location.name",
            "address": "location.address",
            "country": "location.country",
            "country_code": "location.country",
            "phone_number": "location.phone",
        },
        *names("city|state|region|postal_code|description|deleted_at"),
        *_TIMES,
    ),
)
_CATEGORIES = StreamSpec(
    name="categories",
    entity="category",
    path="categories[]",
    hints=fields({"id": "category.external_id", "name": "category.name"}, "color", "deleted_at", *_TIMES),
)
_ITEMS = StreamSpec(
    name="items",
    entity="menu_item",
    path="items[]",
    headers=frozenset({"item_name"}),
    hints=fields(
        {
            "id": "menu_item.external_id",
            "item_name": "menu_item.name",
            "description": "menu_item.description",
            "category_id": "menu_item.category_id",
            "tax_ids": listed("menu_item.tax_rate_ids"),
            "modifier_ids": listed("menu_item.modifier_group_ids"),
            "image_url": "menu_item.image_url",
            "track_stock": "menu_item.track_inventory",
            "sold_by_weight": Hint(
                "menu_item.pricing_strategy", transform="map_values({'true': 'per_unit', 'false': None})"
            ),
            "deleted_at": Hint("menu_item.is_active", transform=_STILL_THERE),
        },
        *names("handle|reference_id|is_composite|use_production|components|primary_supplier_id|form|color"),
        *names("modifiers_ids|option1_name|option2_name|option3_name|variants"),
        *_TIMES,
    ),
)
_VARIANTS = StreamSpec(
    name="variants",
    entity="item_variant",
    path="items[].variants[]",
    carry={"item.id": "items[].id", "option1_value": "items[].item_name"},
    hints=fields(
        {
            "variant_id": "item_variant.external_id",
            "item_id": "item_variant.item_id",
            "item.id": "item_variant.item_id",
            "option1_value": Hint("item_variant.name", transform="concat(' / ')"),
            "option2_value": "item_variant.name",
            "option3_value": "item_variant.name",
            "sku": "item_variant.sku",
            "barcode": "item_variant.barcode",
            "default_price": money("item_variant.price"),
            "cost": money("item_variant.cost"),
        },
        *names("reference_variant_id|purchase_cost|default_pricing_type|stores|deleted_at"),
        *_TIMES,
    ),
)
_MODIFIERS = StreamSpec(
    name="modifiers",
    entity="modifier_group",
    path="modifiers[]",
    headers=frozenset({"modifier_options"}),
    hints=fields(
        {
            "id": "modifier_group.external_id",
            "name": "modifier_group.name",
            "position": "modifier_group.sort_order",
        },
        *names("stores|modifier_options|deleted_at"),
        *_TIMES,
    ),
)
_OPTIONS = StreamSpec(
    name="modifier_options",
    entity="modifier",
    path="modifiers[].modifier_options[]",
    carry={"modifier.id": "modifiers[].id"},
    hints=fields(
        {
            "id": "modifier.external_id",
            "modifier.id": "modifier.group_id",
            "name": "modifier.name",
            "price": money("modifier.price_delta"),
            "position": "modifier.sort_order",
        },
        "deleted_at",
        *_TIMES,
    ),
)
_TAXES = StreamSpec(
    name="taxes",
    entity="tax_rate",
    path="taxes[]",
    headers=frozenset({"rate"}),
    hints=fields(
        {
            "id": "tax_rate.external_id",
            "name": "tax_rate.name",
            "rate": "tax_rate.rate",
            "type": flag("tax_rate.is_inclusive", "INCLUDED"),
        },
        *names("stores|deleted_at"),
        *_TIMES,
    ),
)
_DISCOUNTS = StreamSpec(
    name="discounts",
    entity="discount",
    path="discounts[]",
    hints=fields(
        {
            "id": "discount.external_id",
            "name": "discount.name",
            "type": Hint(
                "discount.kind",
                transform="map_values({'FIXED_PERCENT': 'percent', 'FIXED_AMOUNT': 'amount', 'VARIABLE_PERCENT': 'open', "
                "'VARIABLE_AMOUNT': 'open', 'DISCOUNT_BY_POINTS': 'open'})",
            ),
            "discount_percent": "discount.percent",
            "discount_amount": money("discount.amount"),
            "deleted_at": Hint("discount.is_active", transform=_STILL_THERE),
        },
        *names("stores|restricted_access"),
        *_TIMES,
    ),
)
_CUSTOMERS = StreamSpec(
    name="customers",
    entity="customer",
    path="customers[]",
    hints=fields(
        {
            "id": Hint(
                "customer.external_id", also=("loyalty_account.external_id", "loyalty_account.customer_id")
            ),
            "name": Hint("customer.first_name", transform="given_name"),
            "email": "customer.email",
            "phone_number": "customer.phone",
            "address": "customer.address",
            "city": "customer.city",
            "region": "customer.region",
            "postal_code": "customer.postal_code",
            "country_code": "customer.country",
            "note": "customer.notes",
            "first_visit": "customer.first_visit_at",
            "last_visit": "customer.last_visit_at",
            "total_visits": "customer.visit_count",
            "total_spent": money("customer.lifetime_spend"),
            "total_points": "loyalty_account.points_balance",
        },
        *names("customer_code|deleted_at|permanent_deletion_at"),
        *_TIMES,
    ),
)
_EMPLOYEES = StreamSpec(
    name="employees",
    entity="employee",
    path="employees[]",
    headers=frozenset({"is_owner"}),
    hints=fields(
        {
            "id": "employee.external_id",
            "name": "employee.display_name",
            "email": "employee.email",
            "phone_number": "employee.phone",
            "deleted_at": Hint("employee.is_active", transform=_STILL_THERE),
        },
        *names("stores|is_owner"),
        *_TIMES,
    ),
)
_OF_THE_RECEIPT = {
    "receipt.receipt_number": "receipts[].receipt_number",
    "receipt.receipt_type": "receipts[].receipt_type",
}
_RECEIPTS = StreamSpec(
    name="receipts",
    entity="order",
    path="receipts[]",
    where=("receipt_type", "SALE"),
    headers=frozenset({"receipt_number"}),
    hints=fields(
        {
            "receipt_number": Hint("order.external_id", also=("order.number",)),
            # with the moment of a cancellation behind it, the type is no state and is reported
            "receipt_type": Hint(
                "order.state",
                transform="concat(' ') | map_values({'SALE': 'completed', 'REFUND': 'refunded'})",
            ),
            "cancelled_at": "order.state",
            "receipt_date": "order.opened_at",
            "note": "order.notes",
            "source": "order.source",
            "store_id": "order.location_id",
            "employee_id": "order.employee_id",
            "customer_id": "order.customer_id",
            "dining_option": Hint(
                "order.dining_option_id", also=("dining_option.external_id", "dining_option.name")
            ),
            "total_money": money("order.total"),
            "total_tax": money("order.tax_total"),
            "total_discount": money("order.discount_total"),
            "tip": money("order.tip_total"),
            "surcharge": money("order.service_charge_total"),
        },
        *names("refund_for|order|points_earned|points_deducted|points_balance|pos_device_id"),
        *names("total_discounts|total_taxes|line_items|payments"),
        *_TIMES,
    ),
)
_LINES = StreamSpec(
    name="line_items",
    entity="order_line",
    path="receipts[].line_items[]",
    carry=_OF_THE_RECEIPT,
    where=("receipt.receipt_type", "SALE"),
    hints=fields(
        {
            "id": "order_line.external_id",
            "receipt.receipt_number": "order_line.order_id",
            "item_id": "order_line.item_id",
            "variant_id": "order_line.variant_id",
            "item_name": "order_line.name",
            "sku": "order_line.sku",
            "quantity": "order_line.quantity",
            "price": money("order_line.unit_price"),
            "gross_total_money": money("order_line.gross_amount"),
            "total_discount": money("order_line.discount_amount"),
            "total_money": money("order_line.net_amount"),
            "line_note": "order_line.notes",
            "line_modifiers[].option": listed("order_line.modifiers"),
        },
        *names("receipt.receipt_type|variant_name|cost|cost_total|line_taxes|line_discounts|line_modifiers"),
    ),
)
_PAYMENTS = StreamSpec(
    name="payments",
    entity="payment",
    path="receipts[].payments[]",
    carry=_OF_THE_RECEIPT,
    where=("receipt.receipt_type", "SALE"),
    hints=fields(
        {
            "receipt.receipt_number": Hint("payment.order_id", also=("payment.external_id",)),
            "payment_type_id": Hint("payment.external_id", transform="concat('/')"),
            "paid_at": "payment.paid_at",
            "type": Hint("payment.tender", transform=_TENDER),
            "money_amount": money("payment.amount"),
            "payment_details.card_company": "payment.card_brand",
            "payment_details.card_number": Hint("payment.last4", transform="last_characters(4)"),
        },
        *names("receipt.receipt_type|name|payment_details|payment_details.authorization_code"),
        *names("payment_details.reference_id|payment_details.entry_method"),
    ),
)

_OF_A_REFUND = ("receipt.receipt_type", "REFUND")
_REFUNDS = replace(
    _RECEIPTS, name="refunds", where=("receipt_type", "REFUND"), hints=below_zero(_RECEIPTS.hints)
)
_REFUND_LINES = replace(
    _LINES, name="refund_lines", where=_OF_A_REFUND, hints=below_zero(_LINES.hints, "quantity")
)
_REFUND_PAYMENTS = replace(
    _PAYMENTS, name="refund_payments", where=_OF_A_REFUND, hints=below_zero(_PAYMENTS.hints)
)

API = (
    _STORES,
    _CATEGORIES,
    _ITEMS,
    _VARIANTS,
    _MODIFIERS,
    _OPTIONS,
    _TAXES,
    _DISCOUNTS,
    _CUSTOMERS,
    _EMPLOYEES,
    _RECEIPTS,
    _LINES,
    _PAYMENTS,
    _REFUNDS,
    _REFUND_LINES,
    _REFUND_PAYMENTS,
)
