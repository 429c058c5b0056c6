"""The arguments of the commands of the sales desk."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from core.business.catalog.packages import MEASURES
from core.entry.cli.sales.prospect_arguments import add_prospects

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  (its only name)
AddCommand: TypeAlias = Callable[[Commands, str, str, str], argparse.ArgumentParser]
"""Add a command by its name, 'module:function' and summary; return its parser."""
AddPerson: TypeAlias = Callable[[argparse.ArgumentParser], None]
"""Add the argument of who acts."""


def add_sales(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of the sales desk."""
    _fit(commands, add)
    add_prospects(commands, add, add_person)
    _playbook(commands, add, add_person)
    _order(commands, add, add_person)


def _playbook(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    verbs = commands.add_parser("playbook", help="the sales playbook").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = add(verbs, "list", "sales.playbook:list_entries", "list the entries of the playbook")
    listing.add_argument("--section", metavar="SECTION", help="of one section, such as objections")
    show = add(verbs, "show", "sales.playbook:show", "show an entry, its claims beside the figures")
    show.add_argument("entry", metavar="ENTRY", help="such as objections/price")
    search = add(verbs, "search", "sales.playbook:search", "list the entries in which all words stand")
    search.add_argument("words", nargs="+", metavar="WORD")
    for verb in (listing, show, search):
        add_person(verb)


def _order(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    verbs = commands.add_parser("order", help="orders of a customer").add_subparsers(
        required=True, metavar="WHAT"
    )
    show = add(verbs, "show", "sales.orders:show", "show the customer's orders, or one")
    approve = add(verbs, "approve", "sales.orders:approve", "approve an order")
    show.add_argument("order", nargs="?", metavar="ORDER", help="such as OC-0042; default: all")
    approve.add_argument("order", metavar="ORDER", help="such as OC-0042")
    for verb in (show, approve):
        verb.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
        add_person(verb)


def _fit(commands: Commands, add: AddCommand) -> None:
    fit = add(commands, "fit", "sales.fit:find", "find the package that holds what a prospect has")
    fit.add_argument("--domain", choices=("restaurant", "school"), help="default: that of the files")
    for measure, label in MEASURES.items():
        fit.add_argument(
            f"--{measure.replace('_', '-')}", type=int, metavar="COUNT", help=f"how many: {label}"
        )
    fit.add_argument(
        "--file",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="count what an export holds; nothing of it is kept; may be given several times",
    )
