"""Asks language models about the fields the matcher leaves unsure, and takes over what stands up to the checks.

Reading, asking and writing are three steps: while a model thinks, no transaction is open and nothing is locked. What
somebody decided meanwhile is left alone. What matters most is asked first, because there is a limit to the waiting.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.ai_review import policy, rules
from core.engine.mapping.ai_review.changes import Change, apply_changes
from core.engine.mapping.match.values import contradicts
from core.engine.mapping.review import expected_loss
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources_views
from core.engine.sources.profile import profile_frame
from core.engine.sources.tables import SourceStream
from core.platform.access.actions import action
from core.platform.ai.actions import Answer, ask, model_cascade
from core.platform.ai.rules import Question, Request
from core.platform.ai.wire import unusable
from core.platform.audit.actions import record
from core.schema import target_schema
from core.settings import settings

_AT_ONCE = 3  # requests under way; each holds tokens of the budget
_CHUNKS = 3  # of a stream's rows, to describe its columns by


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """What came of it, in fields. `unanswered`: why a field got no answer -> how many; `overtaken`: decided meanwhile."""

    question_count: int
    answer_count: int
    change_count: int
    overtaken: int
    unanswered: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Pending:
    """A field as it was when it was asked about."""

    field_id: str
    version: int
    snapshot: rules.FieldSnapshot
    question: Question


@action("ai.ask")
def review_with_ai(context: Context, migration_id: str) -> ReviewResult:
    """Asks about every undecided field that is not green, at most for AI_TIMEOUT_SECONDS; says what came of it.

    A field with an answer is not asked about again until the mapping is suggested anew. Ends the open transaction
    before it asks, so it is not to be called within another action. NotFoundError where there is no such migration.
    """
    until = time.monotonic() + settings().ai_timeout_seconds
    sources_views.migration(context, migration_id)
    fields = _unsure(context, migration_id)
    if not fields or not model_cascade():
        return ReviewResult(len(fields), 0, 0, 0, {unusable(): len(fields)} if fields else {})
    pending = list(_questions(context, migration_id, fields))
    context.session.commit()
    answer = _ask_all(context, migration_id, pending, until)
    return _apply_answers(context, migration_id, pending, answer)


def _unsure(context: Context, migration_id: str) -> list[MappingField]:
    """Fields to ask about, the one first that it would cost most to have wrong."""
    fields = views.mapping_fields(context, migration_id, views.UNDECIDED)
    target_counts = Counter((field.stream, field.source_field) for field in fields)
    unsure = [
        field
        for field in fields
        if rules.is_unsure(field.confidence)
        and _snapshot(field).confidences
        and target_counts[field.stream, field.source_field]
        == 1  # one that feeds several targets is a matter of its own
        and not any(reason["feature"] == rules.AI for reason in field.evidence)
    ]
    return sorted(unsure, key=lambda field: -expected_loss(field.confidence, field.rows, field.money))


def _snapshot(field: MappingField) -> rules.FieldSnapshot:
    confidences = {
        alternative["target"]: float(alternative["confidence"]) for alternative in field.alternatives
    }
    if field.target:
        confidences[field.target] = field.confidence or 0.0
    return rules.FieldSnapshot(field.target, confidences)


def _questions(context: Context, migration_id: str, fields: Sequence[MappingField]) -> Iterator[_Pending]:
    entities = views.stream_entities(context, migration_id)
    streams_by_name: dict[str, list[SourceStream]] = defaultdict(list)
    for stream in sources_views.streams(context, migration_id):
        streams_by_name[stream.name].append(stream)
    columns: dict[tuple[str, str], policy.Column] = {}
    for name in {field.stream for field in fields}:
        columns_asked = [field.source_field for field in fields if field.stream == name]
        for column in _columns(context, streams_by_name[name], entities[name], columns_asked):
            columns[name, column.profile.source] = column
    for number, field in enumerate(fields, start=1):
        snapshot, column = _snapshot(field), columns[field.stream, field.source_field]
        choices = tuple(
            target
            for target in rules.choices(snapshot)
            if not contradicts(column.profile, target_schema().field(target))
        )
        if choices:
            facts = policy.column_facts(replace(column, candidates=choices))
            yield _Pending(field.id, field.version, snapshot, Question(f"q{number}", facts, choices))


def _columns(
    context: Context, streams: Sequence[SourceStream], entity: str | None, names: Sequence[str]
) -> Iterator[policy.Column]:
    """Describe columns of the streams of one name."""
    headers = list(dict.fromkeys(name for stream in streams for name in stream.columns))
    rows = views.stream_rows(context, streams, chunks=max(_CHUNKS, len(streams)))
    rows = rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None, pl.String).alias(name)) for name in names
    )
    for profile in profile_frame(streams[0].name, rows):
        yield policy.Column(
            replace(profile, position=headers.index(profile.source)),
            entity,
            headers,
            (),
            context.tenant.domain,
            sources_views.looks_personal(rows[profile.source], entity),
        )


def _ask_all(context: Context, migration_id: str, pending: Sequence[_Pending], until: float) -> Answer:
    """All answers; a batch shares one call, and a few calls are under way at a time."""
    requests = [
        Request(
            rules.OPERATION,
            rules.VERSION,
            rules.INSTRUCTIONS,
            tuple(item.question for item in batch),
            {choice: rules.meaning(choice) for item in batch for choice in item.question.choices},
            migration_id,
        )
        for batch in (pending[start : start + rules.BATCH] for start in range(0, len(pending), rules.BATCH))
    ]
    collected = Answer()
    # The gateway works in transactions of its own, so that its calls may share the context.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for answer in pool.map(partial(ask, context, until=until), requests):
            collected.answers |= answer.answers
            collected.missing |= answer.missing
    return collected


def _apply_answers(
    context: Context, migration_id: str, pending: Sequence[_Pending], answer: Answer
) -> ReviewResult:
    """Apply the answers to the fields that still stand as they were asked about."""
    query = (
        select(MappingField)
        .where(MappingField.id.in_([item.field_id for item in pending]))
        .order_by(MappingField.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = {field.id: field for field in context.session.scalars(query)}
    changes = []
    for item in pending:
        field = rows.get(item.field_id)
        if field is None or (field.status, field.version) != (views.SUGGESTED, item.version):
            continue
        reply = answer.answers.get(item.question.id)
        outcome = rules.judge(item.snapshot, reply.choice) if reply else None
        reason = answer.missing.get(item.question.id, "")
        changes.append(Change(field, item.snapshot, outcome, reply.call_id if reply else None, reason))
    change_count = apply_changes(context, migration_id, changes)
    outcome_counts = ReviewResult(
        len(pending),
        sum(change.outcome is not None for change in changes),
        change_count,
        len(pending) - len(changes),
        dict(Counter(change.reason for change in changes if change.outcome is None)),
    )
    record(
        context, "ai.ask", "migration", migration_id, fields=outcome_counts.question_count, answered=outcome_counts.answer_count,
        changed=outcome_counts.change_count, overtaken=outcome_counts.overtaken, calls=len({change.call_id for change in changes} - {None}),
    )  # fmt: skip
    return outcome_counts
