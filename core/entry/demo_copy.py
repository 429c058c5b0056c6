"""Keep a copy of a demo tenant's rows as its story left them, and put it back: a reset takes seconds.

The copy lies in the database (core.db.demo_schema). Its stamp names the revision and the program's files that the story
comes from, so that after an upgrade, or with another story, the next reset imports again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import text

from core.context import Context
from core.db.migrate import newest_revision
from core.settings import ROOT

_ORIGINS = ("adapters", "core/engine", "core/schema.py", "core/business", "core/entry", "data", "mock_data")
"""Files and folders that what a story builds comes from."""
_SUFFIXES = frozenset({".py", ".yaml", ".json", ".csv", ".typ"})


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy of a demo tenant; one that is not current is of an earlier version, and is not put back."""

    kept_at: datetime
    is_current: bool


def keep(context: Context) -> None:
    """Replace the copy by the tenant's rows as they are; refused by the database for a tenant that is no demo."""
    context.session.execute(text("select keep_demo(:stamp)"), {"stamp": stamp()})


def put_back(context: Context) -> bool:
    """Replace the tenant's rows by the copy, in the open transaction; return False where there is no current one."""
    return bool(context.session.scalar(text("select put_back_demo(:stamp)"), {"stamp": stamp()}))


def find_copy(context: Context) -> Copy | None:
    """Return the copy of the tenant's rows, None where none was made."""
    row = context.session.execute(text("select stamp, kept_at from demo_copied()")).first()
    return Copy(row.kept_at, row.stamp == stamp()) if row else None


@cache
def stamp() -> str:
    """Name what a copy made by this version comes from: the revision and a hash of its files."""
    digest = blake2b(digest_size=16)
    for path in sorted(_origins()):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return f"{newest_revision()}-{digest.hexdigest()}"


def _origins() -> Iterator[Path]:
    for name in _ORIGINS:
        origin = ROOT / name
        paths = origin.rglob("*") if origin.is_dir() else [origin]
        yield from (path for path in paths if path.suffix in _SUFFIXES and "corpus" not in path.parts)
