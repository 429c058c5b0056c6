"""Check that the record a row refers to exists: in the same import, or already in the target.

A reference is an id or a name. It is looked up as an id first, then as a name without regard to case and outer
spaces; a name that fits several records is tried again within the row's own parent ('Small' of this item).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

from core.engine.batch import ROW
from core.engine.entity_columns import Columns
from core.engine.issues import Level, issue
from core.engine.validation.columns import Findings
from core.kit.masking import PERSONAL_ENTITIES, mask
from core.schema import Entity, Field, Schema, entity_label, target_schema

MIN_SIMILARITY = 85
"""The similarity, of 100, from which another name is offered as the one that was meant."""

MAX_SUGGESTIONS = 200
MAX_CHOICES = 50_000

_AMOUNT = {"order_line": "gross_amount", "order": "total", "payment": "amount"}

NEEDED: dict[str, tuple[str, ...]] = {
    name: (
        "external_id",
        *(["name"] if "name" in entity.fields else []),
        *(field.name for field in entity.references),
        *([_AMOUNT[name]] if name in _AMOUNT else []),
    )
    for entities in target_schema().domains.values()
    for name, entity in entities.items()
}


@dataclass(frozen=True, slots=True)
class _Index:
    """The ids of one entity and its names in comparable form, each name with the ids that bear it."""

    ids: pl.Series
    names: pl.DataFrame  # key, external_id, and parent where the entity belongs to another


def check_references(columns: Columns, schema: Schema, existing: Mapping[str, pl.DataFrame]) -> Findings:
    """Find missing_reference, optional_reference_missing and ambiguous_reference by entity.

    `existing`: external_id (and name) of the records in the target, by entity. A required reference is reported
    in every row, which it holds back; an optional one once for each value, in its first row, with the number of rows
    and the money they carry.
    """
    entities = {name: schema.entity(name) for name in columns}
    indexes: dict[str, _Index] = {}
    findings: Findings = {}
    for name, frame in columns.items():
        issues = []
        for field in entities[name].references:
            if field.name not in frame.columns or field.refers_to is None:
                continue
            if field.refers_to not in indexes:
                indexes[field.refers_to] = _index(schema.entity(field.refers_to), columns, existing)
            issues += _check_field(frame, field, schema, indexes)
        if issues:
            findings[name] = pl.concat(issues)
    return findings


def _key(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.to_lowercase()


def _index(entity: Entity, columns: Columns, existing: Mapping[str, pl.DataFrame]) -> _Index:
    parent = _parent(entity)
    empty = pl.DataFrame(schema={"external_id": pl.String, "name": pl.String, "parent": pl.String})
    parts = [empty]
    for frame in (columns.get(entity.name), existing.get(entity.name)):
        if frame is not None and "external_id" in frame.columns:
            has_parent = parent is not None and parent.name in frame.columns
            parts.append(
                frame.select(
                    pl.col("external_id"),
                    pl.col("name")
                    if "name" in frame.columns
                    else pl.lit(None, dtype=pl.String).alias("name"),
                    (pl.col(parent.name) if parent and has_parent else pl.lit(None, dtype=pl.String)).alias(
                        "parent"
                    ),
                )
            )
    rows = pl.concat(parts)
    names = rows.filter(pl.col("name").is_not_null()).select(
        "external_id", "parent", _key("name").alias("key")
    )
    return _Index(rows["external_id"].drop_nulls().unique(), names.unique(["external_id", "key"]))


def _parent(entity: Entity) -> Field | None:
    """Return the only required reference of an entity, such as the item of a size; None where it has none or several."""
    required = [field for field in entity.references if field.required and not field.is_list]
    return required[0] if len(required) == 1 else None


def _check_field(
    frame: pl.DataFrame, field: Field, schema: Schema, indexes: Mapping[str, _Index]
) -> list[pl.DataFrame]:
    index = indexes[field.refers_to or ""]
    values = frame[field.name].explode() if field.is_list else frame[field.name]
    unknown = (
        values.filter(values.ne_missing(values.shift())).drop_nulls().unique()
    )  # the rows of an order are neighbours
    unknown = unknown.filter(~unknown.is_in(index.ids.implode()))
    if unknown.is_empty():
        return []
    rows = _references(frame, field, schema).filter(pl.col("value").is_in(unknown.implode()))
    counts = index.names.group_by("key").agg(pl.col("external_id").n_unique().alias("records"))
    rows = rows.with_columns(_key("value").alias("key")).join(
        counts, on="key", how="left", maintain_order="left"
    )
    missing = rows.filter(pl.col("records").is_null())
    ambiguous = _still_ambiguous(rows.filter(pl.col("records") > 1), field, index, indexes)
    issues = []
    if len(missing):
        issues.append(_missing_issues(missing, field, index))
    if len(ambiguous):
        detail = pl.format("'{}' matches {} records of " + _noun(field), _quoted(field, "value"), "records")
        level = Level.ERROR if field.required else None
        issues.append(_issues(ambiguous, field, "ambiguous_reference", detail, level))
    return issues


def _references(frame: pl.DataFrame, field: Field, schema: Schema) -> pl.DataFrame:
    """Select ROW, value, amount, and the row's reference to the parent of the record it refers to."""
    parent = _parent(schema.entity(field.refers_to or ""))
    parent_reference = next(
        (
            reference.name
            for reference in schema.entity(field.entity).references
            if parent
            and reference.refers_to == parent.refers_to
            and reference.name in frame.columns
            and not reference.is_list
        ),
        None,
    )
    amount = _AMOUNT.get(field.entity, "")
    rows = frame.select(
        ROW,
        pl.col(field.name).alias("value"),
        (pl.col(parent_reference) if parent_reference else pl.lit(None, dtype=pl.String)).alias("beside"),
        (pl.col(amount) if amount in frame.columns else pl.lit(None, dtype=pl.Decimal(18, 4))).alias(
            "amount"
        ),
    )
    if field.is_list:
        rows = rows.explode("value")
    return rows.filter(pl.col("value").is_not_null())


def _still_ambiguous(
    rows: pl.DataFrame, field: Field, index: _Index, indexes: Mapping[str, _Index]
) -> pl.DataFrame:
    """Drop references whose name is unique within the parent that the same row refers to."""
    if rows.is_empty() or not rows["beside"].count():
        return rows
    parent = _parent(target_schema().entity(field.refers_to or ""))
    parents = indexes.get(parent.refers_to or "") if parent else None
    within = index.names.with_columns(_canonical("parent", index.names, parents))
    counted = within.group_by("parent", "key").agg(pl.col("external_id").n_unique().alias("within"))
    placed = rows.with_columns(_canonical("beside", rows, parents))
    joined = placed.join(counted, left_on=["beside", "key"], right_on=["parent", "key"], how="left")
    return joined.filter((pl.col("within") != 1) | pl.col("within").is_null()).drop("within")


def _canonical(column: str, frame: pl.DataFrame, index: _Index | None) -> pl.Series:
    """Turn references into ids where a name stands for one record only, in comparable form."""
    if index is None:
        return frame[column]
    unique = (
        index.names.group_by("key")
        .agg(pl.col("external_id").first(), pl.len().alias("n"))
        .filter(pl.col("n") == 1)
    )
    keyed = frame.select(_key(column).alias("key")).join(unique, on="key", how="left", maintain_order="left")
    is_id = frame[column].is_in(index.ids.implode())
    return frame[column].zip_with(is_id, keyed["external_id"].fill_null(frame[column])).alias(column)


def _missing_issues(missing: pl.DataFrame, field: Field, index: _Index) -> pl.DataFrame:
    suggestions = _suggestions(missing["value"].unique(maintain_order=True), index)
    missing = missing.join(suggestions, on="value", how="left", maintain_order="left")
    detail = pl.format("No " + _noun(field) + " '{}' in the files or the target", _quoted(field, "value"))
    return _issues(
        missing,
        field,
        "missing_reference" if field.required else "optional_reference_missing",
        detail + pl.format("; closest match: '{}'", _quoted(field, "meant")).fill_null(""),
        None,
    )


def _issues(
    rows: pl.DataFrame, field: Field, code: str, detail: pl.Expr, level: Level | None
) -> pl.DataFrame:
    """Build one issue a row where the row is held, else one a value."""
    if field.required:
        columns = issue(
            code, field=field.name, value=_quoted(field, "value"), detail=detail + ".", level=level
        )
        return rows.select(ROW, *columns)
    rows = rows.with_columns(pl.col("amount").sum().over("value"), pl.len().over("value").alias("rows"))
    rows = rows.with_columns(detail.alias("detail")).unique("value", keep="first", maintain_order=True)
    more = pl.when(pl.col("rows") > 1).then(pl.format(" ({} rows)", "rows")).otherwise(pl.lit(""))
    money = pl.when(pl.col("amount") != 0).then(pl.col("amount"))
    columns = issue(
        code,
        field=field.name,
        value=_quoted(field, "value"),
        detail=pl.col("detail") + more + ".",
        money=money,
        level=level,
    )
    return rows.select(ROW, *columns)


def _noun(field: Field) -> str:
    """Name what the field refers to, within a sentence: 'order line', 'guest'."""
    return entity_label(field.refers_to or "").lower()


def _quoted(field: Field, column: str) -> pl.Expr:
    """Quote the column's text, masked where it may be the name of a person."""
    text = pl.col(column)
    return text.map_elements(mask, return_dtype=pl.String) if field.refers_to in PERSONAL_ENTITIES else text


def _suggestions(missing: pl.Series, index: _Index) -> pl.DataFrame:
    """Suggest for each missing value the most similar name: value, meant. Ids are not compared: likeness means nothing."""
    choices = index.names["key"].unique(maintain_order=True).head(MAX_CHOICES).to_list()
    suggestions: dict[str, str] = {}
    for value in missing.head(MAX_SUGGESTIONS):
        if sum(character.isdigit() for character in value) * 3 > len(value):
            continue
        best = process.extractOne(
            value.strip().lower(), choices, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY
        )
        if best:
            suggestions[value] = best[0]
    return pl.DataFrame(
        {"value": list(suggestions), "meant": list(suggestions.values())},
        schema={"value": pl.String, "meant": pl.String},
    )
