"""Find records that are above themselves: a category whose parent is below it, or is the category itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from core.engine.batch import ROW
from core.engine.entity_columns import Columns
from core.engine.issues import issue
from core.engine.validation.columns import Findings
from core.kit.wording import listed
from core.schema import Field, entity_label, target_schema

CODE = "circular_reference"


def check_cycles(columns: Columns) -> Findings:
    """Find circular_reference by entity, on each row of a cycle. A parent is looked up by id, else by a unique name."""
    findings: Findings = {}
    for entity, frame in columns.items():
        for field in target_schema().entity(entity).references:
            if field.refers_to == entity and not field.is_list and field.name in frame.columns:
                rows = _cycles(frame, field)
                if rows.height:
                    findings[entity] = pl.concat([findings[entity], rows]) if entity in findings else rows
    return findings


def _cycles(frame: pl.DataFrame, field: Field) -> pl.DataFrame:
    rows = frame.filter(pl.col("external_id").is_not_null()).unique(
        "external_id", keep="first", maintain_order=True
    )
    ids = set(rows["external_id"])
    by_name = _by_name(rows)
    above: dict[str, str] = {}
    for record, parent in rows.select("external_id", field.name).iter_rows():
        parent_id = parent if parent in ids else by_name.get(str(parent or "").strip().lower())
        if parent_id is not None:
            above[record] = parent_id
    details = {
        record: f"{entity_label(field.entity)} '{record}' is above itself: {listed([*cycle, cycle[0]])}."
        for cycle in _find_cycles(above)
        for record in cycle
    }
    value = pl.col("external_id")
    detail = value.replace_strict(details, default=None, return_dtype=pl.String)
    return rows.filter(value.is_in(list(details))).select(
        ROW, *issue(CODE, field=field.name, value=pl.col(field.name), detail=detail)
    )


def _by_name(rows: pl.DataFrame) -> dict[str, str]:
    """Map each unique name, in lower case, to the id of its record."""
    if "name" not in rows.columns:
        return {}
    names = rows.select(pl.col("name").str.strip_chars().str.to_lowercase(), "external_id").drop_nulls("name")
    return dict(names.filter(~pl.col("name").is_duplicated()).iter_rows())


def _find_cycles(above: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the cycles of records, each once: the first record, its parent, the parent of that."""
    visited: set[str] = set()
    for start in above:
        path: dict[str, int] = {}
        record: str | None = start
        while record is not None and record not in visited and record not in path:
            path[record] = len(path)
            record = above.get(record)
        if record is not None and record in path:
            yield [*path][path[record] :]
        visited.update(path)
