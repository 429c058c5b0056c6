"""KINDS: every kind of event, the facts it carries, and how people hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IN_APP, EMAIL, WEBHOOK, SMS = "in_app", "email", "webhook", "sms"
CHANNELS = (IN_APP, EMAIL, WEBHOOK, SMS)
"""An in-app notification is there with its event; a message by any other channel is handed over by the sender."""
MY_ORDER = "my_order"
ORDER_SCREENS = frozenset({"orders", MY_ORDER})
"""Screens that open an order: the staff's, and the customer's own."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`facts` are the only facts an event of this kind has; `path` is the screen that its link opens, '' for none.

    `contact_path` is the screen that it opens for a contact of the customer, where that is another one.

    A kind `with_secret` carries a one-time link: by e-mail alone, and never to a webhook. Of a kind that is `required`
    e-mail cannot be switched off. One `for_customer` tells a customer whom to ask; one `by_sms` goes as a text message too,
    to contacts who gave a number.
    `calendar` is the method of the calendar file that its e-mail brings, '' for none.
    """

    label: str
    facts: frozenset[str] = frozenset()
    path: str = ""
    contact_path: str = ""
    with_secret: bool = False
    required: bool = False
    for_customer: bool = False
    by_sms: bool = False
    calendar: str = ""


def _facts(*names: str) -> frozenset[str]:
    return frozenset(names)


CALENDAR_FACTS = _facts("uid", "sequence", "starts_at", "ends_at", "zone", "summary", "agenda")
"""Facts of which a calendar file is made."""
_ORDER = _facts("order", "engagement_id")
_SUBMITTED = _ORDER | {"package", "total"}
_INSTALMENT = _ORDER | {"amount", "due_on"}
_SESSION = CALENDAR_FACTS | _facts("session", "order", "when", "session_id", "engagement_id")

KINDS: Mapping[str, Kind] = {
    "invitation": Kind("Invitation", _facts("role"), with_secret=True, required=True),
    "password_reset": Kind("Password reset", with_secret=True, required=True),
    "sign_in_locked": Kind("Sign-in limited", _facts("attempts"), required=True),
    "role_changed": Kind("Role changed", _facts("role"), "today"),
    "second_person_wanted": Kind(
        "Second person wanted", _facts("migration", "migration_id", "fields"), "mapping"
    ),
    "rollback_wanted": Kind("Rollback to confirm", _facts("migration", "migration_id", "run_id"), "runs"),
    "feedback_wanted": Kind("Feedback wanted", _facts("order", "engagement_id", "milestone"), MY_ORDER),
    "customer_task_done": Kind("Task done by the customer", _ORDER, "orders"),
    "escalation_opened": Kind("Escalation", _facts("order", "engagement_id", "level"), "orders"),
    "escalation_overdue": Kind(
        "Escalation overdue", _facts("order", "engagement_id", "level", "limit"), "orders"
    ),
    "session_booked": Kind("Guided session booked", _SESSION, "sessions", MY_ORDER, calendar="REQUEST"),
    "session_moved": Kind(
        "Guided session moved", _SESSION | {"was"}, "sessions", MY_ORDER, calendar="REQUEST"
    ),
    "session_cancelled": Kind("Guided session cancelled", _SESSION, "sessions", MY_ORDER, calendar="CANCEL"),
    "import_finished": Kind(
        "Import finished", _facts("migration", "migration_id", "run_id", "rows"), "reconciliation"
    ),
    "import_failed": Kind("Import failed", _facts("migration", "migration_id", "run_id"), "runs"),
    "import_waiting_for_approval": Kind(
        "Import waiting for approval",
        _facts("migration", "migration_id", "run_id"),
        "reconciliation",
    ),
    "payment_received": Kind(
        "Payment received", _facts("order", "engagement_id", "amount", "receipt"), "orders", MY_ORDER
    ),
    "instalment_due": Kind(
        "Payment due soon", _INSTALMENT, "orders", MY_ORDER, for_customer=True, by_sms=True
    ),
    "instalment_overdue": Kind(
        "Payment overdue", _INSTALMENT, "orders", MY_ORDER, for_customer=True, by_sms=True
    ),
    "quote_sent": Kind(
        "Quote sent",
        _facts("quote", "quote_id", "valid_until"),
        with_secret=True,
        required=True,
        for_customer=True,
    ),
    "order_submitted": Kind("Order submitted", _SUBMITTED, "orders"),
    "offer_wanted": Kind("Quote wanted", _facts("package"), "customers"),
    "order_received": Kind("Order received", _SUBMITTED, MY_ORDER, for_customer=True, by_sms=True),
    "quote_approval_wanted": Kind(
        "Discount to approve", _facts("quote", "quote_id", "prospect", "discount"), "quotes"
    ),
    "quote_discount_decided": Kind("Discount decided", _facts("quote", "quote_id", "decision"), "quotes"),
    "quote_accepted": Kind("Quote accepted", _facts("quote", "quote_id", "prospect"), "quotes"),
    "quote_declined": Kind("Quote declined", _facts("quote", "quote_id", "prospect"), "quotes"),
    "order_approved": Kind("Order approved", _ORDER, MY_ORDER, for_customer=True),
    "order_moved_on": Kind("Order moved on", _ORDER | {"step"}, MY_ORDER, for_customer=True),
    "order_on_hold": Kind("Order paused", _ORDER | {"why"}, MY_ORDER, for_customer=True),
    "order_resumed": Kind("Order goes on", _ORDER, MY_ORDER, for_customer=True),
    "order_live": Kind("Go-live", _ORDER, MY_ORDER, for_customer=True),
    "order_completed": Kind("Order completed", _ORDER, MY_ORDER, for_customer=True),
    "order_cancelled": Kind("Order cancelled", _ORDER, MY_ORDER, for_customer=True),
    "order_assigned": Kind("Order assigned", _ORDER, "orders"),
    "order_released": Kind("Assignment ended", _facts("order", "client"), "today"),
    "order_reviewer": Kind("Order to review", _facts("order", "engagement_id"), "orders"),
    "order_reserve": Kind("In reserve for an order", _facts("order", "client"), "today"),
    "order_team": Kind("Specialist of an order", _ORDER, MY_ORDER, for_customer=True, by_sms=True),
    "certificate_issued": Kind(
        "Certificate issued", _facts("certificate", "number", "holder", "expires"), "certification"
    ),
    "certificate_expiring": Kind(
        "Certificate about to expire",
        _facts("certificate", "certificate_id", "notice", "holder", "expires", "days"),
        "certification",
    ),
    "budget_near_limit": Kind("AI budget near its limit", _facts("budget", "percent", "limit"), "ai_costs"),
}
