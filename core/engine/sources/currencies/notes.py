"""Note rows in another currency than the customer's: their amounts are imported as amounts in the customer's.

The currency stands in a column of its own, or beside the amount: '€ 18', '18 EUR'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from core.engine.batch import NOTED, ROW, add_notes
from core.kit.number_forms import holds_numbers
from core.kit.values import amount_body

NAMES = frozenset({"currency", "currencycode"})
"""Letters of the last step of a column's name that holds ISO 4217 codes."""

_CODE, _LISTED = r"^\s*([A-Za-z]{3})\s*$", r'"[A-Z]{3}"'

_DOLLARS = frozenset(
    [
        "ARS",
        "AUD",
        "BBD",
        "BMD",
        "BND",
        "BSD",
        "BZD",
        "CAD",
        "CLP",
        "COP",
        "CUP",
        "DOP",
        "FJD",
        "GYD",
        "HKD",
        "JMD",
        "KYD",
        "LRD",
        "MXN",
        "NAD",
        "NZD",
        "SBD",
        "SGD",
        "SRD",
        "TTD",
        "TWD",
        "USD",
        "UYU",
        "XCD",
        "ZWG",
        "ZWL",
    ]
)
_SIGNS = {
    "€": frozenset({"EUR"}), "£": frozenset({"GBP", "EGP", "LBP", "GIP", "FKP", "SHP"}), "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}), "₩": frozenset({"KRW"}), "₱": frozenset({"PHP"}), "₦": frozenset({"NGN"}), "₺": frozenset({"TRY"}),
    "₽": frozenset({"RUB"}), "₪": frozenset({"ILS"}), "฿": frozenset({"THB"}), "₫": frozenset({"VND"}), "₴": frozenset({"UAH"}),
    "R$": frozenset({"BRL"}), "$": _DOLLARS,
}  # fmt: skip
"""Sign -> the currencies it stands for."""

_CODES = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "CAD",
        "AUD",
        "NZD",
        "JPY",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "INR",
        "ZAR",
        "MXN",
        "BRL",
        "SGD",
        "HKD",
        "AED",
        "PLN",
        "CZK",
        "HUF",
        "TRY",
        "CNY",
    ]
)


def names_currency(column: str) -> bool:
    """Tell whether a column of this name holds currencies."""
    return re.sub(r"[^a-z]", "", column.rpartition(".")[2].lower()) in NAMES


def note_currency(frame: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Note each row one of whose currencies is not `currency` (ISO 4217), alone or in a JSON list."""
    notes: list[pl.DataFrame] = []
    for name in frame.columns:
        if name in {ROW, NOTED}:
            continue
        if not names_currency(name):
            notes += _beside_amounts(frame, name, currency)
            continue
        text = pl.col(name)
        differs = text.str.extract(_CODE, 1).str.to_uppercase() != currency
        listed = text.str.starts_with("[") & text.str.replace_all(
            f'"{currency}"', "", literal=True
        ).str.contains(_LISTED)
        rows = frame.filter(differs | listed)
        if rows.height:
            detail = f"Column {name!r} says " + text + f"; amounts are imported as {currency}."
            notes.append(rows.select(ROW, code=pl.lit("other_currency"), column=pl.lit(name), detail=detail))
    return add_notes(frame, notes)


def _beside_amounts(frame: pl.DataFrame, name: str, currency: str) -> Iterator[pl.DataFrame]:
    """Yield the notes on the amounts of a column that name another currency."""
    texts = frame[name]
    if texts.dtype != pl.String or _is_plain(texts, currency) or not holds_numbers(texts.drop_nulls()):
        return
    marked = texts.str.contains(_foreign(currency.upper())).fill_null(value=False)
    if not marked.any():
        return
    rows = frame.filter(marked)
    rows = rows.filter(amount_body(rows[name].str.strip_chars()).is_not_null())
    if rows.height:
        detail = f"Column {name!r} holds '" + pl.col(name) + f"'; amounts are imported as {currency}."
        yield rows.select(ROW, code=pl.lit("other_currency"), column=pl.lit(name), detail=detail)


def _is_plain(texts: pl.Series, currency: str) -> bool:
    """Tell at little cost that no value has a letter or a sign of another currency."""
    letters = str(texts.str.join("").item())
    has_sign = not letters.isascii() or ("$" in letters and currency not in _DOLLARS)
    return not has_sign and letters.upper() == letters.lower()


@cache
def _foreign(currency: str) -> str:
    """Return the pattern of signs and codes beside digits that are not those of a currency."""
    signs = [sign for sign, currencies in _SIGNS.items() if currency not in currencies]
    marks = [re.escape(sign) for sign in signs if sign != "$"]
    codes = "|".join(sorted(_CODES - {currency}))
    marks.append(f"(?:^|[^A-Za-z])(?:{codes})(?:[^A-Za-z]|$)")
    if "$" in signs and currency != "BRL":
        marks.append(r"\$")
    return f"(?i)(?:{'|'.join(marks)})"
