"""Add and remove the calls of a transform that change the unit of an amount."""

from __future__ import annotations

from core.engine import transforms
from core.engine.units.field_proof import MINOR, Proof

_CONVERSIONS = frozenset({"divide", "multiply", "cents_to_decimal"})


def with_conversion(transform: str | None, proof: Proof) -> str | None:
    """Add the division by 100 that cents need to the transform, unless it converts already."""
    if proof.unit != MINOR or without_conversion(transform) != transform:
        return transform
    return f"{transform} | divide(100)" if transform else "divide(100)"


def without_conversion(transform: str | None) -> str | None:
    """Remove the calls that change the unit of an amount; None where no call remains."""
    chain = transforms.parse(transform)
    remaining = tuple(call for call in chain if call.name not in _CONVERSIONS)
    return transform if remaining == chain else transforms.show(remaining) or None
