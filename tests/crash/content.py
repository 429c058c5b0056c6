"""Read what an import left in the target tables: content by the ids of the source, and references that lead nowhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from core.context import Context
from core.db.target import PREFIX
from core.engine.runs.loading.upsert import content_columns
from core.schema import encrypted_fields, target_schema


def entities() -> list[str]:
    return list(target_schema().domain("restaurant"))


def content(context: Context, entity: str) -> tuple[int, str]:
    """Return (records, a hash over their content), references by the ids of the source, so that equal imports are equal."""
    references = {reference.name: reference for reference in target_schema().entity(entity).references}
    # Encrypted values differ from import to import; row_hash tells their content apart.
    columns = ["t.row_hash"] if encrypted_fields(entity) else []
    for name in content_columns(entity):
        if name in encrypted_fields(entity):
            columns.append(f't."{name}" is null')
            continue
        reference = references.get(name)
        if reference is None:
            columns.append(f't."{name}"')
        elif reference.is_list:
            columns.append(
                f"""(select string_agg(coalesce(p.external_id, 'nowhere'), ',' order by n)
                from jsonb_array_elements_text(t."{name}") with ordinality as v (value, n)
                left join "{PREFIX}{reference.refers_to}" p on p.tenant_id = t.tenant_id and p.id::text = v.value)"""
            )
        else:
            columns.append(
                f"""(select p.external_id from "{PREFIX}{reference.refers_to}" p
                where p.tenant_id = t.tenant_id and p.id = t."{name}")"""
            )
    row = context.session.execute(
        text(
            f"""select count(*), md5(coalesce(string_agg(h, '' order by h), '')) from (
            select md5(row(t.external_id, t.source_row, {", ".join(columns)})::text) as h
            from "{PREFIX}{entity}" t where t.tenant_id = :tenant) hashes"""
        ),
        {"tenant": context.tenant.id},
    ).one()
    return int(row[0]), str(row[1])


def dangling(context: Context, entity: str, reference: Any) -> int:
    """Count records whose reference leads nowhere."""
    if reference.is_list:
        values = f'{PREFIX}{entity}" t, jsonb_array_elements_text(t."{reference.name}") as v (value)'
        value = "v.value"
    else:
        values, value = f'{PREFIX}{entity}" t', f't."{reference.name}"::text'
    query = f"""select count(*) from "{values} where t.tenant_id = :tenant and {value} is not null and not exists (
        select from "{PREFIX}{reference.refers_to}" p where p.tenant_id = t.tenant_id and p.id::text = {value})"""
    return int(context.session.scalar(text(query), {"tenant": context.tenant.id}) or 0)
