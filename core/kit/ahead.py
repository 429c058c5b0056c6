"""Works ahead: the next items are made in a thread while the caller still handles the one before.

Two items wait at most, so memory stays flat. It pays where making and handling both leave the interpreter (Polars,
compression, ciphers, sockets do). A session must never be used in what is made: it belongs to the caller's thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")

_WAITING = 2
"""With one, whoever has been slow once keeps the other waiting, and then the other way round."""


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in their order; what making one raises is raised in its place, and then nothing more is made.

    A caller that stops early waits for the item under way, and for no other.
    """
    source, end = iter(items), object()
    failed = False
    with ThreadPoolExecutor(1, "ahead") as maker:

        def make() -> object:
            nonlocal failed
            if failed:
                return end
            failed = True
            item = next(source, end)
            failed = False
            return item

        def making() -> Future[object]:
            return maker.submit(make)

        under_way = deque(making() for _ in range(_WAITING))
        try:
            while (item := under_way.popleft().result()) is not end:
                under_way.append(making())
                yield cast("T", item)
                del item  # or it would stay in memory until the one after it is there
        finally:
            for waiting in under_way:
                waiting.cancel()
