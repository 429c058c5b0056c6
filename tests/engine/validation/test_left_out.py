"""Any columns of an export may be excluded: every check of a whole file, and the day's figures, do without them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.validation.arithmetic import day_totals, folded
from core.engine.validation.duplicates import CONTENT
from core.engine.validation.rules import check_file


@pytest.mark.parametrize("sample", ["toast", "square"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_whole_file_is_checked_and_added_up_whatever_columns_are_excluded(
    request, make_columns, sample, data
):
    plan, columns = make_columns(request.getfixturevalue(sample))
    names = [
        (entity, name)
        for entity, frame in columns.items()
        for name in frame.columns
        if name not in {ROW, CONTENT, "external_id"}
    ]
    excluded = data.draw(st.sets(st.sampled_from(names)))
    entities = data.draw(st.sets(st.sampled_from(list(columns)), min_size=1))
    remaining = {
        entity: frame.drop(name for of, name in excluded if of == entity)
        for entity, frame in columns.items()
        if entity in entities
    }
    for issues in check_file(plan, remaining, {}).values():
        assert issues["code"].null_count() == 0
    if "order_line" in remaining:
        short = {**remaining, "order_line": folded(remaining["order_line"])}
        assert day_totals(short, plan).equals(day_totals(remaining, plan))


def test_lines_that_nothing_tells_apart_stay_as_they_are():
    lines = pl.DataFrame({"external_id": ["a", "b"], "discount_amount": ["1.00", "2.00"]})
    assert folded(lines).equals(lines)
