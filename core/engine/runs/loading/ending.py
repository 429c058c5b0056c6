"""Make records inactive that the source has deleted, as their rows say; others stay, and their rows say why.

A pupil or member of staff is no longer on roll, an enrolment ends. The image from before is saved, so that a rollback
restores the record. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from core.db.personal import PersonalValues
from core.engine.batch import ROW
from core.engine.plan import KEEPING
from core.engine.row_rules import ended_rows, skipped_rows
from core.engine.runs.loading import bulk_copy, fates
from core.engine.runs.loading.bulk_copy import Cursor
from core.engine.runs.loading.upsert import save_after_hashes, save_before_images
from core.engine.runs.loading.write_context import WriteContext
from core.engine.runs.rules import STAYS, Fate
from core.engine.transforms import transform_rows
from core.schema import entity_label, target_schema

_ACTIVE, _LAST_DAY = "is_active", "ends_on"
_WITH_LAST_DAY = frozenset({"enrollment"})
"""Entities whose record is ended by its last day. A term has a last day too, which says no_outcomes about the term's record."""

_OUTCOMES = {ROW: pl.Int64(), "outcome": pl.String()}


def end_records(write_context: WriteContext, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """End the records of the rows of a chunk that a rule says are deleted; `rows` has every source column as text.

    Returns the rows of records that are inactive now (ROW, outcome: changed, same or repeated), and those of records that
    stay, with their fate and the reason. A row without a record is in neither: the rule skips it.
    """
    deleted_rows = ended_rows(write_context.entity_plan, rows)
    no_outcomes = pl.DataFrame(schema=_OUTCOMES), pl.DataFrame(schema=fates.FATE_SCHEMA)
    if deleted_rows.is_empty() or write_context.entity_plan.field("external_id") is None:
        return no_outcomes
    cursor = bulk_copy.driver_cursor(write_context)
    staged = _staged(write_context, deleted_rows)
    if not _match(write_context, cursor, staged):
        return no_outcomes
    field = _field(write_context.entity)
    if field is None or write_context.entity_plan.conflict in KEEPING:
        return no_outcomes[0], _staying(write_context, cursor, deleted_rows, can_end=field is not None)
    _end(write_context, cursor, field)
    cursor.execute("select row, outcome from stage_hit")
    outcomes = pl.DataFrame(cursor.fetchall(), schema=_OUTCOMES, orient="row")
    first = staged.rename({ROW: "first"}).unique("external_id", keep="first", maintain_order=True)
    of_first = first.join(outcomes.rename({ROW: "first"}), on="first").select(
        "external_id", "first", "outcome"
    )
    is_first = pl.col(ROW) == pl.col("first")
    by_row = staged.join(of_first, on="external_id", maintain_order="left")
    return by_row.select(
        ROW, pl.when(is_first).then("outcome").otherwise(pl.lit("repeated")).alias("outcome")
    ), no_outcomes[1]


def _field(entity: str) -> str | None:
    """Return the field that says that a record of the entity is inactive; None where no record of it can be."""
    if _ACTIVE in target_schema().entity(entity).fields:
        return _ACTIVE
    return _LAST_DAY if entity in _WITH_LAST_DAY else None


def _staged(write_context: WriteContext, deleted_rows: pl.DataFrame) -> pl.DataFrame:
    """Type the rows: ROW, external_id as it is stored, and the last day, which is not after today."""
    plan = write_context.entity_plan
    fields = tuple(field for field in plan.fields if field.target in {"external_id", _LAST_DAY})
    rows = transform_rows(
        write_context.run_plan.plan, replace(plan, fields=fields, rules=()), deleted_rows
    ).frame
    stored = PersonalValues.of(write_context.context.session, write_context.entity)
    today = write_context.context.now.astimezone(ZoneInfo(write_context.run_plan.plan.zone)).date()
    has_day = rows.schema.get(_LAST_DAY) == pl.Date()
    last_day = pl.min_horizontal(_LAST_DAY, pl.lit(today)) if has_day else pl.lit(today)
    return rows.select(
        ROW, stored.id_index(rows["external_id"]).alias("external_id"), last_day.alias("last_day")
    ).drop_nulls("external_id")


def _match(write_context: WriteContext, cursor: Cursor, staged: pl.DataFrame) -> int:
    """Put the records of the rows into stage_hit, each once, with what happens to it; return how many there are."""
    field = _field(write_context.entity)
    is_ended = {
        _ACTIVE: f"t.{_ACTIVE} is not distinct from false",
        _LAST_DAY: f"coalesce(t.{_LAST_DAY} <= s.last_day, false)",
        None: "false",
    }[field]
    once = staged.unique("external_id", keep="first", maintain_order=True)
    days: list[date] = once["last_day"].to_list()
    cursor.execute("drop table if exists stage_hit")
    cursor.execute(
        f"""create temp table stage_hit on commit drop as
        select s.row, t.id, s.last_day, case when {is_ended} then 'same' when t.run_id = %(run)s then 'repeated'
          else 'changed' end as outcome
        from unnest(%(rows)s::bigint[], %(ids)s::text[], %(days)s::date[]) as s (row, external_id, last_day)
          cross join lateral (select * from "{write_context.table}" t where t.tenant_id = %(tenant)s
            and t.source_name = %(source)s and t.external_id = s.external_id offset 0) t""",
        write_context.params
        | {"rows": once[ROW].to_list(), "ids": once["external_id"].to_list(), "days": days},
    )
    return int(cursor.rowcount)


def _end(write_context: WriteContext, cursor: Cursor, field: str) -> None:
    value = "false" if field == _ACTIVE else "h.last_day"
    save_before_images(write_context, cursor)
    # The record is not what any file said: row_hash is empty, so that the next one that tells of it is not "same".
    cursor.execute(
        f"""update "{write_context.table}" t set {field} = {value}, row_hash = '', raw = null, run_id = %(run)s,
          migration_id = %(migration)s, stream_id = %(stream)s, source_row = h.row, updated_at = %(now)s
        from stage_hit h where t.tenant_id = %(tenant)s and t.id = h.id and h.outcome <> 'same'
        returning t.id, h.outcome""",
        write_context.params,
    )
    touched = [str(key) for key, outcome in cursor.fetchall() if outcome == "repeated"]
    save_after_hashes(write_context, cursor, touched)


def _staying(
    write_context: WriteContext, cursor: Cursor, deleted_rows: pl.DataFrame, *, can_end: bool
) -> pl.DataFrame:
    """Say of the rows whose records stay why they do: ROW, fate and reason."""
    cursor.execute("select row from stage_hit")
    rows = pl.DataFrame(cursor.fetchall(), schema={ROW: pl.Int64}, orient="row")
    missing_state = f": AuraConnect has no inactive {entity_label(write_context.entity).lower()}"
    why = STAYS + (", as chosen under Rules" if can_end else missing_state)
    skipped = skipped_rows(write_context.entity_plan, deleted_rows).join(rows, on=ROW, how="semi")
    return fates.fate_of(skipped, Fate.SKIPPED, pl.col("reason") + pl.lit(why))
