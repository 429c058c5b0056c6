"""List the faults of a school's records: pupils, guardians, marks, fees."""

from __future__ import annotations

from core.engine.faults.fault import Fault, Level

FAULTS_IN_SCHOOLS = (
    Fault(
        "pupil_without_class",
        Level.WARNING,
        "Pupil in no class",
        "Enter the pupil in a class, or exclude pupils who have left.",
        outcome="Imported without a class",
    ),
    Fault(
        "enrollment_without_person",
        Level.WARNING,
        "Enrollment of nobody",
        "Add the pupil or member of staff to the import, or correct the person's ID.",
        outcome="Imported with an ID that nobody has",
    ),
    Fault(
        "guardian_without_pupil",
        Level.WARNING,
        "Guardian of no pupil",
        "Enter whose guardian this is, or exclude the guardian.",
        outcome="Imported without a pupil",
    ),
    Fault(
        "duplicate_pupil",
        Level.WARNING,
        "Same name and birth date under several IDs",
        "Compare the two with the register, and keep one of them in the source.",
        outcome="Imported as different pupils",
    ),
    Fault(
        "siblings",
        Level.INFO,
        "Guardian of several pupils",
        "Nothing to fix: brothers and sisters have one guardian.",
    ),
    Fault(
        "mark_out_of_range",
        Level.WARNING,
        "Mark below 0 or above the highest possible",
        "Correct the mark or the highest possible mark; a bonus may be above it.",
    ),
    Fault(
        "fee_not_covered",
        Level.WARNING,
        "Fee marked as paid is not covered by receipts",
        "Compare the balance with the receipts: one may be missing, or the mark is wrong.",
    ),
    Fault(
        "fee_overpaid",
        Level.WARNING,
        "Receipts exceed the fees charged",
        "Check for a receipt that was entered twice, or for a charge that is missing in the export.",
        outcome="Imported as is, with a credit",
    ),
)
