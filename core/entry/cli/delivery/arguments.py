"""The arguments of the commands of the delivery desk."""

from __future__ import annotations

from core.entry.cli.delivery.examples import with_examples
from core.entry.cli.delivery.order_arguments import add_orders
from core.entry.cli.delivery.payment_arguments import add_payments
from core.entry.cli.delivery.session_arguments import add_sessions
from core.entry.cli.delivery.specialist_arguments import add_specialists
from core.entry.cli.delivery.team_arguments import add_partners
from core.entry.cli.reports.arguments import add_reports
from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands


def add_delivery(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of the delivery desk."""
    add = with_examples(add)
    add_orders(commands, add, add_person)
    add_payments(commands, add, add_person)
    add_partners(commands, add, add_person)
    add_sessions(commands, add, add_person)
    add_specialists(commands, add, add_person)
    add_reports(commands, add, add_person)
