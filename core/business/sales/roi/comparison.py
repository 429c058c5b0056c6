"""Compare two cases: which inputs differ, and how far each moves the saving. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.business.sales.roi.case import RoiCase, RoiInput
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.rules import rounded, saving_of, values_of
from core.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class InputChange:
    """An input that differs. `effect` is what it adds to the saving, after the changes before it in the list."""

    key: str
    title: str
    before: RoiInput
    after: RoiInput
    effect: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two cases: the effects of `changes` add up from the saving before to the saving after, but for rounding."""

    before: Decimal
    after: Decimal
    difference: Decimal
    changes: tuple[InputChange, ...]


def compare(before: RoiCase, after: RoiCase) -> Comparison:
    """Compare two cases of a prospect. InvalidInputError where line of business or currency differ."""
    if before.domain != after.domain or before.currency != after.currency:
        raise InvalidInputError(
            f"One version is in {before.currency}, the other in {after.currency}.",
            hint="Compare versions of one currency.",
        )
    model, currency = roi_model(before.domain), before.currency
    values, end_values = values_of(before, "base"), values_of(after, "base")
    first, last = saving_of(model, values), saving_of(model, end_values)
    changes = []
    for key, definition in model.inputs.items():
        if before.inputs[key] == after.inputs[key]:
            continue
        saving = saving_of(model, values)
        values = {**values, key: end_values[key]}
        effect = rounded(saving_of(model, values) - saving, currency)
        changes.append(InputChange(key, definition.title, before.inputs[key], after.inputs[key], effect))
    return Comparison(
        rounded(first, currency), rounded(last, currency), rounded(last - first, currency), tuple(changes)
    )
