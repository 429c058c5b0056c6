"""Shopify's products, orders, transactions, customers and gift cards as JSON (Admin REST API).

Amounts are decimal texts in the shop's currency; the `_set` objects beside them tell the same in two currencies.
https://shopify.dev/docs/api/admin-rest/latest/resources/product
https://shopify.dev/docs/api/admin-rest/latest/resources/order
https://shopify.dev/docs/api/admin-rest/latest/resources/transaction
https://shopify.dev/docs/api/admin-rest/latest/resources/customer
https://shopify.dev/docs/api/admin-rest/latest/resources/gift-card
"""

from __future__ import annotations

from adapters.declare import anywhere, fields, listing, mapped, money, names
from adapters.shopify.words import CONSENT, ORDER_STATUS, PRODUCT_STATUS, TENDERS
from core.engine.sources.contract import Hint, StreamSpec

_PRODUCT_PLACES = ("products[]", "product", "[]")
_ORDER_PLACES = ("orders[]", "order", "[]")
_RECORD = "admin_graphql_api_id|created_at|updated_at"


def _money_sets(*amounts: str) -> tuple[str, ...]:
    """Name the fields of amounts that are told in the shop's and in the buyer's currency."""
    return tuple(
        f"{amount}_set.{side}_money.{part}"
        for amount in amounts
        for side in ("shop", "presentment")
        for part in ("amount", "currency_code")
    )


_PRODUCTS = StreamSpec(
    name="products",
    entity="menu_item",
    path=anywhere(_PRODUCT_PLACES),
    headers=frozenset({"id", "title", "handle"}),
    hints=fields(
        {
            "id": "menu_item.external_id",
            "title": "menu_item.name",
            "body_html": "menu_item.description",
            "vendor": "menu_item.supplier",
            "product_type": "menu_item.category_id",
            "tags": listing("menu_item.tags"),
            "status": mapped("menu_item.is_active", PRODUCT_STATUS),
            "image.src": "menu_item.image_url",
        },
        *names(
            f"handle|published_at|published_scope|template_suffix|options|images|variants|{_RECORD}|image"
        ),
        *names("image.id|image.alt|image.position|image.product_id|image.created_at|image.updated_at"),
        *names("image.admin_graphql_api_id|image.width|image.height|image.variant_ids"),
    ),
)
_VARIANTS = StreamSpec(
    name="variants",
    entity="item_variant",
    path=f"{anywhere(_PRODUCT_PLACES, '.variants[]')} | variants[] | variant",
    carry={"product_id": anywhere(_PRODUCT_PLACES, ".id")},
    hints=fields(
        {
            "id": "item_variant.external_id",
            "product_id": "item_variant.item_id",
            "title": "item_variant.name",
            "sku": "item_variant.sku",
            "barcode": "item_variant.barcode",
            "price": money("item_variant.price"),
            "inventory_quantity": "item_variant.quantity_on_hand",
            "position": "item_variant.sort_order",
        },
        *names(f"option1|option2|option3|compare_at_price|inventory_policy|inventory_management|{_RECORD}"),
        *names("fulfillment_service|taxable|tax_code|grams|weight|weight_unit|image_id|inventory_item_id"),
        *names("old_inventory_quantity|requires_shipping|presentment_prices"),
    ),
)
_ADDRESS = names(
    "first_name|last_name|name|address1|address2|phone|city|zip|province|province_code|country|country_code|company|"
    "latitude|longitude"
)
_ORDERS = StreamSpec(
    name="orders",
    entity="order",
    path=anywhere(_ORDER_PLACES),
    headers=frozenset({"id", "line_items"}),
    hints=fields(
        {
            "id": "order.external_id",
            "name": "order.number",
            "created_at": "order.opened_at",
            "closed_at": "order.closed_at",
            "financial_status": mapped("order.state", ORDER_STATUS),
            "subtotal_price": money("order.subtotal"),
            "total_discounts": money("order.discount_total"),
            "total_shipping_price_set.shop_money.amount": money("order.service_charge_total"),
            "total_tax": money("order.tax_total"),
            "total_tip_received": money("order.tip_total"),
            "total_price": money("order.total"),
            "note": "order.notes",
            "source_name": "order.source",
            "location_id": "order.location_id",
            "user_id": "order.employee_id",
            "customer.id": Hint("order.customer_id", also=("customer.external_id",)),
            "customer.email": "customer.email",
            "customer.phone": "customer.phone",
            "customer.first_name": "customer.first_name",
            "customer.last_name": "customer.last_name",
            "customer.note": "customer.notes",
            "customer.tags": listing("customer.tags"),
            "customer.created_at": "customer.first_visit_at",
            "customer.email_marketing_consent.state": mapped("customer.marketing_opt_in", CONSENT),
        },
        *names(
            "admin_graphql_api_id|updated_at|app_id|browser_ip|buyer_accepts_marketing|cancel_reason|cancelled_at|cart_token"
        ),
        *names("checkout_id|checkout_token|client_details|confirmed|confirmation_number|contact_email"),
        *names("currency|presentment_currency|current_subtotal_price|current_total_discounts"),
        *names("current_total_price|current_total_tax|customer_locale|device_id|discount_applications"),
        *names("discount_codes|email|estimated_taxes|fulfillment_status|fulfillments|gateway|landing_site"),
        *names("landing_site_ref|merchant_of_record_app_id|note_attributes|number|order_number"),
        *names("order_status_url|payment_gateway_names|payment_terms|phone|po_number|processed_at|reference"),
        *names(
            "referring_site|refunds|shipping_lines|source_identifier|source_url|tags|tax_exempt|tax_lines"
        ),
        *names(
            "taxes_included|test|token|total_line_items_price|total_outstanding|total_weight|transactions"
        ),
        *names("line_items|billing_address|shipping_address|customer|customer.state|customer.updated_at"),
        *names("customer.verified_email|customer.tax_exempt|customer.currency|customer.tax_exemptions"),
        *names("customer.admin_graphql_api_id|customer.email_marketing_consent.opt_in_level"),
        *names("customer.email_marketing_consent.consent_updated_at|customer.multipass_identifier"),
        *names("customer.sms_marketing_consent|customer.orders_count|customer.total_spent"),
        *(f"{owner}.{part}" for owner in ("billing_address", "shipping_address") for part in _ADDRESS),
        *_money_sets("subtotal_price", "total_discounts", "total_tax", "total_price"),
        *_money_sets("total_line_items_price", "current_total_price", "current_total_tax"),
        *_money_sets("current_subtotal_price", "current_total_discounts"),
        *(name for name in _money_sets("total_shipping_price") if "shop_money.amount" not in name),
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
            "product_id": "order_line.item_id",
            "variant_id": "order_line.variant_id",
            # `name` has the variant's title behind it, which `variant_id` tells
            "title": "order_line.name",
            "sku": "order_line.sku",
            "quantity": "order_line.quantity",
            "price": money("order_line.unit_price"),
            "total_discount": money("order_line.discount_amount"),
        },
        *names("admin_graphql_api_id|name|variant_title|vendor|fulfillable_quantity|fulfillment_service"),
        *names("fulfillment_status|gift_card|grams|properties|product_exists|requires_shipping|taxable"),
        *names("variant_inventory_management|attributed_staffs|current_quantity|tax_lines|duties"),
        *names("discount_allocations|sales_line_item_group_id"),
        *_money_sets("price", "total_discount"),
    ),
)
_TRANSACTION_PLACES = (
    "transactions[]",
    *(
        f"{order}.{members}"
        for order in _ORDER_PLACES
        for members in ("transactions[]", "refunds[].transactions[]")
    ),
)


def _transactions(kind: str, amount: str) -> StreamSpec:
    """Return the transactions of a kind; authorizations and voids move no money and are not declared."""
    return StreamSpec(
        name=f"transactions_{kind}",
        entity="payment",
        path=anywhere(_TRANSACTION_PLACES),
        where=("kind", kind),
        carry={"order_id": anywhere(_ORDER_PLACES, ".id")},
        hints=fields(
            {
                "id": "payment.external_id",
                "order_id": "payment.order_id",
                "amount": money(amount),
                "gateway": mapped("payment.tender", TENDERS),
                "status": "payment.status",
                "processed_at": "payment.paid_at",
                "payment_details.credit_card_company": "payment.card_brand",
            },
            *names(f"kind|{_RECORD}|authorization|currency|device_id|error_code|location_id|message"),
            *names("parent_id|payment_id|receipt|source_name|test|user_id|payments_refund_attributes"),
            *names("payment_details.avs_result_code|payment_details.credit_card_bin"),
            *names("payment_details.credit_card_number|payment_details.cvv_result_code"),
            *names("payment_details.credit_card_wallet|payment_details.credit_card_name"),
        ),
    )


_CUSTOMERS = StreamSpec(
    name="customers",
    entity="customer",
    path=anywhere(("customers[]", "[]")),
    headers=frozenset({"id", "email", "first_name"}),
    hints=fields(
        {
            "id": "customer.external_id",
            "email": "customer.email",
            "phone": "customer.phone",
            "first_name": "customer.first_name",
            "last_name": "customer.last_name",
            "note": "customer.notes",
            "tags": listing("customer.tags"),
            "orders_count": "customer.visit_count",
            "total_spent": money("customer.lifetime_spend"),
            "created_at": "customer.first_visit_at",
            "accepts_marketing": Hint("customer.marketing_opt_in", unless=("email_marketing_consent.state",)),
            "email_marketing_consent.state": mapped("customer.marketing_opt_in", CONSENT),
            "default_address.company": "customer.company",
            "default_address.address1": "customer.address",
            "default_address.city": "customer.city",
            "default_address.province_code": "customer.region",
            "default_address.zip": "customer.postal_code",
            "default_address.country_code": "customer.country",
        },
        *names("updated_at|admin_graphql_api_id|state|last_order_id|last_order_name|verified_email|currency"),
        *names("multipass_identifier|tax_exempt|tax_exemptions|addresses|sms_marketing_consent"),
        *names("marketing_opt_in_level|accepts_marketing_updated_at|email_marketing_consent"),
        *names("email_marketing_consent.opt_in_level|email_marketing_consent.consent_updated_at"),
        *names("sms_marketing_consent.state|sms_marketing_consent.opt_in_level"),
        *names("sms_marketing_consent.consent_updated_at|sms_marketing_consent.consent_collected_from"),
        *names("default_address|default_address.id|default_address.customer_id|default_address.first_name"),
        *names("default_address.last_name|default_address.name|default_address.address2"),
        *names("default_address.phone|default_address.province|default_address.country"),
        *names("default_address.country_name|default_address.default"),
    ),
)
_GIFT_CARDS = StreamSpec(
    name="gift_cards",
    entity="gift_card",
    path="gift_cards[] | gift_card | []",
    headers=frozenset({"id", "initial_value", "last_characters"}),
    hints=fields(
        {
            "id": "gift_card.external_id",
            "balance": money("gift_card.balance"),
            "customer_id": "gift_card.customer_id",
            # the moment of its disabling; a card without one can be used
            "disabled_at": Hint("gift_card.is_active", transform="default('usable') | equals('usable')"),
        },
        *names("created_at|updated_at|currency|initial_value|line_item_id|api_client_id|user_id|note"),
        *names("expires_on|template_suffix|last_characters|order_id|notify|recipient_id|code"),
    ),
)

API = (
    _PRODUCTS,
    _VARIANTS,
    _ORDERS,
    _LINES,
    _transactions("sale", "payment.amount"),
    _transactions("capture", "payment.amount"),
    _transactions("refund", "payment.refund_amount"),
    _CUSTOMERS,
    _GIFT_CARDS,
)
