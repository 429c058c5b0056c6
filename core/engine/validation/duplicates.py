"""Finds ids that stand more than once in a file: the same row again, or two different ones.

The first row of an id is kept. A later one with the same content is merged and only noted; one with other content is
held back, because which of the two is right is for a person to say.
"""

from __future__ import annotations

import polars as pl

from core.engine.batch import ROW
from core.engine.issues import Level, issue
from core.engine.plan import Plan
from core.engine.validation.columns import Columns, Findings
from core.schema import target_schema

CONTENT = "_content"
"""A hash of the row's content without its row number: UInt64, see `together`."""

NEEDED: dict[str, tuple[str, ...]] = {
    entity: ("external_id", CONTENT) for entities in target_schema().domains.values() for entity in entities
}


def check_duplicates(columns: Columns, plan: Plan) -> Findings:
    """repeated_row and duplicate_in_file by entity.

    Entities that are only picked out of other rows (never primary in the plan) repeat by nature: equal rows are not
    mentioned, and the first row that differs is a warning, not an error.
    """
    primary = {entity.entity for entity in plan.entities if entity.primary}
    findings: Findings = {}
    for entity, frame in columns.items():
        if CONTENT not in frame.columns or frame["external_id"].hash().n_unique() == frame.height:
            continue
        again = _repeated(frame)
        if again.is_empty():
            continue
        same = again.filter(pl.col(CONTENT) == pl.col("first_content"))
        other = again.filter(pl.col(CONTENT) != pl.col("first_content"))
        first = pl.format("The id '{}' first stands in row {}", "external_id", "first_row")
        if entity in primary:
            found = [
                same.select(ROW, *_issue("repeated_row", first + ", with the same content.")),
                other.select(
                    ROW, *_issue("duplicate_in_file", first + ", with other content; that one is kept.")
                ),
            ]
        else:
            other = other.unique("external_id", keep="first", maintain_order=True)
            detail = first + ", with other content; that one is kept."
            found = [other.select(ROW, *_issue("duplicate_in_file", detail, Level.WARNING))]
        findings[entity] = pl.concat(found)
    return findings


def _repeated(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows whose id an earlier row has, with that row's number and content."""
    rows = frame.select(ROW, "external_id", CONTENT).filter(pl.col("external_id").is_not_null())
    repeated = rows.filter(
        pl.col("external_id").hash().is_duplicated()
    )  # few, and told apart by the ids below
    return (
        repeated.sort(ROW)
        .with_columns(
            pl.first(ROW).over("external_id").alias("first_row"),
            pl.first(CONTENT).over("external_id").alias("first_content"),
            pl.int_range(pl.len()).over("external_id").alias("place"),
        )
        .filter(pl.col("place") > 0)
    )


def _issue(code: str, detail: pl.Expr, level: Level | None = None) -> list[pl.Expr]:
    return issue(code, field="external_id", value=pl.col("external_id"), detail=detail, level=level)
