"""Finds values that a spreadsheet has damaged: numbers shortened to 5.449E+12, digits lost, texts turned into dates.

What is left of such a value is no identity and no amount: a required field holds its row, an optional one is left
empty with a warning that names the value. Judged by shape and check digit, over the rows that are read together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from core.engine.batch import ROW
from core.engine.issues import Level, issue
from core.kit.day_texts import names_month
from core.kit.masking import is_personal, mask
from core.kit.reading import by_distinct
from core.schema import Field

_NUMBERS = frozenset({"money", "int", "decimal"})
_KEYS = frozenset({"id", "ref", "phone"})
_CODES = frozenset({"barcode", "sku", "code", "number", "student_number", "last4", "postal_code"})
_LABELS = frozenset(
    {
        "name",
        "kitchen_name",
        "grade_level",
        "grade_levels",
        "grade",
        "room",
        "period",
        "table",
        "unit",
        "title",
    }
)
"""Fields of short texts such as sizes and grades, which no date is a value of."""

_SCIENTIFIC = r"^\s*[-+]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}\s*$"
_ISO_DAY = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]00:00(?::00)?)?\s*$"
_SHORT_DAY = r"^\s*(?:[0-9]{1,2}\.?[-. ]\p{L}{3,4}\.?|\p{L}{3,4}\.?[-. ][0-9]{2})\s*$"
_LONG = r"^[0-9]{16,}$"  # a spreadsheet keeps 15 digits of a number
_SUSPICIOUS = rf"{_SCIENTIFIC}|{_ISO_DAY}|{_SHORT_DAY}|{_LONG}|^\s*0[0-9]+\s*$"
"""All of them and numbers with a zero in front, so that nearly all columns are looked through once."""
_FEWEST_ZEROS = 3  # at the end of long numbers: one in a thousand has so many by chance
_SURE = 0.9
_GTIN_LENGTHS = (8, 12, 13, 14)
_WITHOUT_ZEROS = {7: 8, 10: 12, 11: 12}
"""Digits that are left without the zeros at the beginning -> the digits of the whole number."""


class Damage(NamedTuple):
    """Rows of a column that are damaged alike: a mask over the rows, the code of the issue, and what is wrong in words."""

    rows: pl.Series
    code: str
    problem: str
    is_lost: bool = True


def without_damage(
    typed: pl.DataFrame, source: pl.DataFrame, columns: Sequence[tuple[Field, tuple[str, ...]]]
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return the rows without damaged values of optional fields, and the issues of all damaged ones.

    `columns` are the fields with the columns of `source` that feed them; both frames have the same rows.
    """
    issues: list[pl.DataFrame] = []
    for field, names in columns:
        if (field.is_list and field.name not in _LABELS) or (
            field.kind not in _NUMBERS | _KEYS and field.name not in _CODES | _LABELS
        ):
            continue
        for name in names:
            for damage in _damages(source[name], field):
                is_held = field.required or field.name == "external_id" or field.kind in _NUMBERS
                level = Level.ERROR if is_held and damage.is_lost else Level.WARNING
                issues.append(_issue(source, field, name, damage, level))
                if damage.is_lost and level is Level.WARNING:
                    kept = pl.when(~damage.rows).then(pl.col(field.name))
                    typed = typed.with_columns(kept.alias(field.name))
    return typed, issues


def _damages(texts: pl.Series, field: Field) -> Iterator[Damage]:
    """Yield what is wrong with the texts of a column, as far as the field minds it: judged by its distinct values."""
    distinct = texts.unique()
    for damage in _damages_of(distinct, field):
        rows = texts.is_in(distinct.filter(damage.rows).implode()).fill_null(value=False)
        yield damage._replace(rows=rows)


def _damages_of(texts: pl.Series, field: Field) -> Iterator[Damage]:
    """Yield what is wrong with distinct texts."""
    if not texts.count():
        return
    if field.name != "barcode" and not texts.str.contains("[^0-9]").any():
        yield from _digits_alone(texts, field)
        return
    if field.name != "barcode" and not _matches(texts, _SUSPICIOUS).any():
        return
    scientific = _matches(texts, _SCIENTIFIC)
    if scientific.any():
        yield Damage(
            scientific, "number_shortened", "a number that a spreadsheet has shortened: its digits are lost"
        )
    if field.kind in _NUMBERS:
        return
    if field.name in _LABELS or field.kind != "phone":
        yield from _dates(texts, is_label=field.name in _LABELS)
    if field.name not in _LABELS:
        yield from _lost_digits(texts)
    if field.name == "barcode":
        yield from _barcodes(texts)
    elif field.kind == "id" or field.name == "sku":
        yield from _lost_zeros(texts)


def _digits_alone(texts: pl.Series, field: Field) -> Iterator[Damage]:
    """Yield what is wrong with a column of digits, in which no date and no exponent can stand."""
    if field.kind in _NUMBERS or field.name in _LABELS:
        return
    if texts.str.ends_with("0").any():
        yield from _lost_digits(texts)
    if (field.kind == "id" or field.name == "sku") and texts.str.starts_with("0").any():
        yield from _lost_zeros(texts)


def _matches(texts: pl.Series, pattern: str) -> pl.Series:
    return texts.str.contains(pattern).fill_null(value=False)


def _dates(texts: pl.Series, *, is_label: bool) -> Iterator[Damage]:
    """Yield dates where sizes, grades and codes stand; a column of codes that is all dates is meant so."""
    short = _matches(texts, _SHORT_DAY)
    if short.any():
        has_month = by_distinct(texts.set(~short, None), names_month, pl.Boolean())
        short = has_month.fill_null(value=False)
    dates = short | _matches(texts, _ISO_DAY)
    if dates.any() and (is_label or int(dates.sum()) < texts.count()):
        yield Damage(
            dates, "text_became_date", "a date: spreadsheets turn texts such as '8-10' or '3/4' into dates"
        )


def _lost_digits(texts: pl.Series) -> Iterator[Damage]:
    """Yield long numbers of which all end in zeros: those that a spreadsheet put for the digits beyond the 15th."""
    long = _matches(texts, _LONG)
    if not long.any() or not texts.filter(long).str.ends_with("0").all():
        return
    zeros = texts.filter(long).str.extract(r"(0*)$", 1).str.len_chars()
    if int(zeros.sum()) >= _FEWEST_ZEROS:
        yield Damage(long, "digits_lost", "a number whose last digits a spreadsheet has replaced by zeros")


def _barcodes(texts: pl.Series) -> Iterator[Damage]:
    """Yield what the check digits of trade item numbers say (GS1 General Specifications 7.9)."""
    digits = texts.str.strip_chars()
    digits = digits.set(~_matches(digits, r"^[0-9]{6,14}$"), None)
    lengths = digits.str.len_chars()
    is_valid = by_distinct(digits, has_check_digit, pl.Boolean()).fill_null(value=False)
    is_full = lengths.is_in(_GTIN_LENGTHS).fill_null(value=False)
    wrong = is_full & ~is_valid
    rounded = wrong & _matches(digits, r"00000$")
    if rounded.any():
        yield Damage(
            rounded, "number_shortened", "a number whose last digits a spreadsheet has replaced by zeros"
        )
    if (wrong & ~rounded).any():
        problem = "a barcode whose check digit is wrong"
        yield Damage(wrong & ~rounded, "check_digit_wrong", problem, is_lost=False)
    has_siblings = bool((is_full & is_valid).any())
    for length, full in _WITHOUT_ZEROS.items():
        short = (lengths == length).fill_null(value=False)
        padded = digits.set(~short, None).str.zfill(full)
        sound = by_distinct(padded, has_check_digit, pl.Boolean()).fill_null(value=False)
        count = int(sound.sum())
        if count and count >= _SURE * int(short.sum()) and (has_siblings or count > 1):
            yield Damage(short, "leading_zero_lost", "a barcode that has lost the zeros at its beginning")


def _lost_zeros(texts: pl.Series) -> Iterator[Damage]:
    """Yield numbers that are shorter than their neighbours, which all have one length and some of them a zero in front."""
    digits = texts.str.strip_chars()
    digits = digits.set(~_matches(digits, r"^[0-9]{1,15}$"), None)
    lengths = digits.str.len_chars()
    widths = lengths.filter(_matches(digits, r"^0[0-9]")).unique()
    if len(widths) != 1:
        return
    shorter = (lengths < widths[0]).fill_null(value=False)
    if shorter.any():
        problem = (
            f"a number shorter than others of its column, which have {widths[0]} digits and zeros in front"
        )
        yield Damage(shorter, "leading_zero_lost", problem, is_lost=False)


def has_check_digit(digits: str) -> bool:
    """Tell whether the last digit is the check digit of a trade item number: weights 3 and 1 from the right."""
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0


def _issue(source: pl.DataFrame, field: Field, name: str, damage: Damage, level: Level) -> pl.DataFrame:
    texts = source.select(ROW, pl.col(name).str.slice(0, 200).alias("value")).filter(damage.rows)
    if is_personal(field.entity, field.name):
        texts = texts.with_columns(by_distinct(texts["value"], mask, pl.String()).alias("value"))
    end = "." if level is Level.ERROR or not damage.is_lost else f". {field.title} is left empty."
    detail = pl.lit(f"Column {name!r} holds '") + pl.col("value") + pl.lit(f"', {damage.problem}{end}")
    return texts.select(
        ROW,
        *issue(
            damage.code,
            field=field.name,
            source_field=name,
            value=pl.col("value"),
            detail=detail,
            level=level,
        ),
    )
