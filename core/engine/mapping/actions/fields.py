"""Make fields of a mapping that nobody has decided."""

from __future__ import annotations

from core.context import Context
from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.tables import MappingField
from core.kit.ids import new_id


def undecided_field(
    context: Context, migration_id: str, key: tuple[str, str, int], **columns: object
) -> MappingField:
    """Make an undecided field, not yet in the session. `key`: stream, source field, slot; `columns`: the others."""
    stream, source_field, slot = key
    return MappingField(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        migration_id=migration_id,
        stream=stream,
        source_field=source_field,
        slot=slot,
        status=SUGGESTED,
        version=0,
        **columns,
    )
