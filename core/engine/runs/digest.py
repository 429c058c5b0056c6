"""Fingerprints of the tenant's target tables: equal before a run and after its rollback, or something is left over."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from core.context import Context
from core.db.target import PREFIX
from core.schema import target_schema


def digests(context: Context, entities: Iterable[str] | None = None) -> dict[str, str]:
    """Entity -> 'rows:hex' over every column of every row, whatever their order. Empty tables are '0:'.

    A row's MD5 is cut into two numbers of 60 bits; their sums over the table tell sets of rows apart.
    """
    names = list(entities) if entities is not None else list(target_schema().domain(context.tenant.domain))
    found: dict[str, str] = {}
    for name in names:
        row = context.session.execute(
            text(
                f"""select count(*), sum(('x' || substr(h, 1, 15))::bit(60)::bigint::numeric),
                sum(('x' || substr(h, 16, 15))::bit(60)::bigint::numeric)
                from (select md5(t::text) as h from "{PREFIX}{name}" t where tenant_id = :tenant) s"""
            ),
            {"tenant": context.tenant.id},
        ).one()
        rows, first, second = row
        found[name] = f"{rows}:{int(first):x}.{int(second):x}" if rows else "0:"
    return found
