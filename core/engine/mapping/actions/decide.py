"""Takes people's decisions about the mapping.

Every decision is a row of its own, with what stood before. A save names the version it saw, so that of two people who
decide at once the second learns of the first. What was decided with one click has one batch and is undone with one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.mapping import transforms, views
from core.engine.mapping.plans import joins
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.plan import Conflict, Plan
from core.engine.sources import views as sources_views
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.schema import target_schema

STATUSES = frozenset({"accepted", "edited", "ignored"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says about one field, and the version of it they saw."""

    field_id: str
    version: int
    target: str | None
    transform: str | None = None
    status: str = "edited"
    reason: str = ""


@action("mapping.edit")
def decide(
    context: Context,
    field_id: str,
    *,
    version: int,
    target: str | None,
    transform: str | None = None,
    status: str = "edited",
    reason: str = "",
) -> MappingField:
    """Decides one field. ConflictError, with both sides in its facts, when somebody decided since `version`."""
    decision = Decision(field_id, version, target, transform, status, reason)
    (field,) = _decide(context, [decision], new_id(), None)
    return field


@action("mapping.edit")
def decide_many(context: Context, decisions: Sequence[Decision]) -> str:
    """Decides several fields as one batch, all or none; returns the batch, which undo takes back."""
    if not decisions:
        raise InvalidInputError("No field is chosen.", hint="Choose at least one field.")
    batch = new_id()
    _decide(context, decisions, batch, None)
    return batch


@action("mapping.edit")
def accept_above(
    context: Context, migration_id: str, threshold: float, *, stream: str | None = None
) -> str | None:
    """Accepts every undecided suggestion with more than `threshold` confidence; None where there is none."""
    sure = [
        Decision(field.id, field.version, field.target, field.transform, "accepted")
        for field in views.mapping_fields(context, migration_id, stream=stream, undecided=True)
        if field.target and (field.confidence or 0) > threshold
    ]
    return decide_many(context, sure) if sure else None


@action("mapping.edit")
def undo(context: Context, batch: str) -> None:
    """Puts back what stood before a batch; ConflictError where somebody has decided one of its fields since."""
    query = select(MappingDecision).where(MappingDecision.batch == batch)
    undone = list(context.session.scalars(query))
    if not undone:
        raise NotFoundError("There is no such batch of decisions here.", hint="Reload the page.")
    back = [
        Decision(
            one.field_id,
            one.version,
            one.before["target"],
            one.before["transform"],
            one.before["status"],
            one.before["reason"] or "",
        )
        for one in undone
    ]
    _decide(context, back, new_id(), batch)


@action("mapping.edit")
def set_conflict(context: Context, migration_id: str, entity: str, strategy: str) -> None:
    """What happens to records of the entity that are there already: a value of core.engine.plan.Conflict."""
    target_schema().entity(entity)
    if strategy not in set(Conflict):
        raise InvalidInputError(
            f"There is no conflict strategy {strategy!r}.", hint=f"Use one of {', '.join(Conflict)}."
        )
    migration = sources_views.migration(context, migration_id)
    chosen = {**migration.settings.get(views.CONFLICT_SETTING, {}), entity: strategy}
    migration.settings = {**migration.settings, views.CONFLICT_SETTING: chosen}
    record(context, "mapping.conflict", "migration", migration_id, entity=entity, strategy=strategy)


def _decide(
    context: Context, decisions: Sequence[Decision], batch: str, undoes: str | None
) -> list[MappingField]:
    query = (
        select(MappingField)
        .where(MappingField.id.in_([one.field_id for one in decisions]))
        .order_by(MappingField.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    fields = {field.id: field for field in context.session.scalars(query)}
    for one in decisions:
        field = fields.get(one.field_id)
        if field is None:
            raise NotFoundError("This field is not there any more.", hint="Reload the page.")
        _check(context, one, field, undoing=undoes is not None)
    for one in decisions:
        _apply(context, one, fields[one.field_id], batch, undoes)
    return [fields[one.field_id] for one in decisions]


def _check(context: Context, one: Decision, field: MappingField, *, undoing: bool) -> None:
    """Raises ConflictError for a contested save, InvalidInputError for what cannot be meant."""
    if field.version != one.version:
        theirs = _state(field) | {
            "version": field.version,
            "by": field.decided_by,
            "at": str(field.decided_at),
        }
        yours = {"target": one.target, "transform": one.transform, "status": one.status, "reason": one.reason}
        raise ConflictError(
            f"Somebody has decided {field.source_field} since you looked.",
            hint="Compare both decisions and save again.",
            theirs=theirs,
            yours=yours | {"version": one.version},
        )
    if undoing:
        return
    if one.status not in STATUSES:
        raise InvalidInputError(
            f"There is no status {one.status!r}.", hint=f"Use one of {', '.join(sorted(STATUSES))}."
        )
    if one.status == "ignored" or one.target is None:
        return
    target = target_schema().field(one.target)
    if target.entity not in target_schema().domain(context.tenant.domain):
        raise InvalidInputError(
            f"{one.target} is not part of the {context.tenant.domain} schema.", hint="Choose another target."
        )
    chain = transforms.parse(one.transform)
    inputs = [field.source_field, *(_beside(context, one, field) if joins(one.transform) else [])]
    transforms.build(chain, [pl.col(name) for name in inputs], target, Plan(context.tenant.domain, "", ()))


def _beside(context: Context, one: Decision, field: MappingField) -> Sequence[str]:
    """The other source fields of the stream that feed the same target."""
    query = select(MappingField.source_field).where(
        MappingField.migration_id == field.migration_id,
        MappingField.stream == field.stream,
        MappingField.target == one.target,
        MappingField.id != field.id,
    )
    return context.session.scalars(query).all()


def _apply(context: Context, one: Decision, field: MappingField, batch: str, undoes: str | None) -> None:
    before = _state(field)
    ignored = one.status == "ignored" or (one.target is None and undoes is None)
    field.target = None if ignored else one.target
    field.transform = None if ignored else one.transform or None
    field.status = "ignored" if ignored else one.status
    field.reason = one.reason or None
    field.version += 1
    undecided = field.status == views.SUGGESTED
    field.decided_by = None if undecided else context.person
    field.decided_at = None if undecided else context.now
    context.session.add(
        MappingDecision(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            migration_id=field.migration_id,
            field_id=field.id,
            batch=batch,
            version=field.version,
            before=before,
            after=_state(field),
            reason=one.reason or None,
            person_id=context.person,
            undoes=undoes,
        )
    )
    record(
        context,
        "mapping.undo" if undoes else "mapping.decide",
        "mapping_field",
        field.id,
        reason=one.reason or None,
        source_field=field.source_field,
        target=field.target,
        status=field.status,
    )


def _state(field: MappingField) -> dict[str, Any]:
    return {
        "target": field.target,
        "transform": field.transform,
        "status": field.status,
        "reason": field.reason,
    }
