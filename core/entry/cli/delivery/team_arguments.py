"""The arguments of `aura order candidates`, `aura order assign` and `aura partner`."""

from __future__ import annotations

from datetime import date

from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands


def add_team(verbs: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of an order's team to those of orders."""
    compare = add(verbs, "candidates", "delivery.team:compare", "compare the specialists with an order")
    assign = add(verbs, "assign", "delivery.team:assign", "assign lead, reviewer or reserve of an order")
    choice = assign.add_mutually_exclusive_group(required=True)
    choice.add_argument("--lead", metavar="PERSON", help="a candidate's name or id")
    choice.add_argument("--reviewer", metavar="PERSON", help="a candidate's name or id; has access")
    choice.add_argument("--reserve", metavar="PERSON", help="a candidate's name or id; has no access")
    choice.add_argument("--take-over", action="store_true", help="the reserve becomes the lead")
    for verb in (compare, assign):
        verb.add_argument("order", metavar="ORDER", help="such as OC-0042")
        verb.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
        add_person(verb)


def add_partners(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of partners."""
    verbs = commands.add_parser("partner", help="partners and what they earned").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = add(verbs, "list", "delivery.partners:list_partners", "list partners, shares and people")
    earnings = add(verbs, "earnings", "delivery.partners:earnings", "show what partners earned")
    earnings.add_argument("partner", nargs="?", metavar="PARTNER", help="its name; default: all")
    earnings.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="payments from this day on")
    earnings.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="payments up to this day")
    for verb in (listing, earnings):
        add_person(verb)
