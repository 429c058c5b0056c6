"""The arguments of the commands about prospects."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

STAGES = ("new", "discovery", "demo", "quoted", "won", "lost")
_DOMAINS = ("restaurant", "school")


def add_prospects(commands: Any, add: Any, add_person: Any) -> None:
    """Add the commands about prospects."""
    verbs = commands.add_parser("prospect", help="companies that may become customers").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = add(verbs, "list", "sales.prospects:list_prospects", "list prospects, the next step first")
    listing.add_argument(
        "--search", default="", metavar="TEXT", help="part of a name or system, or an e-mail address"
    )
    listing.add_argument("--stage", choices=STAGES)
    listing.add_argument("--overdue", action="store_true", help="whose next step is overdue")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="default %(default)s")
    show = add(verbs, "show", "sales.prospects:show", "show a prospect with its discovery")
    show.add_argument("prospect", metavar="PROSPECT", help="its name, or a beginning of its id")
    show.add_argument("--contact", action="store_true", help="with the contact; the look is recorded")
    new = add(verbs, "add", "sales.prospects:add", "add a prospect")
    _fields(new)
    load = add(verbs, "import", "sales.prospects:import_list", "import a list of prospects")
    _list(load)
    for verb in (listing, new, load):
        verb.add_argument("--domain", choices=_DOMAINS, help="line of business")
    for verb in (listing, show, new, load):
        add_person(verb)


def _fields(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--source", metavar="SYSTEM", help="the system they use, such as Toast")
    parser.add_argument("--locations", type=int, metavar="N")
    parser.add_argument("--currency", metavar="CODE", help="ISO 4217; default: the operator's")
    parser.add_argument("--country", metavar="CODE", help="ISO 3166-1 alpha-2; default: the operator's")
    parser.add_argument("--contact", metavar="NAME")
    parser.add_argument("--email", metavar="ADDRESS")
    parser.add_argument("--phone", metavar="NUMBER")
    parser.add_argument("--anyway", action="store_true", help="although it may exist already")


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV or XLSX")
    parser.add_argument(
        "--preview", action="store_true", help="say what becomes of each row, and write nothing"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADER=FIELD",
        help="what a column fills; HEADER= for nothing",
    )
    parser.add_argument(
        "--with-duplicates", action="store_true", help="add companies that may exist already too"
    )
    parser.add_argument(
        "--refused", type=Path, metavar="FILE", help="write the rows that were not added here"
    )
