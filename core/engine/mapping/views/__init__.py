"""Shows the mapping: fields, progress, samples, decisions, and the plan that comes of them."""

from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.views.batches import Batch, BulkEffect, batches, bulk_effect
from core.engine.mapping.views.decisions import (
    Override,
    decisions,
    export_mapping,
    export_overrides,
    overrides,
    person_names,
)
from core.engine.mapping.views.fields import (
    FieldRow,
    field_rows,
    field_samples,
    mapping_field,
    mapping_fields,
    samples_for,
)
from core.engine.mapping.views.patterns import Group, patterns
from core.engine.mapping.views.plan import (
    CONFLICT_SETTING,
    contested,
    current_plan,
    plan_frame,
    planned_links,
    stream_entities,
    stream_rows,
)
from core.engine.mapping.views.progress import Progress, StreamProgress, progress
from core.engine.mapping.views.second import EXPOSURE_SETTING, RULE, awaiting_second, exposure
from core.engine.mapping.views.values import ValueCount, ValueField, value_counts, value_fields

__all__ = [
    "CONFLICT_SETTING",
    "EXPOSURE_SETTING",
    "RULE",
    "SUGGESTED",
    "Batch",
    "BulkEffect",
    "FieldRow",
    "Group",
    "Override",
    "Progress",
    "StreamProgress",
    "ValueCount",
    "ValueField",
    "awaiting_second",
    "batches",
    "bulk_effect",
    "contested",
    "current_plan",
    "decisions",
    "export_mapping",
    "export_overrides",
    "exposure",
    "field_rows",
    "field_samples",
    "mapping_field",
    "mapping_fields",
    "overrides",
    "patterns",
    "person_names",
    "plan_frame",
    "planned_links",
    "progress",
    "samples_for",
    "stream_entities",
    "stream_rows",
    "value_counts",
    "value_fields",
]
