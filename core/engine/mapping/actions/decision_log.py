"""Write a decision about a field and its line of the audit log together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.context import Context
from core.engine.mapping.tables import MappingDecision, MappingField
from core.kit.ids import new_id
from core.platform.audit.actions import record

_NO_MORE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mark:
    """What the decisions of one batch have in common.

    `undoes` is the batch taken back; `rule` the threshold for all fields that decided; `looked` and `label` as in
    MappingDecision, for an undo as in the batch taken back.
    """

    batch: str
    undoes: str | None = None
    rule: str | None = None
    looked: bool = False
    label: str = ""


def state(field: MappingField) -> dict[str, Any]:
    """Return a field's side of a decision, as MappingDecision keeps it."""
    return {
        "target": field.target,
        "transform": field.transform,
        "status": field.status,
        "reason": field.reason,
        "by": field.decided_by,
    }


def log_decision(
    context: Context,
    field: MappingField,
    before: Mapping[str, Any],
    mark: Mark,
    audit_action: str,
    *,
    after: Mapping[str, Any] = _NO_MORE,
    reason: str | None = None,
    **facts: object,
) -> None:
    """Add the decision that made the field as it stands, and its audit line.

    `before` is the field's state before the decision, `after` what is stored besides its present state. `reason` and
    `facts` go to the audit line.
    """
    context.session.add(
        MappingDecision(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            migration_id=field.migration_id,
            field_id=field.id,
            batch=mark.batch,
            version=field.version,
            before=dict(before),
            after=state(field) | dict(after),
            reason=field.reason,
            person_id=context.person,
            undoes=mark.undoes,
            label=mark.label,
            looked=mark.looked,
        )
    )
    record(
        context,
        audit_action,
        "mapping_field",
        field.id,
        reason=reason,
        source_field=field.source_field,
        target=field.target,
        **facts,
    )
