"""Rename migrations, and delete empty ones."""

from __future__ import annotations

from sqlalchemy import select

from core.context import Context
from core.engine.sources import views
from core.engine.sources.actions import import_states
from core.engine.sources.tables import Migration
from core.errors import ConflictError, InvalidInputError
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("migration.write")
def rename_migration(context: Context, migration_id: str, name: str) -> None:
    """Give a migration another name. InvalidInputError for an empty one."""
    migration = views.migration(context, migration_id)
    if not name.strip():
        raise InvalidInputError("A migration needs a name.", hint="Name the customer and what moves.")
    was = migration.name
    migration.name = name.strip()
    record(context, "migration.rename", "migration", migration_id, was=was, name=migration.name)


@action("migration.write")
def delete_migration(context: Context, migration_id: str) -> None:
    """Delete a migration without files and imports. ConflictError for one that has some: its history is on record.

    With an import would go what its rollback needs, while its records stayed in the target.
    """
    # A file that is being added is waited for, so that it is not deleted unseen.
    context.session.execute(select(Migration.id).where(Migration.id == migration_id).with_for_update())
    migration = views.migration(context, migration_id)
    if import_states(context, migration_id):
        raise ConflictError(
            "This migration has an import on record, so it cannot be deleted.",
            hint="Rename it instead.",
            migration=migration_id,
        )
    if views.files(context, migration_id):
        raise ConflictError(
            "This migration has files, so it cannot be deleted.",
            hint="Remove its files on Connect first.",
            migration=migration_id,
        )
    context.session.delete(migration)
    record(context, "migration.delete", "migration", migration_id, name=migration.name)
