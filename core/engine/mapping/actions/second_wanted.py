"""Ask for a second person: decisions that one should not make alone are announced to those who may confirm them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.review import risk
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources_views
from core.platform.access.colleagues import who_may
from core.platform.events.actions import emit
from core.platform.events.recipients import was_emitted

QUIET = timedelta(hours=1)
"""How long further decisions on the same migration are not announced again."""

_KIND = "second_person_wanted"
_PERMISSION = "mapping.edit"


def announce_second(context: Context, candidates: Sequence[MappingField]) -> None:
    """Emit an event where fields just decided wait for a second person, at most once an hour for a migration."""
    fields = [field for field in candidates if field.target and field.decided_by and risk(field.target)]
    if not fields:
        return
    migration_id = fields[0].migration_id
    if was_emitted(context.session, _KIND, context.now - QUIET, migration_id=migration_id):
        return
    pending = {field.id for field in views.awaiting_second(context, migration_id)}
    if not pending & {field.id for field in fields}:
        return
    emit(
        context,
        _KIND,
        to=[colleague.person_id for colleague in who_may(context, _PERMISSION)],
        migration=sources_views.migration(context, migration_id).name,
        migration_id=migration_id,
        fields=len(pending),
    )
