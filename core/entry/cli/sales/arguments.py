"""The arguments of the commands of the sales desk."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from core.business.catalog.packages import MEASURES
from core.entry.cli.sales.prospect_arguments import add_prospects
from core.entry.cli.sales.roi import OPTIONS
from core.kit.money import TYPED_FORM, typed_number

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  (its only name)
AddCommand: TypeAlias = Callable[[Commands, str, str, str], argparse.ArgumentParser]
"""Add a command by its name, 'module:function' and summary; return its parser."""
AddPerson: TypeAlias = Callable[[argparse.ArgumentParser], None]
"""Add the argument of who acts."""


QUOTE_STATES = ("draft", "needs_approval", "sent", "accepted", "declined", "expired", "replaced")


def add_sales(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of the sales desk."""
    _fit(commands, add)
    add_prospects(commands, add, add_person)
    _playbook(commands, add, add_person)
    _quotes(commands, add, add_person)
    _roi(commands, add, add_person)


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


def _quotes(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    verbs = commands.add_parser("quote", help="quotes of the sales desk").add_subparsers(
        required=True, metavar="WHAT"
    )
    new = add(verbs, "new", "sales.quotes:new", "draft a quote for a prospect")
    new.add_argument("prospect", metavar="PROSPECT", help="its name or id")
    new.add_argument("--package", required=True, metavar="PACKAGE", help="such as professional")
    new.add_argument("--locations", type=int, metavar="COUNT", help="default: those of the prospect")
    new.add_argument(
        "--add-on", action="append", default=[], metavar="KEY", help="may be given several times"
    )
    new.add_argument("--unit-price", type=_amount, metavar="AMOUNT", help="the price per location")
    new.add_argument("--price-note", default="", metavar="TEXT", help="why the price differs from the list")
    new.add_argument("--discount", type=_amount, metavar="PERCENT", help="above 10 a manager approves")
    new.add_argument("--reason", default="", metavar="TEXT", help="the reason of the discount")
    new.add_argument("--plan", default="full", choices=("full", "split", "extended"))
    new.add_argument("--months", type=int, metavar="COUNT", help="of an extended plan, 3 to 12")
    new.add_argument("--valid-until", type=date.fromisoformat, metavar="DAY", help="default: in 30 days")
    new.add_argument("--go-live", type=date.fromisoformat, metavar="DAY", help="the date that is aimed at")
    show = add(verbs, "show", "sales.quotes:show_quote", "show a quote with its lines and instalments")
    listing = add(verbs, "list", "sales.quotes:list_quotes", "list quotes, the last changed first")
    listing.add_argument("--state", choices=QUOTE_STATES, help="of one state")
    listing.add_argument("--search", metavar="TEXT", help="in the number or the prospect's name")
    listing.add_argument("--expires-within", type=int, metavar="DAYS", help="sent, and over that soon")
    listing.add_argument(
        "--limit", type=int, default=50, metavar="COUNT", help="default %(default)s, at most 200"
    )
    send = add(verbs, "send", "sales.quotes:send", "send a draft; its link is printed this once")
    send.add_argument("--no-email", action="store_true", help="do not mail the link to the contact")
    approve = add(verbs, "approve", "sales.quotes:approve", "approve the discount of a draft")
    withdraw = add(verbs, "withdraw", "sales.quotes:withdraw", "withdraw a sent quote")
    withdraw.add_argument("--reason", default="", metavar="TEXT", help="stands in the history")
    for verb in (show, send, approve, withdraw):
        verb.add_argument("quote", metavar="QUOTE", help="Q-0042 (its newest version), Q-0042v1, or an id")
    for verb in (new, show, listing, send, approve, withdraw):
        add_person(verb)


def _amount(text: str) -> Decimal:
    number = typed_number(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number. {TYPED_FORM}")
    return number


def _roi(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    roi = add(commands, "roi", "sales.roi:show", "compare what a move costs with and without AuraConnect")
    roi.add_argument("--prospect", metavar="ID", help="begin with what is known of the prospect")
    roi.add_argument(
        "--domain", choices=("restaurant", "school"), help="without --prospect (default restaurant)"
    )
    for option, key in OPTIONS.items():
        roi.add_argument(
            f"--{option}",
            metavar="N | LOW:BASE:HIGH",
            dest=key,
            help=f"set the input {key.replace('_', ' ')}",
        )
    roi.add_argument("--evidence", metavar="TEXT", help="where the inputs that are set come from")
    roi.add_argument("--currency", metavar="CODE", help="without --prospect: the currency of the amounts")
    roi.add_argument(
        "--rate", metavar="RATE", help="convert the defaults: how much of the currency for one US dollar"
    )
    roi.add_argument("--rate-date", metavar="YYYY-MM-DD", help="the day of the rate")
    roi.add_argument("--save", action="store_true", help="save as the next version of the prospect")
    roi.add_argument("--note", default="", metavar="TEXT", help="a note for --save")
    roi.add_argument(
        "--compare",
        nargs=2,
        type=int,
        metavar=("V1", "V2"),
        help="compare two saved versions of the prospect",
    )
    add_person(roi)
