"""The arguments of `aura payment`, `aura rate` and of the emulator of PayNow."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal
from pathlib import Path

from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands
from core.kit.money import TYPED_FORM, typed_number

_METHODS = ("bank_transfer", "mobile_money", "card", "cash", "cheque")
_RECEIPT = "such as OC-0042-R1"


def add_payments(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of payments and exchange rates."""
    _payment(commands, add, add_person)
    _rate(commands, add, add_person)
    emulator = add(
        commands,
        "emulate-paynow",
        "delivery.paynow:serve",
        "run a local stand-in for the payment gateway PayNow, for tests and demos (no database)",
    )
    emulator.add_argument("--port", type=int, default=8602)


def _payment(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    verbs = commands.add_parser("payment", help="payments of an order").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = add(
        verbs, "list", "delivery.payments:list_payments", "show instalments, receipts and what is due"
    )
    record = add(verbs, "record", "delivery.payments:record", "record a payment; the oldest instalment first")
    refund = add(verbs, "refund", "delivery.payments:refund", "give money of a receipt back")
    receipt = add(verbs, "receipt", "delivery.payments:print_receipt", "write a receipt as a PDF")
    link = add(
        verbs,
        "link",
        "delivery.paynow:link",
        "show how instalments are paid online, or make the link for one",
    )
    link.add_argument("--instalment", type=int, metavar="NUMBER", help="make the link for this one")
    for verb in (listing, record, refund, receipt, link):
        verb.add_argument("order", metavar="ORDER", help="such as OC-0042")
        verb.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
    for verb in (refund, receipt):
        verb.add_argument("receipt", metavar="RECEIPT", help=_RECEIPT)
    for verb in (record, refund):
        verb.add_argument("amount", type=_amount, metavar="AMOUNT")
        verb.add_argument("--method", choices=_METHODS, default="bank_transfer")
        verb.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="its day; default: today")
    record.add_argument("--currency", metavar="CODE", help="USD or ZWG; default: that of the order")
    record.add_argument("--reference", default="", metavar="TEXT", help="the bank's or the customer's")
    refund.add_argument("--reason", required=True, metavar="TEXT")
    receipt.add_argument("--out", type=Path, metavar="FILE", help="default: RECEIPT.pdf")
    for verb in (listing, record, refund, receipt, link):
        add_person(verb)


def _rate(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    verbs = commands.add_parser("rate", help="exchange rates").add_subparsers(required=True, metavar="WHAT")
    listing = add(verbs, "list", "delivery.rates:list_rates", "list the exchange rates, the newest day first")
    entry = add(verbs, "add", "delivery.rates:add", "enter what 1 BASE is worth in QUOTE")
    entry.add_argument("base", metavar="BASE", help="such as USD")
    entry.add_argument("quote", metavar="QUOTE", help="such as ZWG")
    entry.add_argument("rate", type=_amount, metavar="RATE")
    entry.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="default: today")
    entry.add_argument("--source", required=True, metavar="TEXT", help="who published it")
    entry.add_argument(
        "--correction", default="", metavar="REASON", help="why another rate of the day is replaced"
    )
    imported = add(verbs, "import", "delivery.rates:import_file", "import rates from a CSV file")
    imported.add_argument("file", type=Path, metavar="FILE", help="columns day, base, quote, rate, source")
    for verb in (listing, entry, imported):
        add_person(verb)


def _amount(text: str) -> Decimal:
    number = typed_number(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number. {TYPED_FORM}")
    return number
