"""Tell which columns of the files hold amounts of money and are not part of a plan, because nobody decided or a person excluded them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.plan import Plan
from core.schema import target_schema

_NUMBER = re.compile(r"[-+($€£\s]*(?:\d{1,3}(?:[,.' ]\d{3})+|\d+)(?:[.,]\d{1,2})?[\s€$£)]*")
_CENTS = re.compile(r"[$€£]|[.,]\d{2}[\s)]*$")
_NO_AMOUNT = re.compile(
    r"(?i)(?:^|[^a-z])(?:rate|percent|percentage|pct|qty|quantity|count|lat|latitude|lng|lon|longitude|weight|hours|score|rating)(?:[^a-z]|$)|%"
)


def is_money(target: str | None) -> bool:
    """Whether a target 'entity.field' is an amount of money."""
    return target is not None and target_schema().field(target).kind == "money"


def outside(fields: Iterable[mapping.FieldRow], plan: Plan) -> list[mapping.FieldRow]:
    """The fields with values that the plan reads nothing from."""
    read = {(part.stream, column) for part in plan.entities for column in part.columns()}
    return [one for one in fields if one.rows and (one.stream, one.source_field) not in read]


def is_undecided(field: mapping.FieldRow) -> bool:
    return field.status == mapping.SUGGESTED


def with_amounts(context: Context, fields: Sequence[mapping.FieldRow]) -> list[mapping.FieldRow]:
    """Those of the fields that hold amounts: by their suggestion, or without a sure one by their values."""
    return [one for one in fields if _holds_amounts(context, one)]


def _holds_amounts(context: Context, field: mapping.FieldRow) -> bool:
    if is_money(field.suggested_target):
        return field.money > 0 or not is_undecided(field)  # the money of an excluded field is not measured
    if (field.suggested_target and (field.confidence or 0.0) >= AMBER_FROM) or _NO_AMOUNT.search(
        field.source_field
    ):
        return False
    values = [value.strip() for value in mapping.field_samples(context, field.id)]
    return (
        bool(values) and all(map(_NUMBER.fullmatch, values)) and any(_CENTS.search(value) for value in values)
    )
