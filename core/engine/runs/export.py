"""Export the tenant's records: CSV, JSON, Parquet or XLSX, references as the source's own ids."""

from __future__ import annotations

import io
from operator import itemgetter

import polars as pl
from sqlalchemy import func, select

from core.context import Context
from core.db.personal import SOURCE_ID, PersonalValues, source_ids
from core.db.target import target_table
from core.errors import InvalidInputError
from core.kit.masking import is_personal
from core.kit.sheets import FORMATS, write_sheet
from core.platform.access.actions import action, require
from core.platform.audit.reports import METADATA, head_text, record_report
from core.schema import Entity, Field, target_schema


@action("migration.read")
def export_entity(context: Context, entity: str, form: str) -> bytes:
    """Export all records of one entity, ordered by external id.

    form is csv, xlsx, json or parquet. Money is text in JSON and Decimal in Parquet. Entities with people's data need
    the permission export.personal; every export is noted in the audit log.
    """
    fields = target_schema().domain(context.tenant.domain).get(entity)
    if fields is None:
        raise InvalidInputError(
            f"{entity!r} is no entity of this tenant.",
            hint=f"Use one of {', '.join(target_schema().domain(context.tenant.domain))}.",
        )
    personal = any(is_personal(entity, name) for name in fields.fields) or _has_ids_of_people(fields)
    if personal:
        require(context, "export.personal")
    file = _file(context, entity, fields, form)
    verb = "export.personal" if personal else "export.entity"
    return record_report(context, file, verb, "entity", entity, form=form, entity=entity)


def count_records(context: Context, entity: str) -> int:
    """Count the tenant's records of an entity, for what an export leaves out. PermissionDeniedError without migration.read."""
    require(context, "migration.read")
    return int(context.session.scalar(select(func.count()).select_from(target_table(entity))) or 0)


def _file(context: Context, entity: str, fields: Entity, form: str) -> bytes:
    columns = ["source_name", *fields.fields]
    rows = _rows(context, entity, list(fields.fields.values()))
    if form == "parquet":
        buffer = io.BytesIO()
        pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).write_parquet(
            buffer, metadata={METADATA: head_text(context)}
        )
        return buffer.getvalue()
    if form not in FORMATS:
        raise InvalidInputError(
            f"{form!r} is no format of an export.", hint=f"Use one of {', '.join([*FORMATS, 'parquet'])}."
        )
    cells = [[_cell(value) for value in row] for row in rows]
    return write_sheet(columns, cells, form, name=entity, head=head_text(context))


def _has_ids_of_people(entity: Entity) -> bool:
    """Whether the source's ids of people's own records stand in an export of the entity."""
    referred = (target_schema().entity(field.refers_to or "") for field in entity.references)
    return entity.is_about_person or any(parent.is_about_person for parent in referred)


def _rows(context: Context, entity: str, fields: list[Field]) -> list[tuple[object, ...]]:
    table = target_table(entity)
    ids_of = {
        parent: source_ids(context.session, parent)
        for parent in {field.refers_to for field in fields if field.refers_to}
    }
    names = [field.name for field in fields]
    columns = [name for name in ("id", "source_name", *names, SOURCE_ID) if name in table.c]
    query = select(*(table.c[name] for name in columns)).order_by(table.c.source_name, table.c.external_id)
    records = context.session.execute(query).mappings()
    rows = PersonalValues.of(context.session, entity).decrypt_rows(records)
    if SOURCE_ID in columns:  # the database has ordered them by fingerprints
        rows.sort(key=itemgetter("source_name", "external_id"))
    return [
        (
            row["source_name"],
            *(_source_id(row[field.name], ids_of.get(field.refers_to or "")) for field in fields),
        )
        for row in rows
    ]


def _source_id(value: object, ids: dict[str, str] | None) -> object:
    if ids is None or value is None:
        return value
    if isinstance(value, list):
        return [ids.get(str(item), str(item)) for item in value]
    return ids.get(str(value), str(value))


def _cell(value: object) -> str | int | float | bool | None:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value if value is None or isinstance(value, bool | int) else str(value)
