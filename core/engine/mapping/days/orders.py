"""Decides for each column of days whether day or month comes first: by all its rows, else by what stands around it. Pure.

First the column itself, then columns of its table, then its file; then what its values look like together, other files
of the migration, and the customer's country. Where two of those contradict each other, or none tells, a person is asked.
What a column proves is never overruled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from core.engine.batch import ROW
from core.engine.plan import ImportSettings
from core.engine.sources.days.facts import NUMBERS, DayFacts
from core.kit.wording import counted, listed

MONTH_FIRST_COUNTRIES = frozenset({"US", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "UM", "VI"})
UNCERTAIN_COUNTRIES = frozenset(
    {"BT", "CA", "CN", "GL", "HU", "IR", "JP", "KR", "LT", "MN", "PH", "SE", "TW"}
)
"""Countries in which both orders are common, or in which the year comes first."""

YEAR_FIRST_COUNTRIES = frozenset({"BT", "CN", "HU", "IR", "JP", "KR", "LT", "MN", "SE", "TW"})

ORDER_LABELS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}

_ENOUGH = 20  # rows that tell the order, from which on a few that contradict them are mistakes
_MOST_MISTAKES = 0.05
_LOOKED_AT = 2_000
_FEW_YEARS = 2
_LAST_DAY = 31
_DISTINCT = 4  # days that must differ before their sequence says anything
_COMMA = r"^\s*-?\d{1,3}(?:[.\x{a0}\x{202f} ]\d{3})*,\d{2}\s*(?:€|EUR|kr|zł)?\s*$"


@dataclass(frozen=True, slots=True)
class DatedColumn:
    """A column of days. `values` has ROW and text; `file_order` is what the reader of its file found or was told.

    `system` is the recognised source, '' for none; `is_personal`: its values are not quoted.
    """

    stream: str
    name: str
    file: str
    system: str
    facts: DayFacts
    values: pl.DataFrame
    file_order: str | None = None
    has_comma: bool = False
    is_personal: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.stream, self.name


@dataclass(frozen=True, slots=True)
class OrderDecision:
    """The order of a column and the sentence that says why; with a question the order is only the likelier one."""

    order: str
    reason: str
    question: str = ""


def country_order(settings: ImportSettings) -> str | None:
    """Return the order of the customer's country; None where both are common, or zone or currency are of elsewhere."""
    if settings.country in UNCERTAIN_COUNTRIES:
        return None
    if settings.country not in MONTH_FIRST_COUNTRIES:
        return "dmy"
    is_there = settings.zone.partition("/")[0] in {"America", "Pacific", "US", "UTC", "Etc"}
    return "mdy" if is_there and settings.currency == "USD" else None


def has_decimal_comma(rows: pl.DataFrame) -> bool:
    """Whether some column of the table holds amounts with a decimal comma."""
    head = rows.head(200)
    for name in head.columns:
        if name.startswith("_"):
            continue
        texts = head[name].drop_nulls()
        if len(texts) and int(texts.str.contains(_COMMA).sum()) * 2 > len(texts):
            return True
    return False


def decide_orders(
    columns: Sequence[DatedColumn], settings: ImportSettings
) -> dict[tuple[str, str], OrderDecision]:
    """Decide the order of each column, by (stream, name)."""
    return {column.key: _decide(column, columns, settings) for column in columns}


def _decide(column: DatedColumn, columns: Sequence[DatedColumn], settings: ImportSettings) -> OrderDecision:
    facts = column.facts
    if facts.order == "dmy" and _may_begin_with_year(column):
        return _of_short_years(column, settings)
    if facts.order:
        return OrderDecision(facts.order, _proof(column, facts.order))
    if facts.is_contradictory:
        return _of_contradiction(column)
    around = list(_around(column, columns))
    by_look = list(_by_look(column))
    if not around:
        by_look += list(_elsewhere(column, columns))
        if order := country_order(settings):
            by_look.append(
                (order, f"{settings.country} writes the {ORDER_LABELS[order].replace(' first', '')} first")
            )
    witnesses = around + by_look
    orders = {order for order, _ in witnesses}
    if len(orders) == 1:
        order = orders.pop()
        reasons = listed(list(dict.fromkeys(reason for _, reason in witnesses)))
        return OrderDecision(
            order, f"{ORDER_LABELS[order].capitalize()}: no value is over 12, but {reasons}."
        )
    likelier = witnesses[0][0] if witnesses else "dmy"
    return OrderDecision(
        likelier, "No value tells day and month apart.", _question(column, likelier, witnesses)
    )


def _proof(column: DatedColumn, order: str) -> str:
    facts = column.facts
    rows = facts.day_first or facts.month_first or facts.year_first
    row = facts.day_row if order == "dmy" else facts.month_row
    where = f" (row {row}{_quoted(column, row)})" if row is not None else ""
    condition_of = {
        "dmy": "the first number is over 12",
        "mdy": "the second number is over 12",
        "ymd": "the first number is over 31",
    }
    return f"{ORDER_LABELS[order].capitalize()}: in {counted(rows, 'row')} {condition_of[order]}{where}."


def _of_contradiction(column: DatedColumn) -> OrderDecision:
    """Take the order of nearly all rows that tell one, else ask; rows that do not fit it are not read."""
    facts = column.facts
    if column.file_order in {"dmy", "mdy"}:
        order = column.file_order
        return OrderDecision(
            order, f"{ORDER_LABELS[order].capitalize()}, as set for the file; rows that do not fit are held."
        )
    order, few = (
        ("dmy", facts.month_first) if facts.day_first >= facts.month_first else ("mdy", facts.day_first)
    )
    telling = facts.day_first + facts.month_first
    if not facts.year_first and telling >= _ENOUGH and few <= _MOST_MISTAKES * telling:
        held = "is" if few == 1 else "are"
        return OrderDecision(
            order,
            f"{ORDER_LABELS[order].capitalize()} in {counted(telling - few, 'row')}; "
            f"{counted(few, 'row')} that can only be read the other way {held} held.",
        )
    rows = (
        f"Row {facts.day_row}{_quoted(column, facts.day_row)} has the day first, "
        f"row {facts.month_row}{_quoted(column, facts.month_row)} the month"
        if facts.day_row is not None and facts.month_row is not None
        else "Some rows have a year of two digits first, others not"
    )
    question = (
        f"{rows}. Which order do most rows have? Accept for {ORDER_LABELS[order]}, or change the order in the "
        "transform; rows that do not fit it are held."
    )
    return OrderDecision(order, "Rows contradict each other on the order of day and month.", question)


def _may_begin_with_year(column: DatedColumn) -> bool:
    """Whether '25/03/14' may be 14 March 2025: the first number hardly changes, as a year does, and the last does."""
    shown = column.values.head(_LOOKED_AT)["text"]
    parts = shown.str.extract_groups(NUMBERS).struct.unnest()
    firsts, _, lasts = (parts.to_series(place).drop_nulls() for place in range(3))
    if not len(lasts) or (lasts.str.len_chars() > 2).any():
        return False
    return (
        firsts.n_unique() <= _FEW_YEARS
        and lasts.n_unique() >= firsts.n_unique()
        and (lasts.cast(pl.Int64) <= _LAST_DAY).all()
    )


def _of_short_years(column: DatedColumn, settings: ImportSettings) -> OrderDecision:
    """Take the year for the first number where the customer's country writes it so, else ask."""
    reason = "the first number hardly changes and the last does, as year and day do"
    if settings.country in YEAR_FIRST_COUNTRIES:
        return OrderDecision("ymd", f"Year first: {reason}, and {settings.country} writes the year first.")
    question = (
        f"Year or day first? In column {column.name!r} {reason}. Accept for year first, or change the transform to "
        "order='dmy'."
    )
    return OrderDecision("ymd", "Years of two digits may stand first or last.", question)


def _question(column: DatedColumn, order: str, witnesses: Sequence[tuple[str, str]]) -> str:
    opposite = "mdy" if order == "dmy" else "dmy"
    example = _example(column)
    sides = "; ".join(
        f"for {ORDER_LABELS[side]}: {listed(reasons)}"
        for side in (order, opposite)
        if (reasons := [reason for witness_order, reason in witnesses if witness_order == side])
    )
    return (
        f"Day or month first? {example}No value in column {column.name!r} tells{f' ({sides})' if sides else ''}. "
        f"Accept for {ORDER_LABELS[order]}, or change the transform to order={opposite!r}."
    )


def _example(column: DatedColumn) -> str:
    row = next((row for row, first, second, _ in _days(column) if first != second), None)
    if row is None:
        return ""
    return f"Row {row}{_quoted(column, row)} can be read either way. "


def _quoted(column: DatedColumn, row: int | None) -> str:
    if column.is_personal or row is None:
        return ""
    texts = column.values.filter(pl.col(ROW) == row)["text"]
    return f" with {texts[0]!r}" if len(texts) else ""


# --- what speaks for an order -----------------------------------------------------------------------------------


def _around(column: DatedColumn, columns: Sequence[DatedColumn]) -> Iterator[tuple[str, str]]:
    """Yield the orders that other columns of the table prove, or else other tables of the file, or what is set for it."""
    scopes: tuple[Callable[[DatedColumn], bool], ...] = (
        lambda neighbour: neighbour.stream == column.stream,
        lambda neighbour: neighbour.file == column.file,
    )
    for is_near in scopes:
        near = {
            order: f"column {neighbour.name!r} of {neighbour.stream!r} has the {ORDER_LABELS[order].replace(' first', '')} first"
            for neighbour in columns
            if neighbour.key != column.key
            and is_near(neighbour)
            and (order := neighbour.facts.order) in {"dmy", "mdy"}
        }
        if near:
            yield from near.items()
            return
    if column.file_order in {"dmy", "mdy"}:
        yield column.file_order, f"the date order of its file is {ORDER_LABELS[column.file_order]}"


def _elsewhere(column: DatedColumn, columns: Sequence[DatedColumn]) -> Iterator[tuple[str, str]]:
    """Yield the orders that other files of the same system prove."""
    for neighbour in columns:
        order = neighbour.facts.order
        if neighbour.file != column.file and neighbour.system == column.system and order in {"dmy", "mdy"}:
            yield order, f"{neighbour.stream!r} has the {ORDER_LABELS[order].replace(' first', '')} first"


def _by_look(column: DatedColumn) -> Iterator[tuple[str, str]]:
    """Yield what the values say together: dots between the numbers, a month that stays, days in their sequence."""
    texts = column.values["text"]
    if len(texts) and texts.str.contains(r"^\s*\d{1,2}\.\d{1,2}\.").all():
        yield "dmy", "dates with dots have the day first"
    if column.has_comma:
        yield "dmy", "its table has amounts with a decimal comma"
    days = [(first, second, year) for _, first, second, year in _days(column)]
    distinct = set(days)
    if len(distinct) < _DISTINCT:
        return
    sorted_as = [order for order, read in _READINGS.items() if _is_sorted([read(*day) for day in days])]
    if len(sorted_as) == 1 and len(distinct) > _DISTINCT:
        yield (
            sorted_as[0],
            f"its rows are in the sequence of time only with the {ORDER_LABELS[sorted_as[0]].replace(' first', '')} first",
        )
        return
    firsts, seconds = {first for first, _, _ in days}, {second for _, second, _ in days}
    if len(days) == len(distinct) and any(_is_monthly(numbers) for numbers in (firsts, seconds)):
        return
    if len(seconds) == 1 and seconds != {1}:
        yield "dmy", "the second number is the same in all rows, as a month is"
    elif len(firsts) == 1 and firsts != {1}:
        yield "mdy", "the first number is the same in all rows, as a month is"


_READINGS: Mapping[str, Callable[[int, int, int], tuple[int, int, int]]] = {
    "dmy": lambda first, second, year: (year, second, first),
    "mdy": lambda first, second, year: (year, first, second),
}


def _days(column: DatedColumn) -> list[tuple[int, int, int, int]]:
    """List row, first number, second number and year of the values that can be read either way."""
    parts = pl.col("text").str.extract_groups(NUMBERS).struct.rename_fields(["first", "second", "year"])
    rows = column.values.head(_LOOKED_AT).select(ROW, parts.alias("part")).unnest("part").drop_nulls()
    numbers = rows.with_columns(pl.col("first", "second", "year").cast(pl.Int64))
    undecided = numbers.filter(pl.col("first").is_between(1, 12) & pl.col("second").is_between(1, 12))
    return [(row, first, second, year) for row, first, second, year in undecided.iter_rows()]


def _is_sorted(moments: Sequence[tuple[int, int, int]]) -> bool:
    steps = list(pairwise(moments))
    return all(before <= after for before, after in steps) or all(before >= after for before, after in steps)


def _is_monthly(numbers: set[int]) -> bool:
    """Whether the numbers follow each other, as months of a series do where a day occurs once in each."""
    return len(numbers) > 1 and max(numbers) - min(numbers) + 1 == len(numbers)
