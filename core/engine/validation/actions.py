"""Validate all rows of a migration under its mapping, and store every issue."""

from __future__ import annotations

from dataclasses import astuple, fields
from itertools import chain

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.db.personal import SOURCE_ID, PersonalValues
from core.db.target import target_table
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.plans import plan_digest, plan_to_json
from core.engine.plan import Plan
from core.engine.sources import views as sources
from core.engine.units import UNIT, unproved_units
from core.engine.validation import views
from core.engine.validation.columns import Findings
from core.engine.validation.duplicates import check_between
from core.engine.validation.file_checks import CheckInput, Progress, check_streams, restore_row_numbers
from core.engine.validation.held_parents import check_held_parents
from core.engine.validation.identity import check_former_ids, check_identity
from core.engine.validation.ledger import IssueLedger
from core.engine.validation.rules import check_file
from core.engine.validation.tables import Validation
from core.errors import ConflictError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.audit.reports import record_report, write_report
from core.schema import target_schema


@action("validation.run")
def validate(
    context: Context,
    migration_id: str,
    *,
    accept_above: float = AMBER_FROM,
    progress: Progress | None = None,
) -> Validation:
    """Apply the current plan to every row and check all of them; issues and totals are stored as one Validation.

    `progress` is called with rows checked and rows in all. Suggestions nobody has decided count from
    `accept_above` on. ConflictError when nothing is mapped yet.
    """
    migration = sources.migration(context, migration_id)
    plan = mapping.current_plan(context, migration_id, accept_above=accept_above)
    if not plan.entities:
        raise ConflictError(
            "Nothing is mapped yet, so there is nothing to validate.",
            hint="Add a file and accept or choose a mapping.",
            phase=migration.phase,
        )
    validation = _create_validation(context, migration_id, plan)
    streams = sources.streams(context, migration_id)
    ledger = IssueLedger(context, validation.id)
    check_input = check_streams(context, plan, streams, ledger, progress)
    _check_files(context, plan, check_input, ledger)
    _check_tables(context, migration_id, plan, check_input, ledger)
    ledger.close()
    validation.totals = ledger.totals() | {
        "rows": dict(check_input.rows),
        "file_rows": sources.row_totals(context, migration_id).total,
        "accept_above": accept_above,
        "streams": sorted(stream.id for stream in streams),
    }
    if migration.phase in ("setup", "analysis", "mapping"):
        migration.phase = "validation"
    record(
        context,
        "validation.run",
        "validation",
        validation.id,
        rows=validation.totals["file_rows"],
        levels=validation.totals["levels"],
    )
    return validation


@action("migration.read")
def export_issues(context: Context, validation_id: str, form: str) -> bytes:
    """Export all issues as 'csv', 'xlsx' or 'json', recorded in the audit log.

    Personal values are in it for roles with personal.read.
    """
    columns = [
        field.name for field in fields(views.IssueView) if field.name not in {"mapping_field_id", "seq"}
    ]
    rows = [astuple(issue)[:-2] for issue in views.issues(context, validation_id, limit=None)]
    file = write_report(context, columns, rows, form, name="Findings")
    return record_report(
        context, file, "export.findings", "validation", validation_id, rows=len(rows), form=form
    )


def _create_validation(context: Context, migration_id: str, plan: Plan) -> Validation:
    """Add a validation of the plan without totals to the database, so that issues can refer to it."""
    validation = Validation(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        migration_id=migration_id,
        plan_hash=plan_digest(plan),
        plan=plan_to_json(plan),
        totals={},
        created_by=context.person,
    )
    context.session.add(validation)
    context.session.flush()
    return validation


def existing_records(context: Context, plan: Plan) -> dict[str, pl.DataFrame]:
    """Read external_id and name of what the target already has from this source, for every entity the plan refers to.

    Where the plan has enrolments, those of the target with their person_id as well, and pupils and staff: a pupil may be
    there, and in a class, since an earlier import.
    """
    entities = {
        target_schema().field(f"{entity.entity}.{field.target}").refers_to
        for entity in plan.entities
        for field in entity.fields
    } - {None}
    columns: dict[str | None, tuple[str, ...]] = dict.fromkeys(entities, ("external_id", "name"))
    if any(plan.of("enrollment")):
        columns |= dict.fromkeys(("student", "staff"), ("external_id",))
        columns["enrollment"] = ("external_id", "person_id")
    existing: dict[str, pl.DataFrame] = {}
    for entity, wanted in columns.items():
        table = target_table(entity or "")
        names = [name for name in wanted if name in table.c]
        is_about_person = SOURCE_ID in table.c
        query = select(
            *(table.c[name] for name in names), *([table.c.id, table.c[SOURCE_ID]] if is_about_person else [])
        ).where(table.c.source_name == plan.source)
        records = context.session.execute(query).mappings().all()
        personal = PersonalValues.of(context.session, entity or "")
        rows = [tuple(record[name] for name in names) for record in personal.decrypt_rows(records)]
        if rows:
            existing[entity or ""] = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return existing


def _check_files(context: Context, plan: Plan, check_input: CheckInput, ledger: IssueLedger) -> None:
    columns, existing = check_input.take_columns(), existing_records(context, plan)
    findings = check_file(plan, columns, existing)
    _add(check_input, ledger, findings)
    for entity, rows in check_input.repeated.items():
        fields = [*check_input.fields_of(entity).items()]
        _add(check_input, ledger, {entity: check_between(rows, fields, findings.get(entity))})
    held = {entity: check_input.unique_rows(rows) for entity, rows in ledger.held().items()}
    _add(check_input, ledger, check_held_parents(columns, plan, existing, held))


def _add(check_input: CheckInput, ledger: IssueLedger, findings: Findings) -> None:
    for entity, issues in findings.items():
        for rows, stream_id, entity_plan in restore_row_numbers(check_input, entity, issues):
            if not entity_plan.primary:
                # A record derived from a name on other rows has no fields that were never exported.
                fields = ["", *(field.target for field in entity_plan.fields)]
                ledger.add(rows.filter(pl.col("field").is_in(fields)), stream_id, entity_plan)
            else:
                ledger.add(rows, stream_id, entity_plan)


def _check_tables(
    context: Context, migration_id: str, plan: Plan, check_input: CheckInput, ledger: IssueLedger
) -> None:
    """Add what concerns whole tables, as row 0: money whose unit nobody settled, records without an id or not made."""
    reasons = {
        (field.stream, field.source_field): next(
            (item["text"] for item in field.evidence if item["feature"] == UNIT and not item["weight"]), ""
        )
        for field in mapping.mapping_fields(context, migration_id, mapping.UNDECIDED)
    }
    streams = {stream.name: stream.id for stream, _ in check_input.streams}
    for entity_plan, issues in chain(
        unproved_units(plan, reasons), check_identity(plan), check_former_ids(context, plan)
    ):
        if entity_plan.stream in streams:
            ledger.add(issues, streams[entity_plan.stream], entity_plan)
