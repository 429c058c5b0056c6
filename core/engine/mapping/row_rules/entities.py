"""Derive the plans of the other kinds of people that a table of people holds: teachers and parents among pupils."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.engine.plan import EntityPlan, FieldPlan
from core.schema import target_schema

_PEOPLE = ("student", "staff", "guardian")
_SHARED = ("external_id", "first_name", "last_name", "email", "phone", "address", "school_id", "is_active")


def derived_plans(
    plans: Sequence[EntityPlan], kinds: Mapping[str, str], own_fields: Mapping[str, Sequence[FieldPlan]]
) -> Iterator[EntityPlan]:
    """Yield a plan for each kind of people that the stream has rows of and no plan for: kind -> column that says it.

    Its fields are those mapped to the kind itself (`own_fields`), and those of the people who are planned, where both
    entities have them.
    """
    people = [plan for plan in plans if plan.entity in _PEOPLE and plan.field("external_id")]
    if not people:
        return
    model = max(people, key=lambda plan: len(plan.fields))
    planned = {plan.entity for plan in plans}
    for kind, column in kinds.items():
        if kind not in _PEOPLE or kind in planned:
            continue
        shared = [
            field
            for name in _SHARED
            if name in target_schema().entity(kind).fields and (field := model.field(name))
        ]
        if kind == "staff":
            shared.append(FieldPlan("role", (column,)))
        fields = {field.target: field for field in (*shared, *own_fields.get(kind, ()))}
        required = {field.name for field in target_schema().entity(kind).fields.values() if field.required}
        if required <= fields.keys():
            yield EntityPlan(
                model.stream, kind, tuple(fields.values()), primary=True, conflict=model.conflict
            )
