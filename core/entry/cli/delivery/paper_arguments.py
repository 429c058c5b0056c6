"""The arguments of `aura order documents`, `log` and `escalate`."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path

from core.business.engagements.communications.rules import CHANNELS, DIRECTIONS
from core.business.engagements.documents.kinds import document_rules
from core.business.engagements.escalations.rules import FIRST, levels
from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands


def add_papers(verbs: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add what is written about an order to the verbs of `aura order`."""
    commands = (_documents(verbs, add), _log(verbs, add), _escalate(verbs, add))
    for command in commands:
        command.add_argument("order", metavar="ORDER", help="such as OC-0042")
        command.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
        add_person(command)


def _documents(verbs: Commands, add: AddCommand) -> argparse.ArgumentParser:
    command = add(
        verbs, "documents", "delivery.papers:list_documents", "list, upload, download, remove documents"
    )
    command.add_argument("--upload", type=Path, metavar="FILE", help="upload a file")
    command.add_argument(
        "--kind", choices=list(document_rules().kinds), default="other", help="default: other"
    )
    command.add_argument("--internal", action="store_true", help="the customer does not see it")
    command.add_argument("--download", metavar="ID", help="write a document into a file")
    command.add_argument("--out", type=Path, metavar="FILE", help="the file; default: its own name")
    command.add_argument("--remove", metavar="ID", help="remove a document, with --reason")
    command.add_argument("--reason", metavar="TEXT", help="why it is removed")
    return command


def _log(verbs: Commands, add: AddCommand) -> argparse.ArgumentParser:
    command = add(verbs, "log", "delivery.papers:log", "search and write the communication log")
    command.add_argument("--channel", choices=list(CHANNELS), help="list this channel only")
    command.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="list from this day on")
    command.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="list up to this day")
    command.add_argument("--add", metavar="TEXT", help="write an entry")
    command.add_argument("--via", choices=list(CHANNELS), default="email", help="its channel; default: email")
    command.add_argument("--direction", choices=list(DIRECTIONS), default="out", help="default: out")
    command.add_argument("--with", dest="partner", default="", metavar="NAME", help="with whom")
    command.add_argument("--at", type=datetime.fromisoformat, metavar="TIME", help="when; default: now")
    command.add_argument("--shared", action="store_true", help="the customer sees it")
    command.add_argument("--correct", metavar="ID", help="the entry that the new one puts right")
    return command


def _escalate(verbs: Commands, add: AddCommand) -> argparse.ArgumentParser:
    command = add(
        verbs, "escalate", "delivery.papers:escalate", "escalate a problem, hand it over, resolve it"
    )
    command.add_argument("--reason", metavar="TEXT", help="what the problem is, or how it was resolved")
    command.add_argument(
        "--level", type=int, choices=list(levels()), default=FIRST, help="where it begins; default: 1"
    )
    steps = command.add_mutually_exclusive_group()
    steps.add_argument("--take", metavar="ID", help="take a level")
    steps.add_argument("--hand-over", metavar="ID", help="hand a level over to the next, with --reason")
    steps.add_argument("--resolve", metavar="ID", help="resolve it, with --reason")
    return command
