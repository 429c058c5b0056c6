"""Read text as values: numbers, yes or no, telephone numbers, lists; days and times are in core.kit.times.

Each reader takes a column of text and gives a typed column of the same length; what it cannot read is null, so
the caller finds faults by comparing the two. A reader tries the plain spelling on the whole column first and the
spreadsheet spellings ("$1,095.00", "12/31/2024 5:03 PM") only on what is left, which keeps the common case fast.
Nothing is guessed: a text that could mean two values is not read.
"""

from __future__ import annotations

import re
from functools import cache

import orjson
import polars as pl

from core.kit.reading import by_distinct, fill

NUMBER = pl.Decimal(38, 10)
"""The type numbers are computed in: ten decimal places, so that cents, rates and quotients keep theirs."""

LARGEST = 10**14
"""Numbers from here on are not read: they fit no field, and their product would not fit NUMBER."""

_SYMBOL = (
    r"(?:(?:us|ca|nz|hk|au|a|c|r|s)?\$|[€£¥₹₩₱₦₺₽₪฿]"
    r"|usd|eur|gbp|cad|aud|nzd|jpy|chf|sek|nok|dkk|inr|zar|ngn|kes|mxn|brl|sgd|hkd|aed|zwg|zwl|rs\.?|kr\.?)"
)
_MONEY_AT_START = rf"(?i)^([-+(]?)\s*{_SYMBOL}\s*"
_MONEY_AT_END = rf"(?i)\s*{_SYMBOL}\s*([-)]?)$"
_DOLLARS = r"^-?\$?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"
_POINT = r"(?:\d{1,3}(?:[, \x{a0}\x{202f}'’]\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)"
_COMMA = r"(?:\d{1,3}(?:[. \x{a0}\x{202f}'’]\d{3})+(?:,\d+)?|\d+,?\d*|,\d+)"

_SCIENTIFIC = r"[1-9][0-9.,]*[eE]"
_MAX_PLACES = 10
_ESCAPED = r"^'\s*([-+−–(])"  # how exports keep spreadsheets from taking a negative number for a formula
_BEYOND = r"([.,][0-9]{10})[0-9]+([^0-9eE]|$)"

_TRUE = ("true", "t", "yes", "y", "1", "on", "x", "✓", "✔", "checked", "active", "enabled")
_FALSE = ("false", "f", "no", "n", "0", "off", "✗", "unchecked", "inactive", "disabled")
_WORDS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)


def filled_text(text: pl.Expr) -> pl.Expr:
    """Remove surrounding white space; empty becomes null."""
    return text.str.strip_chars().replace("", None)


def read_text(texts: pl.Series) -> pl.Series:
    """Remove surrounding white space; empty becomes null."""
    return texts.str.strip_chars().replace("", None)


def read_number(
    texts: pl.Series, *, decimal_comma: bool = False, money: bool = False, percent: bool = False
) -> pl.Series:
    """Read numbers as NUMBER. Thousands may be grouped; '(5)' and '5-' are negative; `money` and `percent` allow their signs.

    With `decimal_comma` the text is European: '1.234,56'. Without it '12,5' is not read. What lies beyond ten decimal
    places is cut off, so that rounding to fewer places rounds the number that is written; '1E-401', of which nothing
    would be left, is not read.
    """
    originals = texts
    if (texts.str.len_bytes().max() or 0) > _MAX_PLACES:  # type: ignore[operator]
        texts = texts.str.replace(_BEYOND, "$1$2")
    if decimal_comma:
        numbers = _spelled_number(texts, decimal_comma, money, percent)
    else:
        numbers = texts.cast(NUMBER, strict=False)
        if money:
            numbers = fill(numbers, texts, _dollars)
        numbers = fill(
            numbers, texts, lambda remaining: _spelled_number(remaining, decimal_comma, money, percent)
        )
    unreadable = (numbers.abs() >= LARGEST) | _vanished(numbers, originals)
    return numbers.set(unreadable, None) if unreadable.any() else numbers


def _vanished(numbers: pl.Series, texts: pl.Series) -> pl.Series:
    """Return whether a number is read as zero although its text has other digits before an exponent."""
    zero = numbers == 0
    return zero & texts.str.contains(_SCIENTIFIC) if zero.any() else zero


def read_bool(texts: pl.Series) -> pl.Series:
    """Read yes/no, y/n, true/false, 1/0, on/off and their like, in any case."""
    return by_distinct(texts, lambda text: _WORDS.get(text.strip().lower()), pl.Boolean())


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
    """Read telephone numbers as E.164 where valid, seen from `country` (ISO 3166-1 alpha-2); null where not."""
    quick = _phone_pattern(country)
    if quick is None:
        return by_distinct(texts, lambda text: _phone(text, country), pl.String())
    code, pattern = quick
    bare = texts.str.replace_all(r"[\s().\-/\x{a0}]", "")
    numbers = f"+{code}" + bare.str.extract(pattern, 1)
    return fill(
        numbers,
        texts,
        lambda remaining: by_distinct(remaining, lambda text: _phone(text, country), pl.String()),
    )


def show_number(numbers: pl.Series) -> pl.Series:
    """Write numbers without needless zeros: 8.9500000000 as '8.95', 100 as '100'."""
    return numbers.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


# --- how the readers work ---------------------------------------------------------------------------------------


def _dollars(texts: pl.Series) -> pl.Series:
    """Read '$1,095.00', the spelling of nearly all exports (perf 1)."""
    bare = texts.str.replace_all(",", "", literal=True).str.replace("$", "", literal=True)
    return bare.cast(NUMBER, strict=False).set(~texts.str.contains(_DOLLARS), None)


def _spelled_number(texts: pl.Series, decimal_comma: bool, money: bool, percent: bool) -> pl.Series:  # noqa: FBT001 (private, passed through)
    bare = texts.str.strip_chars().str.replace(_ESCAPED, "$1").str.replace_all("–", "-", literal=True)
    if money:
        bare = bare.str.replace(_MONEY_AT_START, "$1").str.replace(_MONEY_AT_END, "$1")
    if percent:
        bare = bare.str.replace(r"\s*%\s*([-)]?)$", "$1")
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
    if "\\u0000" in text:
        return None  # no database keeps it
    if not isinstance(items, list):
        return None
    return [
        item if isinstance(item, str) else orjson.dumps(item).decode() for item in items if item is not None
    ]


def is_country(code: str) -> bool:
    """Return whether telephone numbers of the country (ISO 3166-1 alpha-2) can be read."""
    import phonenumbers  # noqa: PLC0415  (only needed where phone numbers are read)

    return code.upper() in phonenumbers.SUPPORTED_REGIONS


@cache
def _phone_pattern(country: str) -> tuple[int, str] | None:
    """Return the country's calling code and a pattern of its valid numbers; None where numbers are rewritten on the way."""
    import phonenumbers  # noqa: PLC0415  (only needed where phone numbers are read)

    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country.upper())
    if metadata is None or metadata.country_code is None or metadata.national_prefix_transform_rule:
        return None
    kinds = (
        metadata.fixed_line,
        metadata.mobile,
        metadata.toll_free,
        metadata.premium_rate,
        metadata.voip,
        metadata.uan,
    )
    valid = "|".join(
        dict.fromkeys(f"(?:{k.national_number_pattern})" for k in kinds if k and k.national_number_pattern)
    )
    prefix = re.escape(metadata.national_prefix) if metadata.national_prefix else ""
    start = rf"(?:\+{metadata.country_code}|{prefix})?" if prefix else rf"(?:\+{metadata.country_code})?"
    return metadata.country_code, rf"^{start}({valid})$".replace(r"\d", "[0-9]")


def _phone(text: str, country: str) -> str | None:
    import phonenumbers  # noqa: PLC0415  (as above)

    try:
        number = phonenumbers.parse(text, country.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
