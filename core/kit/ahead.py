"""Works ahead: the next item is made in a thread while the caller still handles the one before.

One item waits at most, so memory stays flat. It pays where making and handling both leave the interpreter (Polars,
compression, ciphers, sockets do). A session must never be used in what is made: it belongs to the caller's thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in their order; what making one raises is raised in its place, and then nothing more is made.

    A caller that stops early waits for the item under way, and for no other.
    """
    source, end = iter(items), object()
    with ThreadPoolExecutor(1, "ahead") as maker:
        following = maker.submit(next, source, end)
        while (item := following.result()) is not end:
            following = maker.submit(next, source, end)
            yield cast("T", item)
            del item  # or it would stay in memory until the one after it is there
