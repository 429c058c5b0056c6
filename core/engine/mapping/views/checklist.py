"""Shows a mapping from the target's side: what the entities in use require, what feeds it, and what could."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.match.values import kind_suits
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views.plan import import_settings, links_of, stream_entities, stream_facts
from core.engine.plan import LeftOut
from core.platform.access.actions import view
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class Checklist:
    """Required targets ('entity.field') of the entities that the mapping fills, in load order.

    `left_out`: columns of which no records can be made.
    """

    mapped: tuple[str, ...]
    unmapped: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def total(self) -> int:
        return len(self.mapped) + len(self.unmapped)


@view("migration.read")
def checklist(context: Context, migration_id: str, *, links: Sequence[Link] | None = None) -> Checklist:
    """List the required targets of every entity that some column feeds; ids that the plan derives count as mapped.

    `links`: what `links_of` answered already.
    """
    if links is None:
        links = links_of(context, migration_id)
    plan = build_plan(
        links,
        stream_entities(context, migration_id),
        import_settings(context, migration_id),
        facts=stream_facts(context, migration_id),
    )
    filled = {f"{entity.entity}.{field.target}" for entity in plan.entities for field in entity.fields}
    filled |= {link.target for link in links}
    in_use = {key.partition(".")[0] for key in filled}
    mapped: list[str] = []
    unmapped: list[str] = []
    for name, entity in target_schema().domain(context.tenant.domain).items():
        if name in in_use:
            for field in entity.required:
                (mapped if field.key in filled else unmapped).append(field.key)
    return Checklist(tuple(mapped), tuple(unmapped), plan.left_out)


@view("migration.read")
def candidate_fields(context: Context, migration_id: str, target_key: str) -> list[str]:
    """Ids of the fields that could feed the target, likeliest first.

    Those with the target among their alternatives, then those of the same tables whose values have its type and
    that nobody accepted for another target.
    """
    entity = target_key.partition(".")[0]
    kind = target_schema().field(target_key).kind
    rows = context.session.execute(
        select(
            MappingField.id,
            MappingField.stream,
            MappingField.target,
            MappingField.suggested_target,
            MappingField.status,
            MappingField.alternatives,
            MappingField.profile["kind"].astext.label("kind"),
        ).where(MappingField.migration_id == migration_id)
    ).all()
    streams = {row.stream for row in rows if (row.target or "").partition(".")[0] == entity}
    likely: list[tuple[float, str]] = []
    fitting: list[str] = []
    for row in rows:
        chances = _chances(row.alternatives)
        if target_key in {row.target, row.suggested_target}:
            likely.append((1.0, row.id))
        elif target_key in chances:
            likely.append((chances[target_key], row.id))
        elif (
            row.stream in streams
            and row.status in {"suggested", "ignored"}
            and kind_suits(row.kind or "", kind)
        ):
            fitting.append(row.id)
    return [field_id for _, field_id in sorted(likely, reverse=True)] + fitting


def _chances(alternatives: Sequence[dict[str, object]]) -> dict[str, float]:
    return {str(alternative["target"]): float(str(alternative["confidence"])) for alternative in alternatives}
