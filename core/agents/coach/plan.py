"""The coach's plan of a migration: mapping, needs, risks and hours.

Everything in it is read from what the engine found and people decided; nothing is judged a second time. It can be made
in every state of a migration, also before there is a file: what is not known yet is empty or says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.agents.coach import complexity, gaps
from core.agents.coach.complexity import COUNTED, Complexity, Counts
from core.agents.coach.facts import Facts
from core.agents.coach.risks import Risk, risks
from core.agents.coach.words import entity_noun
from core.context import Context
from core.engine import transforms
from core.engine.mapping import views as mapping
from core.engine.mapping.tables import MappingField
from core.engine.transforms import TRANSFORMS
from core.engine.units import UNIT
from core.engine.validation import views as validations
from core.engine.validation.views import IssueCount
from core.kit.wording import counted, listed
from core.platform.access.actions import view


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A source field and its target. `reasoning` is the strongest reason.

    `confidence` is 1 where a person looked at the field or chose another target; what was accepted by a threshold, with
    many others, keeps the matcher's.
    """

    stream: str
    source_field: str
    target_field: str
    transform: str | None
    confidence: float
    status: str
    reasoning: str
    rows: int


@dataclass(frozen=True, slots=True)
class TransformationNeed:
    """A field whose values are transformed. `lossy`: the source's value cannot be restored from the result."""

    stream: str
    source_field: str
    target_field: str
    transform: str
    lossy: bool
    reasoning: str


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """The answer of analyze_pos_structure.

    data_quality_issues are the newest validation's, none before the first. confidence_score is the mean confidence of
    the mappings weighted by the rows they fill (0 without mappings).
    """

    migration_id: str
    pos_type: str
    domain: str
    field_mappings: tuple[FieldMapping, ...]
    transformation_needs: tuple[TransformationNeed, ...]
    data_quality_issues: tuple[IssueCount, ...]
    risk_factors: tuple[Risk, ...]
    recommendations: tuple[str, ...]
    complexity: str
    estimated_hours: int
    complexity_details: Complexity
    confidence_score: float
    generated_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """Convert to JSON values: money and moments are text."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


@view("migration.read")
def analyze(context: Context, migration_id: str) -> MigrationPlan:
    """Return the present plan. NotFoundError for a migration that is not this tenant's, and no other error."""
    facts = Facts(context, migration_id)
    fields = mapping.mapping_fields(context, migration_id)
    mapped = [field for field in fields if field.target and field.status != "ignored"]
    estimate = complexity.estimate(_counts(facts, fields))
    issue_counts = validations.issue_counts(context, facts.validation.id) if facts.validation else []
    looked_at = mapping.looked_at(context, migration_id)
    mappings = tuple(_mapping(field, is_sure=field.id in looked_at) for field in mapped)
    return MigrationPlan(
        migration_id=migration_id,
        pos_type=facts.migration.source,
        domain=facts.domain,
        field_mappings=mappings,
        transformation_needs=tuple(_need(field) for field in mapped if field.transform),
        data_quality_issues=tuple(issue_counts),
        risk_factors=risks(facts),
        recommendations=tuple(_recommendations(facts, mappings)),
        complexity=estimate.complexity,
        estimated_hours=estimate.estimated_hours,
        complexity_details=estimate,
        confidence_score=confidence_score(mappings),
        generated_at=context.now,
    )


@view("migration.read")
def count(context: Context, migration_id: str) -> Counts:
    """Count what the complexity of a migration is estimated by."""
    return _counts(Facts(context, migration_id), mapping.field_rows(context, migration_id))


def confidence_score(mappings: Sequence[FieldMapping]) -> float:
    """Average the confidence from 0 to 1, weighted by rows where any are filled."""
    weights = [field_mapping.rows for field_mapping in mappings]
    if not any(weights):
        weights = [1] * len(mappings)
    if not mappings:
        return 0.0
    total = sum(
        field_mapping.confidence * weight for field_mapping, weight in zip(mappings, weights, strict=True)
    )
    return min(1.0, total / sum(weights))


def _counts(facts: Facts, fields: Sequence[MappingField] | Sequence[mapping.FieldRow]) -> Counts:
    """Count rows per entity; a stream without one counts for the entity most of its fields go to.

    Custom fields are undecided columns with values and no target, in streams that are imported, which the documentation of
    the source does not know.
    """
    feeds: dict[str, Counter[str]] = {}
    for field in fields:
        if field.target and field.status != "ignored":
            feeds.setdefault(field.stream, Counter())[field.target.partition(".")[0]] += 1
    rows: Counter[str] = Counter()
    for stream in facts.streams:
        entities = feeds.get(stream.name)
        if entity := stream.entity or (entities.most_common(1)[0][0] if entities else None):
            rows[entity] += stream.rows
    items, categories, modifiers = (rows.get(name) for name in COUNTED[facts.domain])
    custom = [
        field
        for field in fields
        if field.target is None and field.status == mapping.SUGGESTED and field.rows and field.stream in feeds
    ]
    unknown = sum(field.origin != "documentation" for field in custom)
    return Counts(items, categories, modifiers, unknown)


def _mapping(field: MappingField, *, is_sure: bool) -> FieldMapping:
    is_decided = field.status != mapping.SUGGESTED and (is_sure or field.target != field.suggested_target)
    return FieldMapping(
        field.stream,
        field.source_field,
        field.target or "",
        field.transform,
        1.0 if is_decided else field.confidence or 0.0,
        field.status,
        field.reason or _strongest(field),
        field.rows,
    )


def _need(field: MappingField) -> TransformationNeed:
    calls = transforms.parse(field.transform)
    proved = next((str(reason["text"]) for reason in field.evidence if reason["feature"] == UNIT), "")
    meanings = "; ".join(TRANSFORMS[call.name].meaning for call in calls)
    return TransformationNeed(
        field.stream,
        field.source_field,
        field.target or "",
        field.transform or "",
        any(TRANSFORMS[call.name].lossy for call in calls),
        proved or meanings,
    )


def _strongest(field: MappingField) -> str:
    return (
        str(max(field.evidence, key=lambda reason: float(reason["weight"]))["text"]) if field.evidence else ""
    )


def _recommendations(facts: Facts, mappings: Sequence[FieldMapping]) -> Iterator[str]:
    if not facts.streams:
        yield "Upload the exports first: nothing can be judged without them."
    elif not mappings:
        yield "Manual review required: suggest mappings, or map the fields by hand."
    if undecided := sum(group.count for group in facts.review.undecided.values()):
        yield f"Review all mappings: {counted(undecided, 'field', 'are')} not reviewed yet."
    if missing := gaps.missing_companions(facts):
        yield f"Export {listed([entity_noun(name) for name in missing])} records as well."
    if facts.streams and not facts.is_rehearsed:
        yield "Test first: a dry run does everything an import does and rolls it back."
    yield "Store the exports and a backup of the old system; an import here can be rolled back."


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value
