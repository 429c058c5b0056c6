"""Hash passwords with argon2id, at most four at a time: each takes 46 MiB and about 40 ms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import LimitReachedError
from core.platform.signin.rules import MAX_PASSWORD, normal_password

_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)  # KiB
_AT_ONCE = 4
_PATIENCE = 10.0  # seconds
_slots = BoundedSemaphore(_AT_ONCE)


def hash_password(password: str) -> str:
    """Hash a password; the parameters are part of the result."""
    with _slot():
        return _HASHER.hash(normal_password(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether the password is the one that was hashed; without a hash as much work is done for nothing."""
    text = normal_password(password)
    fits = len(text) <= MAX_PASSWORD  # nobody has such a password, and all of it would be hashed
    with _slot():
        try:
            _HASHER.verify(stored or _dummy(), text[:MAX_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None and fits


def needs_rehash(stored: str) -> bool:
    """Tell whether the password was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=_PATIENCE):
        raise LimitReachedError(
            "Too many people are signing in at once.", hint="Try again in a few seconds.", retry_after=5
        )
    try:
        yield
    finally:
        _slots.release()


@cache
def _dummy() -> str:
    """Return a hash that no password fits."""
    return _HASHER.hash("no password of anybody's")
