"""The arguments of `aura reports`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from core.business.insights.reports.periods import PERIODS
from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands


def add_reports(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the command of reports."""
    command = add(
        commands, "reports", "reports.command:show", "show the figures of a period and the rows behind them"
    )
    command.add_argument("--period", choices=list(PERIODS), default="this_month", help="default: %(default)s")
    command.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="from this day on instead")
    command.add_argument(
        "--until", type=date.fromisoformat, metavar="DAY", help="up to this day; default: today"
    )
    command.add_argument(
        "--table", metavar="KEY", help="the rows behind figures, as the column table names them"
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="write figures or table as CSV")
    form.add_argument("--pdf", action="store_true", help="write the report as a PDF, into --out")
    command.add_argument("--out", type=Path, metavar="FILE", help="the file; default for CSV: the output")
    add_person(command)
