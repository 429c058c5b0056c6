"""Toast's daily exports as CSV (platform guide, "Data export field reference"), and the item report."""

from __future__ import annotations

from adapters.declare import fields, money, names
from core.engine.sources.contract import Hint, StreamSpec

_ORDER_COLUMNS = (
    "Location|Order Id|Order #|Sent Date|Order Date|Check Id|Server|Table|Dining Area|Service|Dining Option"
)
_STATE_OF_VOID = "map_values({'true': 'cancelled', 'false': 'completed'})"

_DINING_OPTION = Hint("order.dining_option_id", also=("dining_option.name", "dining_option.channel"))
_OF_THE_ORDER: dict[str, str | Hint] = {
    "Location": "order.location_id",
    "Order Id": Hint("order_line.order_id", also=("order.external_id",)),
    "Order #": "order.number",
    "Order Date": "order.opened_at",
    "Server": "order.employee_id",
    "Table": "order.table",
    "Dining Option": _DINING_OPTION,
    "Item Selection Id": "order_line.external_id",
    "Sales Category": "order_line.category_id",
    "Gross Price": money("order_line.gross_amount"),
    "Discount": money("order_line.discount_amount"),
    "Net Price": money("order_line.net_amount"),
    "Qty": "order_line.quantity",
    "Void?": "order_line.is_void",
}
_ITEM_SELECTIONS = StreamSpec(
    name="ItemSelectionDetails",
    entity="order_line",
    headers=frozenset(
        names(
            f"{_ORDER_COLUMNS}|Item Selection Id|Item Id|Master Id|SKU|PLU|Menu Item|Menu Subgroup(s)|Menu Group|Menu|"
            "Sales Category|Gross Price|Discount|Net Price|Qty|Tax|Void?|Deferred|Tax Exempt|Tax Inclusion Option|"
            "Dining Option Tax|Tab Name"
        )
    ),
    hints=fields(
        {
            **_OF_THE_ORDER,
            "Item Id": "order_line.item_id",
            "SKU": "order_line.sku",
            "Menu Item": "order_line.name",
            "Tax": money("order_line.tax_amount"),
        },
        *names("Sent Date|Check Id|Dining Area|Service|Master Id|PLU|Menu Subgroup(s)|Menu Group|Menu"),
        *names("Deferred|Tax Exempt|Tax Inclusion Option|Dining Option Tax|Tab Name"),
    ),
)
_MODIFIER_SELECTIONS = StreamSpec(
    name="ModifiersSelectionDetails",
    entity="order_line",
    headers=frozenset(
        names(
            f"{_ORDER_COLUMNS}|Item Selection Id|Modifier Id|Master Id|Modifier SKU|Modifier PLU|Modifier|Option Group ID|"
            "Option Group Name|Parent Menu Selection Item ID|Parent Menu Selection|Sales Category|Gross Price|Discount|"
            "Net Price|Qty|Void?|Void Reason ID|Void Reason"
        )
    ),
    hints=fields(
        {
            **_OF_THE_ORDER,
            "Modifier Id": "modifier.external_id",
            "Modifier": "modifier.name",
            "Option Group ID": Hint("modifier.group_id", also=("modifier_group.external_id",)),
            "Option Group Name": "modifier_group.name",
        },
        *names("Sent Date|Check Id|Dining Area|Service|Master Id|Modifier SKU|Modifier PLU"),
        *names("Parent Menu Selection Item ID|Parent Menu Selection|Void Reason ID|Void Reason"),
    ),
)
_ORDERS = StreamSpec(
    name="OrderDetails",
    entity="order",
    headers=frozenset(
        names(
            "Location|Order Id|Order #|Checks|Opened|# of Guests|Tab Names|Server|Table|Revenue Center|Dining Area|"
            "Service|Dining Options|Discount Amount|Amount|Tax|Tip|Gratuity|Total|Voided|Paid|Closed|"
            "Duration (Opened to Paid)|Order Source"
        )
    ),
    hints=fields(
        {
            "Location": "order.location_id",
            "Order Id": "order.external_id",
            "Order #": "order.number",
            "Opened": "order.opened_at",
            "# of Guests": "order.guest_count",
            "Server": "order.employee_id",
            "Table": "order.table",
            "Dining Options": _DINING_OPTION,
            "Discount Amount": money("order.discount_total"),
            "Amount": money("order.subtotal"),
            "Tax": money("order.tax_total"),
            "Tip": money("order.tip_total"),
            "Gratuity": money("order.service_charge_total"),
            "Total": money("order.total"),
            "Voided": Hint("order.state", transform=_STATE_OF_VOID),
            "Closed": "order.closed_at",
            "Order Source": "order.source",
        },
        *names("Checks|Tab Names|Revenue Center|Dining Area|Service|Paid|Duration (Opened to Paid)"),
    ),
)
_CHECKS = StreamSpec(
    name="CheckDetails",
    entity="order",
    headers=frozenset(
        names(
            "Location Code|Opened Date|Opened Time|Item Description|Server|Tax|Tender|Check Id|Check #|Total|"
            "Customer Family|Table Size|Discount|Reason of Discount|Link|Customer Id|Customer|Customer Phone|"
            "Customer Email"
        )
    ),
    hints=fields(
        {
            "Opened Date": "order.opened_at",
            "Opened Time": Hint("order.opened_at", transform="combine_date_time"),
            "Server": "order.employee_id",
            "Tax": money("order.tax_total"),
            "Check Id": "order.external_id",
            "Check #": "order.number",
            "Total": money("order.total"),
            "Table Size": "order.guest_count",
            "Discount": money("order.discount_total"),
            "Customer Id": Hint("order.customer_id", also=("customer.external_id",)),
            "Customer": Hint("customer.first_name", transform="given_name"),
            "Customer Phone": "customer.phone",
            "Customer Email": "customer.email",
        },
        *names("Location Code|Item Description|Tender|Customer Family|Reason of Discount|Link"),
    ),
)
_PAYMENTS = StreamSpec(
    name="PaymentDetails",
    entity="payment",
    headers=frozenset(
        names(
            "Location|Payment Id|Order Id|Order #|Paid Date|Order Date|Check Id|Check #|Tab Name|Server|Table|"
            "Dining Area|Service|Dining Option|House Acct #|Amount|Tip|Gratuity|Total|Swiped Card Amount|"
            "Keyed Card Amount|Amount Tendered|Refunded|Refund Date|Refund Amount|Refund Tip Amount|Void User|"
            "Void Approver|Void Date|Status|Type|Cash Drawer|Card Type|Other Type|Email|Phone|Last 4 Card Digits|"
            "V/MC/D Fees|Room Info|Receipt|Source|Last 4 Gift Card Digits|First 5 Gift Card Digits"
        )
    ),
    hints=fields(
        {
            "Payment Id": "payment.external_id",
            "Order Id": "payment.order_id",
            "Paid Date": "payment.paid_at",
            "Amount": money("payment.amount"),
            "Tip": money("payment.tip_amount"),
            "Refund Amount": money("payment.refund_amount"),
            "Status": "payment.status",
            "Type": "payment.tender",
            "Card Type": "payment.card_brand",
            "Last 4 Card Digits": "payment.last4",
            "V/MC/D Fees": money("payment.processing_fee"),
        },
        *names(
            "Location|Order #|Order Date|Check Id|Check #|Tab Name|Server|Table|Dining Area|Service|Dining Option"
        ),
        *names(
            "House Acct #|Gratuity|Total|Swiped Card Amount|Keyed Card Amount|Amount Tendered|Refunded|Refund Date"
        ),
        *names(
            "Refund Tip Amount|Void User|Void Approver|Void Date|Cash Drawer|Other Type|Email|Phone|Room Info"
        ),
        *names("Receipt|Source|Last 4 Gift Card Digits|First 5 Gift Card Digits"),
    ),
)
_ITEMS = StreamSpec(
    name="AllItemsReport",
    entity="menu_item",
    headers=frozenset(
        names(
            "Master ID|Item ID|Parent ID|Menu Name|Menu Group|Subgroup|Menu Item|Tags|Avg Price|"
            "Item Qty (incl voids)|Gross Amount (incl voids)|Item Qty|Gross Amount|Void Qty|Void Amount|"
            "Discount Amount|Net Amount|# Orders"
        )
    ),
    hints=fields(
        {
            "Item ID": "menu_item.external_id",
            "Menu Name": "category.parent_id",
            "Menu Group": "menu_item.category_id",
            "Menu Item": "menu_item.name",
            "Tags": Hint("menu_item.tags", transform="split(',')"),
        },
        *names("Master ID|Parent ID|Subgroup|Avg Price|Item Qty (incl voids)|% of Ttl Qty (incl voids)"),
        *names(
            "Gross Amount (incl voids)|% of Ttl Amt (incl voids)|Item Qty|Gross Amount|Void Qty|Void Amount"
        ),
        *names(
            "Discount Amount|Net Amount|# Orders|% of Ttl # Orders|% Qty (Group)|% Qty (Menu)|% Qty (All)"
        ),
        *names("% Net Amt (Group)|% Net Amt (Menu)|% Net Amt (All)"),
    ),
)
_TIME_ENTRIES = StreamSpec(
    name="TimeEntries",
    entity="employee",
    headers=frozenset(
        names(
            "Location|Location Code|Id|GUID|Employee Id|Employee GUID|Employee External Id|Employee|Job Id|Job GUID|"
            "Job Code|Job Title|In Date|Out Date|Total Hours|Unpaid Break Time|Paid Break Time|Payable Hours|"
            "Cash Tips Declared|Non Cash Tips|Total Gratuity|Total Tips|Tips Withheld|Wage|Regular Hours|"
            "Overtime Hours|Regular Pay|Overtime Pay|Total Pay"
        )
    ),
    hints=fields(
        {
            "Employee GUID": "employee.external_id",
            "Employee": "employee.display_name",
            "Job Title": "employee.role",
        },
        *names(
            "Location|Location Code|Id|GUID|Employee Id|Employee External Id|Job Id|Job GUID|Job Code|In Date"
        ),
        *names("Out Date|Auto Clock-out|Total Hours|Unpaid Break Time|Paid Break Time|Payable Hours"),
        *names("Cash Tips Declared|Non Cash Tips|Total Gratuity|Total Tips|Tips Withheld|Wage|Regular Hours"),
        *names("Overtime Hours|Regular Pay|Overtime Pay|Total Pay"),
    ),
)

TABLES = (_ITEM_SELECTIONS, _MODIFIER_SELECTIONS, _ORDERS, _CHECKS, _PAYMENTS, _ITEMS, _TIME_ENTRIES)
