"""Our own identifiers: UUID version 7 as text, so that they sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())


def new_id_bytes(count: int) -> list[bytes]:
    """Generate many ids at once, ascending, as the 16 bytes that the database keeps."""
    make = uuid_utils.uuid7
    return [make().bytes for _ in range(count)]
