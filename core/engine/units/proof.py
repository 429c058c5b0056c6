"""Prove the unit of every money field of a plan from sampled rows of its streams.

The proof needs the amounts of the source, so the plan's transforms must not convert them (`without_conversion`).
Streams of one file are proved together; another file of the same migration may well have another unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from core.engine.plan import EntityPlan, Plan
from core.engine.transforms import transform_rows
from core.engine.transforms.number_readings import form_of
from core.engine.units.field_proof import MoneyField, Proof, prove_fields
from core.schema import target_schema

_MAX_TEXTS = 2_000
"""Values of each source column that a proof looks at."""

_IDENTIFYING = frozenset({"external_id", "name"})

_COMPARED = frozenset({"money", "decimal", "int", "ref"})
"""Kinds of the fields that the relations between amounts are read from."""


def prove_units(
    plan: Plan,
    rows: Mapping[str, pl.DataFrame],
    documented_units: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], Proof]:
    """Prove the money fields of a plan that reads the streams of one file; return (stream, target) -> Proof.

    `rows`: some rows of each stream as text; `documented_units`: (stream, source) -> 'major' or 'minor'.
    """
    frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
    fields: dict[str, MoneyField] = {}
    streams: dict[str, list[str]] = defaultdict(list)
    for entity_plan in plan.entities:
        sample = rows[entity_plan.stream]
        frames[entity_plan.entity].append(transform_rows(plan, _compared(entity_plan), sample).frame)
        for key, field in _money_fields(entity_plan, sample, documented_units):
            streams[key].append(entity_plan.stream)
            fields.setdefault(key, field)
    columns = {entity: pl.concat(parts, how="diagonal") for entity, parts in frames.items()}
    proofs = prove_fields(fields, columns, currency=plan.currency)
    return {(stream, key): proof for key, proof in proofs.items() for stream in streams[key]}


def _compared(entity_plan: EntityPlan) -> EntityPlan:
    """Reduce the plan to the fields that amounts are compared by: amounts, quantities, names, ids and links.

    Without an id of the source's own, or without a record in every row, all its fields say which records there are.
    """
    if not entity_plan.primary or entity_plan.field("external_id") is None:
        return entity_plan
    fields = target_schema().entity(entity_plan.entity).fields
    compared = [
        field
        for field in entity_plan.fields
        if field.target in _IDENTIFYING
        or fields[field.target].kind in _COMPARED
        or fields[field.target].is_list
    ]
    return replace(entity_plan, fields=tuple(compared))


def _money_fields(
    entity_plan: EntityPlan, rows: pl.DataFrame, documented_units: Mapping[tuple[str, str], str]
) -> list[tuple[str, MoneyField]]:
    """Sample the source text of each money field: ('entity.field', MoneyField)."""
    entity = target_schema().entity(entity_plan.entity)
    money_fields = []
    for field in entity_plan.fields:
        if entity.fields[field.target].kind != "money":
            continue
        texts = pl.concat([rows[source].drop_nulls().head(_MAX_TEXTS).alias("") for source in field.sources])
        keys = [(entity_plan.stream, source) for source in field.sources]
        unit = next((documented_units[key] for key in keys if key in documented_units), None)
        money_field = MoneyField(texts, unit, entity_plan.stream, form_of(field.transform))
        money_fields.append((f"{entity.name}.{field.target}", money_field))
    return money_fields
