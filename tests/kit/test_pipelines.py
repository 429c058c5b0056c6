"""Working ahead changes when items are made, never which, in which order, or which error is raised."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.pipelines import Stage, map_ahead, prefetch

items_or_none = st.lists(st.none() | st.integers(), max_size=20)


def threads_named(*prefixes):
    return [thread for thread in threading.enumerate() if thread.name.startswith(prefixes)]


class Payload:
    """An object whose life can be watched."""


# --- prefetch ---------------------------------------------------------------------------------------------------


@given(items=items_or_none)
def test_every_item_comes_once_and_in_order(items):
    assert list(prefetch(items)) == items


def test_what_making_an_item_raises_is_raised_in_its_place():
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("the second cannot be made")

    items = prefetch(failing())
    assert next(items) == 1
    with pytest.raises(ValueError, match="second"):
        next(items)


def test_nothing_is_made_after_what_could_not_be_made():
    class Broken:
        calls = 0

        def __iter__(self):
            return self

        def __next__(self):
            self.calls += 1
            if self.calls == 2:
                raise ValueError("the second cannot be made")
            return self.calls

    broken = Broken()
    items = prefetch(broken)
    assert next(items) == 1
    with pytest.raises(ValueError, match="second"):
        next(items)
    assert broken.calls == 2


def test_items_are_made_in_one_other_thread_and_at_most_two_wait():
    threads, count = set(), 0

    def counting() -> Iterator[int]:
        nonlocal count
        for count in range(1, 100):
            threads.add(threading.current_thread())
            yield count

    for handled in prefetch(counting()):
        assert count <= handled + 2
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_a_caller_that_stops_leaves_no_thread_and_nothing_open():
    is_closed = threading.Event()

    def closing() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            is_closed.set()

    items = prefetch(closing())
    assert next(items) == 0
    items.close()
    assert is_closed.is_set()
    assert not threads_named("prefetch")


def test_an_error_of_the_caller_ends_the_prefetching():
    def first_inverse(items):
        return next(1 / item for item in items)

    with pytest.raises(ZeroDivisionError):
        first_inverse(prefetch(range(100)))
    gc.collect()
    assert not threads_named("prefetch")


def test_prefetched_items_that_were_handled_are_let_go():
    living: list[weakref.ref[Payload]] = []

    def payloads() -> Iterator[Payload]:
        for _ in range(20):
            payload = Payload()
            living.append(weakref.ref(payload))
            yield payload
            del payload

    most = 0
    for payload in prefetch(payloads()):
        del payload
        gc.collect()
        most = max(most, sum(reference() is not None for reference in living))
    assert most <= 4  # two waiting, one being made, one that the thread has just returned


# --- map_ahead --------------------------------------------------------------------------------------------------


@given(items=st.lists(st.integers(), max_size=20), depth=st.integers(0, 4))
def test_items_are_mapped_by_both_functions_in_order(items, depth):
    mapped = map_ahead(items, lambda item: item + 1, lambda item: item * 3, depth=depth)
    assert list(mapped) == [(item + 1) * 3 for item in items]


@given(items=st.lists(st.integers(0, 3), max_size=12), fails_in=st.sampled_from(["first", "second"]))
def test_the_first_item_that_cannot_be_mapped_raises_its_error_in_its_position(items, fails_in):
    def work(name):
        def checked(item):
            if name == fails_in and item == 0:
                raise ValueError(f"{name} failed")
            return item

        return checked

    mapped = map_ahead(items, work("first"), work("second"), depth=2)
    if 0 not in items:
        assert list(mapped) == items
        return
    before = items[: items.index(0)]
    assert [next(mapped) for _ in before] == before
    with pytest.raises(ValueError, match=f"{fails_in} failed"):
        next(mapped)


def test_an_error_of_the_source_is_raised_in_the_thread_of_the_caller():
    threads = set()

    def failing() -> Iterator[int]:
        threads.add(threading.current_thread())
        yield 1
        raise ValueError("no second item")

    with pytest.raises(ValueError, match="no second item"):
        list(map_ahead(failing(), int, int, depth=0))
    assert threads == {threading.current_thread()}
    assert not threads_named("map-first", "map-second")


def test_each_function_has_a_thread_and_no_more_than_the_depth_is_ahead():
    threads: dict[str, set[threading.Thread]] = {"first": set(), "second": set()}
    newest = 0

    def source() -> Iterator[int]:
        nonlocal newest
        for number in range(1, 50):
            newest = number
            yield number

    def work(name):
        def noted(item):
            threads[name].add(threading.current_thread())
            return item

        return noted

    for mapped in map_ahead(source(), work("first"), work("second"), depth=3):
        assert newest <= mapped + 3
    assert [len(of_function) for of_function in threads.values()] == [1, 1]
    assert not threads["first"] & (threads["second"] | {threading.current_thread()})


def test_a_caller_of_map_ahead_that_stops_leaves_no_thread_and_waits_for_no_item_that_was_not_begun():
    items_tried: list[int] = []

    def work(item):
        items_tried.append(item)
        return item

    mapped = map_ahead(range(100), work, int, depth=2)
    assert next(mapped) == 0
    mapped.close()
    assert max(items_tried) <= 2
    assert not threads_named("map-first", "map-second")


# --- stages -----------------------------------------------------------------------------------------------------


def test_a_stage_does_its_work_in_one_other_thread_in_order_and_alone_uses_its_state():
    with Stage("stage", []) as stage:
        futures = [stage.submit(lambda state, item: state.append(item) or len(state), n) for n in range(20)]
        threads = {stage.submit(lambda _: threading.current_thread()).result() for _ in range(3)}
        assert [future.result() for future in futures] == list(range(1, 21))
    assert stage.state == list(range(20))
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_a_stage_waits_for_its_work_when_it_is_left_and_leaves_no_thread():
    is_free, done = threading.Event(), []
    with Stage("stage", done) as stage:
        stage.submit(lambda _: is_free.wait(10))
        stage.submit(lambda state: state.append("second"))
        is_free.set()
    assert done == ["second"]
    assert not threads_named("stage")


def test_an_error_in_a_stage_is_the_results_and_the_next_work_is_done():
    with Stage("stage", 7) as stage:
        failed = stage.submit(lambda state: state / 0)
        assert stage.submit(lambda state: state + 1).result() == 8
        with pytest.raises(ZeroDivisionError):
            failed.result()


def test_a_stage_takes_the_result_of_another_one_as_an_argument():
    with Stage("stage-1", 2) as first, Stage("stage-2", 10) as second:
        doubled = first.submit(lambda factor, item: factor * item, 21)
        added = second.submit(lambda summand, earlier: summand + earlier.result(), doubled)
        assert added.result() == 52
