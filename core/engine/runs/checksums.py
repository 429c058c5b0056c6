"""Calculate checksums of the tenant's target tables: equal before a run and after its rollback, or something is left over.

Personal values go in as they are stored, encrypted: a rollback puts back the very bytes. Runs from before revision
0018 noted checksums of clear values; for their proof the values are decrypted on the way, a few thousand records at
a time, and written nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from core.context import Context
from core.db.personal import SOURCE_ID, PersonalValues
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


def checksums_before(context: Context) -> dict[str, Any]:
    """Take the checksums that are noted with a run before it begins, and over what."""
    over = columns(context)
    return {"before": table_checksums(context, over), "columns": over, "encrypted": True}


def checksums_like(context: Context, noted: Mapping[str, Any]) -> dict[str, str]:
    """Take the checksums over the columns that those `noted` with a run were taken over.

    A run from before revision 0006 does not say them: whether it is from before 0004 shows by which checksums are equal
    to its own. Where neither are, something is left over, by either count.
    """
    if over := noted.get("columns"):
        return table_checksums(context, over, clear="encrypted" not in noted)
    counted = table_checksums(context, columns_before_0006(context), clear=True)
    if counted == noted.get("before"):
        return counted
    uncounted = table_checksums(context, columns_before_0004(context), clear=True)
    return uncounted if uncounted == noted.get("before") else counted


def _without(later: frozenset[str], context: Context) -> Columns:
    return {
        entity: [name for name in names if name not in later and f"{entity}.{name}" not in _FIELDS_SINCE_0013]
        for entity, names in columns(context).items()
        if entity not in _TABLES_SINCE_0013
    }


def table_checksums(context: Context, over: Columns | None = None, *, clear: bool = False) -> dict[str, str]:
    """Calculate a checksum of each target table, whatever the order of its rows: entity -> 'rows:hex'; '0:' for an empty table.

    `over`: all columns if None. Two checksums can be compared when they were taken over the same columns; a table may
    have been given more of them meanwhile. `clear`: of personal values as they are in clear. A row's MD5 is cut into two
    numbers of 60 bits; their sums over the table tell sets of rows apart.
    """
    checksums: dict[str, str] = {}
    for name, names in (over or columns(context)).items():
        personal = PersonalValues.of(context.session, name)
        if clear and personal.is_needed:
            rows, first, second = _sums_of_clear_values(context, personal, names)
        else:
            content = ", ".join(f't."{column}"' for column in names)
            query = _SUMS.format(content=content, records=f'"{PREFIX}{name}" t where tenant_id = :tenant')
            rows, first, second = context.session.execute(text(query), {"tenant": context.tenant.id}).one()
        checksums[name] = f"{rows}:{int(first):x}.{int(second):x}" if rows else "0:"
    return checksums


_SUMS = """select count(*), sum(('x' || substr(h, 1, 15))::bit(60)::bigint::numeric),
  sum(('x' || substr(h, 16, 15))::bit(60)::bigint::numeric) from (select md5(row({content})::text) as h from {records}) s"""
_RECORDS_AT_ONCE = 5_000
_FIRST_ID = "00000000-0000-0000-0000-000000000000"


def _sums_of_clear_values(
    context: Context, personal: PersonalValues, names: Sequence[str]
) -> tuple[int, int, int]:
    """Count the records and add up their two numbers, some thousand records at a time."""
    table = f'"{PREFIX}{personal.entity.name}" t'
    encrypted = [*personal.fields, *(["external_id"] if personal.entity.is_about_person else [])]
    read = dict.fromkeys(
        ["id", "external_id", *encrypted, *([SOURCE_ID] if personal.entity.is_about_person else [])]
    )
    types = ", ".join(f'"{name}" {_clear_type(personal, name)}' for name in encrypted)
    content = ", ".join(f'{"p" if name in encrypted else "t"}."{name}"' for name in names)
    sums = text(
        _SUMS.format(
            content=content,
            records=f"""{table} join jsonb_to_recordset(cast(:clear as jsonb)) as p (id uuid, {types}) using (id)
            where tenant_id = :tenant""",
        )
    )
    page = text(
        f"""select {", ".join(f'"{name}"' for name in read)} from {table}
        where tenant_id = :tenant and id > cast(:after as uuid) order by id limit {_RECORDS_AT_ONCE}"""
    )
    params = {"tenant": context.tenant.id, "after": _FIRST_ID}
    total = [0, 0, 0]
    while records := personal.decrypt_rows(context.session.execute(page, params).mappings()):
        clear = json.dumps(records, default=str)
        partial = context.session.execute(sums, params | {"clear": clear}).one()
        total = [int(before + more) for before, more in zip(total, partial, strict=True)]
        params["after"] = records[-1]["id"]
    return total[0], total[1], total[2]


def _clear_type(personal: PersonalValues, name: str) -> str:
    field = personal.fields.get(name)
    if field is not None and field.is_list:
        return "jsonb"
    return "date" if field is not None and field.kind == "date" else "text"
