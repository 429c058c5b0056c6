"""Toast's people and orders as JSON (Orders API v2, Labor API, and older exports).

Our order is Toast's check, because totals and payments stand on the check; what belongs to the Toast order around
it (number, table, server, guest) is carried down.
"""

from __future__ import annotations

from adapters.declare import anywhere, fields, listed, money, names, negated
from core.engine.sources.contract import Hint, StreamSpec

_ORDERS = ("orders[]", "[]")
_CHECK_GUID = anywhere(_ORDERS, ".checks[].guid")

_EMPLOYEES = StreamSpec(
    name="employees",
    entity="employee",
    path="employees[] | []",
    headers=frozenset({"firstName", "lastName", "jobReferences"}),
    hints=fields(
        {
            "guid": "employee.external_id",
            "firstName": "employee.first_name",
            "lastName": "employee.last_name",
            "chosenName": "employee.display_name",
            "email": "employee.email",
            "phoneNumber": Hint("employee.phone", transform="e164('US')"),
            "deleted": negated("employee.is_active"),
        },
        *names("entityType|externalId|createdDate|modifiedDate|deletedDate|phoneNumberCountryCode|passcode"),
        *names("externalEmployeeId|jobReferences|wageOverrides|v2EmployeeGuid"),
    ),
)
_CUSTOMERS = StreamSpec(
    name="customers",
    entity="customer",
    path="customers[]",
    hints=fields(
        {
            "guid": Hint(
                "customer.external_id", also=("loyalty_account.external_id", "loyalty_account.customer_id")
            ),
            "firstName": "customer.first_name",
            "lastName": "customer.last_name",
            "email": "customer.email",
            "phone": "customer.phone",
            "loyaltyPoints": "loyalty_account.points_balance",
            "createdDate": "customer.first_visit_at",
            "lastVisit": "customer.last_visit_at",
            "marketingOptIn": "customer.marketing_opt_in",
            "company": "customer.company",
            "notes": "customer.notes",
            "visitCount": "customer.visit_count",
        }
    ),
)
_ORDER_ENVELOPES = StreamSpec(
    name="orders",
    entity="",
    path=anywhere(_ORDERS),
    headers=frozenset({"checks"}),
)
_DINING_OPTIONS = StreamSpec(
    name="dining_options",
    entity="dining_option",
    path="diningOptions[] | []",
    headers=frozenset({"name", "behavior"}),
    hints=fields(
        {
            "guid": "dining_option.external_id",
            "name": "dining_option.name",
            "behavior": "dining_option.channel",
        },
        *names("entityType|externalId|curbside"),
    ),
)
_SERVERS = StreamSpec(
    name="servers",
    entity="employee",
    path=anywhere(_ORDERS, ".server"),
    hints=fields(
        {
            "guid": "employee.external_id",
            "firstName": "employee.first_name",
            "lastName": "employee.last_name",
        },
        *names("entityType|externalId"),
    ),
)
_OF_THE_ORDER = {
    "order.guid": "guid",
    "order.displayNumber": "displayNumber",
    "order.businessDate": "businessDate",
    "order.createdDate": "createdDate",
    "order.openedDate": "openedDate",
    "order.closedDate": "closedDate",
    "order.orderType": "orderType",
    "order.diningOption.guid": "diningOption.guid",
    "order.table": "table",
    "order.table.guid": "table.guid",
    "order.numberOfGuests": "numberOfGuests",
    "order.server.guid": "server.guid",
    "order.customer.guid": "customer.guid",
    "order.source": "source",
    "order.voided": "voided",
}
_CHECK_RECORDS = StreamSpec(
    name="checks",
    entity="order",
    path=anywhere(_ORDERS, ".checks[]"),
    carry={name: anywhere(_ORDERS, f".{below}") for name, below in _OF_THE_ORDER.items()}
    | {"restaurant.guid": "restaurant.guid"},
    hints=fields(
        {
            "guid": "order.external_id",
            "displayNumber": "order.number",
            "order.displayNumber": "order.number",
            "restaurant.guid": "order.location_id",
            "order.businessDate": "order.business_date",
            "order.createdDate": "order.opened_at",
            "order.openedDate": "order.opened_at",
            "openedDate": "order.opened_at",
            "order.closedDate": "order.closed_at",
            "closedDate": "order.closed_at",
            "paymentStatus": "order.state",
            # a word that names the channel; the API has the option's guid instead
            "order.orderType": Hint(
                "order.dining_option_id",
                also=("dining_option.external_id", "dining_option.name", "dining_option.channel"),
            ),
            "order.diningOption.guid": "order.dining_option_id",
            "order.table": "order.table",
            "order.table.guid": "order.table",
            "order.numberOfGuests": "order.guest_count",
            "order.customer.guid": "order.customer_id",
            "customer.guid": "order.customer_id",
            "order.server.guid": "order.employee_id",
            "order.source": "order.source",
            "subtotal": money("order.subtotal"),
            "amount": money("order.subtotal"),
            "tax": money("order.tax_total"),
            "taxAmount": money("order.tax_total"),
            "total": money("order.total"),
            "totalAmount": money("order.total"),
            "tabName": "order.notes",
        },
        *names(
            "order.guid|order.voided|voided|entityType|externalId|createdDate|modifiedDate|paidDate|voidDate"
        ),
        *names("voidBusinessDate|deleted|deletedDate|taxExempt|taxExemptionAccount|appliedDiscounts"),
        *names(
            "appliedServiceCharges|appliedLoyaltyInfo|appliedPreauthInfo|duration|lastModifiedDeviceId.id"
        ),
        *names(
            "createdDevice.id|lastModifiedDevice.id|openedBy.guid|openedBy.entityType|customer.entityType"
        ),
        *names(
            "selections|payments|customer.firstName|customer.lastName|customer.phone|customer.email|customer|server"
        ),
    ),
)
_SELECTIONS = StreamSpec(
    name="selections",
    entity="order_line",
    path=anywhere(_ORDERS, ".checks[].selections[]"),
    carry={"check.guid": _CHECK_GUID},
    hints=fields(
        {
            "guid": "order_line.external_id",
            "check.guid": "order_line.order_id",
            "itemGuid": "order_line.item_id",
            "item.guid": "order_line.item_id",
            "displayName": "order_line.name",
            "size.guid": "order_line.variant_id",
            "salesCategory.guid": "order_line.category_id",
            "quantity": "order_line.quantity",
            "preDiscountPrice": money("order_line.gross_amount"),
            "price": money("order_line.net_amount"),
            "receiptLinePrice": money("order_line.unit_price"),
            "tax": money("order_line.tax_amount"),
            # in the API a modifier is a selection itself, and its item is the modifier of the menu
            "modifiers[].item.guid": listed("order_line.modifiers"),
            "modifiers[].guid": listed("order_line.modifiers"),
            "voided": "order_line.is_void",
            "appliedDiscounts[].discountAmount": Hint(None),
        },
        *names(
            "modifiers|size.name|appliedDiscounts|appliedTaxes|entityType|externalId|createdDate|modifiedDate"
        ),
        *names("item.entityType|itemGroup.guid|itemGroup.entityType|optionGroup.guid|optionGroup.entityType"),
        *names(
            "optionGroup|preModifier|deferred|selectionType|fulfillmentStatus|seatNumber|taxInclusion|voidDate"
        ),
        *names(
            "voidBusinessDate|voidReason|refundDetails|unitOfMeasure|optionGroupPricingMode|externalPriceAmount"
        ),
        *names("giftCardSelectionInfo|splitOrigin|toastGiftCard|storedValueTransactionId|diningOption.guid"),
        *names("diningOption.entityType|salesCategory.entityType|fulfillment|openPriceAmount"),
    ),
)
_PAYMENTS = StreamSpec(
    name="payments",
    entity="payment",
    path=anywhere(_ORDERS, ".checks[].payments[]"),
    carry={"check.guid": _CHECK_GUID},
    hints=fields(
        {
            "guid": "payment.external_id",
            "check.guid": "payment.order_id",
            "paidDate": "payment.paid_at",
            "type": "payment.tender",
            "cardType": "payment.card_brand",
            "last4": "payment.last4",
            "last4Digits": "payment.last4",
            "amount": money("payment.amount"),
            "tipAmount": money("payment.tip_amount"),
            "refund.refundAmount": money("payment.refund_amount"),
            "originalProcessingFee": money("payment.processing_fee"),
            "paymentStatus": "payment.status",
        },
        *names("entityType|externalId|paidBusinessDate|cardEntryMode|amountTendered|refundStatus|refund"),
        *names(
            "refund.tipRefundAmount|refund.refundDate|refund.refundBusinessDate|checkGuid|orderGuid|houseAccount"
        ),
        *names(
            "voidInfo|serverInfo|cashDrawer|lastModifiedDevice.id|createdDevice.id|otherPayment|isProcessedOffline"
        ),
        *names(
            "server.guid|server.entityType|mcaRepaymentAmount|cardPaymentId|receiptToken|refund.refundTransaction"
        ),
        *names("tenderTransactionGuid|giftCard"),
    ),
)

ORDERS = (
    _EMPLOYEES,
    _CUSTOMERS,
    _DINING_OPTIONS,
    _ORDER_ENVELOPES,
    _CHECK_RECORDS,
    _SERVERS,
    _SELECTIONS,
    _PAYMENTS,
)
