"""Read records of the target as people see them: personal values and the ids of people's records in clear."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.context import Context
from core.db.personal import PersonalValues
from core.db.target import target_table


def stored_records(context: Context, entity: str) -> list[dict[str, Any]]:
    """Read all the tenant's records of the entity, every column in clear."""
    table = target_table(entity)
    rows = context.session.execute(select(table).where(table.c.tenant_id == context.tenant.id)).mappings()
    return PersonalValues.of(context.session, entity).decrypt_rows(rows)
