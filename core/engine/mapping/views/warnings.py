"""Shows what is wrong with a mapping before any validation: values of another type, targets claimed twice, gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.context import Context
from core.engine.mapping.forms import count_fitting, form_of
from core.engine.mapping.plans import joins
from core.engine.mapping.record_keys import left_out_words
from core.engine.mapping.review import is_asked
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views.checklist import Checklist, checklist
from core.engine.mapping.views.fields import FieldDetail, FieldRow, raw_samples, rows_where
from core.engine.mapping.views.plan import Rivals, contested_rows, import_settings, links_of
from core.engine.mapping.views.progress import asked_column
from core.kit.wording import counted
from core.platform.access.actions import view
from core.schema import target_schema, target_title

QUESTION, TYPE, DUPLICATE, REQUIRED = "Question", "Type", "Duplicate", "Required"
LEFT_OUT = "Not imported"
_CONSENT_QUESTION = "Marketing consent: confirm that the column says who agreed."
"""Of consent that was suggested without a question: no bulk action decides it either."""


@dataclass(frozen=True, slots=True)
class FieldWarning:
    """`label` is QUESTION, TYPE, DUPLICATE, REQUIRED or LEFT_OUT; `text` says what is open or wrong, without any personal value."""

    label: str
    text: str


@view("migration.read")
def field_warnings(context: Context, migration_id: str) -> dict[str, tuple[FieldWarning, ...]]:
    """Warnings by field id. Types are checked of what a person chose.

    Samples are read for those only, so that a mapping of thousands of suggestions costs no more than its edits.
    """
    warnings: defaultdict[str, list[FieldWarning]] = defaultdict(list)
    for row in rows_where(context, migration_id, asked_column()):
        warnings[row.id].append(FieldWarning(QUESTION, row.question or _CONSENT_QUESTION))
    links = links_of(context, migration_id)
    edited_rows = rows_where(context, migration_id, MappingField.status == "edited")
    for field_id, warning in _type_warnings(context, migration_id, edited_rows).items():
        warnings[field_id].append(warning)
    for rivals in contested_rows(context, migration_id, links=links):
        for row in rivals.fields:
            warnings[row.id].append(_duplicate(rivals))
    required = checklist(context, migration_id, links=links)
    open_targets = required.unmapped
    columns = {name for part in required.left_out for name in part.columns}
    for row in rows_where(context, migration_id, MappingField.source_field.in_(columns)):
        warnings[row.id] += _left_out(row, required)
    for row in rows_where(context, migration_id, MappingField.suggested_target.in_(open_targets)):
        if row.target != row.suggested_target:
            warnings[row.id].append(_required(row))
    return {field_id: tuple(texts) for field_id, texts in warnings.items()}


@view("migration.read")
def warnings_of(
    context: Context, field: FieldDetail, *, required: Checklist, conflicts: Sequence[Rivals]
) -> tuple[FieldWarning, ...]:
    """As field_warnings, of one field, whose type is always checked; reads the samples of this field only.

    `required` and `conflicts`: what `checklist` and `contested_rows` answered.
    """
    warnings = [FieldWarning(QUESTION, field.question or _CONSENT_QUESTION)] if is_asked(field) else []
    warnings += _type_warnings(context, field.migration_id, [field]).values()
    warnings += [
        _duplicate(rivals) for rivals in conflicts if any(row.id == field.id for row in rivals.fields)
    ]
    if field.suggested_target in required.unmapped and field.target != field.suggested_target:
        warnings.append(_required(field))
    return (*warnings, *_left_out(field, required))


def _left_out(field: FieldRow, required: Checklist) -> list[FieldWarning]:
    """Warn of a field whose records cannot be made."""
    entity = (field.target or "").partition(".")[0]
    return [
        FieldWarning(LEFT_OUT, f"{left_out_words(part)}.")
        for part in required.left_out
        if (part.stream, part.entity) == (field.stream, entity) and field.source_field in part.columns
    ]


def _duplicate(rivals: Rivals) -> FieldWarning:
    text = f"{counted(len(rivals.fields), 'column')} map to {target_title(rivals.target)}."
    return FieldWarning(DUPLICATE, text)


def _required(field: FieldRow) -> FieldWarning:
    return FieldWarning(
        REQUIRED, f"{target_title(field.suggested_target)} is required and has no column now."
    )


def _type_warnings(
    context: Context, migration_id: str, fields: Collection[FieldRow]
) -> Mapping[str, FieldWarning]:
    checked = {
        field.id: (field, form)
        for field in fields
        if field.target
        and not joins(field.transform)
        and (form := form_of(target_schema().field(field.target)))
    }
    if not checked:
        return {}
    settings, warnings = import_settings(context, migration_id), {}
    for field_id, values in raw_samples(context, list(checked)).items():
        field, form = checked[field_id]
        fitting = count_fitting(values, field.target or "", field.transform, settings)
        if fitting < len(values):
            text = f"Values do not look like {form}: {fitting} of {len(values)} fit."
            warnings[field_id] = FieldWarning(TYPE, text)
    return warnings
