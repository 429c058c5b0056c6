"""Takes people's decisions about the mapping.

Every decision is a row of its own, with what stood before. A save names the version it saw, so that of two people who
decide at once the second learns of the first. What was decided with one click has one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine import transforms
from core.engine.mapping import impact, views
from core.engine.mapping.actions.decision_log import Mark, log_decision, state
from core.engine.mapping.actions.number_reading import Choice, read_as_written
from core.engine.mapping.actions.second_wanted import announce_second
from core.engine.mapping.bands import GREEN_ABOVE
from core.engine.mapping.memory.actions import learn, restore
from core.engine.mapping.plans import joins
from core.engine.mapping.review import is_asked
from core.engine.mapping.tables import MappingField
from core.engine.plan import Conflict, ImportSettings
from core.engine.sources import store
from core.engine.sources import views as sources_views
from core.engine.sources.non_data.facts import rows_of_data
from core.engine.sources.tables import Migration
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.kit.wording import counted
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
    """Decides one field that a person looked at.

    ConflictError, with both sides in its facts, when somebody decided since `version`.
    """
    decision = Decision(field_id, version, target, transform, status, reason)
    (field,) = save(context, [decision], Mark(new_id(), looked=True))
    return field


@action("mapping.edit")
def decide_many(
    context: Context,
    decisions: Sequence[Decision],
    *,
    looked: bool = False,
    label: str | Callable[[int], str] = "",
    include_high: bool = False,
    answers_questions: bool = False,
) -> str:
    """Decides several fields as one batch, all or none; returns the batch, which undo takes back.

    `looked`: a person looked at exactly these fields (a card, a conflict settled); only then does the decision teach.
    Otherwise fields with a high-confidence suggestion are not excluded along with others unless `include_high`;
    suggestions that wait for an answer are not accepted along with others unless `answers_questions`;
    InvalidInputError where nothing else is chosen. `label` replaces the usual words for the batch; as a
    function it gets the number of fields that are decided.
    """
    batch = new_id()
    if not decisions:
        raise InvalidInputError("No field is chosen.", hint="Choose at least one field.")
    if not looked and not include_high:
        decisions = _without_high(context, decisions)
    if not looked and not answers_questions:
        decisions = _without_asked(context, decisions)
    words = label if isinstance(label, str) else label(len(decisions))
    save(context, decisions, Mark(batch, looked=looked, label=words))
    return batch


@action("mapping.edit")
def accept_above(
    context: Context, migration_id: str, threshold: float, *, stream: str | None = None
) -> str | None:
    """Accept every undecided suggestion with more than `threshold` confidence and no question; None where there is none."""
    sure = [
        Decision(field.id, field.version, field.target, field.transform, "accepted")
        for field in views.field_rows(context, migration_id, views.FieldFilter(stream, undecided=True))
        if field.target and (field.confidence or 0) > threshold and not is_asked(field)
    ]
    if not sure:
        return None
    batch = new_id()
    if threshold >= GREEN_ABOVE:
        label = f"Accepted {counted(len(sure), 'high-confidence suggestion')}"
    else:
        label = f"Accepted {counted(len(sure), 'suggestion')} above {threshold:.0%}"
    save(context, sure, Mark(batch, rule=f"confidence above {threshold:g}", label=label))
    return batch


def _without_asked(context: Context, decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that do not accept a suggestion whose question only a person can answer."""
    ids = [decision.field_id for decision in decisions if decision.status == "accepted" and decision.target]
    query = select(MappingField).where(MappingField.id.in_(ids))
    asked = {field.id for field in context.session.scalars(query) if is_asked(field)} if ids else set()
    certain = [decision for decision in decisions if decision.field_id not in asked]
    if not certain:
        raise InvalidInputError(
            f"{counted(len(asked), 'field')} with a question: nothing else to accept.",
            hint="Open each field and answer its question.",
            asked=len(asked),
        )
    return certain


def _without_high(context: Context, decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that do not exclude a field whose high-confidence suggestion stands."""
    ids = [
        decision.field_id for decision in decisions if decision.status == "ignored" or decision.target is None
    ]
    query = select(MappingField.id).where(
        MappingField.id.in_(ids),
        MappingField.confidence > GREEN_ABOVE,
        MappingField.target == MappingField.suggested_target,
    )
    high = set(context.session.scalars(query)) if ids else set()
    low_decisions = [decision for decision in decisions if decision.field_id not in high]
    if not low_decisions:
        raise InvalidInputError(
            f"{counted(len(high), 'field')} with a high-confidence suggestion: nothing else to exclude.",
            hint="Exclude them one by one, or choose to include high-confidence suggestions.",
            high=len(high),
        )
    return low_decisions


@action("mapping.edit")
def set_conflict(context: Context, migration_id: str, entity: str, strategy: str) -> None:
    """Set what happens to records of the entity that exist already: a value of core.engine.plan.Conflict."""
    target_schema().entity(entity)
    if strategy not in set(Conflict):
        raise InvalidInputError(
            f"There is no conflict strategy {strategy!r}.", hint=f"Use one of {', '.join(Conflict)}."
        )
    migration = sources_views.migration(context, migration_id)
    conflicts = {**migration.settings.get(views.CONFLICT_SETTING, {}), entity: strategy}
    migration.settings = {**migration.settings, views.CONFLICT_SETTING: conflicts}
    record(context, "mapping.conflict", "migration", migration_id, entity=entity, strategy=strategy)


def save(
    context: Context, decisions: Sequence[Decision], mark: Mark, lessons: Mapping[str, Any] | None = None
) -> list[MappingField]:
    """Save decisions as one batch, all or none; return their fields in the same order.

    Those a person looked at teach memory and calibration. `lessons`: field id -> what it had taught, for an undo.
    """
    fields = locked(context, [decision.field_id for decision in decisions])
    for decision in decisions:
        _check(context, decision, fields[decision.field_id], undoing=mark.undoes is not None)
    if mark.undoes is None:
        decisions = [_read_as_written(context, decision, fields[decision.field_id]) for decision in decisions]
    for decision in decisions:
        _apply(context, decision, fields[decision.field_id], mark)
    if mark.undoes:
        restore(context, [(fields[field_id], taught) for field_id, taught in (lessons or {}).items()])
    elif mark.looked:
        learn(context, [fields[decision.field_id] for decision in decisions])
    decided_fields = [fields[decision.field_id] for decision in decisions]
    if mark.undoes is None:
        announce_second(context, decided_fields)
    return decided_fields


def locked(context: Context, ids: Sequence[str]) -> dict[str, MappingField]:
    """Return the fields as they stand, by id, held until the transaction ends; NotFoundError where one is gone."""
    # Suggesting holds the migration before its fields; a decision does as well, so that neither stops the other.
    of = select(MappingField.migration_id).where(MappingField.id.in_(ids))
    context.session.execute(
        select(Migration.id)
        .where(Migration.id.in_(of))
        .order_by(Migration.id)
        .with_for_update(read=True, key_share=True)
    )
    query = (
        select(MappingField)
        .where(MappingField.id.in_(ids))
        .order_by(MappingField.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    fields = {field.id: field for field in context.session.scalars(query)}
    if len(fields) < len(set(ids)):
        raise NotFoundError("This field is not there any more.", hint="Reload the page.")
    return fields


def _check(context: Context, decision: Decision, field: MappingField, *, undoing: bool) -> None:
    """Raise ConflictError for a contested save, InvalidInputError for what cannot be meant."""
    if field.version != decision.version:
        theirs = state(field) | {"version": field.version, "at": str(field.decided_at)}
        yours = {
            "target": decision.target,
            "transform": decision.transform,
            "status": decision.status,
            "reason": decision.reason,
        }
        raise ConflictError(
            f"Somebody has decided {field.source_field} since you looked.",
            hint="Compare both decisions and save again.",
            theirs=theirs,
            yours=yours | {"version": decision.version},
        )
    if undoing:
        return
    if decision.status not in STATUSES:
        raise InvalidInputError(
            f"There is no status {decision.status!r}.", hint=f"Use one of {', '.join(sorted(STATUSES))}."
        )
    if decision.status == "ignored" or decision.target is None:
        return
    target = target_schema().field(decision.target)
    if target.entity not in target_schema().domain(context.tenant.domain):
        raise InvalidInputError(
            f"{decision.target} is not part of the {context.tenant.domain} schema.",
            hint="Choose another target.",
        )
    chain = transforms.parse(decision.transform)
    inputs = [
        field.source_field,
        *(_other_sources(context, decision, field) if joins(decision.transform) else []),
    ]
    transforms.build(
        chain, [pl.col(name) for name in inputs], target, ImportSettings(context.tenant.domain, "")
    )


def _other_sources(context: Context, decision: Decision, field: MappingField) -> Sequence[str]:
    """Return the other source fields of the stream that feed the same target."""
    query = select(MappingField.source_field).where(
        MappingField.migration_id == field.migration_id,
        MappingField.stream == field.stream,
        MappingField.target == decision.target,
        MappingField.id != field.id,
    )
    return context.session.scalars(query).all()


def _read_as_written(context: Context, decision: Decision, field: MappingField) -> Decision:
    transform = read_as_written(context, field, Choice(decision.target, decision.transform))
    return decision if transform == decision.transform else replace(decision, transform=transform)


def _apply(context: Context, decision: Decision, field: MappingField, mark: Mark) -> None:
    before = state(field) | ({"taught": field.taught} if mark.looked else {})
    if field.second_by and field.second_at:
        before |= {"second_by": field.second_by, "second_at": field.second_at.isoformat()}
    ignored = decision.status == "ignored" or (decision.target is None and mark.undoes is None)
    field.target = None if ignored else decision.target
    field.transform = None if ignored else decision.transform or None
    field.status = (
        "ignored" if ignored else decision.status if mark.undoes else _status(decision.status, before, field)
    )
    field.reason = decision.reason or None
    field.version += 1
    undecided = field.status == views.SUGGESTED
    field.decided_by = None if undecided else context.person
    field.decided_at = None if undecided else context.now
    field.second_by = field.second_at = None
    if field.target and (field.target, field.transform) != (before["target"], before["transform"]):
        field.money = _money(context, field)
    log_decision(
        context,
        field,
        before,
        mark,
        "mapping.undo" if mark.undoes else "mapping.decide",
        after={views.RULE: mark.rule} if mark.rule else {},
        reason=field.reason,
        status=field.status,
    )


def _status(status: str, before: Mapping[str, Any], field: MappingField) -> str:
    """Return the status of a decision: a changed field is 'edited', and stays so when it is accepted as it stands."""
    is_same = (field.target, field.transform) == (before["target"], before["transform"])
    if status == "accepted" and (not is_same or before["status"] == "edited"):
        return "edited"
    return status


def _money(context: Context, field: MappingField) -> Decimal:
    """Measure the rows and the money that the column touches under its new target, by the first rows of its streams."""
    if target_schema().field(field.target or "").kind != "money":
        return Decimal(0)
    streams = [
        stream
        for stream in sources_views.streams(context, field.migration_id)
        if stream.name == field.stream and field.source_field in stream.columns
    ]
    if not streams:  # its file is not there at present
        return field.money
    column = pl.concat(
        [
            store.decrypt_frame(context, stream.sample, f"source_stream|{stream.id}", [field.source_field])[
                field.source_field
            ]
            for stream in streams
        ]
    )
    settings = views.import_settings(context, field.migration_id)
    rows = sum(rows_of_data(stream.rows, stream.facts) for stream in streams)
    return impact.amount_at_risk(column, rows, field.target, field.transform, settings)
