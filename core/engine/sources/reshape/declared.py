"""Shape a table that its source declares: blank cells filled, words in place of prices told from prices."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from core.engine.batch import ROW, add_notes
from core.engine.sources.contract import Grouped, StreamSpec, folded
from core.engine.sources.reshape.groups import fill_blanks
from core.engine.sources.reshape.opened import pricing_of
from core.engine.sources.reshape.shape import OWN, Frames, StreamShape, own_columns
from core.kit.wording import listed

_PRICED = ("menu_item", "item_variant")
_STRATEGY = "menu_item.pricing_strategy"


def declared_shape(
    spec: StreamSpec, columns: tuple[str, ...], rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame]
) -> StreamShape:
    """Return the shape of a declared table. `rows` are its first ones, ROW and text.

    `tables` are the other declared tables of the file, by their streams.
    """
    if spec.turned[0]:
        return _turned(spec.turned[1], columns)
    shape = with_defaults(_with_joined(_with_look_ups(_filled(spec, columns), spec, tables), spec), spec)
    if amounts := _unset(spec, columns):
        shape = replace(shape, convert=_emptied(shape.convert, amounts))
    says_how = any(_STRATEGY in {hint.target, *hint.also} for hint in spec.hints_of(columns).values())
    table = rows.drop(OWN, strict=False)
    pricing = pricing_of(columns, table) if spec.entity in _PRICED and not says_how else None
    return pricing.read_in(replace(shape, columns=(*shape.columns, pricing.name))) if pricing else shape


def _filled(spec: StreamSpec, columns: tuple[str, ...]) -> StreamShape:
    """Return the shape of a table whose blank cells take the value above, in the columns that the source declares."""
    names_by_fold = {folded(column): column for column in columns}
    names = [names_by_fold[folded(name)] for name in spec.filled if folded(name) in names_by_fold]
    if not names:
        return StreamShape(columns)
    why = f"blank cells of {listed(names)} take the value above: the source writes it in the first row alone"
    return StreamShape(columns, why=(why,), convert=fill_blanks(names))


def _unset(spec: StreamSpec, columns: tuple[str, ...]) -> list[pl.Expr]:
    """Return the amounts that may not be set, each empty where it is 0 beside the value that says so."""
    names_by_fold = {folded(column): column for column in columns}
    matches = [
        (names_by_fold.get(folded(name)), names_by_fold.get(folded(condition)), value)
        for name, (condition, value) in spec.unset.items()
    ]
    return [
        pl.when(~(_is_zero(name) & _is_text(condition, value)).fill_null(value=False))
        .then(pl.col(name))
        .alias(name)
        for name, condition, value in matches
        if name and condition
    ]


def _is_zero(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars(" $").cast(pl.Decimal(scale=4), strict=False) == 0


def _is_text(column: str, text: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase() == text.lower()


def _emptied(convert: Callable[[Frames], Frames], amounts: list[pl.Expr]) -> Callable[[Frames], Frames]:
    def converted(frames: Frames) -> Frames:
        return (frame.with_columns(amounts) for frame in convert(frames))

    return converted


def _turned(name: str, columns: tuple[str, ...]) -> StreamShape:
    """Return the shape of a table with a record a column, numbered as the columns are; the cells below are its list."""
    label, names = columns[0], columns[1:]

    def converted(frames: Frames) -> Frames:
        table = pl.concat(frames, how="diagonal")
        lists = [json.dumps(table[column].drop_nulls().to_list(), ensure_ascii=False) for column in names]
        rows = {ROW: range(2, len(names) + 2), label: names, name: lists}
        yield pl.DataFrame(rows, schema={ROW: pl.Int64, label: pl.String, name: pl.String})

    why = f"each column but the first is a record: row 1 has its name, the rows below are {name}"
    return StreamShape((label, name), why=(why,), convert=converted)


def _with_look_ups(shape: StreamShape, spec: StreamSpec, tables: Mapping[str, pl.DataFrame]) -> StreamShape:
    """Add the columns that another table of the file has; several values of one key are all kept, divided by commas."""
    for column, look_up in spec.look_up.items():
        table = tables.get(look_up.stream)
        names_by_fold = {folded(name): name for name in shape.columns}
        key = names_by_fold.get(folded(look_up.key))
        if key is None or folded(column) in names_by_fold or table is None:
            continue
        pairs = _pairs(table, look_up.match, look_up.value)
        convert = shape.convert
        if look_up.is_expected:
            keys = table.select(look_up.match, pl.col(look_up.match).alias("_key"))
            known_keys = frozenset(_pairs(keys, look_up.match, "_key"))
            convert = _missing_noted(convert, key, known_keys, look_up.stream)
        shape = replace(
            shape,
            columns=(*shape.columns, column),
            why=(*shape.why, f"column {column!r} is looked up in {look_up.stream} by {key}"),
            convert=_looked_up(convert, key, column, pairs),
        )
    return shape


def with_defaults(shape: StreamShape, spec: StreamSpec) -> StreamShape:
    """Fill the columns for which the source declares a default where they are blank or missing."""
    names_by_fold = {folded(name): name for name in shape.columns}
    values = {names_by_fold.get(folded(name), name): str(value) for name, value in spec.defaults.items()}
    expressions = {
        name: pl.col(name).fill_null(value) if name in shape.columns else pl.lit(value)
        for name, value in values.items()
    }
    why = (f"column {name!r} is {value} where it has no value" for name, value in values.items())
    return _with_columns(shape, expressions, tuple(why))


def _with_joined(shape: StreamShape, spec: StreamSpec) -> StreamShape:
    """Add the columns that several columns of a row are together; of those that the table has."""
    parts = {name: Grouped.columns_for(columns, shape.columns) for name, columns in spec.joined.items()}
    expressions = {
        name: pl.concat_str(
            [pl.col(column).str.strip_chars() for column in columns], separator=" ", ignore_nulls=True
        ).replace("", None)
        for name, columns in parts.items()
        if columns and name not in shape.columns
    }
    why = (f"column {name!r} is made of {listed(parts[name])}" for name in expressions)
    return _with_columns(shape, expressions, tuple(why))


def _with_columns(
    shape: StreamShape, expressions: Mapping[str, pl.Expr], why: tuple[str, ...]
) -> StreamShape:
    """Add the columns, or put them in place of those of their name."""
    if not expressions:
        return shape
    columns = tuple(dict.fromkeys((*shape.columns, *expressions)))
    convert = shape.convert

    def converted(frames: Frames) -> Frames:
        for frame in convert(frames):
            extended = frame.with_columns(**expressions)
            yield extended.select(ROW, *columns, *own_columns(frame))

    return replace(shape, columns=columns, why=(*shape.why, *why), convert=converted)


def _pairs(table: pl.DataFrame, match: str, value: str) -> dict[str, str]:
    """Return each key of the other table -> its values; a key may stand in a JSON list."""
    pairs: dict[str, list[str]] = {}
    for keys, text in table.select(match, value).drop_nulls().iter_rows():
        for key in json.loads(keys) if keys.startswith("[") else [keys]:
            pairs.setdefault(str(key), []).append(text)
    return {key: ", ".join(dict.fromkeys(values)) for key, values in pairs.items()}


def _missing_noted(
    convert: Callable[[Frames], Frames], key: str, known_keys: frozenset[str], stream: str
) -> Callable[[Frames], Frames]:
    """Note the rows that refer to none of the `known_keys` keys of the other table."""

    def converted(frames: Frames) -> Frames:
        for frame in convert(frames):
            text = pl.col(key).str.strip_chars()
            rows = frame.filter((text != "") & ~text.is_in(list(known_keys)))
            detail = pl.format(
                "Column {} holds '{}', which {} does not have.", pl.lit(repr(key)), text, pl.lit(stream)
            )
            notes = rows.select(ROW, code=pl.lit("look_up_missing"), column=pl.lit(key), detail=detail)
            yield add_notes(frame, [notes] if rows.height else [])

    return converted


def _looked_up(
    convert: Callable[[Frames], Frames], key: str, column: str, pairs: Mapping[str, str]
) -> Callable[[Frames], Frames]:
    def converted(frames: Frames) -> Frames:
        for frame in convert(frames):
            matches = pl.col(key).replace_strict(pairs, default=None, return_dtype=pl.String).alias(column)
            yield frame.with_columns(matches).select(
                *(name for name in frame.columns if name not in own_columns(frame)),
                column,
                *own_columns(frame),
            )

    return converted
