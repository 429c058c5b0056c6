"""Lightspeed Retail (X-Series, once Vend): products, customers and the sales history as tables.

Checked against x-series-support.lightspeedhq.com (importing and exporting products and customers, the sales history) and
x-series-api.lightspeedhq.com (Customers, Sale statuses). The history has a row for each sale, each of its lines and each
of its payments. Rows of one handle are the variants of one product.
"""

from __future__ import annotations

from adapters.declare import fields, money, names
from core.engine.sources.contract import Grouped, Hint, Source, StreamSpec

_OPTION_VALUES = "variant_option_one_value|variant_option_two_value|variant_option_three_value"
_PRODUCTS = StreamSpec(
    name="Products",
    entity="menu_item",
    headers=frozenset(
        names(
            "id|handle|sku|composite_sku|composite_quantity|name|description|product_category|variant_option_one_name|"
            "variant_option_one_value|tags|supply_price|retail_price|tax_name|tax_value|brand_name|supplier_name|active|"
            "track_inventory"
        )
    ),
    grouped=Grouped(
        key=("handle",),
        name=("name",),
        options=names(_OPTION_VALUES),
        parts=names(
            f"id|sku|{_OPTION_VALUES}|supply_price|retail_price|inventory_*|reorder_point_*|restock_level_*"
        ),
        shared=names(
            "name|description|product_category|tags|brand_name|supplier_name|active|track_inventory"
        ),
        first=names("composite_*"),
    ),
    hints=fields(
        {
            "handle": "menu_item.external_id",
            "sku": "menu_item.sku",
            "name": "menu_item.name",
            "description": "menu_item.description",
            "product_category": "menu_item.category_id",
            "variant_option_one_value": "item_variant.name",
            "tags": Hint("menu_item.tags", transform="split_any"),
            "supply_price": money("menu_item.cost"),
            "retail_price": money("menu_item.price"),
            "supplier_name": "menu_item.supplier",
            "active": "menu_item.is_active",
            "track_inventory": "menu_item.track_inventory",
            "inventory_*": "menu_item.quantity_on_hand",
            "reorder_point_*": "menu_item.reorder_level",
        },
        *names(
            "id|composite_*|composite_sku|composite_quantity|variant_option_*|variant_option_one_name|active_online|"
            "weight|weight_unit|length|width|height|dimensions_unit"
        ),
        *names(
            "tax_name|tax_value|account_code|account_code_purchase|brand_name|supplier_code|restock_level_*|barcode"
        ),
        *names("loyalty_value|loyalty_value_default|outlet_tax_*"),
    ),
)
_CUSTOMER_HEADERS = names(
    "customer_code|first_name|last_name|company_name|email|phone|mobile|physical_address1|physical_suburb|physical_city|"
    "physical_postcode|physical_state|physical_country|customer_group_name|date_of_birth"
)
_CUSTOMER_TARGETS: dict[str, str | Hint] = {
    "customer_code": "customer.external_id",
    "first_name": "customer.first_name",
    "last_name": "customer.last_name",
    "company_name": "customer.company",
    "email": "customer.email",
    "mobile": Hint("customer.phone", transform="coalesce"),
    "phone": "customer.phone",
    "physical_address1": "customer.address",
    "physical_city": "customer.city",
    "physical_state": "customer.region",
    "physical_postcode": "customer.postal_code",
    "physical_country": "customer.country",
    "physical_country_id": "customer.country",
    "customer_group_name": Hint("customer.tags", transform="split(',')"),
    "date_of_birth": "customer.birthday",
    "note": "customer.notes",
}
_CUSTOMERS = StreamSpec(
    name="Customers",
    entity="customer",
    headers=frozenset(_CUSTOMER_HEADERS),
    hints=fields(
        _CUSTOMER_TARGETS,
        *(name for name in _CUSTOMER_HEADERS if name not in _CUSTOMER_TARGETS),
        *names(
            "id|sex|fax|website|twitter|enable_loyalty|loyalty_balance|account_balance|year_to_date|balance"
        ),
        *names(
            "physical_address2|postal_address1|postal_address2|postal_suburb|postal_city|postal_postcode|postal_state"
        ),
        *names(
            "postal_country|postal_country_id|custom_field_1|custom_field_2|custom_field_3|custom_field_4|created_at"
        ),
    ),
)
_HISTORY_HEADERS = names(
    "date|receipt_number|line_type|customer_code|customer_name|note|quantity|subtotal|sales_tax|discount|loyalty|total|paid|"
    "details|register|user|status|sku|accountcodesale|accountcodepurchase"
)
_STATES = {
    **dict.fromkeys(("CLOSED", "LAYBY_CLOSED", "ONACCOUNT_CLOSED", "DISPATCHED_CLOSED", "PICKED_UP_CLOSED"), "completed"),
    **dict.fromkeys(("OPEN", "SAVED", "LAYBY", "ONACCOUNT", "AWAITING_DISPATCH", "AWAITING_PICKUP"), "open"),
    "VOIDED": "cancelled",
}  # fmt: skip


def _kind(
    name: str,
    entity: str,
    line_type: str,
    targets: dict[str, str | Hint],
    headers: frozenset[str] = frozenset(),
    kinds: tuple[StreamSpec, ...] = (),
) -> StreamSpec:
    """Return the stream of one kind of row of the sales history."""
    unmapped = (header for header in (*_HISTORY_HEADERS, "outlet") if header not in targets)
    hints = fields(targets, *unmapped)
    return StreamSpec(name, entity, headers, where=("line_type", line_type), kinds=kinds, hints=hints)


_LINES = _kind(
    "SaleLines",
    "order_line",
    "Sale Line",
    {
        "receipt_number": "order_line.order_id",
        "details": "order_line.name",
        "sku": "order_line.sku",
        "quantity": "order_line.quantity",
        "subtotal": money("order_line.net_amount"),
        "sales_tax": money("order_line.tax_amount"),
        "discount": money("order_line.discount_amount"),
        "note": "order_line.notes",
    },
)
_PAYMENTS = _kind(
    "Payments",
    "payment",
    "Payment",
    {
        "receipt_number": "payment.order_id",
        "date": "payment.paid_at",
        "details": "payment.tender",
        "paid": money("payment.amount"),
    },
)
_SALES = _kind(
    "Sales",
    "order",
    "Sale",
    {
        "receipt_number": Hint("order.external_id", also=("order.number",)),
        "date": "order.opened_at",
        "status": Hint("order.state", transform=f"map_values({_STATES})"),
        "customer_code": Hint("order.customer_id", transform="map_values({'WALKIN': None})"),
        "user": Hint("order.employee_id", also=("employee.display_name",)),
        "register": "order.source",
        "outlet": "order.location_id",
        "note": "order.notes",
        "subtotal": money("order.subtotal"),
        "sales_tax": money("order.tax_total"),
        "discount": money("order.discount_total"),
        "total": money("order.total"),
    },
    headers=frozenset(_HISTORY_HEADERS),
    kinds=(_LINES, _PAYMENTS),
)

LIGHTSPEED_X = Source(
    name="lightspeed_x",
    label="Lightspeed X-Series",
    domain="restaurant",
    streams=(_PRODUCTS, _CUSTOMERS, _SALES, _LINES, _PAYMENTS),
    notes=("A customer is known by the customer code, in the list of customers and on sales.",),
)
