"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    source = _source.get()
    return source() if source else datetime.now(UTC)


@contextmanager
def frozen(at: datetime, *, step: timedelta = timedelta(0)) -> Iterator[None]:
    """Freeze the clock at `at` inside the block; each reading moves it on by `step`. For tests and demo data."""
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs a time with a zone")
    state = {"at": at}

    def tick() -> datetime:
        moment = state["at"]
        state["at"] = moment + step
        return moment.astimezone(UTC)

    token = _source.set(tick)
    try:
        yield
    finally:
        _source.reset(token)
