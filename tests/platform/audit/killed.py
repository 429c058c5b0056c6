"""Processes that change or read, and are killed on the way: `python -m tests.platform.audit.killed PERSON TENANT ROUNDS FOLDER`.

Each is a fork that kills itself without notice at one point of its transaction. What it handed out before, a reading
writes to a file of FOLDER.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, event, select

from core.context import Context
from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.engine.sources.tables import Migration
from core.platform.access.actions import enter, view
from core.platform.audit.actions import note_reading

POINTS = ("touched", "head locked", "line added", "before commit", "after commit")
"""Behind the change or the reading; behind audit_open; behind audit_append; at COMMIT; behind it."""

_STATEMENTS = {"touched": "migration", "head locked": "audit_open", "line added": "audit_append"}


@view("personal.read")
def read_name(context: Context, object_id: str) -> str:
    """Read a value as if it were a guest's."""
    name = context.session.scalar(select(Migration.name).limit(1))
    note_reading(context, "customer", object_id, data="customer", purpose="source record")
    return str(name)


def change(context: Context, name: str, _folder: Path) -> None:
    create_migration(context, name)


def read(context: Context, name: str, folder: Path) -> None:
    value = read_name(context, name)
    (folder / name).write_text(value, encoding="utf-8")


WORKS: dict[str, Callable[[Context, str, Path], None]] = {"change": change, "read": read}


def _die(*_arguments: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at(point: str) -> None:
    """Have this process killed when its transaction reaches the point."""
    if point in _STATEMENTS:

        def after(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if _STATEMENTS[point] in statement and "membership" not in statement:
                _die()

        event.listen(Engine, "after_cursor_execute", after)
    elif point == "before commit":
        event.listen(Engine, "commit", _die)
    elif point == "after commit":
        event.listen(TenantSession, "after_commit", _die)


def main() -> None:
    person, tenant, rounds, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    for number in range(rounds):
        for point in (*POINTS, "never"):
            for work, do in WORKS.items():
                child = os.fork()
                if child == 0:
                    with enter(person, tenant) as context:
                        _die_at(point)
                        do(context, f"{work}|{point}|{number}".replace(" ", "_"), folder)
                    os._exit(0)
                _, status = os.waitpid(child, 0)
                assert (status == signal.SIGKILL) is (point != "never"), (work, point, status)


if __name__ == "__main__":
    main()
