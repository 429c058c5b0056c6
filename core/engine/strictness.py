"""Decide what an unreadable value does: hold its row, or be left empty with a warning. Pure.

A value that counts holds the row: required fields, money, ids, consent, and what decides where and whether an amount
counts. Of other fields one bad value is no reason to keep the record out. Per field a person may say otherwise.
"""

from __future__ import annotations

from core.engine.plan import Plan
from core.schema import Field, target_schema

READ_KINDS = frozenset({"money", "int", "decimal", "percent", "bool", "date", "datetime", "enum", "phone"})
"""Kinds of fields whose values are read from text, so that a value can be unreadable."""

CONSENT = frozenset({"customer.marketing_opt_in"})
_COUNTED = frozenset(
    {"order.state", "order.business_date", "order.opened_at", "order.closed_at", "order_line.quantity",
     "order_line.is_void", "payment.paid_at", "tax_rate.is_inclusive", "loyalty_account.points_balance",
     "loyalty_account.lifetime_points", "loyalty_tier.points_required", "loyalty_accrual.points", "attendance.status", "enrollment.role", "enrollment.person_id"}
)  # fmt: skip


def is_always_strict(field: Field) -> bool:
    """Whether an unreadable value holds the row whatever a person says: nothing required, paid or agreed to is left empty."""
    return field.required or field.kind == "money" or field.name == "external_id" or field.key in CONSENT


def is_strict(field: Field, plan: Plan) -> bool:
    """Whether an unreadable value of the field holds its row."""
    if is_always_strict(field) or field.key in plan.strict:
        return True
    return field.key in _COUNTED and field.key not in plan.lenient


def adjustable_fields(plan: Plan) -> list[Field]:
    """List the fields of the plan of which a person may say what an unreadable value does, in the order of loading."""
    keys = dict.fromkeys(
        f"{entity.entity}.{field.target}"
        for entity in plan.entities
        for field in entity.fields
        if field.sources
    )
    fields = [target_schema().field(key) for key in keys]
    return [field for field in fields if field.kind in READ_KINDS and not is_always_strict(field)]
