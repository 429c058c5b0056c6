"""The target: one table per entity of the schema, built from data/target_schema.yaml.

Besides its own fields each row has: tenant_id and id (ours), source_name and external_id (the source's own, unique
together in a tenant), migration_id, run_id (the run that wrote it last), row_hash (keyed, of the mapped content as it
came), stream_id and source_row (where the untouched source record stands, encrypted, in source_chunk), raw (that record
itself, sealed, in records from before revision 0006), created_at, updated_at, revision (0 as it was made; the database
counts each change). References hold our ids; lists are JSON arrays.

A table's rows lie in one partition (`insert_partition`), into which COPY writes: the app's role may add to it, and only
its own tenant's rows; it reads and changes them through the table, under row-level security.

Personal values are encrypted (core.db.personal): their columns hold bytes whatever the field's kind. Where records are a
person's own, external_id holds a keyed fingerprint of the source's id, and source_id the id itself, encrypted.

References carry no foreign keys: a key is checked row by row, which takes a third of the time of a large import. Loading
writes only ids that it found in the tenant's own tables, and only one run at a time works on a tenant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from core.db.base import metadata
from core.db.types import Id, Moment, Money, Quantity
from core.schema import Entity, Field, target_schema

PREFIX = "target_"
"""`order` and `table` are words of SQL, and `school` is also a domain: the tables carry a prefix."""

OWN_COLUMNS = (
    "tenant_id",
    "id",
    "source_name",
    "external_id",
    "source_id",
    "migration_id",
    "run_id",
    "row_hash",
    "stream_id",
    "source_row",
    "raw",
    "created_at",
    "updated_at",
    "revision",
)

NAME_INDEX = "name_index"
"""The column with the blind index of names that are encrypted."""

_TYPES: Mapping[str, TypeEngine[Any]] = {
    "money": Money,
    "decimal": Quantity,
    "percent": Quantity,
    "int": BigInteger(),
    "bool": Boolean(),
    "date": Date(),
    "datetime": Moment,
    "ref": Id,
}


def column_type(field: Field) -> TypeEngine[Any]:
    if field.is_encrypted:
        return LargeBinary()
    if field.is_list:
        return JSONB()
    return _TYPES.get(field.kind, Text())


def named_field(entity: Entity) -> str | None:
    """Return the field by whose value other records may refer to one of the entity, beside its id."""
    return next((name for name in ("name", "display_name") if name in entity.fields), None)


def _personal_columns(entity: Entity) -> Iterator[Column[Any]]:
    """Yield the columns that personal records are found by, and that hold their ids."""
    if (name := named_field(entity)) and entity.fields[name].is_encrypted:
        yield Column(NAME_INDEX, LargeBinary)
    if entity.is_about_person:
        yield Column("source_id", LargeBinary)


def _table(entity: Entity) -> Table:
    fields = [field for field in entity.fields.values() if field.name != "external_id"]
    name = PREFIX + entity.name
    return Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column("id", Id, nullable=False),
        Column("source_name", Text, nullable=False),
        Column("external_id", Text, nullable=False),
        *(Column(field.name, column_type(field), nullable=not field.required) for field in fields),
        *_personal_columns(entity),
        Column("migration_id", Id, nullable=False),
        Column("run_id", Id, nullable=False),
        Column("row_hash", LargeBinary, nullable=False),
        Column("stream_id", Id),
        Column("source_row", BigInteger),
        Column("raw", LargeBinary),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        Column("revision", Integer, nullable=False, server_default="0"),
        # id first: an index that begins with the tenant alone tempts the planner to read the whole tenant per row.
        PrimaryKeyConstraint("id", "tenant_id"),
        UniqueConstraint("tenant_id", "source_name", "external_id"),
        postgresql_partition_by="LIST (tenant_id)",
    )


TARGETS: dict[str, Table] = {
    name: _table(entity) for entities in target_schema().domains.values() for name, entity in entities.items()
}


def target_table(entity: str) -> Table:
    return TARGETS[entity]


def insert_partition(entity: str) -> str:
    """Name the partition that holds the entity's rows; the app may add to it, and only by COPY."""
    return PREFIX + entity + "_rows"
