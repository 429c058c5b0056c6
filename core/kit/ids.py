"""Our own identifiers: UUID version 7 as text, so that they sort by the time they were made."""

from __future__ import annotations

import re

import uuid_utils

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_id() -> str:
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id."""
    return bool(_ID.fullmatch(text))


def new_id_bytes(count: int) -> list[bytes]:
    """Generate many ids at once, ascending, as the 16 bytes that the database keeps."""
    make = uuid_utils.uuid7
    return [make().bytes for _ in range(count)]
