"""One hash of several columns: equal for equal rows, and for no others."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import MONEY, hash_columns

texts = st.sampled_from([None, "", "a", "b", "ab", "\x1f"])
money = st.sampled_from([None, Decimal("0.0000"), Decimal("1.0000"), Decimal("-1.0000")])
flags = st.sampled_from([None, True, False])
SCHEMA = {
    "one": pl.String,
    "two": pl.String,
    "three": pl.String,
    "amount": MONEY,
    "other": MONEY,
    "flag": pl.Boolean,
}


@given(st.lists(st.tuples(texts, texts, texts, money, money, flags), min_size=2, max_size=60))
def test_rows_have_the_same_hash_only_if_they_are_equal(rows):
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    hashes = frame.select(hash_columns(pl.col(name) for name in SCHEMA)).to_series()
    assert hashes.dtype == pl.UInt64
    assert len(dict(zip(hashes, rows, strict=True))) == len(set(rows))
    assert all(
        len({row for row, other_hash in zip(rows, hashes, strict=True) if other_hash == row_hash}) == 1
        for row_hash in hashes
    )
