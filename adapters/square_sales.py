"""Square's customers, team, gift cards, orders and payments as JSON."""

from __future__ import annotations

from adapters.declare import anywhere, fields, flag, listed, money, names, negated
from core.engine.sources.contract import Hint, StreamSpec

_ORDERS = ("orders[]", "order")
_ORDER_ID = anywhere(_ORDERS, ".id")


def _currencies(text: str) -> tuple[str, ...]:
    """Return the currency beside each of these amounts."""
    return tuple(f"{name}.currency" for name in names(text))


_CUSTOMERS = StreamSpec(
    name="customers",
    entity="customer",
    path="customers[] | customer",
    hints=fields(
        {
            "id": "customer.external_id",
            "given_name": "customer.first_name",
            "family_name": "customer.last_name",
            "company_name": "customer.company",
            "email_address": "customer.email",
            "phone_number": "customer.phone",
            "address.address_line_1": "customer.address",
            "address.locality": "customer.city",
            "address.administrative_district_level_1": "customer.region",
            "address.postal_code": "customer.postal_code",
            "address.country": "customer.country",
            "birthday": "customer.birthday",
            "preferences.email_unsubscribed": negated("customer.marketing_opt_in"),
            "groups[].name": listed("customer.tags"),
            "note": "customer.notes",
            "created_at": "customer.first_visit_at",
        },
        *names("updated_at|groups|group_ids|segment_ids|creation_source|reference_id|nickname|version|cards"),
        *names("address.address_line_2|address.first_name|address.last_name|tax_ids.eu_vat"),
    ),
)
_TEAM = StreamSpec(
    name="team_members",
    entity="employee",
    path="team_members[] | team_member",
    hints=fields(
        {
            "id": "employee.external_id",
            "given_name": "employee.first_name",
            "family_name": "employee.last_name",
            "email_address": "employee.email",
            "phone_number": "employee.phone",
            "status": flag("employee.is_active", "ACTIVE"),
            "wage_setting.job_assignments[].job_title": Hint(None),
        },
        *names("is_owner|reference_id|created_at|updated_at|assigned_locations.assignment_type|wage_setting"),
        *names("assigned_locations.location_ids"),
    ),
)
_GIFT_CARDS = StreamSpec(
    name="gift_cards",
    entity="gift_card",
    path="gift_cards[] | gift_card",
    hints=fields(
        {
            "id": "gift_card.external_id",
            "gan": "gift_card.code",
            "balance_money.amount": money("gift_card.balance", "minor"),
            "state": flag("gift_card.is_active", "ACTIVE"),
        },
        *names("type|gan_source|balance_money.currency|created_at|customer_ids"),
    ),
)
_ORDER_MONEY = "total_money|total_tax_money|total_discount_money|total_tip_money|total_service_charge_money"
_ORDER_RECORDS = StreamSpec(
    name="orders",
    entity="order",
    path=anywhere(_ORDERS),
    hints=fields(
        {
            "id": "order.external_id",
            "location_id": "order.location_id",
            "ticket_name": "order.number",
            "reference_id": Hint(None),
            "source.name": "order.source",
            "customer_id": "order.customer_id",
            "created_at": "order.opened_at",
            "closed_at": "order.closed_at",
            "state": "order.state",
            "fulfillments[].type": Hint("order.dining_option_id", transform="json_list | join(', ')"),
            "total_money.amount": money("order.total", "minor"),
            "total_tax_money.amount": money("order.tax_total", "minor"),
            "total_discount_money.amount": money("order.discount_total", "minor"),
            "total_tip_money.amount": money("order.tip_total", "minor"),
            "total_service_charge_money.amount": money("order.service_charge_total", "minor"),
        },
        *_currencies(_ORDER_MONEY),
        *names(
            "updated_at|version|taxes|discounts|rewards|returns|refunds|net_amounts|metadata|pricing_options"
        ),
        *names(
            "net_amount_due_money.amount|net_amount_due_money.currency|return_amounts|tenders|service_charges"
        ),
        *names("net_amounts.total_money.amount|net_amounts.total_money.currency|fulfillments|line_items"),
        *names(
            "net_amounts.tax_money.amount|net_amounts.tax_money.currency|net_amounts.discount_money.amount"
        ),
        *names(
            "net_amounts.discount_money.currency|net_amounts.tip_money.amount|net_amounts.tip_money.currency"
        ),
        *names("net_amounts.service_charge_money.amount|net_amounts.service_charge_money.currency"),
    ),
)
_LINE_MONEY = (
    "base_price_money|variation_total_price_money|gross_sales_money|total_discount_money|total_tax_money|total_money|"
    "total_service_charge_money"
)
_LINES = StreamSpec(
    name="line_items",
    entity="order_line",
    path=anywhere(_ORDERS, ".line_items[]"),
    carry={"order.id": _ORDER_ID},
    hints=fields(
        {
            "uid": "order_line.external_id",
            "order.id": "order_line.order_id",
            "catalog_object_id": "order_line.variant_id",
            "name": "order_line.name",
            "quantity": "order_line.quantity",
            "note": "order_line.notes",
            "base_price_money.amount": money("order_line.unit_price", "minor"),
            "gross_sales_money.amount": money("order_line.gross_amount", "minor"),
            "total_discount_money.amount": money("order_line.discount_amount", "minor"),
            "total_tax_money.amount": money("order_line.tax_amount", "minor"),
            "modifiers[].catalog_object_id": listed("order_line.modifiers"),
        },
        *_currencies(_LINE_MONEY),
        *names("modifiers|variation_name|catalog_version|item_type|variation_total_price_money.amount"),
        *names("total_money.amount|total_service_charge_money.amount|applied_taxes|applied_discounts"),
        *names(
            "quantity_unit.measurement_unit.weight_unit|quantity_unit.precision|pricing_blocklists|metadata"
        ),
        *names("applied_service_charges|quantity_unit.catalog_version"),
    ),
)
_CHARGES = StreamSpec(
    name="service_charges",
    entity="service_charge",
    path=anywhere(_ORDERS, ".service_charges[]"),
    carry={"order.id": _ORDER_ID},
    hints=fields(
        {
            "uid": Hint(None),
            "catalog_object_id": "service_charge.external_id",
            "name": "service_charge.name",
            "percentage": "service_charge.percent",
            "amount_money.amount": money("service_charge.amount", "minor"),
            "taxable": "service_charge.is_taxable",
            "type": flag("service_charge.is_gratuity", "AUTO_GRATUITY"),
        },
        *_currencies("amount_money|applied_money|total_money|total_tax_money"),
        *names(
            "applied_money.amount|total_money.amount|total_tax_money.amount|calculation_phase|applied_taxes"
        ),
        *names("catalog_version|treatment_type|scope|order.id"),
    ),
)
_FULFILLMENTS = StreamSpec(
    name="fulfillments",
    entity="dining_option",
    path=anywhere(_ORDERS, ".fulfillments[]"),
    carry={"order.id": _ORDER_ID},
    hints=fields(
        {
            "type": Hint("dining_option.external_id", also=("dining_option.name", "dining_option.channel")),
        },
        *names(
            "uid|state|line_item_application|pickup_details|delivery_details|shipment_details|metadata|order.id"
        ),
    ),
)
_TENDERS = StreamSpec(
    name="tenders",
    entity="payment",
    path=anywhere(_ORDERS, ".tenders[]"),
    carry={"order.id": _ORDER_ID},
    hints=fields(
        {
            "id": "payment.external_id",
            "order.id": "payment.order_id",
            "created_at": "payment.paid_at",
            "type": "payment.tender",
            "amount_money.amount": money("payment.amount", "minor"),
            "tip_money.amount": money("payment.tip_amount", "minor"),
            "processing_fee_money.amount": money("payment.processing_fee", "minor"),
            "card_details.card.card_brand": "payment.card_brand",
            "card_details.card.last_4": "payment.last4",
            "card_details.status": "payment.status",
        },
        *_currencies("amount_money|tip_money|processing_fee_money"),
        *names("location_id|transaction_id|note|customer_id|payment_id|card_details.entry_method"),
        *names("card_details.card.fingerprint|card_details.card.exp_month|card_details.card.exp_year"),
        *names("cash_details.buyer_tendered_money.amount|cash_details.buyer_tendered_money.currency"),
        *names("cash_details.change_back_money.amount|cash_details.change_back_money.currency"),
    ),
)
_PAYMENTS = StreamSpec(
    name="payments",
    entity="payment",
    path="payments[] | payment",
    hints=fields(
        {
            "id": "payment.external_id",
            "order_id": "payment.order_id",
            "created_at": "payment.paid_at",
            "source_type": "payment.tender",
            "amount_money.amount": money("payment.amount", "minor"),
            "tip_money.amount": money("payment.tip_amount", "minor"),
            "refunded_money.amount": money("payment.refund_amount", "minor"),
            "card_details.card.card_brand": "payment.card_brand",
            "card_details.card.last_4": "payment.last4",
            "status": "payment.status",
        },
        *_currencies("amount_money|tip_money|refunded_money|total_money|approved_money|app_fee_money"),
        *names(
            "updated_at|location_id|customer_id|receipt_number|receipt_url|total_money.amount|delay_action"
        ),
        *names("approved_money.amount|app_fee_money.amount|processing_fee|version_token|note|reference_id"),
        *names(
            "card_details.status|card_details.entry_method|card_details.cvv_status|card_details.avs_status"
        ),
    ),
)

SALES = (
    _CUSTOMERS,
    _TEAM,
    _GIFT_CARDS,
    _ORDER_RECORDS,
    _LINES,
    _CHARGES,
    _FULFILLMENTS,
    _TENDERS,
    _PAYMENTS,
)
