"""Edit a case cell by cell: numbers, then the evidence that makes them the customer's. Pure.

An input whose numbers were typed and whose evidence is still missing has evidence '': its figures count in what is
shown, and it cannot be saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from core.business.sales.roi.case import CUSTOMER, RoiCase, RoiInput
from core.business.sales.roi.prefill import TYPED, with_catalogue_price

NUMBERS = ("low", "base", "high")
EVIDENCE = "evidence"
_PENDING = "Evidence is missing"


def with_edits(case: RoiCase, key: str, edits: Mapping[str, object]) -> RoiCase:
    """Return the case with edits of one input: 'low', 'base', 'high' -> number, 'evidence' -> text; None is no edit.

    A number that changes makes the input typed. An amount in another currency is replaced as a whole. A default or a
    measured figure loses its evidence until the person gives one.
    """
    entry = case.inputs[key]
    numbers = {
        name: number
        for name in NUMBERS
        if (number := _number(edits.get(name))) is not None and number != getattr(entry, name)
    }
    if numbers:
        entry = _retyped(entry, numbers, case.currency)
    evidence = edits.get(EVIDENCE)
    if evidence is not None and (text := " ".join(str(evidence).split())) != entry.evidence:
        entry = replace(entry, evidence=text, source=CUSTOMER if text else entry.source, origin=TYPED)
    return with_catalogue_price(case.with_input(entry))


def _retyped(entry: RoiInput, numbers: Mapping[str, Decimal], currency: str) -> RoiInput:
    evidence = entry.evidence if entry.source == CUSTOMER else ""
    if entry.currency not in {None, currency}:
        newest = list(numbers.values())[-1]
        numbers, evidence = dict.fromkeys(NUMBERS, newest), ""
    return replace(
        entry,
        low=numbers.get("low", entry.low),
        base=numbers.get("base", entry.base),
        high=numbers.get("high", entry.high),
        evidence=evidence,
        origin=TYPED,
        currency=entry.currency and currency,
    )


def missing_evidence(case: RoiCase) -> list[str]:
    """List the inputs whose evidence is missing."""
    return [key for key, entry in case.inputs.items() if not entry.evidence]


def for_display(case: RoiCase) -> RoiCase:
    """Return the case as it can be computed while evidence is missing."""
    inputs = {
        key: entry if entry.evidence else replace(entry, evidence=_PENDING)
        for key, entry in case.inputs.items()
    }
    return replace(case, inputs=inputs)


def _number(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal("NaN")
