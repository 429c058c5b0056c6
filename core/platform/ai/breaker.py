"""A circuit breaker per server and model, in this process: after five failures in a row a model is not asked for a while.

It also keeps since when and why a model fails, for the badge on the screens.
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
    open_since: float | None = None  # time.monotonic()


def is_closed(server: str, model: str) -> bool:
    """Return whether the model may be asked; after REST_SECONDS one call may try, and the next waits for its outcome."""
    with _lock:
        state = _states.get((server, model))
        if state is None or state.open_since is None:
            return True
        if time.monotonic() - state.open_since < REST_SECONDS:
            return False
        state.open_since = time.monotonic()
        return True


def record_success(server: str, model: str) -> None:
    """Close the breaker: the model's last call succeeded."""
    with _lock:
        _states.pop((server, model), None)


def record_failure(server: str, model: str, reason: str, at: datetime) -> None:
    """Count a failure; the breaker opens at FAILURES in a row."""
    with _lock:
        state = _states.setdefault((server, model), _State(at, reason))
        state.reason = reason
        state.failures += 1
        if state.failures >= FAILURES:
            state.open_since = time.monotonic()


def last_failure(server: str, model: str) -> tuple[str, datetime] | None:
    """Return why and since when the model fails; None after a success, or without any call."""
    with _lock:
        state = _states.get((server, model))
        return (state.reason, state.since) if state else None


def reset() -> None:
    """Forget all failures, as a restart of the process does."""
    with _lock:
        _states.clear()
