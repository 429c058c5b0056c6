"""Takes people's word on whether an unreadable value of a field holds its row."""

from __future__ import annotations

from core.context import Context
from core.engine.mapping import views
from core.engine.sources import views as sources_views
from core.engine.strictness import is_always_strict
from core.errors import InvalidInputError
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.schema import target_schema, target_title


@action("mapping.edit")
def set_strict(context: Context, migration_id: str, target_key: str, *, holds: bool) -> None:
    """Set whether an unreadable value of `target_key` (entity.field) holds its row, or is left empty with a warning."""
    if not holds and is_always_strict(target_schema().field(target_key)):
        raise InvalidInputError(
            f"An unreadable value of {target_title(target_key)} always holds its row.",
            hint="Correct the value in the file, or map another column.",
        )
    migration = sources_views.migration(context, migration_id)
    fields = {**migration.settings.get(views.STRICT_SETTING, {}), target_key: holds}
    migration.settings = {**migration.settings, views.STRICT_SETTING: fields}
    record(context, "mapping.strict", "migration", migration_id, target=target_key, holds=holds)
