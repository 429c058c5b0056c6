"""Preview and import a list of prospects; write the rows that were not added to a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.business.sales.prospects.importing.planning import Fate, ImportPlan, make_plan
from core.business.sales.prospects.importing.reading import read_list
from core.business.sales.prospects.importing.rows import Defaults
from core.business.sales.prospects.records import add_records, check_owner, lock_companies
from core.context import Context
from core.errors import InvalidInputError
from core.kit.sheets import write_sheet
from core.kit.wording import listed
from core.platform.access.actions import action, view
from core.platform.access.customers.actions import require_operator
from core.platform.audit.actions import record


@view("prospect.edit")
def preview_import(
    context: Context,
    path: Path,
    domain: str,
    *,
    choices: Mapping[str, str] | None = None,
    name: str = "",
    add_duplicates: bool = False,
) -> ImportPlan:
    """Say what becomes of each row of a list; nothing is written. `choices` maps headers to fields, '' for none."""
    require_operator(context)
    content = read_list(path, name, country=context.tenant.country)
    defaults = Defaults(domain, context.tenant.currency, context.tenant.country)
    return make_plan(context, content, defaults, choices, add_duplicates=add_duplicates)


@action("prospect.edit")
def import_prospects(
    context: Context,
    path: Path,
    domain: str,
    *,
    choices: Mapping[str, str] | None = None,
    owner_id: str | None = None,
    name: str = "",
    add_duplicates: bool = False,
) -> ImportPlan:
    """Add the prospects of a list, all or none; return what became of each row. Nothing that exists is changed.

    Who sells owns what they import. InvalidInputError while several columns could fill one field.
    """
    require_operator(context)
    owner = owner_id if context.may("prospect.assign") else context.person
    check_owner(context, owner)
    lock_companies(context)
    plan = preview_import(context, path, domain, choices=choices, name=name, add_duplicates=add_duplicates)
    if plan.undecided:
        headers = listed([column.header for column in plan.undecided])
        raise InvalidInputError(f"{headers} could fill the same field.", hint="Choose one of them.")
    entries = [(addition.fields, addition.note) for addition in plan.additions]
    add_records(context, entries, owner, file=plan.content.name)
    counts = plan.counts
    record(
        context,
        "prospect.import",
        "tenant",
        context.tenant.id,
        rows=len(plan.outcomes),
        added=counts["added"],
        duplicates=counts["duplicate"],
        refused=counts["refused"],
        owner=owner,
    )
    return plan


def write_unadded(plan: ImportPlan) -> bytes:
    """Write the rows that were not added as CSV: as they stand in the list, with fate, field, value and remedy."""
    headers = [*plan.content.headers, "Row", "Outcome", "Field", "Value", "Remedy"]
    rows = [
        [
            *(row.cells.get(header, "") for header in plan.content.headers),
            *(str(outcome.row), str(outcome.fate), outcome.field, outcome.value, outcome.remedy),
        ]
        for row, outcome in zip(plan.content.rows, plan.outcomes, strict=True)
        if outcome.fate is not Fate.ADDED
    ]
    return write_sheet(headers, rows, "csv")
