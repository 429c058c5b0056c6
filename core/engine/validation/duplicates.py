"""Find ids that occur more than once in a file: the same row again, or different ones.

A later row with the same content is merged and only noted. Where the rows of an id have different contents, all of them
are held, because only a person can tell which is right.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from core.engine.batch import ROW
from core.engine.entity_columns import Columns
from core.engine.issues import Level, issue
from core.engine.plan import Plan
from core.engine.validation.columns import Findings
from core.schema import target_schema

ROWS_PER_STREAM = 1 << 40
"""Rows of several tables are numbered so that the table's place is above bit 40."""

CONTENT = "_content"
"""A hash of the row's content without its row number: UInt64, see `hash_columns`."""

NEEDED: dict[str, tuple[str, ...]] = {
    entity: ("external_id", CONTENT) for entities in target_schema().domains.values() for entity in entities
}


def check_duplicates(columns: Columns, plan: Plan) -> Findings:
    """Find repeated_row and duplicate_in_file by entity.

    Entities that are never primary in the plan repeat by nature: equal rows are not reported, and the first row that
    differs is a warning, not an error; the first row is imported.
    """
    primary = {entity.entity for entity in plan.entities if entity.primary}
    findings: Findings = {}
    for entity, frame in columns.items():
        if CONTENT not in frame.columns or frame["external_id"].hash().n_unique() == frame.height:
            continue
        repeated = _repeated(frame)
        if repeated.is_empty():
            continue
        if entity in primary:
            findings[entity] = _contradictions(repeated)
        else:
            differs = pl.col(CONTENT) != pl.col("first_content")
            differing = repeated.filter(differs).unique("external_id", keep="first", maintain_order=True)
            detail = _FIRST + ", with other content; that one is kept."
            findings[entity] = differing.select(ROW, *_issue("duplicate_in_file", detail, Level.WARNING))
    return findings


_FIRST = pl.format("The id '{}' first stands in row {}", "external_id", "first_row")


def _contradictions(rows: pl.DataFrame) -> pl.DataFrame:
    """Report, of the rows of repeated ids, those that only repeat, and every row of an id that has several contents."""
    conflict = pl.col("contents") > 1
    repeats = rows.filter(~conflict & (pl.col("place") > 0))
    first = rows.filter(conflict & (pl.col("place") == 0))
    later = rows.filter(conflict & (pl.col("place") > 0))
    stands = pl.format("The id '{}' stands in row {} too, with other content.", "external_id", "other_row")
    again = _FIRST + ", and its rows have different contents."
    return pl.concat(
        [
            repeats.select(ROW, *_issue("repeated_row", _FIRST + ", with the same content.")),
            first.select(ROW, *_issue("duplicate_in_file", stands)),
            later.select(ROW, *_issue("duplicate_in_file", again)),
        ]
    ).sort(ROW)


def check_between(
    rows: pl.DataFrame, fields: Sequence[tuple[int, tuple[str, ...]]], earlier: pl.DataFrame | None
) -> pl.DataFrame:
    """Find duplicate_in_file on rows of several tables that have one id and different contents.

    `rows`: ROW, external_id, CONTENT. `fields`: per table its index in row numbers and the fields it feeds; tables of the
    same fields contradict each other, others complete each other. `earlier`: issues that are reported already.
    """
    kinds = {names: number for number, names in enumerate(dict.fromkeys(names for _, names in fields))}
    kind_of = {stream: kinds[names] for stream, names in fields}
    kind = (pl.col(ROW) // ROWS_PER_STREAM).replace_strict(kind_of, return_dtype=pl.Int64)
    alike = rows.with_columns(pl.format("{} {}", kind, "external_id").alias("key"))
    issues = _contradictions(_repeated(alike, "key"))
    issues = issues.filter(pl.col("code") == "duplicate_in_file")
    if earlier is not None:
        held = earlier.filter(pl.col("code") == "duplicate_in_file")
        issues = issues.filter(~pl.col(ROW).is_in(held[ROW].implode()))
    return issues


def _repeated(frame: pl.DataFrame, key: str = "external_id") -> pl.DataFrame:
    """Select all rows of the ids that occur more than once.

    first_row, first_content: number and content of the id's first row; other_row: the first row with another content;
    contents: how many contents the id has; place: 0 for its first row.
    """
    rows = frame.select(ROW, "external_id", CONTENT, key=pl.col(key)).filter(pl.col("key").is_not_null())
    repeated = rows.filter(
        pl.col("key").hash().is_duplicated()
    )  # few; equal hashes of different ids are separated below
    return repeated.sort(ROW).with_columns(
        pl.first(ROW).over("key").alias("first_row"),
        pl.first(CONTENT).over("key").alias("first_content"),
        pl.col(CONTENT).n_unique().over("key").alias("contents"),
        pl.col(ROW).filter(pl.col(CONTENT) != pl.col(CONTENT).first()).first().over("key").alias("other_row"),
        pl.int_range(pl.len()).over("key").alias("place"),
    )


def _issue(code: str, detail: pl.Expr, level: Level | None = None) -> list[pl.Expr]:
    return issue(code, field="external_id", value=pl.col("external_id"), detail=detail, level=level)
