"""Clover's orders as JSON with their expanded lines, modifications, discounts and payments (API v3).

A line is one piece of an item, or a quantity of an item that is sold by a unit; its price has neither modifiers nor
discounts in it. Discounts are below zero. An order holds no tax and no tip: they stand on its payments.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.clover.inventory import PERCENT
from adapters.clover.lists import below, both_forms, expanded, list_places, listed_streams
from adapters.declare import anywhere, fields, listed, money, names
from core.engine.sources.contract import Hint, StreamSpec, Sum

_ORDERS = list_places("orders")
_PAID, _DISCOUNTS = ("payments.elements[]", "payments[]"), ("discounts.elements[]", "discounts[]")
_LINES = ("lineItems.elements[]", "lineItems[]")
_LINE_DISCOUNTS = tuple(f"{line}.{discount}" for line in _LINES for discount in _DISCOUNTS)
_STATES = {
    "paid": "completed",
    "credited": "refunded",
    "partially_paid": "open",
    "partially_refunded": "completed",
}
_ORDER_RECORDS = StreamSpec(
    name="orders",
    entity="order",
    single=both_forms("customers.elements[].id"),
    sums={
        "tax.total": Sum(tuple(f"{payment}.taxAmount" for payment in _PAID)),
        "tip.total": Sum(tuple(f"{payment}.tipAmount" for payment in _PAID)),
        "discount.total": Sum(tuple(f"{discount}.amount" for discount in (*_DISCOUNTS, *_LINE_DISCOUNTS))),
    },
    hints=fields(
        {
            "id": "order.external_id",
            "title": "order.number",
            "merchant.id": "order.location_id",
            "createdTime": Hint("order.opened_at", transform="epoch_ms"),
            "paymentState": Hint("order.state", transform=f"map_values({_STATES})"),
            "orderType.id": "order.dining_option_id",
            "employee.id": "order.employee_id",
            "total": money("order.total", "minor"),
            "tax.total": money("order.tax_total", "minor"),
            "tip.total": money("order.tip_total", "minor"),
            "discount.total": Hint("order.discount_total", transform="money | negate", unit="minor"),
            "note": "order.notes",
            **expanded({"customers.elements[].id": "order.customer_id"}),
        },
        *names(
            "href|currency|externalReferenceId|unpaidBalance|taxRemoved|isVat|state|manualTransaction|payType"
        ),
        *names("groupLineItems|testMode|clientCreatedTime|modifiedTime|deletedTimestamp|device.id|lineItems"),
        *names(
            "discounts|discounts.elements|payments|refunds.elements|refunds|credits.elements|voids.elements"
        ),
        *names(
            "employee.name|orderType.label|orderType.labelKey|serviceCharge.id|serviceCharge.name|onlineOrder.id"
        ),
        *names(
            "serviceCharge.percentageDecimal|serviceCharge.enabled|additionalCharges.elements|printGroups"
        ),
        *names("authorizations.elements|preAuths.elements|invoiceId|lineItems.elements|payments.elements"),
    ),
)
_ORDER_TYPES = StreamSpec(
    name="order_types",
    entity="dining_option",
    path=anywhere(("orderTypes.elements[]", "orderTypes[]", *(f"{order}.orderType" for order in _ORDERS))),
    hints=fields(
        {
            "id": "dining_option.external_id",
            "label": Hint("dining_option.name", also=("dining_option.channel",)),
        },
        *names(
            "labelKey|taxable|isDefault|filterCategories|isHidden|fee|minOrderAmount|maxOrderAmount|maxRadius"
        ),
        *names(
            "avgOrderTime|hoursAvailable|customerIdMethod|isDeleted|systemOrderTypeId|href|hours|categories"
        ),
    ),
)
_CHARGES = StreamSpec(
    name="service_charges",
    entity="service_charge",
    path=anywhere(tuple(f"{order}.serviceCharge" for order in _ORDERS)),
    hints=fields(
        {
            "id": "service_charge.external_id",
            "name": "service_charge.name",
            "percentageDecimal": Hint("service_charge.percent", transform=PERCENT),
        },
        *names("percentage|enabled|href"),
    ),
)
_LINE_RECORDS = StreamSpec(
    name="line_items",
    entity="order_line",
    path=anywhere(below(_ORDERS, "lineItems")),
    carry={"order.id": anywhere(_ORDERS, ".id")},
    defaults={"unitQty": 1000},
    sums={
        "amount": Sum(
            ("price", "modifications.elements[].amount", "modifications[].amount"), "unitQty", 1000
        ),
        "discount.amount": Sum(tuple(f"{discount}.amount" for discount in _DISCOUNTS)),
    },
    hints=fields(
        {
            "id": "order_line.external_id",
            "order.id": "order_line.order_id",
            "item.id": "order_line.item_id",
            "name": "order_line.name",
            "price": money("order_line.unit_price", "minor"),
            "unitQty": Hint("order_line.quantity", transform="divide(1000)"),
            "amount": money("order_line.gross_amount", "minor"),
            "discount.amount": Hint("order_line.discount_amount", transform="money | negate", unit="minor"),
            "note": "order_line.notes",
            **expanded({"modifications.elements[].name": listed("order_line.modifiers")}),
        },
        *names(
            "alternateName|colorCode|unitName|itemCode|printed|exchanged|exchangedLineItem.id|binName|userData"
        ),
        *names(
            "createdTime|orderClientCreatedTime|discountAmount|orderLevelDiscountAmount|refunded|refund.id"
        ),
        *names(
            "isRevenue|taxRates|taxRates.elements|payments|payments.elements|discounts|discounts.elements|tags"
        ),
        *names(
            "priceWithModifiers|priceWithModifiersAndItemAndOrderDiscounts|revenueAmount|quantitySold|isOrderFee"
        ),
        *names("hidden|percentage|tags.elements|orderRef.id|href"),
    ),
)
_PAYMENT_RECORDS = StreamSpec(
    name="payments",
    entity="payment",
    sums={"refund.total": Sum(("refunds.elements[].amount", "refunds[].amount"))},
    carry={"parent.id": anywhere(_ORDERS, ".id")},
    hints=fields(
        {
            "id": "payment.external_id",
            "order.id": "payment.order_id",
            "parent.id": "payment.order_id",
            "tender.label": "payment.tender",
            "amount": money("payment.amount", "minor"),
            "tipAmount": money("payment.tip_amount", "minor"),
            "refund.total": money("payment.refund_amount", "minor"),
            "createdTime": Hint("payment.paid_at", transform="epoch_ms"),
            "result": "payment.status",
            "cardTransaction.cardType": "payment.card_brand",
            "cardTransaction.last4": "payment.last4",
        },
        *names(
            "href|device.id|tender.id|tender.href|tender.labelKey|taxAmount|cashbackAmount|cashTendered|note"
        ),
        *names(
            "externalPaymentId|employee.id|clientCreatedTime|modifiedTime|offline|taxRates.elements|refunds"
        ),
        *names("refunds.elements|cardTransaction.entryType|cardTransaction.type|cardTransaction.authCode"),
        *names(
            "cardTransaction.referenceId|cardTransaction.state|cardTransaction.first6|lineItemPayments.elements"
        ),
        *names(
            "serviceCharge.id|serviceCharge.amount|merchant.id|externalReferenceId|cardTransaction.transactionNo"
        ),
    ),
)
_NAMED_PAYMENTS, _PAYMENT_PAGE = listed_streams(_PAYMENT_RECORDS, "payments", "amount", "tender")

SALES = (
    *listed_streams(_ORDER_RECORDS, "orders", "testMode", "createdTime"),
    _ORDER_TYPES,
    _CHARGES,
    _LINE_RECORDS,
    replace(_NAMED_PAYMENTS, path=f"{_NAMED_PAYMENTS.path} | {anywhere(below(_ORDERS, 'payments'))}"),
    _PAYMENT_PAGE,
)
