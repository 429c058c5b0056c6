"""Recognize columns whose cells hold several values: modifiers with prices, sizes with prices, categories, payments, ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl

from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.shape import Reading

MEMBERS = r"\s*(?:[;,|\n]|\s/\s|\s&\s)\s*"
"""What stands between the values of a cell."""

_PRICED = re.compile(
    r"^(?P<name>[^\d+\-]*[^\W\d][^+]*?)\s*[:=(]?\s*(?P<price>[+-]?\s*[$€£₹]?\s*\d{1,6}(?:[.,]\d{1,2})?\s*[$€£₹]?)\s*\)?$"
)
_AMOUNT = re.compile(r"^\s*[^\d\s,;|]{0,4}\s*-?\d[\d.'\s]*,\d{2}\s*[^\d\s,;|]{0,4}\s*$")
_EXACT = re.compile(r"[+$€£₹]|\d[.,]\d{2}(?!\d)")
_COUNTED = re.compile(r"^\d{1,3}\s*[x×*]\s*\S|\S\s*[x×]\s*\d{1,3}$", re.IGNORECASE)
_PROSE = word_set("note description comment address name remark text title image url street bio message")
_PUPILS = word_set("student pupil child sibling learner kind schuler eleve alumno aluno")
_CATEGORIES = word_set("category collection department kategorie categorie categoria")
_SEVERAL = "Its cells hold several values."
_LOOKED_AT = 1_000
_SHARE = 0.5


def cell_readings(columns: Sequence[str], rows: pl.DataFrame) -> dict[str, Reading]:
    """Return the readings of the columns whose cells hold several values that must not be stored as one."""
    readings = {
        column: _reading(column, rows[column].drop_nulls().head(_LOOKED_AT).to_list()) for column in columns
    }
    return {column: reading for column, reading in readings.items() if reading is not None}


def members(text: str) -> list[str]:
    """Split a cell into its values; an amount with a decimal comma, such as 'R$ 1.980,00', is one."""
    if _AMOUNT.match(text):
        return [text.strip()]
    return [member for member in re.split(MEMBERS, text.strip()) if member]


def priced(text: str) -> tuple[str, str] | None:
    """Split 'Bacon +1.50' into name and price; None for other texts."""
    match = _PRICED.match(text)
    return (match["name"].strip(), match["price"].replace(" ", "")) if match else None


def _reading(column: str, values: list[str]) -> Reading | None:
    header_words = set(words(column))
    lists = [parts for value in values if len(parts := members(value)) > 1]
    if not lists or header_words & _PROSE:
        return None
    example = "; ".join(max(lists, key=len)[:3])
    for test, text in _QUESTIONS:
        if _share(lists, test) >= _SHARE:
            return Reading(None, _SEVERAL, question=text.format(example=example))
    if header_words & _CATEGORIES or any(" > " in value for value in values):
        question = f"One cell holds several categories ({example}), and an item has one: which one counts?"
        return Reading(None, _SEVERAL, question=question)
    if header_words & _PUPILS and all(
        re.fullmatch(r"[\w/.\-]{1,24}", part) for parts in lists for part in parts
    ):
        return Reading("guardian.student_ids", "The cells list pupils.", "split_any")
    return None


def _is_priced_list(parts: Sequence[str]) -> bool:
    amounts = [part for part in parts if priced(part)]
    return len(amounts) * 2 >= len(parts) and any(map(_EXACT.search, amounts))


def _are_counted(parts: Sequence[str]) -> bool:
    return all(map(_COUNTED.search, parts))


def _share(lists: Sequence[Sequence[str]], test: Callable[[Sequence[str]], bool]) -> float:
    return sum(map(test, lists)) / len(lists)


_LEFT_OUT = "({example}): import each as a record of its own, or leave the column out."
_QUESTIONS = (
    (_is_priced_list, f"One cell holds several things with amounts {_LEFT_OUT}"),
    (_are_counted, f"One cell holds several things with their numbers {_LEFT_OUT}"),
)
