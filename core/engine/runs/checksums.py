"""Calculate checksums of the tenant's target tables: equal before a run and after its rollback, or something is left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from core.context import Context
from core.db.target import PREFIX
from core.schema import target_schema

Columns = Mapping[str, Sequence[str]]
"""Entity -> the columns of its table, in their order there."""
_COLUMNS = text(
    """select attname from pg_attribute where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped
    order by attnum"""
)
_SINCE_0004 = frozenset({"revision"})
_SINCE_0006 = frozenset({"stream_id", "source_row"})
_TABLES_SINCE_0013 = frozenset({"loyalty_program", "loyalty_tier", "loyalty_accrual"})
_FIELDS_SINCE_0013 = frozenset({"loyalty_account.program_id"})


def columns(context: Context) -> dict[str, list[str]]:
    """List the columns of the tenant's target tables as they are now."""
    return {
        name: list(context.session.scalars(_COLUMNS, {"table": PREFIX + name}))
        for name in target_schema().domain(context.tenant.domain)
    }


def columns_before_0006(context: Context) -> Columns:
    """List the columns of a checksum from revision 0004 on that does not name its columns."""
    return _without(_SINCE_0006, context)


def columns_before_0004(context: Context) -> Columns:
    """List the columns of a checksum from before records counted their changes."""
    return _without(_SINCE_0004 | _SINCE_0006, context)


def checksums_like(context: Context, noted: Mapping[str, Any]) -> dict[str, str]:
    """Take the checksums over the columns that those `noted` with a run were taken over.

    A run from before revision 0006 does not say them: whether it is from before 0004 shows by which checksums are equal
    to its own. Where neither are, something is left over, by either count.
    """
    if over := noted.get("columns"):
        return table_checksums(context, over)
    counted = table_checksums(context, columns_before_0006(context))
    if counted == noted.get("before"):
        return counted
    uncounted = table_checksums(context, columns_before_0004(context))
    return uncounted if uncounted == noted.get("before") else counted


def _without(later: frozenset[str], context: Context) -> Columns:
    return {
        entity: [name for name in names if name not in later and f"{entity}.{name}" not in _FIELDS_SINCE_0013]
        for entity, names in columns(context).items()
        if entity not in _TABLES_SINCE_0013
    }


def table_checksums(context: Context, over: Columns | None = None) -> dict[str, str]:
    """Calculate a checksum of each target table, whatever the order of its rows: entity -> 'rows:hex'; '0:' for an empty table.

    `over`: all columns if None. Two checksums can be compared when they were taken over the same columns; a table may
    have been given more of them meanwhile. A row's MD5 is cut into two numbers of 60 bits; their sums over the table
    tell sets of rows apart.
    """
    checksums: dict[str, str] = {}
    for name, names in (over or columns(context)).items():
        content = ", ".join(f't."{column}"' for column in names)
        row = context.session.execute(
            text(
                f"""select count(*), sum(('x' || substr(h, 1, 15))::bit(60)::bigint::numeric),
                sum(('x' || substr(h, 16, 15))::bit(60)::bigint::numeric)
                from (select md5(row({content})::text) as h from "{PREFIX}{name}" t where tenant_id = :tenant) s"""
            ),
            {"tenant": context.tenant.id},
        ).one()
        rows, first, second = row
        checksums[name] = f"{rows}:{int(first):x}.{int(second):x}" if rows else "0:"
    return checksums
