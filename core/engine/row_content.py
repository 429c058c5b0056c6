"""Tell equal rows of a stream apart, whatever their order: the second, third … of them carry their number in COPY.

A row without an id of its own is recognised by its content. Columns that only count the rows are no part of it, as the
next export counts anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from core.engine.batch import COPY, hash_columns

_COUNTER_NAME = re.compile(
    r"(?:row|sl|sr|s|lfd|laufende|zeilen?|ligne|fila|linha|riga|rij|rad|unnamed|column)?[\s._:-]*"
    r"(?:#|№|n[or°º]?|num|number|nummer|numero|numéro|número|nbr|index|idx|pos|\d+)?[\s.°º:]*",
    re.IGNORECASE,
)


def is_counter_name(name: str) -> bool:
    """Whether a column of this name may only count the rows of a list: 'Row', '#', 'S.No', 'Lfd. Nr.'; its values tell."""
    return bool(_COUNTER_NAME.fullmatch(name.strip()))


def count_rows(values: pl.Series, first: int) -> bool:
    """Whether the values are `first`, `first` + 1, … in order, none missing."""
    expected = pl.int_range(first, first + len(values), eager=True).cast(pl.String)
    return bool((values.str.strip_chars() == expected).fill_null(value=False).all())


def content_columns(columns: Iterable[str], counters: Iterable[str] = ()) -> list[str]:
    """List the columns that say what a row is, in the order of their names; ours begin with '_'."""
    left_out = set(counters)
    return sorted(name for name in columns if not name.startswith("_") and name not in left_out)


_BITS = 28
_PROBES = 4


class CopyCounter:
    """Number the equal rows of one stream, frame by frame, at 8 bytes a row and 32 MB of a stream of several frames."""

    def __init__(self) -> None:
        self._counters: list[str] | None = None
        self._hashes: list[pl.Series] = []
        self._bits: np.ndarray[tuple[int], np.dtype[np.uint8]] | None = None  # a Bloom filter of the hashes
        self._counts: dict[int, int] = {}  # of content that occurred more than once

    def number(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add COPY to a frame that has rows equal to earlier ones: their number among them, null in the others."""
        if self._counters is None:
            columns = content_columns(frame.columns)
            self._counters = [
                name for name in columns if is_counter_name(name) and count_rows(frame[name], 1)
            ]
        names = content_columns(frame.columns, self._counters)
        if not names or frame.is_empty():
            return frame
        hashes = frame.select(hash_columns(map(pl.col, names)).alias(COPY)).to_series()
        distinct = hashes.unique()
        repeated = self._repeated(distinct)
        self._hashes.append(distinct)
        if len(distinct) == len(hashes) and not len(repeated):
            return frame
        return frame.with_columns(self._numbers(hashes, repeated))

    def _numbers(self, hashes: pl.Series, repeated: pl.Series) -> pl.Series:
        suspects = hashes.is_duplicated() | hashes.is_in(repeated.implode())
        for value in repeated.to_list():
            self._counts.setdefault(value, 1)
        numbers: dict[int, str] = {}
        for row, value in zip(suspects.arg_true().to_list(), hashes.filter(suspects).to_list(), strict=True):
            count = self._counts[value] = self._counts.get(value, 0) + 1
            if count > 1:
                numbers[row] = str(count)
        empty = pl.Series(COPY, [None], pl.String).new_from_index(0, len(hashes))
        return empty.scatter(list(numbers), list(numbers.values()))

    def _repeated(self, distinct: pl.Series) -> pl.Series:
        """Select the hashes that an earlier frame has; those of the frame before are added to the filter now."""
        if not self._hashes:
            return distinct.clear()
        if self._bits is None:
            self._bits = np.zeros(1 << (_BITS - 3), np.uint8)
        for positions in _probes(self._hashes[-1]):
            np.bitwise_or.at(self._bits, positions >> 3, np.uint8(1) << (positions & 7).astype(np.uint8))
        may_be = np.ones(len(distinct), np.bool_)
        for positions in _probes(distinct):
            may_be &= (self._bits[positions >> 3] >> (positions & 7).astype(np.uint8)) & 1 == 1
        suspects = distinct.filter(pl.Series(may_be))
        if not len(suspects):
            return suspects
        earlier = pl.concat(self._hashes)
        return suspects.filter(suspects.is_in(earlier.filter(earlier.is_in(suspects.implode())).implode()))


def _probes(hashes: pl.Series) -> Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    values = hashes.to_numpy()
    step = (values >> np.uint64(32)) | np.uint64(1)
    for probe in range(_PROBES):
        positions = (values + np.uint64(probe) * step) & np.uint64((1 << _BITS) - 1)
        yield positions.astype(np.int64)
