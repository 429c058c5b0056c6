"""The untouched source record of each target row: its values as a JSON array, behind the fingerprint of its columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Protocol

import polars as pl
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.db.keys import tenant_key
from core.db.target import target_table
from core.engine.batch import ROW
from core.engine.plan import Plan
from core.engine.sources.tables import RecordShape
from core.errors import NotFoundError
from core.kit import crypto
from core.platform.access.actions import view

_SHAPE = 16


class Place(Protocol):
    """What a record belongs to."""

    @property
    def context(self) -> Context: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def entity(self) -> str: ...


def places(place: Place, external_ids: Iterable[str]) -> list[str]:
    """What each record is sealed to: tenant, table, source and external id."""
    start = f"{place.context.tenant.id}|{place.entity}|raw|{place.plan.source}|"
    return [start + external_id for external_id in external_ids]


def encoded(context: Context, frame: pl.DataFrame, record: pl.DataFrame) -> pl.Series:
    """The records (ROW and source columns) of the frame's rows as text, in the frame's order."""
    columns = [name for name in record.columns if not name.startswith("_")]
    shape = _shape(context, columns)
    values = pl.struct(pl.concat_list(columns).alias("v")).struct.json_encode().str.slice(5).str.head(-1)
    texts = record.select(ROW, (pl.lit(shape) + values).alias("raw"))
    return frame.select(ROW).join(texts, on=ROW, how="left", maintain_order="left")["raw"]


def _shape(context: Context, columns: list[str]) -> str:
    shape = hashlib.blake2b(json.dumps(columns).encode(), digest_size=_SHAPE // 2).hexdigest()
    known = context.session.info.setdefault("record_shapes", set())
    if shape not in known:
        context.session.execute(
            insert(RecordShape)
            .values(tenant_id=context.tenant.id, id=shape, columns=columns)
            .on_conflict_do_nothing()
        )
        context.session.info["record_shapes"] = known | {shape}
    return shape


@view("personal.read")
def source_record(context: Context, entity: str, target_id: str) -> dict[str, str | None]:
    """The source's own record behind a row of the target: column -> text as it was read. NotFoundError without one."""
    table = target_table(entity)
    row = context.session.execute(
        select(table.c.raw, table.c.source_name, table.c.external_id).where(table.c.id == target_id)
    ).first()
    if row is None or row.raw is None:
        raise NotFoundError("There is no source record behind this row.", entity=entity)
    # A second record beside one that was there carries the first one's id with a mark.
    place = f"{context.tenant.id}|{entity}|raw|{row.source_name}|{row.external_id.rpartition('~')[0] or row.external_id}"
    text = crypto.unseal(tenant_key(context.session), row.raw, place).decode()
    columns = context.session.scalar(select(RecordShape.columns).where(RecordShape.id == text[:_SHAPE]))
    return dict(zip(columns or [], json.loads(text[_SHAPE:]), strict=True))
