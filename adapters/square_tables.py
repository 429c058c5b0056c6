"""The dashboard's exports: item library, items detail, customers. Amounts are dollars with a sign."""

from __future__ import annotations

from adapters.declare import fields, money, names, negated
from core.engine.sources.contract import Hint, StreamSpec

_LIBRARY_HEADERS = names(
    "Reference Handle|Token|Item Name|Customer-facing Name|Variation Name|SKU|Description|Categories|"
    "Reporting Category|SEO Title|SEO Description|Permalink|GTIN|Square Online Item Visibility|Item Type|Weight (lb)|"
    "Social Media Link Title|Social Media Link Description|Shipping Enabled|Self-serve Ordering Enabled|"
    "Delivery Enabled|Pickup Enabled|Price|Online Sale Price|Archived|Sellable|Contains Alcohol|Stockable|"
    "Auto Add Item to Check|Option Name 1|Option Value 1|Default Unit Cost|Default Vendor Name|Default Vendor Code"
)
_LIBRARY_TARGETS: dict[str, str | Hint] = {
    "Token": "item_variant.external_id",
    # the export has no id for the item around its variations: its name is what they share
    "Item Name": Hint("menu_item.name", also=("menu_item.external_id", "item_variant.item_id")),
    "Variation Name": "item_variant.name",
    "SKU": "item_variant.sku",
    "Description": "menu_item.description",
    "Categories": "menu_item.category_id",
    "GTIN": "item_variant.barcode",
    "Price": money("item_variant.price"),
    "Archived": negated("menu_item.is_active", "Y"),
    "Default Unit Cost": money("item_variant.cost"),
    "Default Vendor Name": "menu_item.supplier",
}
_ITEM_LIBRARY = StreamSpec(
    name="ItemLibrary",
    entity="item_variant",
    headers=frozenset(_LIBRARY_HEADERS),
    hints=fields(_LIBRARY_TARGETS, *(name for name in _LIBRARY_HEADERS if name not in _LIBRARY_TARGETS)),
)
_DETAIL_HEADERS = names(
    "Date|Time|Time Zone|Category|Item|Qty|Price Point Name|SKU|Modifiers Applied|Gross Sales|Discounts|Net Sales|Tax|"
    "Transaction ID|Payment ID|Device Name|Notes|Details|Event Type|Location|Dining Option|Customer ID|Customer Name|"
    "Customer Reference ID|Unit|Count|GTIN|Itemization Type|Commission|Employee|Fulfillment Note|Channel|Token|"
    "Card Brand|PAN Suffix"
)
_DETAIL_TARGETS: dict[str, str | Hint] = {
    "Date": "order.opened_at",
    "Time": Hint("order.opened_at", transform="combine_date_time"),
    "Category": "order_line.category_id",
    "Item": "order_line.name",
    "Qty": "order_line.quantity",
    "Price Point Name": "order_line.variant_id",
    "SKU": "order_line.sku",
    "Modifiers Applied": Hint("order_line.modifiers", transform="split(',')"),
    "Gross Sales": money("order_line.gross_amount"),
    # written below zero
    "Discounts": Hint("order_line.discount_amount", transform="money | negate", unit="major"),
    "Net Sales": money("order_line.net_amount"),
    "Tax": money("order_line.tax_amount"),
    "Transaction ID": Hint("order_line.order_id", also=("order.external_id", "payment.order_id")),
    "Payment ID": "payment.external_id",
    "Notes": "order_line.notes",
    "Location": "order.location_id",
    "Dining Option": "order.dining_option_id",
    "Customer ID": Hint("order.customer_id", also=("customer.external_id",)),
    "Employee": "order.employee_id",
    "Channel": "order.source",
    "Token": "order_line.item_id",
    "Card Brand": "payment.card_brand",
    "PAN Suffix": "payment.last4",
}
_ITEMS_DETAIL = StreamSpec(
    name="ItemsDetail",
    entity="order_line",
    headers=frozenset(_DETAIL_HEADERS),
    hints=fields(_DETAIL_TARGETS, *(name for name in _DETAIL_HEADERS if name not in _DETAIL_TARGETS)),
)
_CUSTOMER_HEADERS = names(
    "Reference ID|First Name|Last Name|Email Address|Phone Number|Nickname|Company Name|Street Address 1|"
    "Street Address 2|City|State|Postal Code|Birthday|Memo|Square Customer ID|Creation Source|First Visit|Last Visit|"
    "Transaction Count|Lifetime Spend|Email Subscription Status|Instant Profile|Blocked from online booking"
)
_CUSTOMER_TARGETS: dict[str, str | Hint] = {
    "First Name": "customer.first_name",
    "Last Name": "customer.last_name",
    "Email Address": "customer.email",
    "Phone Number": Hint("customer.phone", transform="e164('US')"),
    "Company Name": "customer.company",
    "Street Address 1": "customer.address",
    "City": "customer.city",
    "State": "customer.region",
    "Postal Code": "customer.postal_code",
    "Birthday": "customer.birthday",
    "Memo": "customer.notes",
    "Square Customer ID": "customer.external_id",
    "First Visit": "customer.first_visit_at",
    "Last Visit": "customer.last_visit_at",
    "Transaction Count": "customer.visit_count",
    "Lifetime Spend": money("customer.lifetime_spend"),
    "Email Subscription Status": Hint(
        "customer.marketing_opt_in",
        transform="map_values({'subscribed': 'true', 'unsubscribed': 'false', 'unknown': None})",
    ),
}
_CUSTOMERS = StreamSpec(
    name="Customers",
    entity="customer",
    headers=frozenset(_CUSTOMER_HEADERS),
    hints=fields(_CUSTOMER_TARGETS, *(name for name in _CUSTOMER_HEADERS if name not in _CUSTOMER_TARGETS)),
)

TABLES = (_ITEM_LIBRARY, _ITEMS_DETAIL, _CUSTOMERS)
