"""The arguments of `aura session`."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands

KINDS = ("discovery", "mapping", "testing", "go_live")


def add_sessions(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of guided sessions."""
    verbs = commands.add_parser("session", help="guided sessions with customers").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = add(
        verbs, "list", "delivery.sessions:listing", "list the sessions of an order with their meter"
    )
    slots = add(verbs, "slots", "delivery.sessions:slots", "offer times that are free for both sides")
    book = add(verbs, "book", "delivery.sessions:book", "book a session")
    move = add(verbs, "move", "delivery.sessions:move", "move a session to another time")
    cancel = add(verbs, "cancel", "delivery.sessions:cancel", "cancel a session")
    for verb in (listing, slots, book):
        verb.add_argument("order", metavar="ORDER", help="such as OC-0042")
    for verb in (slots, book):
        verb.add_argument("--kind", required=True, choices=KINDS)
    for verb in (slots, book, move):
        verb.add_argument("--specialist", metavar="ID", help="of the team; default: who leads it")
    for verb in (move, cancel):
        verb.add_argument("session", metavar="ID", help="as `aura session list` shows it")
        verb.add_argument("--reason", required=True, metavar="TEXT")
    for verb in (book, move):
        verb.add_argument("--at", required=True, type=_moment, metavar="TIME", help="2026-12-01T09:00-05:00")
    book.add_argument("--accept-charge", action="store_true", help="of time beyond the package")
    hours = add(
        verbs, "hours", "delivery.sessions:hours", "show or set when a customer takes part in sessions"
    )
    hours.add_argument(
        "--day",
        action="append",
        metavar="DAY=HOURS",
        help="such as mon=09:00-12:00,13:00-17:00; sets the whole week",
    )
    hours.add_argument(
        "--closed",
        action="append",
        type=date.fromisoformat,
        metavar="DATE",
        help="a day without hours, with --day",
    )
    for verb in (listing, slots, book, move, cancel, hours):
        verb.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
        add_person(verb)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("write a time with its offset, like 2026-12-01T09:00-05:00")
    return moment
