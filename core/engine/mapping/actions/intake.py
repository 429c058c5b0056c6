"""Take an export in: read it and suggest the mapping of its columns at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.context import Context
from core.engine.mapping.actions.suggest import suggest_mapping
from core.engine.sources import actions as sources_actions
from core.engine.sources.contract import Source
from core.engine.sources.tables import SourceFile


def add_export(
    context: Context,
    migration_id: str,
    path: Path,
    sources: Mapping[str, Source],
    *,
    name: str | None = None,
    creates: bool = False,
) -> SourceFile:
    """Add a file to a migration, then suggest every field that nobody has decided.

    With `creates` the migration is created under this id, named after the file, unless it exists; a file that cannot be
    read creates none. Two transactions: a file that was read stays, whatever becomes of the suggestions. Raises as
    `add_file` does.
    """
    file = sources_actions.add_file(context, migration_id, path, sources, name=name, creates=creates)
    suggest_mapping(context, migration_id, sources)
    return file
