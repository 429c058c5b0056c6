"""Shopify's order CSV, a row for each line item, and its customer CSV with the older and the newer headers.

Of an order's rows the first has its totals, its buyer and its payment.
https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders
https://help.shopify.com/en/manual/customers/import-export-customers
"""

from __future__ import annotations

from adapters.declare import fields, listing, mapped, money, names
from adapters.shopify.words import ORDER_STATUS, TENDERS
from core.engine.sources.contract import Grouped, Hint, StreamSpec

_ORDERS = StreamSpec(
    name="orders_export",
    entity="order",
    headers=frozenset(
        names(
            "Name|Email|Financial Status|Paid at|Fulfillment Status|Currency|Subtotal|Shipping|Taxes|Total|Discount Code|"
            "Discount Amount|Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem sku"
        )
    ),
    grouped=Grouped(
        key=("Name",),
        parts=("Lineitem *",),
        shared=names(
            "Email|Financial Status|Paid at|Accepts Marketing|Currency|Subtotal|Shipping|Taxes|Total|Discount Code|"
            "Discount Amount|Created at|Billing *|Notes|Cancelled at|Payment Method|Payment Reference|Refunded Amount|"
            "Employee|Location|Id|Source|Phone"
        ),
    ),
    hints=fields(
        {
            "Name": Hint("order.external_id", also=("order.number",)),
            "Email": "customer.email",
            "Financial Status": mapped("order.state", ORDER_STATUS),
            "Paid at": "order.closed_at",
            "Accepts Marketing": "customer.marketing_opt_in",
            "Subtotal": money("order.subtotal"),
            "Shipping": money("order.service_charge_total"),
            "Taxes": money("order.tax_total"),
            "Total": money("order.total"),
            "Discount Amount": money("order.discount_total"),
            "Created at": "order.opened_at",
            "Lineitem quantity": "order_line.quantity",
            "Lineitem name": "order_line.name",
            "Lineitem price": money("order_line.unit_price"),
            "Lineitem sku": "order_line.sku",
            "Lineitem discount": money("order_line.discount_amount"),
            "Billing Name": Hint("customer.first_name", transform="given_name"),
            "Billing Street": Hint("customer.address", unless=("Billing Address1",)),
            "Billing Address1": "customer.address",
            "Billing Company": "customer.company",
            "Billing City": "customer.city",
            "Billing Zip": "customer.postal_code",
            "Billing Province": "customer.region",
            "Billing Country": "customer.country",
            "Billing Phone": Hint("customer.phone", unless=("Phone",)),
            "Phone": "customer.phone",
            "Notes": "order.notes",
            "Payment Method": mapped("payment.tender", TENDERS),
            "Payment Reference": "payment.external_id",
            "Refunded Amount": money("payment.refund_amount"),
            "Employee": "order.employee_id",
            "Location": "order.location_id",
            "Source": "order.source",
        },
        *names("Fulfillment Status|Fulfilled at|Currency|Discount Code|Shipping Method|Cancelled at|Vendor"),
        *names("Lineitem compare at price|Lineitem requires shipping|Lineitem taxable"),
        *names("Lineitem fulfillment status|Billing Address2|Billing Province Name|Shipping *"),
        *names("Note Attributes|Outstanding Balance|Device ID|Id|Tags|Risk Level|Tax * Name|Tax * Value"),
        *names("Receipt Number|Duties|Payment ID|Payment Terms Name|Next Payment Due At|Payment References"),
    ),
)

_CUSTOMERS = StreamSpec(
    name="customers_export",
    entity="customer",
    headers=frozenset(
        names(
            "First Name|Last Name|Email|Phone|Total Spent|Total Orders|Note|Tax Exempt|Tags|Accepts Email Marketing"
        )
    ),
    hints=fields(
        {
            "Customer ID": "customer.external_id",
            "First Name": "customer.first_name",
            "Last Name": "customer.last_name",
            "Email": "customer.email",
            "Accepts Email Marketing": "customer.marketing_opt_in",
            "Accepts Marketing": Hint("customer.marketing_opt_in", unless=("Accepts Email Marketing",)),
            "Default Address Company": "customer.company",
            "Default Address Address1": "customer.address",
            "Default Address City": "customer.city",
            "Default Address Province Code": "customer.region",
            "Default Address Country Code": "customer.country",
            "Default Address Zip": "customer.postal_code",
            "Default Address Phone": Hint("customer.phone", unless=("Phone",)),
            "Company": "customer.company",
            "Address1": "customer.address",
            "City": "customer.city",
            "Province": Hint("customer.region", unless=("Province Code",)),
            "Province Code": "customer.region",
            "Country": Hint("customer.country", unless=("Country Code",)),
            "Country Code": "customer.country",
            "Zip": "customer.postal_code",
            "Phone": "customer.phone",
            "Total Spent": money("customer.lifetime_spend"),
            "Total Orders": "customer.visit_count",
            "Note": "customer.notes",
            "Tags": listing("customer.tags"),
        },
        *names("Default Address Address2|Address2|Accepts SMS Marketing|Tax Exempt|Tax exemptions"),
        *names("*(customer.metafields.*)|Default Address Province|Default Address Country"),
    ),
)

SALES_TABLES = (_ORDERS, _CUSTOMERS)
