"""Shows the mapping: fields, progress, samples, decisions, and the plan that comes of them."""

from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.views.batches import Batch, BulkEffect, batches, bulk_effect, fields_of
from core.engine.mapping.views.checklist import Checklist, candidate_fields, checklist
from core.engine.mapping.views.decisions import (
    Override,
    decisions,
    fields_of_batch,
    looked_at,
    overrides,
    person_names,
)
from core.engine.mapping.views.evidence import evidence_of
from core.engine.mapping.views.fields import (
    UNDECIDED,
    FieldDetail,
    FieldFilter,
    FieldRow,
    amount_shares,
    field_rows,
    field_samples,
    mapping_field,
    mapping_fields,
    samples_for,
)
from core.engine.mapping.views.patterns import Group, patterns
from core.engine.mapping.views.plan import (
    CONFLICT_SETTING,
    STRICT_SETTING,
    Rivals,
    contested,
    contested_rows,
    current_plan,
    import_settings,
    links_of,
    planned_links,
    stream_entities,
    stream_facts,
    stream_rows,
)
from core.engine.mapping.views.progress import Progress, StreamProgress, progress
from core.engine.mapping.views.second import EXPOSURE_SETTING, RULE, awaiting_second, exposure
from core.engine.mapping.views.values import ValueCount, ValueField, unread_counts, value_counts, value_fields
from core.engine.mapping.views.warnings import FieldWarning, field_warnings, warnings_of

__all__ = [
    "CONFLICT_SETTING",
    "EXPOSURE_SETTING",
    "RULE",
    "STRICT_SETTING",
    "SUGGESTED",
    "UNDECIDED",
    "Batch",
    "BulkEffect",
    "Checklist",
    "FieldDetail",
    "FieldFilter",
    "FieldRow",
    "FieldWarning",
    "Group",
    "Override",
    "Progress",
    "Rivals",
    "StreamProgress",
    "ValueCount",
    "ValueField",
    "amount_shares",
    "awaiting_second",
    "batches",
    "bulk_effect",
    "candidate_fields",
    "checklist",
    "contested",
    "contested_rows",
    "current_plan",
    "decisions",
    "evidence_of",
    "exposure",
    "field_rows",
    "field_samples",
    "field_warnings",
    "fields_of",
    "fields_of_batch",
    "import_settings",
    "links_of",
    "looked_at",
    "mapping_field",
    "mapping_fields",
    "overrides",
    "patterns",
    "person_names",
    "planned_links",
    "progress",
    "samples_for",
    "stream_entities",
    "stream_facts",
    "stream_rows",
    "unread_counts",
    "value_counts",
    "value_fields",
    "warnings_of",
]
