"""The arguments of `aura order`."""

from __future__ import annotations

from core.entry.cli.delivery.order_work_arguments import add_order_work
from core.entry.cli.delivery.paper_arguments import add_papers
from core.entry.cli.delivery.team_arguments import add_team
from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands


def add_orders(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of orders."""
    verbs = commands.add_parser("order", help="orders of a customer").add_subparsers(
        required=True, metavar="WHAT"
    )
    show = add(verbs, "show", "delivery.orders:show", "show the customer's orders, or one")
    approve = add(verbs, "approve", "delivery.orders:approve", "approve an order")
    show.add_argument("order", nargs="?", metavar="ORDER", help="such as OC-0042; default: all")
    approve.add_argument("order", metavar="ORDER", help="such as OC-0042")
    feedback = add(verbs, "feedback", "delivery.papers:feedback", "show what the customer answered")
    migration = add(
        verbs, "migration", "delivery.order_work:migration", "show or say which migration an order moves"
    )
    for verb in (feedback, migration):
        verb.add_argument("order", metavar="ORDER", help="such as OC-0042")
    choice = migration.add_mutually_exclusive_group()
    choice.add_argument("--name", metavar="MIGRATION", help="its name, or a beginning of its id")
    choice.add_argument("--none", action="store_true", help="none is known")
    for verb in (show, approve, feedback, migration):
        verb.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
        add_person(verb)
    add_papers(verbs, add, add_person)
    add_order_work(verbs, add, add_person)
    add_team(verbs, add, add_person)
