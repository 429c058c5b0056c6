"""Validates the whole data of a migration under its mapping, and keeps everything that was found."""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.db.target import target_table
from core.engine.batch import ISSUE_SCHEMA, ROW
from core.engine.issues import issue
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.plans import plan_digest, plan_to_json
from core.engine.mapping.proposals import UNIT
from core.engine.plan import Plan
from core.engine.sources import views as sources
from core.engine.validation.columns import Findings
from core.engine.validation.duplicates import check_between
from core.engine.validation.file_checks import Gathered, Progress, decode, gather
from core.engine.validation.held_parents import check_held_parents
from core.engine.validation.ledger import IssueLedger
from core.engine.validation.rules import check_file
from core.engine.validation.tables import Validation
from core.errors import ConflictError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.schema import target_schema


@action("validation.run")
def validate(
    context: Context,
    migration_id: str,
    *,
    accept_above: float = AMBER_FROM,
    progress: Progress | None = None,
) -> Validation:
    """Applies the current plan to every row and checks all of it; issues and totals are kept as one Validation.

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
    made = _started(context, migration_id, plan)
    streams = sources.streams(context, migration_id)
    ledger = IssueLedger(context, made.id)
    gathered = gather(context, plan, streams, ledger, progress)
    _check_whole(context, plan, gathered, ledger)
    _check_units(context, migration_id, plan, gathered, ledger)
    ledger.close()
    made.totals = ledger.totals() | {
        "rows": dict(gathered.rows),
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
        made.id,
        rows=made.totals["file_rows"],
        levels=made.totals["levels"],
    )
    return made


def _started(context: Context, migration_id: str, plan: Plan) -> Validation:
    """A validation of the plan without totals yet, in the database so that issues can name it."""
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


def known_records(context: Context, plan: Plan) -> dict[str, pl.DataFrame]:
    """external_id and name of what the target already has from this source, for every entity the plan refers to."""
    wanted = {
        target_schema().field(f"{entity.entity}.{field.target}").refers_to
        for entity in plan.entities
        for field in entity.fields
    } - {None}
    known: dict[str, pl.DataFrame] = {}
    for entity in wanted:
        table = target_table(entity or "")
        named = "name" in table.c
        query = select(table.c.external_id, *([table.c.name] if named else [])).where(
            table.c.source_name == plan.source
        )
        rows = [tuple(row) for row in context.session.execute(query)]
        if rows:
            names = ["external_id", *(["name"] if named else [])]
            known[entity or ""] = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return known


def _check_whole(context: Context, plan: Plan, gathered: Gathered, ledger: IssueLedger) -> None:
    columns, known = gathered.take_columns(), known_records(context, plan)
    findings = check_file(plan, columns, known)
    _add(gathered, ledger, findings)
    for entity, rows in gathered.again.items():
        fields = [*gathered.fields_of(entity).items()]
        _add(gathered, ledger, {entity: check_between(rows, fields, findings.get(entity))})
    held = {entity: gathered.encoded(rows) for entity, rows in ledger.held().items()}
    _add(gathered, ledger, check_held_parents(columns, plan, known, held))


def _add(gathered: Gathered, ledger: IssueLedger, findings: Findings) -> None:
    for entity, issues in findings.items():
        for rows, stream_id, entity_plan in decode(gathered, entity, issues):
            if not entity_plan.primary:
                # A record made from a name on other rows says nothing of fields that were never exported.
                told = ["", *(field.target for field in entity_plan.fields)]
                ledger.add(rows.filter(pl.col("field").is_in(told)), stream_id, entity_plan)
            else:
                ledger.add(rows, stream_id, entity_plan)


def _check_units(
    context: Context, migration_id: str, plan: Plan, gathered: Gathered, ledger: IssueLedger
) -> None:
    """unit_unproved for money whose unit neither the values nor a person has settled; row 0 is the whole column."""
    open_fields = {
        (field.stream, field.source_field): next(
            (one["text"] for one in field.evidence if one["feature"] == UNIT and not one["weight"]), ""
        )
        for field in mapping.mapping_fields(context, migration_id, undecided=True)
    }
    streams = {stream.name: stream.id for stream, _ in gathered.places}
    for entity in plan.entities:
        for field in entity.fields:
            said = next(
                (told for source in field.sources if (told := open_fields.get((entity.stream, source)))), ""
            )
            if (
                said
                and entity.stream in streams
                and target_schema().field(f"{entity.entity}.{field.target}").kind == "money"
            ):
                row = pl.DataFrame({ROW: [0]}).select(
                    ROW, *issue("unit_unproved", field=field.target, detail=said)
                )
                ledger.add(row.cast(dict(ISSUE_SCHEMA)), streams[entity.stream], entity)  # type: ignore[arg-type]
