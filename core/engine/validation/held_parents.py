"""Find rows to hold because they refer to a held record: lines of a held order, items of a held category.

Without it a row would be imported without its link, and nothing would bring the link back when the record is corrected.
Only where the files can bring in the parent in no other way: its entity is the main one of every table it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from core.engine.batch import ROW
from core.engine.entity_columns import Columns
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation.columns import Findings, join_findings
from core.kit.masking import PERSONAL_ENTITIES, mask
from core.schema import Field, entity_label, target_schema


def check_held_parents(
    columns: Columns, plan: Plan, existing: Mapping[str, pl.DataFrame], held_rows: Mapping[str, pl.Series]
) -> Findings:
    """Find missing_reference on rows that refer to one of `held_rows` (entity -> ROW), and on their children in turn.

    `existing`: external_id and name of the records in the target, by entity. Rows that are held anyway are left out. A
    value is looked up as in an import: as an id, else as a unique name.
    """
    held = {entity: rows.implode() for entity, rows in held_rows.items()}
    findings: list[Findings] = []
    for entity in (name for name in target_schema().domain(plan.domain) if name in columns):
        for field in target_schema().entity(entity).references:
            if not _is_certain(field, columns, plan) or field.refers_to not in held:
                continue
            while not (rows := _children(field, columns, existing, held)).is_empty():
                findings.append({entity: rows.select(ROW, *_issue(field))})
                earlier = [held[entity].explode().drop_nulls()] if entity in held else []
                held[entity] = pl.concat([*earlier, rows[ROW]]).implode()
                if field.refers_to != entity:
                    break
    return join_findings(findings)


def _children(
    field: Field, columns: Columns, existing: Mapping[str, pl.DataFrame], held: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """Select rows that refer by the field to a held record and are not held themselves: ROW, and the field's value."""
    parent = field.refers_to or ""
    frame, parents = columns[field.entity].select(ROW, field.name), columns[parent]
    if field.is_list:
        frame = frame.explode(field.name)
    held_parents = parents.filter(pl.col(ROW).is_in(held[parent]))
    remaining = parents.filter(~pl.col(ROW).is_in(held[parent]))
    values = _values_of_held(frame[field.name], held_parents, [remaining, existing.get(parent)])
    rows = frame.filter(pl.col(field.name).is_in(values.implode()))
    if field.entity in held:
        rows = rows.filter(~pl.col(ROW).is_in(held[field.entity]))
    return rows.unique(ROW, keep="first", maintain_order=True)


def _is_certain(field: Field, columns: Columns, plan: Plan) -> bool:
    """Tell whether the parent comes only from primary tables, and so does the row where the reference is optional."""
    parent = field.refers_to or ""
    return (
        parent in columns
        and field.name in columns.get(field.entity, pl.DataFrame()).columns
        and all(source.primary for source in plan.of(parent))
        and (field.required or all(source.primary for source in plan.of(field.entity)))
    )


def _values_of_held(
    values: pl.Series, held: pl.DataFrame, other_frames: list[pl.DataFrame | None]
) -> pl.Series:
    """Select the values that refer to one of the held records, and to none of the others."""
    distinct = values.drop_nulls().unique()
    is_of_held = distinct.is_in(held["external_id"].implode()) | _keys(distinct).is_in(_names(held).implode())
    frames = [frame for frame in other_frames if frame is not None]
    ids = pl.concat([frame["external_id"] for frame in frames])
    names = pl.concat(
        [
            frame.select("external_id", _names(frame).alias("key"))
            for frame in frames
            if "name" in frame.columns
        ]
        or [pl.DataFrame(schema={"external_id": pl.String, "key": pl.String})]
    ).unique()
    unique_names = names.filter(~pl.col("key").is_duplicated())["key"].drop_nulls()
    return distinct.filter(
        is_of_held & ~distinct.is_in(ids.implode()) & ~_keys(distinct).is_in(unique_names.implode())
    )


def _names(frame: pl.DataFrame) -> pl.Series:
    return _keys(frame["name"]) if "name" in frame.columns else pl.Series(dtype=pl.String)


def _keys(names: pl.Series) -> pl.Series:
    return names.str.strip_chars().str.to_lowercase()


def _issue(field: Field) -> list[pl.Expr]:
    value = pl.col(field.name)
    if field.refers_to in PERSONAL_ENTITIES:
        value = value.map_elements(mask, return_dtype=pl.String)
    detail = pl.format(f"{entity_label(field.refers_to or '')} '{{}}' is held for correction.", value)
    return issue("missing_reference", field=field.name, value=value, detail=detail)
