"""Work ahead of a consumer: prefetch items, map items in threads, run stages that hand their results on.

Working ahead changes when items are made, never which, in which order, or which error is raised. It pays where both
sides leave the interpreter (Polars, compression, ciphers and sockets do). A session belongs to the thread that opened
it and must not be used in another one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar, cast

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
S = TypeVar("S")
P = ParamSpec("P")

_PREFETCHED = 2
"""Items made and not yet taken. With one, a slow step on either side makes the other side wait."""


def prefetch(items: Iterable[T]) -> Iterator[T]:
    """Yield the items in their order, made in one other thread, at most two ahead of the caller.

    An error of making an item is raised in its position, and no more items are made. A caller that stops early waits
    for the item being made, and for no other.
    """
    source, end = iter(items), object()
    is_broken = False

    def make() -> object:
        nonlocal is_broken
        if is_broken:
            return end
        is_broken = True
        item = next(source, end)
        is_broken = False
        return item

    with ThreadPoolExecutor(1, "prefetch") as maker:
        under_way = deque(maker.submit(make) for _ in range(_PREFETCHED))
        try:
            while (item := under_way.popleft().result()) is not end:
                under_way.append(maker.submit(make))
                yield cast("T", item)
                del item  # or it would stay in memory until the one after it is there
        finally:
            _cancel(under_way)


def map_ahead(
    items: Iterable[T], first: Callable[[T], U], second: Callable[[U], V], *, depth: int
) -> Iterator[V]:
    """Yield second(first(item)) for each item in order; each function has a thread, `depth` items are ahead of the caller.

    The items are made in the caller's thread, so they may come from its session. An error is raised in the position of
    its item; items behind it may have been made. A caller that stops early waits for the items being worked on.
    """
    with (
        ThreadPoolExecutor(1, "map-first") as first_thread,
        ThreadPoolExecutor(1, "map-second") as second_thread,
    ):
        under_way: deque[Future[V]] = deque()
        try:
            for item in items:
                half_done = first_thread.submit(first, item)
                under_way.append(second_thread.submit(_continue, second, half_done))
                del item, half_done  # or they would stay in memory until the next item
                if len(under_way) > depth:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            _cancel(under_way)


def _continue(work: Callable[[U], V], half_done: Future[U]) -> V:
    return work(half_done.result())


def _cancel(under_way: Iterable[Future[T]]) -> None:
    for future in under_way:
        future.cancel()


class Stage(Generic[S]):
    """A thread, and a state that only work in this thread uses; a context manager that ends the thread.

    Work is done in the order it was submitted. Leaving the context waits for all of it.
    """

    def __init__(self, name: str, state: S) -> None:
        self.state = state
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    def submit(self, work: Callable[Concatenate[S, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do work(state, …) in the stage's thread."""
        return self._thread.submit(work, self.state, *args, **kwargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True)
