import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.availability.intervals import Interval, intersect, subtract, unite

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def at(start: int, end: int) -> Interval:
    return Interval(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=end))


def minutes(intervals: list[Interval]) -> set[int]:
    return {
        minute
        for interval in intervals
        for minute in range(
            int((interval.start - MIDNIGHT).total_seconds()) // 60,
            int((interval.end - MIDNIGHT).total_seconds()) // 60,
        )
    }


some_intervals = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: at(min(pair), max(pair))), max_size=6
)


@given(some_intervals, some_intervals)
def test_sets_of_moments_agree_with_sets_of_minutes(first: list[Interval], second: list[Interval]) -> None:
    assert minutes(unite(first)) == minutes(first)
    assert minutes(intersect(first, second)) == minutes(first) & minutes(second)
    assert minutes(subtract(first, second)) == minutes(first) - minutes(second)


@given(some_intervals, some_intervals)
def test_results_are_in_order_and_apart(first: list[Interval], second: list[Interval]) -> None:
    for result in (unite(first), intersect(first, second), subtract(first, second)):
        assert all(interval.start < interval.end for interval in result)
        assert all(before.end <= after.start for before, after in itertools.pairwise(result))


def test_intervals_that_only_touch_do_not_overlap() -> None:
    assert not at(0, 10).overlaps(at(10, 20))
    assert at(0, 11).overlaps(at(10, 20))
    assert unite([at(0, 10), at(10, 20)]) == [at(0, 20)]
    assert at(0, 20).holds(at(10, 20))
    assert not at(0, 20).holds(at(10, 21))
