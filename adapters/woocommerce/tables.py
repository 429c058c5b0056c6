"""WooCommerce's product CSV, and the order CSV of the plugin Advanced Order Export with its usual columns.

A variation is a row of its own that names its product by 'id:61' or by its SKU. An order is a row for each item; the
plugin repeats what is about the order in each of them, or leaves it blank after the first.
https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema
https://docs.algolplus.com/algol_order_export/
"""

from __future__ import annotations

from dataclasses import replace

from adapters.declare import fields, listing, mapped, money, names
from adapters.woocommerce.words import ORDER_STATUS, TENDERS
from core.engine.sources.contract import Grouped, Hint, StreamSpec

_PRODUCTS = StreamSpec(
    name="wc-product-export",
    entity="menu_item",
    headers=frozenset(
        names(
            "ID|Type|SKU|Name|Published|Is featured?|Visibility in catalog|Short description|Description|Tax status|"
            "In stock?|Stock|Regular price|Sale price|Categories|Images|Parent"
        )
    ),
    reshape=True,
    hints=fields(
        {
            "ID": "menu_item.external_id",
            "SKU": "menu_item.sku",
            "GTIN, UPC, EAN, or ISBN": "menu_item.barcode",
            "Name": "menu_item.name",
            # 1 published, 0 private, -1 draft
            "Published": Hint("menu_item.is_active", transform="map_values({'-1': 'false'})"),
            "Short description": Hint("menu_item.description", unless=("Description",)),
            "Description": "menu_item.description",
            "Tax class": "menu_item.tax_rate_ids",
            "Stock": "menu_item.quantity_on_hand",
            "Low stock amount": "menu_item.reorder_level",
            "Regular price": money("menu_item.price"),
            "Cost of goods": money("menu_item.cost"),
            "Categories": "menu_item.category_id",
            "Tags": listing("menu_item.tags"),
            "Images": Hint("menu_item.image_url", transform="first_of(',')"),
            "Parent": "item_variant.item_id",
            "Position": "menu_item.sort_order",
            "Brands": "menu_item.supplier",
        },
        *names("Type|Is featured?|Visibility in catalog|Date sale price starts|Date sale price ends"),
        *names("Tax status|In stock?|Backorders allowed?|Sold individually?|Weight (*)|Length (*)|Width (*)"),
        *names("Height (*)|Allow customer reviews?|Purchase note|Sale price|Shipping class|Download limit"),
        *names("Download expiry days|Grouped products|Upsells|Cross-sells|External URL|Button text"),
        *names("Attribute * name|Attribute * value(s)|Attribute * visible|Attribute * global"),
        *names(
            "Attribute * default|Meta: *|Download * ID|Download * name|Download * URL|Swatches Attributes"
        ),
    ),
)

_ITEM = "SKU|Item #|Item Name|Item Name (*)|Item Cost|Item Cost *|Quantity|Quantity (*)|Order Line *|Item Tax *|Item Total *|"
_PRODUCT = "Product Id|Product Name *|Product Variation|Variation Id|Category|Summary Report *"
_COUPON = "Coupon Code|Discount Amount|Discount Amount Tax|Coupon *"
_ORDERS = StreamSpec(
    name="order-export",
    entity="order",
    headers=frozenset(
        names(
            "Order Number|Order Status|Order Date|Customer Note|First Name (Billing)|Last Name (Billing)|Email (Billing)|"
            "Phone (Billing)|Payment Method Title|Cart Discount Amount|Order Shipping Amount|Order Total Amount|"
            "Order Total Tax Amount|Item Name|Item Cost"
        )
    ),
    grouped=Grouped(
        key=("Order Number", "Order ID"),
        parts=names(_ITEM + _PRODUCT),
        shared=names(
            "Order *|Paid Date|Completed Date|Customer Note|* (Billing)|Payment *|Transaction ID|Cart *"
        ),
        first=names(_COUPON),
    ),
    hints=fields(
        {
            "Order Number": Hint("order.external_id", also=("order.number",)),
            "Order ID": Hint("order.external_id", also=("order.number",), unless=("Order Number",)),
            "Order Status": replace(mapped("order.state", ORDER_STATUS), also=("payment.status",)),
            "Order Date": "order.opened_at",
            "Paid Date": "order.closed_at",
            "Completed Date": Hint("order.closed_at", unless=("Paid Date",)),
            "Customer Note": "order.notes",
            "First Name (Billing)": "customer.first_name",
            "Last Name (Billing)": "customer.last_name",
            "Company (Billing)": "customer.company",
            "Address 1&2 (Billing)": "customer.address",
            "Address 1 (Billing)": Hint("customer.address", unless=("Address 1&2 (Billing)",)),
            "City (Billing)": "customer.city",
            "State Code (Billing)": "customer.region",
            "Postcode (Billing)": "customer.postal_code",
            "Country Code (Billing)": "customer.country",
            "Email (Billing)": "customer.email",
            "Phone (Billing)": "customer.phone",
            "Payment Method": mapped("payment.tender", TENDERS),
            "Payment Method Title": replace(mapped("payment.tender", TENDERS), unless=("Payment Method",)),
            "Cart Discount Amount": money("order.discount_total"),
            "Order Subtotal Amount": money("order.subtotal"),
            "Order Shipping Amount": money("order.service_charge_total"),
            "Order Refund Amount": money("payment.refund_amount"),
            "Order Total Amount": money("order.total"),
            "Order Total Tax Amount": money("order.tax_total"),
            "SKU": "order_line.sku",
            "Item Name": "order_line.name",
            "Quantity (- Refund)": "order_line.quantity",
            "Quantity": Hint("order_line.quantity", unless=("Quantity (- Refund)",)),
            "Item Cost": money("order_line.unit_price"),
            "Product Id": "order_line.item_id",
            "Variation Id": "order_line.variant_id",
            "Category": "order_line.category_id",
            "Order Line Tax": money("order_line.tax_amount"),
            "Order Line Subtotal": money("order_line.gross_amount"),
            "Order Line Total": money("order_line.net_amount"),
        },
        *names(
            "Item #|* (Shipping)|Shipping Method Title|Shipping Method|Transaction ID|Order Currency|Order Key"
        ),
        *names(f"Address 2 (Billing)|State Name (Billing)|Country Name (Billing)|{_COUPON}"),
        *names("Customer User ID|Customer Username|Customer IP Address|Order Shipping Tax Amount"),
        *names("Order Total Fee|Order Total Amount without Tax|Cart Discount Amount Tax|Product Variation"),
    ),
)

TABLES = (_PRODUCTS, _ORDERS)
