"""Proves in which unit the money of an export is, dollars or cents, and converts cents to dollars.

`prove_units` is the public verb: it takes a plan and sampled rows and returns a Proof per money field.
"""

from core.engine.units.conversions import with_conversion, without_conversion
from core.engine.units.field_proof import MAJOR, MINOR, UNKNOWN, Proof
from core.engine.units.proof import prove_units
from core.engine.units.unproved import UNIT, unproved_units

__all__ = [
    "MAJOR",
    "MINOR",
    "UNIT",
    "UNKNOWN",
    "Proof",
    "prove_units",
    "unproved_units",
    "with_conversion",
    "without_conversion",
]
