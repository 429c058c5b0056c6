"""Counts the rows of tenants in every table, as the database's owner sees them."""

from __future__ import annotations

from collections import Counter
from functools import cache

from sqlalchemy import Engine, create_engine, text

from core.db.base import owner_url

_TABLES = text(
    """select table_name from information_schema.columns
    where table_schema = 'public' and column_name = 'tenant_id' and table_name in
      (select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace)"""
)


@cache
def _engine() -> Engine:
    return create_engine(owner_url())


def count_rows() -> Counter[tuple[str, str]]:
    """(table, tenant) -> rows, and ('tenant', id) -> 1 for each tenant."""
    counts: Counter[tuple[str, str]] = Counter()
    with _engine().connect() as connection:
        for table in connection.scalars(_TABLES).all():
            rows = connection.execute(text(f'select tenant_id::text, count(*) from "{table}" group by 1'))
            counts.update({(table, tenant): number for tenant, number in rows})
        counts.update({("tenant", row): 1 for row in connection.scalars(text("select id::text from tenant"))})
    return counts
