"""Collect facts about the columns of a stream over all its rows: how many are filled, and whether each value occurs once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import reduce
from operator import add
from typing import Any, Self

import polars as pl

from core.engine.row_content import count_rows, is_counter_name
from core.engine.sources.days.facts import DayFacts, count_days, day_columns
from core.kit.empty_words import are_empty_words
from core.kit.number_forms import FormCounts, add_forms

_MOST_ROWS = 2_000_000
"""Rows up to which values are compared with all others; beyond it nobody knows whether a value occurs twice."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """Facts about a column over all rows of its stream.

    filled     rows with a value; blank text counts as none
    is_unique  whether no value occurs twice among the filled rows; None where the stream has too many rows to know
    days       how its days are written; None where it is no column of days
    numbers    how many values are written in which form of numbers
    empty_words  spellings that may stand for nothing, such as NULL or 1900-01-01, and the rows that have each
    counts     whether it only counts the rows: named so, and 1, 2, 3 … in their order
    """

    filled: int = 0
    is_unique: bool | None = None
    numbers: FormCounts = field(default_factory=FormCounts)
    days: DayFacts | None = None
    empty_words: Mapping[str, int] = field(default_factory=dict)
    counts: bool = False

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read facts as stored; facts that a later version stores are left out."""
        facts = {name: value for name, value in document.items() if name in _STORED_AS_THEY_ARE}
        return cls(
            **facts,
            numbers=FormCounts.from_json(document.get("numbers") or {}),
            days=DayFacts.from_json(document.get("days")),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"numbers": self.numbers.to_json()}


_STORED_AS_THEY_ARE = frozenset(fact.name for fact in fields(ColumnFacts)) - {"numbers", "days"}


class FactCollector:
    """Collect the facts of one stream, frame by frame, in flat memory but for 8 bytes a value of columns without repeats."""

    def __init__(self) -> None:
        self._rows = 0
        self._filled: dict[str, int] = {}
        self._hashes: dict[str, list[pl.Series]] = {}
        self._numbers: dict[str, FormCounts] = {}
        self._days: dict[str, DayFacts] = {}
        self._empty_words: dict[str, Counter[str]] = {}
        self._counters: set[str] = set()

    def add(self, frame: pl.DataFrame) -> None:
        """Add the rows of a frame; columns whose name begins with '_' are ours and are skipped."""
        names = [name for name in frame.columns if not name.startswith("_")]
        is_first = not self._rows
        if is_first:
            self._counters = set(filter(is_counter_name, names))
        self._counters = {
            name for name in self._counters if name in names and count_rows(frame[name], self._rows + 1)
        }
        self._rows += frame.height
        if not names:
            return
        empty_before = [name for name in names if not self._filled.get(name)]
        for name, days in count_days(frame, [*self._days, *day_columns(frame, empty_before)]).items():
            self._days[name] = self._days.get(name, DayFacts()) + days
        filled = frame.select(pl.col(names).is_not_null().sum()).row(0)
        for name, count in zip(names, filled, strict=True):
            self._filled[name] = self._filled.get(name, 0) + count
            if is_first or name in self._hashes:
                self._compare(name, frame[name])
            if count:
                self._numbers[name] = add_forms(self._numbers.get(name), frame[name])
        if self._rows > _MOST_ROWS:
            self._hashes.clear()
        for name, words in count_empty_words(frame, names).items():
            self._empty_words.setdefault(name, Counter()).update(words)

    def _compare(self, name: str, values: pl.Series) -> None:
        """Keep the hashes of a column's values, or give the column up where one repeats."""
        hashes = values.drop_nulls().hash()
        if hashes.n_unique() < len(hashes):
            self._hashes.pop(name, None)
        else:
            self._hashes.setdefault(name, []).append(hashes)

    def facts(self) -> dict[str, ColumnFacts]:
        """Return the facts of each column, in the order the columns came."""
        return {
            name: ColumnFacts(
                filled,
                self._is_unique(name),
                self._numbers.get(name, FormCounts()),
                self._days.get(name),
                dict(self._empty_words.get(name, {})),
                name in self._counters,
            )
            for name, filled in self._filled.items()
        }

    def _is_unique(self, name: str) -> bool | None:
        if self._rows > _MOST_ROWS:
            return None
        parts = [part for part in self._hashes.get(name, ()) if len(part)]
        return bool(parts) and pl.concat(parts).n_unique() == sum(map(len, parts))


def merge_facts(files: Sequence[Mapping[str, ColumnFacts]]) -> dict[str, ColumnFacts]:
    """Merge the facts of one stream's columns over its files: unique only where it is in each of them."""
    parts: dict[str, list[ColumnFacts]] = {}
    for file in files:
        for name, facts in file.items():
            parts.setdefault(name, []).append(facts)
    return {name: few[0] if len(few) == 1 else _merged(few) for name, few in parts.items()}


def _merged(parts: Sequence[ColumnFacts]) -> ColumnFacts:
    words: Counter[str] = Counter()
    for part in parts:
        words.update(part.empty_words)
    return ColumnFacts(
        sum(part.filled for part in parts),
        _all(part.is_unique for part in parts),
        sum((part.numbers for part in parts), FormCounts()),
        _days_of(parts),
        dict(words),
        all(part.counts for part in parts),
    )


def _days_of(parts: Sequence[ColumnFacts]) -> DayFacts | None:
    days = [part.days for part in parts if part.days]
    return reduce(add, days) if days else None


def count_empty_words(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count the spellings that may stand for nothing, of the columns of text that have some."""
    hits = frame.select(expr.any() for expr in are_empty_words(columns)).row(0) if columns else ()
    counts = {}
    for name in (name for name, has_words in zip(columns, hits, strict=True) if has_words):
        words = frame.select(name).filter(*are_empty_words([name])).to_series().value_counts(sort=True)
        counts[name] = {str(word): int(count) for word, count in words.iter_rows()}
    return counts


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Return False where one is, else None where one is not known, else True."""
    distinct = set(answers)
    return False if False in distinct else None if None in distinct else True
