"""Finds the unit of every money field of an import, and the transform that brings it to dollars.

The proof is made of the source's own amounts, so the fields are applied to a sample without any conversion first.
Streams of one file are proved together; another file of the same migration may well have another unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping import transforms
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.rules import apply
from core.engine.plan import EntityPlan, Plan
from core.engine.validation.money_proof import MINOR, MoneyField, Proof, prove_units
from core.schema import target_schema

_PER_FIELD = 2_000
_IDENTIFYING = frozenset({"external_id", "name"})

_COMPARED = frozenset({"money", "decimal", "int", "ref"})
"""Kinds of the fields that the relations between amounts are read from."""

_CONVERSIONS = frozenset({"divide", "multiply", "cents_to_decimal"})


def prove(
    links: Sequence[Link],
    streams: Mapping[str, str | None],
    frames: Mapping[str, pl.DataFrame],
    hint_units: Mapping[tuple[str, str], str],
    frame: Plan,
) -> dict[tuple[str, str], Proof]:
    """(stream, target) -> Proof for the money fields of one file's streams.

    `frames`: some rows of each stream as text; `hint_units`: (stream, source) -> documented unit.
    """
    bare = [replace(link, transform=without_conversion(link.transform)) for link in links]
    plan = build_plan(bare, streams, frame)
    columns: dict[str, list[pl.DataFrame]] = defaultdict(list)
    fields: dict[str, MoneyField] = {}
    feeds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for entity_plan in plan.entities:
        rows = frames[entity_plan.stream]
        columns[entity_plan.entity].append(apply(plan, _compared(entity_plan), rows).frame)
        for key, field in _money_fields(entity_plan, rows, hint_units):
            feeds[key].append((entity_plan.stream, key))
            fields.setdefault(key, field)
    joined = {entity: pl.concat(parts, how="diagonal") for entity, parts in columns.items()}
    proofs = prove_units(fields, joined, currency=frame.currency)
    return {place: proof for key, proof in proofs.items() for place in feeds[key]}


def with_unit(transform: str | None, proof: Proof) -> str | None:
    """The transform with the division by 100 that cents need, unless it divides already."""
    if proof.unit != MINOR or without_conversion(transform) != transform:
        return transform
    return f"{transform} | divide(100)" if transform else "divide(100)"


def _compared(entity_plan: EntityPlan) -> EntityPlan:
    """The plan with the fields alone that amounts are compared by: amounts, quantities, names, ids and links.

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
    entity_plan: EntityPlan, rows: pl.DataFrame, hint_units: Mapping[tuple[str, str], str]
) -> list[tuple[str, MoneyField]]:
    entity = target_schema().entity(entity_plan.entity)
    found = []
    for field in entity_plan.fields:
        if entity.fields[field.target].kind != "money":
            continue
        texts = pl.concat([rows[source].drop_nulls().head(_PER_FIELD).alias("") for source in field.sources])
        unit = next(
            (
                hint_units[entity_plan.stream, source]
                for source in field.sources
                if (entity_plan.stream, source) in hint_units
            ),
            None,
        )
        found.append((f"{entity.name}.{field.target}", MoneyField(texts, unit, entity_plan.stream)))
    return found


def without_conversion(transform: str | None) -> str | None:
    """The transform without the calls that change the unit of an amount."""
    chain = transforms.parse(transform)
    kept = tuple(call for call in chain if call.name not in _CONVERSIONS)
    return transform if kept == chain else transforms.show(kept) or None
