"""Sums of costs: whatever they are grouped by, they come to the ledger's total."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.platform.costs.spending import (
    Answers,
    Call,
    by_day,
    cost_per_accepted,
    parts,
    total,
)

GROUPINGS = ("operation", "provider", "model", "migration_id", "day", "outcome", "attempt")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
few = st.sampled_from
calls = st.lists(
    st.builds(
        Call,
        id=st.uuids().map(str),
        at=st.just(NOON),
        day=st.dates(date(2026, 11, 10), date(2026, 11, 21)),
        migration_id=few([None, "one", "two"]),
        operation=few(["field_mapping", "analyze_structure", "price_validation", "invented tomorrow"]),
        provider=few(["api.openai.com", "emulator"]),
        model=few(["cheap", "dear", "claude-2"]),
        attempt=st.integers(1, 4),
        tokens_in=st.integers(0, 10**6),
        tokens_cached=st.integers(0, 10**5),
        tokens_out=st.integers(0, 10**6),
        cost_micro=st.integers(0, 10**9),
        outcome=few(["answered", "cached", "timeout", "reserved", "a new word"]),
        latency_ms=st.none(),
        detail=st.just(""),
        prompt=st.none(),
    )
)


@given(calls)
def test_every_grouping_comes_to_the_total_to_the_micro_dollar(calls):
    overall = total(calls)
    assert overall.cost_micro == sum(call.cost_micro for call in calls)
    for grouping in GROUPINGS:
        groups = parts(calls, grouping).values()
        for figure in ("calls", "tokens_in", "tokens_cached", "tokens_out", "cost_micro"):
            assert sum(getattr(part, figure) for part in groups) == getattr(overall, figure), grouping


@given(calls)
def test_a_trend_has_a_bar_for_every_day_and_no_other_day(calls):
    trend = by_day(calls, date(2026, 11, 21), 7)
    assert list(trend) == [date(2026, 11, day) for day in range(15, 22)]
    inside = [call for call in calls if call.day > date(2026, 11, 14)]
    assert sum(part.cost_micro for part in trend.values()) == total(inside).cost_micro


def mapping_call(number, cost, outcome="answered"):
    return Call(
        str(number), NOON + timedelta(minutes=number), NOON.date(), None, "field_mapping", "p", "m", 1, 0, 0, 0, cost, outcome, None, "", None
    )  # fmt: skip


def test_an_accepted_mapping_carries_also_what_failed_and_what_was_not_accepted():
    calls = [mapping_call(1, 1_000), mapping_call(2, 500, "timeout"), mapping_call(3, 501)]
    answers = {"1": Answers(10, 4), "3": Answers(5, 0), "of another month": Answers(9, 9)}
    assert cost_per_accepted(calls, answers) == (500, 4)  # 2,001 over 4 is 500.25


@pytest.mark.parametrize("answers", [{}, {"1": Answers(3, 0)}])
def test_where_nothing_was_accepted_there_is_no_such_cost(answers):
    assert cost_per_accepted([mapping_call(1, 1_000)], answers) == (None, 0)
