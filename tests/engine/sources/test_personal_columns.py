"""Columns of people's own values are recognised together as each is alone."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.sources.views import looks_personal, personal_columns

_NAMES = ("Email", "Guest Name", "Order Id", "Total", "Contact", "server", "Note", "x")
_VALUES = st.sampled_from([None, "", "ana@example.com", "+1 503-555-0124", "12.50", "Pad Thai", "2025-04-02"])


@given(
    st.lists(st.lists(_VALUES, min_size=3, max_size=3), min_size=1, max_size=len(_NAMES)),
    st.sampled_from([None, "order", "customer"]),
)
def test_columns_are_judged_together_as_each_alone(columns, entity):
    rows = pl.DataFrame(
        dict(zip(_NAMES, columns, strict=False)),
        schema_overrides=dict.fromkeys(_NAMES[: len(columns)], pl.String),
    )
    alone = {name for name in rows.columns if looks_personal(rows[name], entity)}
    assert personal_columns(rows, entity) == alone


@pytest.mark.parametrize(
    ("entity", "personal"),
    [(None, {"Email", "Reach"}), ("customer", {"Email", "Reach", "Total"})],
)
def test_names_values_and_records_of_people_say_what_is_personal(entity, personal):
    rows = pl.DataFrame(
        {"Email": [None], "Reach": ["ana@example.com"], "Total": ["12.50"], "Guest Id": ["7"]}
    )
    assert personal_columns(rows.cast(pl.String), entity) == personal


def test_rows_without_columns_have_no_personal_ones():
    assert personal_columns(pl.DataFrame(), "customer") == frozenset()
