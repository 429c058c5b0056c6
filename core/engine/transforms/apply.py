"""Applies a plan to the rows of a stream: text in, typed rows of one target entity out, with what was wrong.

The plan's fields compile to one Polars selection. Faults are looked for only where a source is filled and the
result is empty, so a clean file costs nothing to check. No row is dropped, except those of a secondary entity that
is not there (the customer columns of an order without a customer) and those that a row rule skips.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from core.engine.batch import COPY, FAULT, ROW, Batch, notes_of
from core.engine.issues import CATALOGUE, Level, issue
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.row_content import content_columns
from core.engine.row_rules import rule_issues, without_skipped
from core.engine.strictness import is_strict
from core.engine.transforms import language
from core.engine.transforms.business_days import at_places
from core.engine.transforms.damage import without_damage
from core.engine.transforms.language import Compiled
from core.engine.transforms.left_out.issues import left_out
from core.engine.transforms.left_out.words import has_amount, is_filled, split_empty_words
from core.engine.transforms.zones import assumed_zones, unknown_zones
from core.kit import times, values
from core.kit.masking import is_personal, mask
from core.kit.reading import by_distinct
from core.schema import Entity, Field, entity_label, target_schema

_EMPTY_COLUMN = "_nothing"
"""An empty column, for fields without a source (a default) and sources that this chunk does not have."""

_UNREAD = {
    "money": ("bad_money", "is not an amount of money"),
    "int": ("bad_number", "is not a whole number"),
    "decimal": ("bad_number", "is not a number"),
    "percent": ("bad_number", "is not a percentage"),
    "bool": ("bad_bool", "is neither yes nor no"),
    "date": ("bad_date", "is not a date"),
    "datetime": ("bad_datetime", "is not a date and time"),
    "enum": ("bad_enum", "is not one of the allowed values"),
    "phone": ("bad_phone", "is not a telephone number"),
}
_EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+$"
_URL = r"(?i)^https?://[^\s/]+\S*$"


@dataclass(frozen=True, slots=True)
class _Column:
    field: Field
    plan: FieldPlan
    compiled: Compiled

    @property
    def sources(self) -> tuple[str, ...]:
        return self.plan.sources

    @property
    def inputs(self) -> list[pl.Expr]:
        return [pl.col(source) for source in self.sources or (_EMPTY_COLUMN,)]

    @property
    def label(self) -> str:
        return ", ".join(self.sources)


def transform_rows(plan: Plan, entity_plan: EntityPlan, frame: pl.DataFrame) -> Batch:
    """Rows of `entity_plan.entity`, typed as Batch says, with ROW, external_id and every planned field.

    `frame` has ROW, the stream's columns as text, and FAULT where the reader found misshapen rows. Rows of an entity
    that is not primary are absent where none of its own fields is filled. An external_id that the source does not
    give is made, see `identity`. Rows are read in the time zone and by the close hour of their location.
    """
    rows = _complete(frame, entity_plan)
    source = without_skipped(entity_plan, rows)
    parts = [
        _transform_at(local_plan, entity_plan, rows)
        for local_plan, rows in at_places(plan, entity_plan, source)
    ] or [_transform_at(plan, entity_plan, source)]
    parts[0] = parts[0].with_issues(rule_issues(entity_plan, rows)) if entity_plan.rules else parts[0]
    if len(parts) == 1:
        return parts[0]
    typed = pl.concat(part.frame for part in parts)
    in_order = source.select(ROW).join(typed, on=ROW, how="inner", maintain_order="left")
    return Batch(entity_plan.entity, in_order, pl.concat(part.issues for part in parts))


def _transform_at(plan: Plan, entity_plan: EntityPlan, source: pl.DataFrame) -> Batch:
    """As `transform_rows`, of rows that are all of one zone and close hour; `source` has every column that is read."""
    entity = target_schema().entity(entity_plan.entity)
    columns = [_column(entity, field, plan) for field in entity_plan.fields]
    if not entity_plan.primary:
        source = source.filter(_is_there(columns))
    typed = source.select(ROW, *(column.compiled.expr.alias(column.field.name) for column in columns))
    typed, damage = without_damage(typed, source, [(column.field, column.sources) for column in columns])
    issues = [
        *damage,
        *unknown_zones(plan, entity_plan, source),
        *_shape_faults(source),
        *_reader_notes(source, entity_plan),
        *_card_faults(entity, typed),
    ]
    unread = {column.field.name: _unread(source, typed, column, plan) for column in columns}
    issues += [frame for frame in unread.values() if frame is not None]
    for column in columns:
        issues += left_out(source, column.plan)
        issues += _spelling_faults(typed, column, plan)
        issues += _clock_faults(source, typed, column, plan)
        issues += assumed_zones(source, typed, column.field, column.plan, plan)
    typed = _without_card_numbers(entity, typed)
    typed, derived = _identified(typed, source, entity_plan, entity)
    issues += [*derived, *_missing(typed, entity, entity_plan, unread)]
    batch = Batch(entity.name, typed)
    return batch.with_issues(pl.concat(issues)) if issues else batch


def identity(entity_plan: EntityPlan) -> str:
    """Where ids come from: 'source' (mapped), 'name' (entity has a name of its own), 'row' (content and place).

    An id from the name is 'name:<lower-case name>', with the ids of the parents it needs before the name; an id from
    the row is 'row:<BLAKE2b-128 of its columns>', with ':copy2', ':copy3' … where a row equals an earlier one of its
    stream; without counters (see EntityPlan) with ':<row number>'. They stay the same when the same file comes again.
    """
    if entity_plan.field("external_id"):
        return "source"
    return "name" if _has_own_name(target_schema().entity(entity_plan.entity), entity_plan) else "row"


# --- columns ----------------------------------------------------------------------------------------------------


def _complete(frame: pl.DataFrame, entity_plan: EntityPlan) -> pl.DataFrame:
    absent = [name for name in (*entity_plan.columns(), _EMPTY_COLUMN) if name not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)


def _column(entity: Entity, field_plan: FieldPlan, plan: Plan) -> _Column:
    field = target_schema().field(f"{entity.name}.{field_plan.target}")
    inputs = [pl.col(source) for source in field_plan.sources or (_EMPTY_COLUMN,)]
    chain = language.parse(field_plan.transform)
    return _Column(field, field_plan, language.build(chain, inputs, field, plan))


def _is_there(columns: list[_Column]) -> pl.Expr:
    """Tell which rows hold the entity: those with one of its own fields filled; neither a link nor an amount of 0 is enough."""
    references = [column for column in columns if column.field.refers_to]
    values_of = [
        column
        for column in columns
        if column.sources and column not in references and not _is_made_of(column, references)
    ]
    filled = {
        (source, words, is_money): has_amount(source, words) if is_money else is_filled(source, words)
        for column in values_of or columns
        for words, is_money in [(split_empty_words(column.plan.transform)[0], column.field.kind == "money")]
        for source in column.sources
    }
    return pl.any_horizontal(filled.values()) if filled else pl.lit(value=True)


def _is_made_of(column: _Column, references: list[_Column]) -> bool:
    """Whether the column is an id that is made of a reference's columns: it says nothing of the record itself."""
    return column.field.name == "external_id" and any(
        reference.sources == column.sources and reference.plan.transform != column.plan.transform
        for reference in references
    )


# --- faults -----------------------------------------------------------------------------------------------------


def _unread(source: pl.DataFrame, typed: pl.DataFrame, column: _Column, plan: Plan) -> pl.DataFrame | None:
    """Issues for values that stand in the source and could not be read; None where there are none.

    Those of fields that are not strict are warnings: they are left empty.
    """
    field, result = column.field, typed[column.field.name]
    if field.kind not in _UNREAD or not column.sources or not result.null_count():
        return None
    empty = result.is_null()
    filled = source.select(
        pl.any_horizontal(pl.col(name).is_not_null() for name in column.sources)
    ).to_series()
    suspects = empty & filled
    if not suspects.any():
        return None
    texts = source.filter(suspects).select(ROW, column.compiled.witness.alias("value"))
    texts = texts.filter(pl.col("value").str.contains(r"^\D*\S\D*$" if field.kind == "phone" else r"\S"))
    if texts.is_empty():
        return None
    code, problem = _UNREAD[field.kind]
    return _report(texts, column, code, problem, None if is_strict(field, plan) else Level.WARNING)


def _spelling_faults(typed: pl.DataFrame, column: _Column, plan: Plan) -> Iterator[pl.DataFrame]:
    """Addresses and telephone numbers that are kept as they stand, but are not valid."""
    name = column.field.name
    if column.field.kind == "email":
        wrong, code, problem = ~typed[name].str.contains(_EMAIL), "bad_email", "is not an e-mail address"
    elif column.field.kind == "url":
        wrong, code, problem = ~typed[name].str.contains(_URL), "bad_url", "is not a web address"
    elif column.field.kind == "phone":
        valid = values.read_phone(typed[name], plan.country).is_not_null()
        wrong, code = typed[name].is_not_null() & ~valid, "bad_phone"
        problem = "is not a valid telephone number"
    else:
        return
    if wrong.any():
        yield _report(typed.filter(wrong).select(ROW, pl.col(name).alias("value")), column, code, problem)


def _clock_faults(
    source: pl.DataFrame, typed: pl.DataFrame, column: _Column, plan: Plan
) -> Iterator[pl.DataFrame]:
    """Local times that do not exist or exist twice because clocks change."""
    if column.field.kind != "datetime" or not column.sources:
        return
    chain = language.parse(column.plan.transform)
    wall, behind, zone = language.walls(chain, column.inputs, column.field, plan)
    near = times.near_changes(typed[column.field.name], zone)
    if near is None:
        return
    texts = source.filter(near).select(
        ROW, column.compiled.witness.alias("value"), wall.alias("wall"), behind.alias("behind")
    )
    local = texts["wall"].set(texts["wall"] == texts["behind"], None).dt.replace_time_zone(None)
    skipped, twice = times.skipped_or_twice(local, zone)
    for wrong, code, problem in (
        (skipped, "time_skipped", f"does not exist in {zone}: clocks move forward over it"),
        (twice, "time_twice", f"occurs twice in {zone}, when clocks are set back"),
    ):
        if wrong.any():
            yield _report(texts.filter(wrong).select(ROW, "value"), column, code, problem)


def _report(
    texts: pl.DataFrame, column: _Column, code: str, problem: str, level: Level | None = None
) -> pl.DataFrame:
    """Issues from a frame of ROW and value; personal values are masked before they stand anywhere."""
    field = column.field
    masked_texts = texts["value"].str.slice(0, 200)
    if is_personal(field.entity, field.name):
        masked_texts = by_distinct(masked_texts, mask, pl.String())
    end = f"', which {problem}" + (f" ({', '.join(field.options)})." if field.options else ".")
    value = pl.col("value")
    detail = pl.lit(f"Column {column.label!r} holds '") + value + pl.lit(end)
    return texts.with_columns(masked_texts.alias("value")).select(
        ROW,
        *issue(code, field=field.name, source_field=column.label, value=value, detail=detail, level=level),
    )


def _shape_faults(source: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if FAULT in source.columns:
        wrong = source.filter(pl.col(FAULT).is_not_null())
        if len(wrong):
            yield wrong.select(ROW, *issue("row_shape", detail=pl.col(FAULT)))


def _reader_notes(source: pl.DataFrame, entity_plan: EntityPlan) -> Iterator[pl.DataFrame]:
    """List the reader's notes on the rows, for the entity that the rows mainly are.

    What holds a row back holds every entity that is read from the column, and none that is not.
    """
    notes = notes_of(source).with_columns(is_read=pl.col("column").is_in(entity_plan.columns()))
    if entity_plan.entity == "fee" and (own := entity_plan.field("currency")):  # which its amounts keep
        notes = notes.filter((pl.col("code") != "other_currency") | ~pl.col("column").is_in(own.sources))
    for (code, is_read), rows in notes.group_by("code", "is_read", maintain_order=True):
        holds = CATALOGUE[str(code)].level is Level.ERROR
        if entity_plan.primary or (holds and is_read):
            level = None if is_read or not holds else Level.WARNING
            columns = issue(str(code), detail=pl.col("detail"), level=level)
            yield rows.select(ROW, *columns).with_columns(rows["column"].alias("source_field"))


def _missing(
    typed: pl.DataFrame, entity: Entity, entity_plan: EntityPlan, unread: dict[str, pl.DataFrame | None]
) -> Iterator[pl.DataFrame]:
    """List required fields that are empty, apart from those already reported as unreadable; and rows that tell nothing."""
    yield from _telling_nothing(typed, entity, entity_plan)
    for field in entity.fields.values():
        if not field.required or field.name == "external_id":
            continue
        planned = entity_plan.field(field.name)
        empty = typed.filter(pl.col(field.name).is_null()) if planned else typed
        reported = unread.get(field.name)
        if reported is not None:
            empty = empty.filter(~pl.col(ROW).is_in(reported[ROW].implode()))
        if empty.is_empty():
            continue
        label = ", ".join(planned.sources) if planned else ""
        where = f"column {label!r} is empty" if label else "no column is mapped to it"
        detail = f"{field.title} is required, but {where}."
        yield empty.select(
            ROW, *issue("missing_required", field=field.name, source_field=label, detail=detail)
        )


def _telling_nothing(typed: pl.DataFrame, entity: Entity, entity_plan: EntityPlan) -> Iterator[pl.DataFrame]:
    """List rows of which no field of a person has a value: a record of nobody is not made."""
    own_fields = [field.target for field in entity_plan.fields if not entity.fields[field.target].refers_to]
    if "first_name" not in entity.fields or not own_fields or not entity_plan.primary:
        return
    empty = typed.filter(pl.all_horizontal(pl.col(name).is_null() for name in own_fields))
    if empty.height:
        label = ", ".join(dict.fromkeys(source for field in entity_plan.fields for source in field.sources))
        detail = f"No column of the row tells of a {entity_label(entity.name).lower()}."
        yield empty.select(ROW, *issue("missing_required", source_field=label, detail=detail))


# --- card numbers -----------------------------------------------------------------------------------------------


def _card_faults(entity: Entity, typed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if entity.name == "payment" and "last4" in typed.columns:
        full = typed.filter(pl.col("last4").str.count_matches(r"\d") >= 12)
        if len(full):
            detail = "A full card number was given; only its last four digits are kept."
            yield full.select(ROW, *issue("card_number_removed", field="last4", detail=detail))


def _without_card_numbers(entity: Entity, typed: pl.DataFrame) -> pl.DataFrame:
    if entity.name != "payment" or "last4" not in typed.columns:
        return typed
    return typed.with_columns(pl.coalesce(pl.col("last4").str.extract(r"(\d{4})\D*$", 1), pl.col("last4")))


# --- ids --------------------------------------------------------------------------------------------------------


def _has_own_name(entity: Entity, entity_plan: EntityPlan) -> bool:
    name = entity.fields.get("name")
    parents = [field.name for field in entity.references if field.required]
    return bool(name and name.required) and all(map(entity_plan.field, ["name", *parents]))


def _identified(
    typed: pl.DataFrame, source: pl.DataFrame, entity_plan: EntityPlan, entity: Entity
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """With an external_id in every row, and a note on rows where a mapped one is empty."""
    mapped = entity_plan.field("external_id")
    if mapped and not typed["external_id"].null_count():
        return typed, []
    source_ids = (
        typed["external_id"] if mapped else pl.Series([None], dtype=pl.String).new_from_index(0, len(typed))
    )
    if _has_own_name(entity, entity_plan):
        parents = [pl.col(field.name) for field in entity.references if field.required]
        parts = [part.str.strip_chars().str.to_lowercase() for part in (*parents, pl.col("name"))]
        by_name = typed.select("name:" + pl.concat_str(parts, separator="/")).to_series()
    else:
        by_name = pl.Series([None], dtype=pl.String).new_from_index(0, len(typed))
    ids = source_ids.fill_null(by_name)
    nameless = ids.is_null()
    if nameless.any():
        ids = ids.scatter(nameless.arg_true(), _row_ids(source.filter(nameless), entity_plan.counters))
    identified = typed.select(ROW, ids.alias("external_id"), pl.exclude(ROW, "external_id"))
    if mapped is None:
        return identified, []
    label = ", ".join(mapped.sources)
    detail = f"Column {label!r} is empty; the id was made from the " + pl.col("external_id").str.extract(
        r"^(\w+):"
    )
    note = issue(
        "id_derived",
        field="external_id",
        source_field=label,
        value=pl.col("external_id"),
        detail=detail + ".",
    )
    return identified, [identified.filter(source_ids.is_null()).select(ROW, *note)]


def _row_ids(source: pl.DataFrame, counters: Sequence[str] | None) -> pl.Series:
    """Of the filled columns and their names, so that a column the chunk lacks or the plan adds changes nothing."""
    columns = content_columns(source.columns, counters or ())
    filled = [pl.lit(f"{name}\x1e") + pl.col(name) for name in columns]
    content = source.select(pl.concat_str(filled, separator="\x1f", ignore_nulls=True)).to_series()
    if counters is None:
        ends = source[ROW].cast(pl.String)
    else:
        ends = (
            source[COPY]
            if COPY in source.columns
            else pl.Series([None], dtype=pl.String).new_from_index(0, len(source))
        )
        ends = "copy" + ends
    digest = partial(hashlib.blake2b, digest_size=16)
    return pl.Series(
        [
            ":".join(filter(None, ("row", digest(text.encode()).hexdigest(), end)))
            for text, end in zip(content, ends, strict=True)
        ],
        dtype=pl.String,
    )
