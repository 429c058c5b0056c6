"""Reads text as values: numbers, yes or no, dates, times, telephone numbers, lists.

Each reader takes a column of text and gives a typed column of the same length; what it cannot read is null, so
the caller finds faults by comparing the two. A reader tries the plain spelling on the whole column first and the
spreadsheet spellings ("$1,095.00", "12/31/2024 5:03 PM") only on what is left, which keeps the common case fast.
Nothing is guessed: a text that could mean two values is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import time
from functools import cache
from typing import Any

import orjson
import polars as pl

NUMBER = pl.Decimal(38, 10)
"""The type numbers are computed in: ten decimal places, so that cents, rates and quotients keep theirs."""

LARGEST = 10**14
"""Numbers from here on are not read: they fit no field, and their product would not fit NUMBER."""

INSTANT = pl.Datetime("us", "UTC")

_SYMBOL = (
    r"(?:(?:us|ca|nz|hk|au|a|c|r|s)?\$|[€£¥₹₩₱₦₺₽₪฿]"
    r"|usd|eur|gbp|cad|aud|nzd|jpy|chf|sek|nok|dkk|inr|zar|ngn|kes|mxn|brl|sgd|hkd|aed|zwg|zwl|rs\.?|kr\.?)"
)
_MONEY_AT_START = rf"(?i)^([-+(]?)\s*{_SYMBOL}\s*"
_MONEY_AT_END = rf"(?i)\s*{_SYMBOL}\s*([-)]?)$"
_DOLLARS = r"^-?\$?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"
_POINT = r"(?:\d{1,3}(?:[, \x{a0}\x{202f}'’]\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)"
_COMMA = r"(?:\d{1,3}(?:[. \x{a0}\x{202f}'’]\d{3})+(?:,\d+)?|\d+,?\d*|,\d+)"

_TRUE = ("true", "t", "yes", "y", "1", "on", "x", "✓", "✔", "checked", "active", "enabled")
_FALSE = ("false", "f", "no", "n", "0", "off", "✗", "unchecked", "inactive", "disabled")
_WORDS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)

_DAYS = {
    "mdy": ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m.%d.%Y", "%m-%d-%y"),
    "dmy": ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%y"),
    "ymd": ("%y/%m/%d", "%y-%m-%d"),
}
_DAYS_ANY_ORDER = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%a %b %d %Y",
    "%a %d %b %Y",
    "%A %B %d %Y",
)
_CLOCK = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S", "%I:%M%p", "%H:%M:%S%.f")
_ISO = r"^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?:[:Z+-]|\s*$)"
_DAY_AND_TIME = r"^\s*(.+?)[,\s]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?)\s*$"
_PLAIN = {
    order: tuple(
        (
            rf"^[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{{digits}}} [0-9]{{1,2}}:[0-9]{{2}} [AP]M$",
            f"{day}/{year} %I:%M %p",
        )
        for digits, year in ((2, "%y"), (4, "%Y"))
    )
    for order, day in (("mdy", "%m/%d"), ("dmy", "%d/%m"))
}
_ZULU = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.fZ")
_OFFSET = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M:%S %#z")
_LOCAL = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
)


def filled_text(text: pl.Expr) -> pl.Expr:
    """Remove surrounding white space; empty becomes null."""
    return text.str.strip_chars().replace("", None)


def read_text(texts: pl.Series) -> pl.Series:
    """Remove surrounding white space; empty becomes null."""
    return texts.str.strip_chars().replace("", None)


def read_number(
    texts: pl.Series, *, decimal_comma: bool = False, money: bool = False, percent: bool = False
) -> pl.Series:
    """NUMBER. Thousands may be grouped; '(5)' and '5-' are negative; `money` and `percent` allow their signs.

    With `decimal_comma` the text is European: '1.234,56'. Without it '12,5' is not read.
    """
    if decimal_comma:
        numbers = _spelled_number(texts, decimal_comma, money, percent)
    else:
        numbers = texts.cast(NUMBER, strict=False)
        if money:
            numbers = _fill(numbers, texts, _dollars)
        numbers = _fill(numbers, texts, lambda rest: _spelled_number(rest, decimal_comma, money, percent))
    too_large = numbers.abs() >= LARGEST
    return numbers.set(too_large, None) if too_large.any() else numbers


def read_bool(texts: pl.Series) -> pl.Series:
    """Yes/no, y/n, true/false, 1/0, on/off and their like, in any case."""
    return by_distinct(texts, lambda text: _WORDS.get(text.strip().lower()), pl.Boolean())


def read_date(texts: pl.Series, order: str = "mdy", zone: str = "UTC", form: str | None = None) -> pl.Series:
    """Date. `order` ('mdy', 'dmy', 'ymd') decides 01/02/2024; a moment in time gives its day in `zone`."""
    formats = (form,) if form else (*_DAYS_ANY_ORDER, *_DAYS[order], "%Y%m%d")
    days = _first_that_reads(texts, formats, _parse_day, pl.Date())
    if form:
        return days
    return _fill(
        days, texts, lambda rest: read_datetime(rest, order, zone).dt.convert_time_zone(zone).dt.date()
    )


def read_datetime(
    texts: pl.Series, order: str = "mdy", zone: str = "UTC", form: str | None = None
) -> pl.Series:
    """UTC. A time without an offset is local in `zone`: the earlier of two, or an hour on where the clock skips it."""

    def parse(rest: pl.Series, one: str) -> pl.Series:
        return _parse_moment(rest, one, zone)

    if form:
        return _first_that_reads(texts, (form,), parse, INSTANT)
    iso = texts.set(~texts.str.contains(_ISO), None)
    moments = _first_that_reads(iso, (*_ZULU, *_LOCAL, *_OFFSET), parse, INSTANT)
    return _fill(moments, texts, lambda rest: to_utc(_day_and_time(rest, order), zone))


def read_epoch(texts: pl.Series, unit: str) -> pl.Series:
    """UTC from a count of milliseconds ('ms') or seconds ('s') since 1970."""
    counts = read_number(texts) * (1_000 if unit == "ms" else 1_000_000)
    return counts.cast(pl.Int64, strict=False).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def to_utc(local: pl.Series, zone: str) -> pl.Series:
    """UTC of wall-clock times in `zone`; an hour that stands twice is the earlier, one that is skipped moves on."""
    placed = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    shifted = _fill(
        placed,
        local,
        lambda rest: rest.dt.offset_by("1h").dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        ),
    )
    return shifted.dt.convert_time_zone("UTC")


def read_time(texts: pl.Series) -> pl.Series:
    """Time of day, '5:03 PM' or '17:03:07'."""
    return _first_that_reads(
        texts, _CLOCK, lambda rest, form: rest.str.to_time(form, strict=False), pl.Time()
    )


def read_list(texts: pl.Series, separator: str | None = None) -> pl.Series:
    """List(String) from a JSON list, or from text cut at `separator` (at ';', '|' or ',' when none is given)."""
    if separator is not None:
        return _clean_items(texts.str.split(separator))
    if texts.str.contains(r"^\s*\[").any():
        return by_distinct(texts, _items, pl.List(pl.String))
    return _clean_items(texts.str.replace_all("[;|]", ",").str.split(","))


def read_json_list(texts: pl.Series) -> pl.Series:
    """List(String) from a JSON list of scalars; anything else is not read."""
    return by_distinct(texts, _json_items, pl.List(pl.String))


def read_phone(texts: pl.Series, country: str = "US") -> pl.Series:
    """E.164 where the number is valid, seen from `country` (ISO 3166-1 alpha-2); null where it is not."""
    quick = _phone_pattern(country)
    if quick is None:
        return by_distinct(texts, lambda text: _phone(text, country), pl.String())
    code, pattern = quick
    bare = texts.str.replace_all(r"[\s().\-/\x{a0}]", "")
    numbers = f"+{code}" + bare.str.extract(pattern, 1)
    return _fill(
        numbers, texts, lambda rest: by_distinct(rest, lambda text: _phone(text, country), pl.String())
    )


def show_number(numbers: pl.Series) -> pl.Series:
    """Text without needless zeros: 8.9500000000 gives '8.95', 100 gives '100'."""
    return numbers.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


# --- how the readers work ---------------------------------------------------------------------------------------


def _fill(done: pl.Series, texts: pl.Series, slow: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`done`, with what it lacks although a text stands there read by `slow`."""
    rest = done.is_null() & texts.is_not_null()
    if not rest.any():
        return done
    if rest.all():
        return slow(texts).alias(done.name)
    return done.scatter(rest.arg_true(), slow(texts.filter(rest)))


def by_distinct(texts: pl.Series, read: Callable[[str], Any], to: pl.DataType) -> pl.Series:
    """Applies `read` once to each distinct text."""
    distinct = texts.drop_nulls().unique()
    values = pl.Series("value", [read(text) for text in distinct], dtype=to)
    table = pl.DataFrame({"text": distinct, "value": values})
    joined = pl.DataFrame({"text": texts}).join(table, on="text", how="left", maintain_order="left")
    return joined["value"].alias(texts.name)


def _dollars(texts: pl.Series) -> pl.Series:
    """'$1,095.00', the spelling of nearly all exports, five times as fast as every spelling."""
    bare = texts.str.replace_all(",", "", literal=True).str.replace("$", "", literal=True)
    return bare.cast(NUMBER, strict=False).set(~texts.str.contains(_DOLLARS), None)


def _spelled_number(texts: pl.Series, decimal_comma: bool, money: bool, percent: bool) -> pl.Series:  # noqa: FBT001 (private, passed through)
    bare = texts.str.strip_chars()
    if money:
        bare = bare.str.replace(_MONEY_AT_START, "$1").str.replace(_MONEY_AT_END, "$1")
    if percent:
        bare = bare.str.replace(r"\s*%$", "")
    body = _COMMA if decimal_comma else _POINT
    parts = bare.str.extract_groups(rf"^([-+(−]?)\s*({body})\s*([-)]?)$").struct.unnest()
    before, digits, after = parts.to_series(0), parts.to_series(1), parts.to_series(2)
    digits = digits.str.replace_all(
        r"[.\s'’\x{a0}\x{202f}]" if decimal_comma else r"[,\s'’\x{a0}\x{202f}]", ""
    )
    if decimal_comma:
        digits = digits.str.replace(",", ".", literal=True)
    numbers = digits.cast(NUMBER, strict=False)
    unbalanced = ((before == "(") != (after == ")")) | ((after == "-") & (before != ""))
    negative = before.is_in(["-", "−", "("]) | (after == "-")
    return numbers.zip_with(~negative, -numbers).set(unbalanced, None)


def _first_that_reads(
    texts: pl.Series,
    formats: Sequence[str],
    parse: Callable[[pl.Series, str], pl.Series],
    to: pl.DataType,
) -> pl.Series:
    """Each text by the first format that fits it; the one that fits most of a sample is tried before the others."""
    tidy = texts.set(~texts.str.contains(r"\d"), None).str.strip_chars()
    if tidy.null_count() == len(tidy):
        return pl.Series(texts.name, [None], dtype=to).new_from_index(0, len(texts))
    sample = tidy.drop_nulls().head(16)
    likely, fewest = formats[0], len(sample) + 1
    for form in formats:
        if fewest and (unread := parse(sample, form).null_count()) < fewest:
            likely, fewest = form, unread
    done = parse(tidy, likely)
    if len(formats) > 1 and done.null_count() > tidy.null_count():
        tidy = tidy.str.replace_all(r"[,\s\x{a0}\x{202f}]+", " ").str.strip_chars()
        for form in formats:
            done = _fill(done, tidy, lambda rest, form=form: parse(rest, form))  # type: ignore[misc]
    return done


def _parse_day(texts: pl.Series, form: str) -> pl.Series:
    days = texts.str.to_date(form, strict=False)
    # '%Y' also takes a year of two digits, as one of the first century.
    return days.set(days.dt.year() < 1000, None)


def _parse_moment(texts: pl.Series, form: str, zone: str) -> pl.Series:
    moments = texts.str.to_datetime(form, strict=False, time_unit="us")
    moments = moments.set(moments.dt.year() < 1000, None)
    if form.endswith("Z"):
        return moments.dt.replace_time_zone("UTC")
    if "%z" in form or "%#z" in form:
        return moments.dt.convert_time_zone("UTC")
    return to_utc(moments, zone)


def _day_and_time(texts: pl.Series, order: str) -> pl.Series:
    """'12/31/2024, 5:03 PM' as a wall-clock time; midnight where there is only a day."""
    for pattern, form in _PLAIN.get(order, ()):
        # The spelling of nearly all exports, when the first is spelled so: three times as fast as part by part.
        if len(texts) and re.match(pattern, texts[0] or ""):
            moments = texts.set(~texts.str.contains(pattern), None).str.to_datetime(
                form, strict=False, time_unit="us"
            )
            return _fill(moments, texts, lambda rest: _part_by_part(rest, order))
    return _part_by_part(texts, order)


def _part_by_part(texts: pl.Series, order: str) -> pl.Series:
    parts = texts.str.extract_groups(_DAY_AND_TIME).struct.unnest()
    both = parts.to_series(0).is_not_null()
    only_day = texts.set(both, None)
    formats = (*_DAYS[order], *_DAYS_ANY_ORDER)
    days = _first_that_reads(parts.to_series(0).fill_null(only_day), formats, _parse_day, pl.Date())
    times = read_time(parts.to_series(1)).set(~both, time(0))
    return pl.select(pl.lit(days).dt.combine(pl.lit(times))).to_series().cast(pl.Datetime("us"))


def _clean_items(lists: pl.Series) -> pl.Series:
    stripped = lists.list.eval(pl.element().str.strip_chars())
    return stripped.list.eval(pl.element().filter(pl.element() != ""))


def _items(text: str) -> list[str]:
    items = _json_items(text) if text.lstrip().startswith("[") else None
    if items is None:
        items = re.split("[;|,]", text)
    return [stripped for item in items if (stripped := item.strip())]


def _json_items(text: str) -> list[str] | None:
    try:
        items = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(items, list):
        return None
    return [
        item if isinstance(item, str) else orjson.dumps(item).decode() for item in items if item is not None
    ]


@cache
def _phone_pattern(country: str) -> tuple[int, str] | None:
    """The country's calling code and a pattern of its valid numbers; None where numbers are rewritten on the way."""
    import phonenumbers  # noqa: PLC0415  (only needed where phone numbers are read)

    known = phonenumbers.PhoneMetadata.metadata_for_region(country.upper())
    if known is None or known.country_code is None or known.national_prefix_transform_rule:
        return None
    kinds = (known.fixed_line, known.mobile, known.toll_free, known.premium_rate, known.voip, known.uan)
    valid = "|".join(
        dict.fromkeys(f"(?:{k.national_number_pattern})" for k in kinds if k and k.national_number_pattern)
    )
    prefix = re.escape(known.national_prefix) if known.national_prefix else ""
    start = rf"(?:\+{known.country_code}|{prefix})?" if prefix else rf"(?:\+{known.country_code})?"
    return known.country_code, rf"^{start}({valid})$".replace(r"\d", "[0-9]")


def _phone(text: str, country: str) -> str | None:
    import phonenumbers  # noqa: PLC0415  (as above)

    try:
        number = phonenumbers.parse(text, country.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
