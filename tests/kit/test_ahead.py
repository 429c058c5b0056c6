"""Working ahead changes when things are made, never what, in which order, or which error is seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.ahead import ahead


@given(items=st.lists(st.none() | st.integers(), max_size=20))
def test_every_item_comes_once_and_in_order(items):
    assert list(ahead(items)) == items


def test_what_making_an_item_raises_is_raised_in_its_place():
    def made() -> Iterator[int]:
        yield 1
        raise ValueError("the second cannot be made")

    items = ahead(made())
    assert next(items) == 1
    with pytest.raises(ValueError, match="second"):
        next(items)


def test_nothing_is_made_after_what_could_not_be_made():
    class Broken:
        asked = 0

        def __iter__(self):
            return self

        def __next__(self):
            self.asked += 1
            if self.asked == 2:
                raise ValueError("the second cannot be made")
            return self.asked

    broken = Broken()
    items = ahead(broken)
    assert next(items) == 1
    with pytest.raises(ValueError, match="second"):
        next(items)
    assert broken.asked == 2


def test_items_are_made_in_one_other_thread_and_at_most_two_wait():
    threads, count = set(), 0

    def made() -> Iterator[int]:
        nonlocal count
        for count in range(1, 100):
            threads.add(threading.current_thread())
            yield count

    for handled in ahead(made()):
        assert count <= handled + 2
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_a_caller_that_stops_leaves_no_thread_and_nothing_open():
    closed = threading.Event()

    def made() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.set()

    items = ahead(made())
    assert next(items) == 0
    items.close()
    assert closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
