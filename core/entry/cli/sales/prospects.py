"""Commands about prospects: list them, show one, add one, import a list."""

from __future__ import annotations

import dataclasses
from argparse import Namespace
from typing import Any

from core.business.sales.prospects.actions import create_prospect
from core.business.sales.prospects.importing.actions import import_prospects, preview_import, write_unadded
from core.business.sales.prospects.importing.planning import Fate
from core.business.sales.prospects.listing import ProspectFilter, ProspectRow, prospect_rows, stage_counts
from core.business.sales.prospects.questions import questions
from core.business.sales.prospects.rules import ContactDetails, ProspectFields
from core.business.sales.prospects.views import ProspectDetails, prospect
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.operator import operator_session
from core.errors import InvalidInputError, NotFoundError
from core.kit.money import show as show_money
from core.kit.wording import counted

_LEAST_OF_ID = 8
"""Characters of the beginning of an id that name a prospect."""


def list_prospects(args: Namespace) -> Answer:
    """List prospects that match, those whose next step is due first."""
    filters = ProspectFilter(
        args.search, args.stage or "", domain=args.domain or "", step="overdue" if args.overdue else ""
    )
    with operator_session(args) as context:
        rows, total = _all_rows(context, filters, args.limit)
        document = {
            "prospects": [_row(row) for row in rows],
            "total": total,
            "stages": stage_counts(context, filters),
        }
    header = ("id", "name", "stage", "source", "locations", "next step", "due", "quote", "owner")
    cells = [
        (
            row.id,
            row.name,
            row.stage,
            row.source_label,
            row.locations,
            row.next_step,
            row.next_step_on and f"{row.next_step_on}{' overdue' if row.is_overdue else ''}",
            None if row.value is None else show_money(row.value, row.currency),
            row.owner_name,
        )
        for row in rows
    ]
    more = f"\n\n{total - len(rows):,} more: see --limit." if total > len(rows) else ""
    return Answer(document, table(header, cells, empty="No prospect matches") + more)


def show(args: Namespace) -> Answer:
    """Show a prospect with its discovery; the contact only where it is asked for, which is recorded."""
    with operator_session(args) as context:
        prospect_id = resolve_prospect(context, args.prospect)
        details = prospect(context, prospect_id, with_contact=args.contact)
    document = _details(details)
    lines = [
        (label.replace("_", " "), value) for label, value in document.items() if not isinstance(value, dict)
    ]
    answers = [(entry.text, details.answers.get(entry.key)) for entry in questions(details.domain)]
    return Answer(document, f"{table(('field', 'value'), lines)}\n\n{table(('question', 'answer'), answers)}")


def add(args: Namespace) -> Answer:
    """Add a prospect; one that may exist already is refused, unless --anyway."""
    with operator_session(args) as context:
        fields = ProspectFields(
            args.name,
            args.domain or context.tenant.domain,
            args.source,
            args.locations,
            args.currency or context.tenant.currency,
            args.country or context.tenant.country,
            ContactDetails(args.contact or "", args.email or "", args.phone or ""),
        )
        prospect_id = create_prospect(context, fields, even_if_similar=args.anyway)
    return Answer({"prospect": prospect_id, "name": args.name}, f"Added {args.name} ({prospect_id}).")


def import_list(args: Namespace) -> Answer:
    """Import a list, or preview it; the rows that were not added go to --refused as CSV."""
    if not args.file.is_file():
        raise InvalidInputError(f"There is no file {args.file}.", hint="Check the name and the folder.")
    choices = dict(choice.split("=", 1) for choice in args.column if "=" in choice)
    work = preview_import if args.preview else import_prospects
    with operator_session(args) as context:
        plan = work(
            context,
            args.file,
            args.domain or context.tenant.domain,
            choices=choices,
            add_duplicates=args.with_duplicates,
        )
    if args.refused:
        args.refused.write_bytes(write_unadded(plan))
    outcomes = [dataclasses.asdict(outcome) for outcome in plan.outcomes]
    columns = {column.header: column.field for column in plan.columns}
    document = {
        "rows": len(outcomes),
        **plan.counts,
        "is_preview": args.preview,
        "columns": columns,
        "outcomes": outcomes,
    }
    not_added = [tuple(outcome.values()) for outcome in outcomes if outcome["fate"] != Fate.ADDED]
    summary = ", ".join(f"{count} {fate}" for fate, count in plan.counts.items())
    text = f"{counted(len(outcomes), 'row')}: {summary}.{' Nothing was written.' if args.preview else ''}"
    header = ("row", "fate", "name", "field", "value", "how to fix")
    return Answer(document, text + (f"\n\n{table(header, not_added)}" if not_added else ""))


def resolve_prospect(context: Context, text: str) -> str:
    """Return the id of the prospect that a text names: its id, a beginning of it (8 characters or more), or its name.

    InvalidInputError for several, NotFoundError for none.
    """
    rows, _ = _all_rows(context, ProspectFilter(), limit=100_000)
    name, start = text.strip().casefold(), text if len(text) >= _LEAST_OF_ID else None
    matches = [row for row in rows if row.id == text] or [
        row for row in rows if row.name.casefold() == name or (start and row.id.startswith(start))
    ]
    if len(matches) > 1:
        raise InvalidInputError(
            f"{counted(len(matches), 'prospect')} are meant by {text!r}: {', '.join(row.id for row in matches[:5])}.",
            hint="Give the id.",
        )
    if not matches:
        raise NotFoundError(f"There is no prospect {text!r}.", hint="See aura prospect list.")
    return matches[0].id


def _all_rows(context: Context, filters: ProspectFilter, limit: int) -> tuple[list[ProspectRow], int]:
    """Read up to `limit` rows, page by page, and how many there are."""
    rows: list[ProspectRow] = []
    total = 0
    while len(rows) < limit:
        part = prospect_rows(context, filters, limit=min(200, limit - len(rows)), offset=len(rows))
        if not part.rows:
            break
        rows, total = rows + part.rows, part.total
    return rows, total


def _row(row: ProspectRow) -> dict[str, Any]:
    document = dataclasses.asdict(row)
    value = document.pop("value")
    return document | {"quote_value": None if value is None else _number(value)}


def _details(details: ProspectDetails) -> dict[str, Any]:
    return dataclasses.asdict(details) | {"unanswered": [entry.key for entry in details.unanswered]}


def _number(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)
