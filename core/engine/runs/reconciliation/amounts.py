"""Tell which columns of the files hold amounts of money and are not part of a plan, because nobody decided or a person excluded them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.plan import Plan
from core.kit.text import tokens
from core.schema import target_schema

_NO_AMOUNT = re.compile(
    r"(?i)(?:^|[^a-z])(?:rate|percent|percentage|pct|qty|quantity|count|lat|latitude|lng|lon|longitude|weight|hours|score|rating)(?:[^a-z]|$)|%"
)
_NAMING = frozenset(
    {"barcode", "date", "fax", "hour", "id", "mobile", "number", "phone", "postal", "sku", "telephone", "time",
     "version", "zip"}
)  # fmt: skip
_OF_MONEY = frozenset(
    {"amount", "cost", "discount", "fee", "paid", "price", "revenue", "sale", "sum", "tax", "tip", "total"}
)
_MOSTLY, _HALF, _FEW_CENTS = 0.9, 0.5, 0.01
"""Shares of a column's values: nearly all are numbers, half of them carry cents, a few do."""


def is_money(target: str | None) -> bool:
    """Whether a target 'entity.field' is an amount of money."""
    return target is not None and target_schema().field(target).kind == "money"


def outside(fields: Iterable[mapping.FieldRow], plan: Plan) -> list[mapping.FieldRow]:
    """List the fields with values that the plan does not read."""
    read = {(part.stream, column) for part in plan.entities for column in part.columns()}
    return [field for field in fields if field.rows and (field.stream, field.source_field) not in read]


def is_undecided(field: mapping.FieldRow) -> bool:
    return field.status == mapping.SUGGESTED


def with_amounts(context: Context, fields: Sequence[mapping.FieldRow]) -> list[mapping.FieldRow]:
    """List the fields that hold amounts: by their suggestion, or without a sure one by their values."""
    to_measure = [
        field.id for field in fields if not is_money(field.suggested_target) and _may_hold_amounts(field)
    ]
    shares = mapping.amount_shares(context, to_measure) if to_measure else {}
    return [field for field in fields if _holds_amounts(field, shares.get(field.id, (0.0, 0.0)))]


def _holds_amounts(field: mapping.FieldRow, shares: tuple[float, float]) -> bool:
    if is_money(field.suggested_target):
        return field.money > 0 or not is_undecided(field)  # the money of an excluded field is not measured
    amounts, exact = shares
    return exact >= _HALF or (amounts >= _MOSTLY and exact >= _FEW_CENTS)


def _may_hold_amounts(field: mapping.FieldRow) -> bool:
    """Whether neither a sure suggestion nor the column's name speaks against amounts."""
    if (field.suggested_target and (field.confidence or 0.0) >= AMBER_FROM) or _NO_AMOUNT.search(
        field.source_field
    ):
        return False
    words = set(tokens(field.source_field))
    return not words & _NAMING or bool(words & _OF_MONEY)
