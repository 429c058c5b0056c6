"""Our own identifiers: UUID version 7 as text, so that they sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())


def new_ids(count: int) -> list[str]:
    """Many at once, ascending."""
    make = uuid_utils.uuid7
    return [str(make()) for _ in range(count)]
