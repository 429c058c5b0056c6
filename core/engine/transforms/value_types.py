"""The kinds a value passes through on its way to a field, and the last step: the type of the field itself.

A value starts as 'text' and may become 'number', 'date', 'datetime', 'bool' or 'list'. Reading is done by
core.kit.values on whole columns; the wrappers here turn those readers into expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from core.engine.batch import MONEY
from core.engine.plan import ImportSettings
from core.engine.transforms.vocabulary import option_for
from core.errors import InvalidInputError
from core.kit import times, values
from core.kit.reading import by_distinct
from core.kit.zone_names import zone_named
from core.schema import Field

RATIO = pl.Decimal(18, 6)
"""The type of decimal and percent fields."""

TEXTS = pl.List(pl.String)

_COLUMN_TYPES: dict[str, pl.DataType] = {
    "money": MONEY,
    "decimal": RATIO,
    "percent": RATIO,
    "int": pl.Int64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "datetime": times.INSTANT,
}


@dataclass(frozen=True, slots=True)
class Value:
    """A column on its way: its expression and its kind; of a 'datetime' also the day as written, where text was read."""

    expr: pl.Expr
    kind: str = "text"
    day: pl.Expr | None = None


def column_type(field: Field) -> pl.DataType:
    """Return the Polars type a field has after `transform_rows`."""
    return TEXTS if field.is_list else _COLUMN_TYPES.get(field.kind, pl.String())


def through(expr: pl.Expr, read: Callable[[pl.Series], pl.Series], to: pl.DataType) -> pl.Expr:
    """Return an expression that reads a whole column at once; never on a literal, which would not be broadcast."""
    return expr.map_batches(read, return_dtype=to)


def as_kind(value: Value, kind: str, settings: ImportSettings) -> pl.Expr:
    """Return the value in another kind; InvalidInputError where that makes no sense."""
    if value.kind == kind:
        return value.expr
    if value.kind == "text":
        return _read(value.expr, kind, settings)
    if kind == "date" and value.day is not None:
        return value.day
    if kind == "list":
        return pl.concat_list(as_kind(value, "text", settings))
    convert = _CONVERSIONS.get((value.kind, kind))
    if convert is None:
        raise InvalidInputError(f"A {value.kind} cannot become a {kind}.", hint="Choose another transform.")
    return convert(value.expr, settings)


_CONVERSIONS: dict[tuple[str, str], Callable[[pl.Expr, ImportSettings], pl.Expr]] = {
    ("number", "text"): lambda expr, _: through(expr, values.show_number, pl.String()),
    ("date", "text"): lambda expr, _: expr.dt.to_string("iso:strict"),
    ("datetime", "text"): lambda expr, _: expr.dt.to_string("iso:strict"),
    ("bool", "text"): lambda expr, _: pl.when(expr).then(pl.lit("true")).when(~expr).then(pl.lit("false")),
    ("list", "text"): lambda expr, _: expr.list.join(", "),
    ("date", "datetime"): lambda expr, settings: through(
        expr.cast(pl.Datetime("us")), partial(times.to_utc, zone=settings.zone), times.INSTANT
    ),
    ("datetime", "date"): lambda expr, settings: through(
        expr, partial(times.day_of, zone=settings.zone, close_hour=settings.close_hour), pl.Date()
    ),
    ("number", "bool"): lambda expr, _: expr != 0,
    ("bool", "number"): lambda expr, _: expr.cast(pl.Int64).cast(values.NUMBER),
}


def _read(text: pl.Expr, kind: str, settings: ImportSettings) -> pl.Expr:
    readers: dict[str, tuple[Callable[..., pl.Series], pl.DataType]] = {
        "number": (partial(values.read_number, money=True), values.NUMBER),
        "date": (
            partial(
                times.read_date, order=settings.date_order, zone=settings.zone, close_hour=settings.close_hour
            ),
            pl.Date(),
        ),
        "datetime": (
            partial(times.read_datetime, order=settings.date_order, zone=settings.zone),
            times.INSTANT,
        ),
        "bool": (values.read_bool, pl.Boolean()),
        "list": (values.read_list, TEXTS),
    }
    return through(text, *readers[kind])


def typed(value: Value, field: Field, settings: ImportSettings) -> pl.Expr:
    """Return the value in the field's own type; null where it does not fit.

    Telephone numbers that are not valid keep their text where it has a digit, as do addresses of mail and web: those faults are found
    afterwards and do not lose the value.
    """
    if field.is_list:
        return _list_of(as_kind(value, "list", settings), field)
    if field.kind in ("money", "decimal", "percent"):
        return _fitted(_number_for(value, field, settings), column_type(field))
    if field.kind == "int":
        number = _number_for(value, field, settings)
        return pl.when(number == number.round(0)).then(number).cast(pl.Int64)
    if field.kind in ("bool", "date", "datetime"):
        return as_kind(value, field.kind, settings)
    return _text_of(as_kind(value, "text", settings), field, settings)


def _text_of(text: pl.Expr, field: Field, settings: ImportSettings) -> pl.Expr:
    if field.kind == "enum":
        return _enum(text, field.options)
    if field.name == "timezone":
        return _zone(text, settings.country)
    if field.kind == "phone":
        return _phone(text, settings.country)
    return values.filled_text(text)


def _number_for(value: Value, field: Field, settings: ImportSettings) -> pl.Expr:
    if value.kind != "text":
        return as_kind(value, "number", settings)
    read = partial(values.read_number, money=field.kind == "money", percent=field.kind == "percent")
    return through(value.expr, read, values.NUMBER)


def _fitted(number: pl.Expr, to: pl.DataType) -> pl.Expr:
    """Round half up to the places the field has (a plain cast would round half to even)."""
    scale = to.scale if isinstance(to, pl.Decimal) else 0
    return number.round(scale, mode="half_away_from_zero").cast(to, strict=False)


def _enum(text: pl.Expr, options: Sequence[str]) -> pl.Expr:
    return through(text, lambda texts: _options(texts, options), pl.String())


def _options(texts: pl.Series, options: Sequence[str]) -> pl.Series:
    return by_distinct(texts, lambda text: option_for(text, options), pl.String())


def _list_of(items: pl.Expr, field: Field) -> pl.Expr:
    if field.kind != "enum":
        return items
    return through(items, lambda lists: _listed_options(lists, field.options), TEXTS)


def _listed_options(lists: pl.Series, options: Sequence[str]) -> pl.Series:
    """Each item's option; a list with an item that is no option is not read."""
    joined = lists.list.join("\n")

    def read(text: str) -> list[str] | None:
        matches = [option_for(item, options) for item in text.split("\n") if item]
        matched = [option for option in dict.fromkeys(matches) if option]
        return matched if None not in matches else None

    return by_distinct(joined, read, TEXTS)


def _zone(text: pl.Expr, country: str) -> pl.Expr:
    """Return IANA's name of a zone; a name that is not known keeps its text."""

    def read(texts: pl.Series) -> pl.Series:
        stripped = values.read_text(texts)
        return by_distinct(stripped, lambda name: zone_named(name, country), pl.String()).fill_null(stripped)

    return through(text, read, pl.String())


def _phone(text: pl.Expr, country: str) -> pl.Expr:
    def read(texts: pl.Series) -> pl.Series:
        stripped = values.read_text(texts)
        numbers = values.read_phone(stripped, country)
        if not numbers.null_count():
            return numbers
        return numbers.fill_null(stripped.set(~stripped.str.contains(r"\d").fill_null(value=True), None))

    return through(text, read, pl.String())
