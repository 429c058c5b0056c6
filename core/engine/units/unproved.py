"""Report money whose unit neither the values nor a person has settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from core.engine.batch import ISSUE_SCHEMA, ROW
from core.engine.issues import issue
from core.engine.plan import EntityPlan, Plan
from core.schema import target_schema

UNIT = "unit"
"""The feature of the evidence that says how the unit was proved, or that it was not."""


def unproved_units(
    plan: Plan, reasons: Mapping[tuple[str, str], str]
) -> Iterator[tuple[EntityPlan, pl.DataFrame]]:
    """Yield a unit_unproved issue (ISSUE_SCHEMA) per money field of the plan; row 0 is the whole column.

    `reasons`: (stream, source) -> why the unit of an undecided field could not be proved, '' where it was.
    """
    for entity in plan.entities:
        for field in entity.fields:
            texts = (reasons.get((entity.stream, source), "") for source in field.sources)
            reason = next(filter(None, texts), "")
            if reason and target_schema().field(f"{entity.entity}.{field.target}").kind == "money":
                row = pl.DataFrame({ROW: [0]}).select(
                    ROW, *issue("unit_unproved", field=field.target, detail=reason)
                )
                yield entity, row.cast(dict(ISSUE_SCHEMA))  # type: ignore[arg-type]
