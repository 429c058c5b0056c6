"""Resolve references: the source's id or name of a record becomes our id of it in the target.

By id first, then by name where exactly one record has it. What cannot be found stays empty; a row whose required
reference is empty does not go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import polars as pl
from sqlalchemy import ARRAY, ColumnElement, LargeBinary, Text, any_, cast, func, literal, select
from sqlalchemy.sql.elements import CollectionAggregate

from core.context import Context
from core.db.personal import PersonalValues, fold_name
from core.db.target import NAME_INDEX, named_field, target_table
from core.engine.batch import ROW
from core.schema import Field, target_schema

RECORD_IDS = {"external_id": pl.String, "id": pl.Binary}
"""Columns of new records: the source's id and ours."""

NewRecords = Mapping[str, pl.DataFrame]
"""Records that the current chunk created, by entity; columns of RECORD_IDS."""

_MAX_CACHED_IDS = 400_000
"""Resolved references in memory at most, so that a long run needs no more and more of it."""


@dataclass(slots=True)
class ReferenceResolver:
    """Resolve references for one entity plan of one run; keep the answers, as parents are complete by then.

    suffix  what the run adds to the id of a record that it writes beside an existing one; such a record goes first
    cache   our ids by the source's id or name, by entity
    """

    source: str
    suffix: str = ""
    cache: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def link(
        self, context: Context, entity: str, frame: pl.DataFrame, new_records: NewRecords
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Put our ids into the reference columns of `frame`; return the linked rows, and ROW and field of rows held.

        A row is held where a required reference is not resolved. Ids are bytes, in lists text. `frame` carries the
        new rows' ids in `id`: a record may refer to another one of the same chunk.
        """
        missing: list[pl.DataFrame] = []
        for reference in target_schema().entity(entity).references:
            if reference.name not in frame.columns or reference.refers_to is None:
                continue
            ids = self._ids(context, entity, reference, frame, new_records)
            if reference.is_list:
                frame = _link_list(frame, reference.name, ids)
                continue
            linked = (
                frame[reference.name]
                .to_frame("external_id")
                .join(ids, on="external_id", how="left", maintain_order="left")
            )
            frame = frame.with_columns(linked["id"].alias(reference.name))
            if reference.required:
                orphans = frame.filter(pl.col(reference.name).is_null()).select(
                    ROW, pl.lit(reference.name).alias("field")
                )
                missing.append(orphans)
        held = pl.concat(missing or [pl.DataFrame(schema={ROW: pl.Int64, "field": pl.String})]).unique(ROW)
        if held.height:
            frame = frame.filter(~pl.col(ROW).is_in(held[ROW].implode()))
        return frame, held

    def _ids(
        self,
        context: Context,
        entity: str,
        reference: Field,
        frame: pl.DataFrame,
        new_records: NewRecords,
    ) -> pl.DataFrame:
        """List our ids of the reference's values, each value once: external_id (or name) and id; unknown ones are left out."""
        column = frame[reference.name]
        parent = str(reference.refers_to)
        values = (
            (column.explode() if reference.is_list else column).drop_nulls().unique().alias("external_id")
        )
        unresolved = values.to_frame()
        new = new_records.get(parent, pl.DataFrame(schema=RECORD_IDS))
        if new.height:
            new = new.join(unresolved, on="external_id", how="semi")
            unresolved = unresolved.join(new, on="external_id", how="anti")
        resolved = self._resolve(context, parent, unresolved["external_id"].to_list())
        self.cache[parent].update(zip(new["external_id"].to_list(), new["id"].to_list(), strict=True))
        parts = [
            new,
            pl.DataFrame({"external_id": list(resolved), "id": list(resolved.values())}, schema=RECORD_IDS),
        ]
        if parent == entity:  # a parent that comes with this very chunk, unless it was there before
            unresolved = unresolved.join(parts[-1], on="external_id", how="anti")
            parts.append(frame.select(*RECORD_IDS).join(unresolved, on="external_id", how="semi"))
        return pl.concat(parts)

    def _resolve(self, context: Context, parent: str, values: list[str]) -> dict[str, bytes]:
        """Look the values up in the cache, then in the target; values that neither has are left out."""
        cache = self.cache.setdefault(parent, {})
        if len(cache) > _MAX_CACHED_IDS:
            cache.clear()
        unknown = [value for value in values if value not in cache]
        if unknown:
            resolved = look_up(context, self.source, parent, unknown, self.suffix)
            cache.update({value: UUID(our_id).bytes for value, our_id in resolved.items()})
        return {value: cache[value] for value in values if value in cache}


def look_up(
    context: Context, source: str, parent: str, values: list[str], suffix: str = ""
) -> dict[str, str]:
    """Find our ids of records of `parent` that came from `source`, by value: an external_id, else a name that one record has.

    With `suffix`, the record whose id is the value and the suffix goes before that whose id is the value.
    """
    table = target_table(parent)
    personal = PersonalValues.of(context.session, parent)
    is_of_source = (table.c.tenant_id == context.tenant.id) & (table.c.source_name == source)
    stored = dict(zip(personal.id_index(pl.Series(values, dtype=pl.String)), values, strict=True))
    suffixed = {f"{id_}{suffix}": value for id_, value in stored.items()} if suffix else {}
    matches = context.session.execute(
        select(table.c.external_id, cast(table.c.id, Text)).where(
            is_of_source, table.c.external_id == _any([*stored, *suffixed])
        )
    )
    ids: dict[str, str] = {row[0]: row[1] for row in matches}
    by_id = {value: ids[id_] for id_, value in stored.items() if id_ in ids}
    by_id |= {value: ids[id_] for id_, value in suffixed.items() if id_ in ids}
    unresolved = [value for value in values if value not in by_id]
    return by_id | (_look_up_names(context, personal, is_of_source, unresolved) if unresolved else {})


def _look_up_names(
    context: Context, personal: PersonalValues, is_of_source: ColumnElement[bool], values: list[str]
) -> dict[str, str]:
    """Find our ids of records by name, where one record has it; encrypted names by their blind index."""
    name, table = named_field(personal.entity), target_table(personal.entity.name)
    if name is None:
        return {}
    by_folded_name: dict[str, list[str]] = {}
    for value in values:
        by_folded_name.setdefault(fold_name(value), []).append(value)
    keys: dict[str | bytes | None, list[str]] = dict(by_folded_name.items())
    folded: ColumnElement[str] | ColumnElement[bytes] = func.lower(func.trim(table.c[name]))
    values_wanted = _any(list(by_folded_name))
    if name in personal.fields:
        keys = dict(zip(personal.name_index(by_folded_name), by_folded_name.values(), strict=True))
        folded, values_wanted = table.c[NAME_INDEX], any_(literal(list(keys), ARRAY(LargeBinary)))
    rows = context.session.execute(
        select(folded.label("name"), func.min(cast(table.c.id, Text)).label("id"))
        .where(is_of_source, folded == values_wanted)
        .group_by(folded)
        .having(func.count() == 1)
    )
    return {value: row.id for row in rows for value in keys[row.name]}


def _any(values: list[str]) -> CollectionAggregate[bool]:
    """Compare with all values in one array parameter."""
    return any_(literal(values, ARRAY(Text)))


def _link_list(frame: pl.DataFrame, name: str, ids: pl.DataFrame) -> pl.DataFrame:
    """Replace ids inside a list column, which becomes JSON; ids that are not resolved are left out of the list."""
    exploded = frame.select(ROW, name).explode(name).drop_nulls(name)
    if exploded.is_empty() or ids.is_empty():
        return frame.with_columns(pl.lit(None, pl.List(pl.String)).alias(name))
    texts = {value: str(UUID(bytes=our_id)) for value, our_id in ids.iter_rows()}
    linked = (
        exploded.with_columns(pl.col(name).replace_strict(texts, default=None, return_dtype=pl.String))
        .drop_nulls(name)
        .group_by(ROW, maintain_order=True)
        .agg(name)
    )
    return frame.drop(name).join(linked, on=ROW, how="left", maintain_order="left").select(frame.columns)
