"""Report, once per table, records that other exports cannot be matched with, and mapped records that cannot be made."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

import polars as pl
from sqlalchemy import case, func, select

from core.context import Context
from core.db.target import target_table
from core.engine.batch import ISSUE_SCHEMA, ROW
from core.engine.issues import issue
from core.engine.mapping.record_keys import left_out_words
from core.engine.plan import EntityPlan, Plan
from core.engine.transforms import identity
from core.schema import entity_label

_BY_PLACE = "^row:[0-9a-f]+:[0-9]+$"
"""Ids of rows as they were made before equal rows were numbered: by content and row number."""


def check_identity(plan: Plan) -> Iterator[tuple[EntityPlan, pl.DataFrame]]:
    """Yield issues (ISSUE_SCHEMA) no_key and record_not_made; row 0 is the whole table."""
    for entity_plan in plan.entities:
        if entity_plan.primary and identity(entity_plan) == "row":
            detail = (
                f"No column of {entity_plan.stream} identifies {entity_label(entity_plan.entity).lower()}. They are recognised"
                " by their content: a row that changes is imported again as a new record."
            )
            yield entity_plan, _issue("no_key", detail)
    for part in plan.left_out:
        dropped = EntityPlan(part.stream, part.entity, (), primary=False)
        yield dropped, _issue("record_not_made", f"{left_out_words(part)}.", ", ".join(part.columns))


def check_former_ids(context: Context, plan: Plan) -> Iterator[tuple[EntityPlan, pl.DataFrame]]:
    """Yield ids_differ where the target's records of this source have ids of another kind: none of them can be matched."""
    for entity_plan in filter(attrgetter("primary"), plan.entities):
        table = target_table(entity_plan.entity)
        ids = table.c.external_id
        kind = case(
            (ids.startswith("name:"), "name"),
            (ids.regexp_match(_BY_PLACE), "place"),
            (ids.startswith("row:"), "row"),
            else_="source",
        )
        query = select(kind, func.count()).where(table.c.source_name == plan.source).group_by(kind)
        counts = {str(row[0]): int(row[1]) for row in context.session.execute(query)}
        if counts and _kind_of(entity_plan) not in counts:
            label, count = entity_label(entity_plan.entity).lower(), sum(counts.values())
            detail = (
                f"{count:,} {label} imported before have IDs of another kind: none of {entity_plan.stream} matches them, and"
                " each becomes a new record."
            )
            yield entity_plan, _issue("ids_differ", detail)


def _kind_of(entity_plan: EntityPlan) -> str:
    kind = identity(entity_plan)
    return "place" if kind == "row" and entity_plan.counters is None else kind


def _issue(code: str, detail: str, columns: str = "") -> pl.DataFrame:
    row = pl.DataFrame({ROW: [0]}).select(ROW, *issue(code, source_field=columns, detail=detail))
    return row.cast(dict(ISSUE_SCHEMA))  # type: ignore[arg-type]
