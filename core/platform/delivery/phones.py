"""Give, see and take away one's own phone number, at which a contact gets text messages about the order."""

from __future__ import annotations

from core.context import Context
from core.platform.access.actions import action, view
from core.platform.audit.actions import record
from core.platform.events.phones import check_number, number_of, store_number


@action("notification.own")
def set_phone(context: Context, number: str | None) -> None:
    """Store the person's own number in this tenant; None or '' takes it away. InvalidInputError for what is none."""
    checked = check_number(number) if number and number.strip() else None
    store_number(context, checked)
    record(context, "notification.phone", "person", context.person, is_given=checked is not None)


@view("notification.own")
def my_phone(context: Context) -> str | None:
    """Return the person's own number in this tenant; None for none."""
    return number_of(context.session, context.person)
