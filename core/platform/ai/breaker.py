"""A circuit breaker per server and model, in this process: whoever has failed five times in a row rests for a while.

It also remembers since when and why a model fails, which is what the badge on the screens says.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

FAILURES = 5
REST_SECONDS = 30.0

_lock = Lock()
_states: dict[tuple[str, str], _State] = {}


@dataclass(slots=True)
class _State:
    since: datetime
    reason: str
    failures: int = 0
    opened: float | None = None  # time.monotonic()


def closed(server: str, model: str) -> bool:
    """Whether the model may be asked. After its rest one call may try; the next waits for how that goes."""
    with _lock:
        state = _states.get((server, model))
        if state is None or state.opened is None:
            return True
        if time.monotonic() - state.opened < REST_SECONDS:
            return False
        state.opened = time.monotonic()
        return True


def worked(server: str, model: str) -> None:
    with _lock:
        _states.pop((server, model), None)


def failed(server: str, model: str, reason: str, at: datetime) -> None:
    with _lock:
        state = _states.setdefault((server, model), _State(at, reason))
        state.reason = reason
        state.failures += 1
        if state.failures >= FAILURES:
            state.opened = time.monotonic()


def trouble(server: str, model: str) -> tuple[str, datetime] | None:
    """Why and since when the model fails; None where its last call worked or there was none."""
    with _lock:
        state = _states.get((server, model))
        return (state.reason, state.since) if state else None


def forget() -> None:
    """Begins anew, as after a restart."""
    with _lock:
        _states.clear()
