"""What hangs on a source column: how many rows it fills, how much money goes through it, what its values look like.

Measured on the rows a stream is judged by and projected onto all its rows, so that a review can begin where a mistake
would cost most. The profile holds statistics and patterns only: nothing in it tells a value.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import polars as pl

from core.engine import transforms
from core.engine.plan import ImportSettings
from core.engine.sources.profile import FieldProfile
from core.errors import InvalidInputError
from core.schema import target_schema

_INTEGER, _SPACED = r"0|[1-9][0-9]*", r"[1-9][0-9]{0,2}(?:['\s][0-9]{3})+"
_MARKS = (
    r"(?<![A-Z])(?:AED|ARS|AUD|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|MXN|MYR|NOK|NZD|PEN|PHP|PLN"
    r"|SAR|SEK|SGD|THB|TRY|USD|VND|ZAR|ZWG)(?![A-Z])|[$€£¥₹₩₽]"
)
_CURRENCY = rf"(?:{_MARKS})"
_AMOUNT = re.compile(
    rf"[-+(]?\s*(?:{_CURRENCY}\s*)?[-+]?\s*(?:"
    rf"(?:{_INTEGER}|{_SPACED}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+)?\.[0-9]{{1,4}}|"
    rf"(?:{_INTEGER}|{_SPACED}|[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}})+),[0-9]{{1,4}}|"
    rf"{_INTEGER}|{_SPACED}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}})+"
    rf")\s*(?:{_CURRENCY})?\s*[-)]?"
)
_EXACT = re.compile(rf"{_MARKS}|[.,][0-9]{{2}}[^0-9]*$")
_ENOUGH = 2_000
"""Values of a column that are looked at for how they are written."""
_LARGEST = Decimal(10) ** 13  # what the column in the database holds, with room


def amount_at_risk(
    column: pl.Series, rows: int, target: str | None, transform: str | None, settings: ImportSettings
) -> Decimal:
    """Return the absolute sum of a money column in major units, over `rows` rows of which `column` has some; else 0.

    Read as the import would read it: by the transform, then as money. A transform that joins several sources says
    nothing about one of them alone; the column is then read as it stands.
    """
    if target is None or target_schema().field(target).kind != "money" or not len(column):
        return Decimal(0)
    chain = transforms.parse(transform)
    if any(transforms.TRANSFORMS[call.name].joins for call in chain):
        chain = ()
    inputs = [pl.col(column.name)]
    try:
        amounts = transforms.compile_chain(chain, inputs, target_schema().field(target), settings)
    except InvalidInputError:  # the calls do not fit each other: the person is told when the field is decided
        return Decimal(0)
    total = Decimal(column.to_frame().select(amounts.alias("amount")).to_series().abs().sum())
    return min(_LARGEST, (total * rows / len(column)).quantize(Decimal("0.0001")))


def amount_shares(column: pl.Series) -> tuple[float, float]:
    """(share of the filled values that are written as amounts, share of those with cents or a currency), each 0 to 1.

    Of a long column over values from all of it. Codes and telephone numbers are no amounts: leading zeros, groups of
    other lengths, one sign for two purposes.
    """
    texts = [text for value in _spread(column) if (text := value.strip())]
    if not texts:
        return 0.0, 0.0
    amounts = [text for text in map(str.strip, texts) if _AMOUNT.fullmatch(text)]
    return len(amounts) / len(texts), sum(1 for text in amounts if _EXACT.search(text)) / len(texts)


def _spread(column: pl.Series) -> list[str]:
    """Return filled values from all of the column, about as many as are looked at."""
    if len(column) < _ENOUGH:
        return [value for value in column.to_list() if value is not None]
    filled = column.drop_nulls()
    if len(filled) > _ENOUGH:
        filled = filled.filter(filled.str.strip_chars() != "")
    return filled.gather_every(1 + len(filled) // _ENOUGH).to_list()


def statistics(
    profile: FieldProfile, shares: tuple[float, float] = (0.0, 0.0), *, personal: bool
) -> dict[str, Any]:
    """Return the profile as the field keeps it, with its `amount_shares`.

    Bounds are rounded to two digits, and left out where they are people's own.
    """
    figures: dict[str, Any] = {
        "kind": profile.kind,
        "filled": round(profile.fill, 4),
        "uniqueness": round(profile.uniqueness, 4),
        "length": round(profile.length, 1),
        "words": round(profile.words, 1),
        "amounts": round(shares[0], 4),
        "exact": round(shares[1], 4),
    }
    if not personal and profile.kind in {"int", "decimal"} and profile.low is not None:
        figures |= {"low": float(f"{profile.low:.2g}"), "high": float(f"{profile.high:.2g}")}
    return figures
