"""WooCommerce's products, their variations, and orders as JSON (REST API v3): lists of objects, amounts as decimal texts.

https://developer.woocommerce.com/docs/apis/rest-api/v3/products/
https://developer.woocommerce.com/docs/apis/rest-api/v3/product-variations/
https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/
"""

from __future__ import annotations

from dataclasses import replace

from adapters.declare import anywhere, fields, flag, mapped, money, names
from adapters.woocommerce.words import ORDER_STATUS, TENDERS
from core.engine.sources.contract import Hint, StreamSpec

_PRODUCT_PLACES = ("products[]", "[]", "product")
_ORDER_PLACES = ("orders[]", "[]", "order")
_DATES = "date_created|date_created_gmt|date_modified|date_modified_gmt"
_SOLD = (
    "sale_price|date_on_sale_from|date_on_sale_from_gmt|date_on_sale_to|date_on_sale_to_gmt|on_sale|purchasable|virtual|"
    "downloadable|downloads|download_limit|download_expiry|tax_status|manage_stock|backorders|backorders_allowed|"
    "backordered|weight|dimensions.length|dimensions.width|dimensions.height|shipping_class|shipping_class_id|"
    "meta_data|_links|stock_status|low_stock_amount|permalink"
)

_PRODUCTS = StreamSpec(
    name="products",
    entity="menu_item",
    path=anywhere(_PRODUCT_PLACES),
    headers=frozenset({"id", "name", "catalog_visibility"}),
    hints=fields(
        {
            "id": "menu_item.external_id",
            "name": "menu_item.name",
            "status": flag("menu_item.is_active", "publish"),
            "description": "menu_item.description",
            "short_description": Hint("menu_item.description", unless=("description",)),
            "sku": "menu_item.sku",
            "global_unique_id": "menu_item.barcode",
            "regular_price": money("menu_item.price"),
            "stock_quantity": "menu_item.quantity_on_hand",
            "manage_stock": "menu_item.track_inventory",
            "low_stock_amount": "menu_item.reorder_level",
            "categories[].name": Hint("menu_item.category_id", transform="json_list | join(', ')"),
            "tags[].name": Hint("menu_item.tags", transform="json_list"),
            "brands[].name": Hint("menu_item.supplier", transform="json_list | join(', ')"),
            "menu_order": "menu_item.sort_order",
        },
        *names(f"{_DATES}|slug|type|featured|catalog_visibility|price|price_html|total_sales|external_url"),
        *names("button_text|tax_class|sold_individually|shipping_required|shipping_taxable|reviews_allowed"),
        *names("average_rating|rating_count|related_ids|upsell_ids|cross_sell_ids|parent_id|purchase_note"),
        *names("categories|tags|brands|images|attributes|default_attributes|variations|grouped_products"),
        *names("has_options|post_password|jetpack_sharing_enabled|dimensions"),
        *(name for name in names(_SOLD) if name not in {"manage_stock", "low_stock_amount"}),
    ),
)
_VARIATIONS = StreamSpec(
    name="variations",
    entity="item_variant",
    path=anywhere(("variations[]", *_PRODUCT_PLACES)),
    headers=frozenset({"id", "parent_id", "regular_price", "attributes"}),
    hints=fields(
        {
            "id": "item_variant.external_id",
            "parent_id": "item_variant.item_id",
            "attributes[].option": Hint("item_variant.name", transform="json_list | join(' / ')"),
            "sku": "item_variant.sku",
            "global_unique_id": "item_variant.barcode",
            "regular_price": money("item_variant.price"),
            "stock_quantity": "item_variant.quantity_on_hand",
            "menu_order": "item_variant.sort_order",
        },
        *names(f"{_DATES}|{_SOLD}|type|name|status|description|price|tax_class|attributes|image|image.id"),
        *names("image.src|image.name|image.alt|image.date_created|image.date_created_gmt|dimensions"),
        *names("image.date_modified|image.date_modified_gmt"),
    ),
)
_ORDERS = StreamSpec(
    name="orders",
    entity="order",
    path=anywhere(_ORDER_PLACES),
    headers=frozenset({"id", "line_items"}),
    hints=fields(
        {
            "id": "order.external_id",
            "number": "order.number",
            "status": replace(mapped("order.state", ORDER_STATUS), also=("payment.status",)),
            "date_created": "order.opened_at",
            "date_paid": Hint("order.closed_at", also=("payment.paid_at",)),
            "created_via": "order.source",
            "discount_total": money("order.discount_total"),
            "shipping_total": money("order.service_charge_total"),
            "total_tax": money("order.tax_total"),
            "total": money("order.total"),
            "customer_note": "order.notes",
            "billing.first_name": "customer.first_name",
            "billing.last_name": "customer.last_name",
            "billing.company": "customer.company",
            "billing.address_1": "customer.address",
            "billing.city": "customer.city",
            "billing.state": "customer.region",
            "billing.postcode": "customer.postal_code",
            "billing.country": "customer.country",
            "billing.email": "customer.email",
            "billing.phone": "customer.phone",
            "payment_method": mapped("payment.tender", TENDERS),
        },
        *names(
            "date_created_gmt|date_modified|date_modified_gmt|parent_id|order_key|version|currency|currency_symbol|prices_include_tax"
        ),
        *names("discount_tax|shipping_tax|cart_tax|customer_id|customer_ip_address|customer_user_agent"),
        *names("billing.address_2|shipping.first_name|shipping.last_name|shipping.company"),
        *names("shipping.address_1|shipping.address_2|shipping.city|shipping.state|shipping.postcode"),
        *names(
            "shipping.country|shipping.phone|payment_method_title|transaction_id|date_paid_gmt|date_completed"
        ),
        *names("date_completed_gmt|cart_hash|meta_data|line_items|tax_lines|shipping_lines|fee_lines"),
        *names("coupon_lines|refunds|set_paid|payment_url|is_editable|needs_payment|needs_processing|_links"),
        *names("billing|shipping"),
    ),
)
_LINES = StreamSpec(
    name="line_items",
    entity="order_line",
    path=anywhere(_ORDER_PLACES, ".line_items[]"),
    carry={"order.id": anywhere(_ORDER_PLACES, ".id")},
    hints=fields(
        {
            "id": "order_line.external_id",
            "order.id": "order_line.order_id",
            "name": "order_line.name",
            "product_id": "order_line.item_id",
            # 0 stands for a product without variations
            "variation_id": Hint("order_line.variant_id", transform="map_values({'0': None})"),
            "quantity": "order_line.quantity",
            "subtotal": money("order_line.gross_amount"),
            "total": money("order_line.net_amount"),
            "total_tax": money("order_line.tax_amount"),
            "sku": "order_line.sku",
        },
        *names(
            "tax_class|subtotal_tax|taxes|meta_data|price|parent_name|image.id|image.src|image|global_unique_id"
        ),
    ),
)

API = (_PRODUCTS, _VARIATIONS, _ORDERS, _LINES)
