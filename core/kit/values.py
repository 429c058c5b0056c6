"""Read text as values: numbers, yes or no, telephone numbers, lists; days and times are in core.kit.times.

Each reader takes a column of text and gives a typed column of the same length; what it cannot read is null, so
the caller finds faults by comparing the two. A reader tries the plain spelling on the whole column first and the
spreadsheet spellings ("$1,095.00", "12/31/2024 5:03 PM") only on what is left, which keeps the common case fast.
Nothing is guessed: a text that could mean two values is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import orjson
import polars as pl

from core.kit.reading import by_distinct, fill

NUMBER = pl.Decimal(38, 10)
"""The type numbers are computed in: ten decimal places, so that cents, rates and quotients keep theirs."""

LARGEST = 10**14
"""Numbers from here on are not read: they fit no field, and their product would not fit NUMBER."""

CURRENCY = (
    r"(?:(?:us|ca|nz|hk|nt|au|a|c|r|s|b)?\$|[€£¥₹₩₱₦₺₽₪฿₫₴₸₾₵₡₲₭₮]|zł|kč|ft|лв\.?|руб\.?|円|元|원"
    r"|usd|eur|gbp|cad|aud|nzd|jpy|chf|sek|nok|dkk|inr|zar|ngn|kes|mxn|brl|sgd|hkd|aed|zwg|zwl|rs\.?|kr\.?|rp\.?|rm|tl|sfr\.?|fr\.?"
    r"|idr|pln|czk|huf|ron|bgn|try|thb|php|myr|krw|vnd|cny|rmb|twd|clp|cop|ars|pen|uyu|pyg|bob|crc|bhd|kwd|kd|bd|jd|dhs?|omr|jod|qar|sar"
    r"|egp|mad|tnd|ils|rub|uah|pkr|bdt|lkr|npr|ugx|tzs|ghs|xof|xaf|f?cfa|isk)"
)
"""Pattern of the signs and codes of currencies that stand beside amounts, in lower case."""

_MONEY_AT_START = rf"(?i)^([-+(−]?)\s*{CURRENCY}\s*"
_MONEY_AT_END = rf"(?i)\s*{CURRENCY}\s*([-)]?)$"
_DASHED = r"^([^0-9]*[0-9][0-9.,'’\s]*)([.,])\s*[-–—]{1,2}(\s*[^0-9]*)$"
"""'12.–' and '12,- €', as Swiss, Germans and Scandinavians write 12: the dash stands for the cents and is no minus."""

_SLASHED = r"([0-9])\s*/[-–=]{1,2}$"
"""'350/-', as Indians and East Africans write 350."""

SUFFIX = r"(?i)[0-9)\s.-](?:cr|dr)\.?\s*$"
"""How an account marks credits and debits."""

_DOLLARS = r"^-?\$?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"
_BLANKS = (r"\x20", r"\x{a0}", r"\x{202f}", "'", "’")


def _grouped(*signs: str) -> str:
    """Return the pattern of a whole number whose thousands are grouped by one of the signs, the same throughout."""
    return "|".join(rf"[1-9]\d{{0,2}}(?:{sign}\d{{3}})+" for sign in signs)


_POINT = rf"(?:(?:{_grouped(',', *_BLANKS)})(?:\.\d+)?|\d+\.?\d*|\.\d+)"
_COMMA = rf"(?:(?:{_grouped('[.]', *_BLANKS)})(?:,\d+)?|\d+,?\d*|,\d+)"
_INDIAN = rf"(?:[1-9]\d?(?:,\d{{2}})*,\d{{3}}(?:\.\d+)?|{_POINT})"
_AMBIGUOUS = r"^[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]*$"

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


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How the numbers of a column are written.

    decimal_comma  '1.234,56' and not '1,234.56'
    indian         '12,34,567.50' is read too
    strict         '1.250' and '1,250', which may be 1.25 or 1250, are not read
    negative       '12.50 CR' and '12.50 DR' are read, and those with this ending are negative: 'CR' or 'DR'
    """

    decimal_comma: bool = False
    indian: bool = False
    strict: bool = False
    negative: str = ""


PLAIN = NumberForm()


def read_number(
    texts: pl.Series, *, form: NumberForm = PLAIN, money: bool = False, percent: bool = False
) -> pl.Series:
    """Read numbers as NUMBER. Thousands may be grouped; '(5)' and '5-' are negative; `money` and `percent` allow their signs.

    What is written in another form is not read: '12,5' without a decimal comma, '12.5' with one. What lies beyond ten
    decimal places is cut off, so that rounding to fewer places rounds the number that is written; '1E-401', of which
    nothing would be left, is not read.
    """
    originals = texts
    if form.negative:
        texts, is_negative = _without_suffix(texts, form.negative)
    if (texts.str.len_bytes().max() or 0) > _MAX_PLACES:  # type: ignore[operator]
        texts = texts.str.replace(_BEYOND, "$1$2")
    if form.decimal_comma or form.indian:
        numbers = _spelled_number(texts, form, money, percent)
    else:
        numbers = texts.cast(NUMBER, strict=False)
        if money:
            numbers = fill(numbers, texts, _dollars)
        numbers = fill(numbers, texts, lambda remaining: _spelled_number(remaining, form, money, percent))
    if form.negative:
        numbers = numbers.zip_with(~is_negative, -numbers)
    unreadable = (numbers.abs() >= LARGEST) | _vanished(numbers, originals)
    if form.strict:
        unreadable |= texts.str.contains(_AMBIGUOUS)
    return numbers.set(unreadable, None) if unreadable.any() else numbers


def _vanished(numbers: pl.Series, texts: pl.Series) -> pl.Series:
    """Return whether a number is read as zero although its text has other digits before an exponent."""
    zero = numbers == 0
    return zero & texts.str.contains(_SCIENTIFIC) if zero.any() else zero


def read_bool(texts: pl.Series) -> pl.Series:
    """Read yes/no, y/n, true/false, 1/0, on/off and their like, in any case."""
    return by_distinct(texts, lambda text: _WORDS.get(text.strip().lower()), pl.Boolean())


_QUOTE = r'(?:^|[;|,])\s*"(?:[^"]|"")+"\s*(?:[;|,]|$)'
"""An item in quotation marks."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"', re.DOTALL)


def read_list(texts: pl.Series, separator: str | None = None) -> pl.Series:
    """List(String) from a JSON list, or from text cut at `separator` (at ';', '|' or ',' when none is given).

    Items in quotation marks lose them, and keep the separators between them: '"VIP","Brunch, late"'.
    """
    if separator is not None and not (len(separator) == 1 and texts.str.contains(_QUOTE).any()):
        return _clean_items(texts.str.split(separator))
    if separator is not None:
        return by_distinct(texts, lambda text: _cut(text, separator), pl.List(pl.String))
    if texts.str.contains(rf"^\s*\[|{_QUOTE}").any():
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


def amount_body(texts: pl.Series) -> pl.Series:
    """Return the digits of amounts and percentages with the signs between them; null for what is no number."""
    bare = texts.str.replace(r"(?i)\s*\b(?:cr|dr)\.?$|\s*%$", "").str.replace(r"([0-9])(?i:cr|dr)\.?$", "$1")
    bare = _without_money(
        bare.str.replace(_ESCAPED, "$1").str.replace(_DASHED, "$1${2}00$3").str.replace(_SLASHED, "$1")
    )
    return bare.str.extract(r"^[-–+(−]?\s*([0-9.,'’ \x{a0}\x{202f}]*[0-9])\s*[-–)]?$", 1)


def _without_money(texts: pl.Series) -> pl.Series:
    return texts.str.replace(_MONEY_AT_START, "$1").str.replace(_MONEY_AT_END, "$1")


def _without_suffix(texts: pl.Series, negative: str) -> tuple[pl.Series, pl.Series]:
    """Remove CR and DR behind amounts; also return which rows have the ending that makes them negative."""
    ending = texts.str.extract(r"(?i)([cd]r)\.?\s*$", 1).str.to_uppercase()
    bare = texts.str.replace(r"(?i)\s*[cd]r\.?\s*$", "").str.strip_chars()
    is_negative = (ending == negative.upper()).fill_null(value=False)
    signed = ending.is_not_null() & bare.str.contains(
        r"[-–−(]"
    )  # '-12.50 CR' says it twice, or takes it back
    return bare.set(signed.fill_null(value=False), None), is_negative


def _spelled_number(texts: pl.Series, form: NumberForm, money: bool, percent: bool) -> pl.Series:  # noqa: FBT001 (private, passed through)
    bare = texts.str.strip_chars().str.replace(_ESCAPED, "$1")
    bare = bare.str.replace(_DASHED, "$1${2}00$3").str.replace(_SLASHED, "$1")
    bare = bare.str.replace_all("–", "-", literal=True)
    if money:
        bare = _without_money(bare)
    if percent:
        bare = bare.str.replace(r"\s*%\s*([-)]?)$", "$1")
    body = _COMMA if form.decimal_comma else _INDIAN if form.indian else _POINT
    parts = bare.str.extract_groups(rf"^([-+(−]?)\s*({body})\s*([-)]?)$").struct.unnest()
    before, digits, after = parts.to_series(0), parts.to_series(1), parts.to_series(2)
    digits = digits.str.replace_all(
        r"[.\s'’\x{a0}\x{202f}]" if form.decimal_comma else r"[,\s'’\x{a0}\x{202f}]", ""
    )
    if form.decimal_comma:
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
        return _cut(text, ";|,")
    return [stripped for item in items if (stripped := item.strip())]


def _cut(text: str, separators: str) -> list[str]:
    """Cut text at any of the separators; items in quotation marks are whole."""
    signs = re.escape(separators)
    item = rf'\s*(?:"(?:[^"]|"")*"|[^{signs}"][^{signs}]*)?\s*'
    whole = re.fullmatch(rf"{item}(?:[{signs}]{item})*", text)
    items = re.findall(rf"({item})(?:[{signs}]|$)", text) if whole else re.split(f"[{signs}]", text)
    bare = (
        stripped[1:-1].replace('""', '"').strip() if whole and _QUOTED.fullmatch(stripped) else stripped
        for stripped in (item.strip() for item in items)
    )
    return [item for item in bare if item]


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
