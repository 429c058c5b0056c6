"""Shows what is wrong with a mapping before any validation: values of another type, targets claimed twice, gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.context import Context
from core.engine.mapping.forms import count_fitting, form_of
from core.engine.mapping.plans import joins
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views.checklist import Checklist, checklist
from core.engine.mapping.views.fields import FieldRow, raw_samples, rows_where
from core.engine.mapping.views.plan import Rivals, contested_rows, plan_frame
from core.kit.wording import counted
from core.platform.access.actions import view
from core.schema import target_schema, target_title

TYPE, DUPLICATE, REQUIRED = "Type", "Duplicate", "Required"


@dataclass(frozen=True, slots=True)
class FieldWarning:
    """`label` is TYPE, DUPLICATE or REQUIRED; `text` says what is wrong, without any value."""

    label: str
    text: str


@view("migration.read")
def field_warnings(
    context: Context,
    migration_id: str,
    *,
    also: Collection[str] = (),
    required: Checklist | None = None,
    conflicts: Sequence[Rivals] | None = None,
) -> dict[str, tuple[FieldWarning, ...]]:
    """Warnings by field id. Types are checked of what a person chose and of the fields `also`.

    Samples are read for those only, so that a mapping of thousands of suggestions costs no more than its edits.
    `required` and `conflicts`: what `checklist` and `contested_rows` answered already.
    """
    warnings: defaultdict[str, list[FieldWarning]] = defaultdict(list)
    chosen = rows_where(context, migration_id, (MappingField.status == "edited") | MappingField.id.in_(also))
    for field_id, warning in _type_warnings(context, migration_id, chosen).items():
        warnings[field_id].append(warning)
    for rivals in contested_rows(context, migration_id) if conflicts is None else conflicts:
        for row in rivals.fields:
            text = f"{counted(len(rivals.fields), 'column')} map to {target_title(rivals.target)}."
            warnings[row.id].append(FieldWarning(DUPLICATE, text))
    open_targets = (required or checklist(context, migration_id)).unmapped
    for row in rows_where(context, migration_id, MappingField.suggested_target.in_(open_targets)):
        if row.target != row.suggested_target:
            text = f"{target_title(row.suggested_target)} is required and has no column now."
            warnings[row.id].append(FieldWarning(REQUIRED, text))
    return {field_id: tuple(texts) for field_id, texts in warnings.items()}


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
    plan, warnings = plan_frame(context, migration_id), {}
    for field_id, values in raw_samples(context, list(checked)).items():
        field, form = checked[field_id]
        fitting = count_fitting(values, field.target or "", field.transform, plan)
        if fitting < len(values):
            text = f"Values do not look like {form}: {fitting} of {len(values)} fit."
            warnings[field_id] = FieldWarning(TYPE, text)
    return warnings
