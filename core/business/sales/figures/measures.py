"""Declare the measures of a finished migration: what each is, how it is taken, and how many make a figure. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MINIMUM_SAMPLE = 10
"""Finished migrations from which a figure is shown: below, its low and high would be single migrations."""

MONEY = "money"
"""Unit of amounts in the currency of the operator."""
PERCENT = "percent"

MEASURED = "measured"
REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure. `origin`: 'measured' by the program, or 'reported' by a person after go-live.

    `digits` are the decimals of its figures, `is_lower_better` None where neither is; `maximum` is the largest value taken.
    """

    key: str
    title: str
    unit: str
    definition: str
    formula: str
    origin: str
    digits: int = 0
    is_lower_better: bool | None = True
    maximum: int = 1_000_000
    minimum_sample: int = MINIMUM_SAMPLE


def _measured(
    key: str,
    title: str,
    unit: str,
    definition: str,
    formula: str,
    *,
    digits: int = 0,
    lower: bool | None = True,
) -> Measure:
    return Measure(key, title, unit, definition, formula, MEASURED, digits, lower, 1_000_000_000_000)


def _reported(key: str, title: str, unit: str, definition: str, *, digits: int, maximum: int) -> Measure:
    lower = key != "consultant_saved"
    return Measure(key, title, unit, definition, "as reported, with source", REPORTED, digits, lower, maximum)


_ALL = (
    _measured(
        "elapsed_days",
        "Elapsed days",
        "days",
        "Calendar time from the first file to the completed import; not machine time and not effort.",
        "completed or approved at - first file added at",
        digits=1,
    ),
    _measured(
        "machine_minutes",
        "Machine time",
        "minutes",
        "Time that dry runs and imports worked, without pauses and waiting.",
        "sum of the working time of all runs up to the completed import",
        digits=1,
    ),
    _measured("rows_total", "Rows in files", "rows", "Rows of all files, each once.", "count", lower=None),
    _measured(
        "rows_imported",
        "Rows imported",
        "rows",
        "Rows that became a record or part of one.",
        "count",
        lower=None,
    ),
    _measured(
        "rows_excluded",
        "Rows excluded",
        "rows",
        "Rows left out by choice, by a named rule or for missing consent.",
        "excluded + skipped by rule + without consent + not mapped",
        lower=None,
    ),
    _measured("rows_held", "Rows held", "rows", "Rows held for correction.", "count"),
    _measured("rows_failed", "Rows failed", "rows", "Rows that could not be written.", "count"),
    _measured(
        "rows_conserved_percent",
        "Rows conserved",
        PERCENT,
        "Share of rows with exactly one outcome whose records are in the target. Must be 100%.",
        "(rows - without outcome - failed - records missing in the target) / rows",
        digits=2,
        lower=False,
    ),
    _measured(
        "rows_held_percent",
        "Share of rows held",
        PERCENT,
        "Share of rows held for correction at the completed import.",
        "rows held / rows",
        digits=2,
    ),
    _measured(
        "mapping_precision",
        "Mapping precision",
        PERCENT,
        "Share of suggested mappings that a person accepted unchanged, of those a person decided.",
        "accepted unchanged / suggested and decided",
        digits=1,
        lower=False,
    ),
    _measured("fields_edited", "Fields edited", "fields", "Fields whose target a person changed.", "count"),
    _measured(
        "unexplained_amount",
        "Unexplained amount",
        MONEY,
        "Money of the files that is neither imported, excluded, held nor explained.",
        "sum over measures of |file - imported - excluded - held - existing|",
        digits=2,
    ),
    _measured("items", "Items", "items", "Menu items imported; of a school its pupils.", "count", lower=None),
    _measured(
        "rollbacks", "Rollbacks", "rollbacks", "Imports of the migration that were rolled back.", "count"
    ),
    _reported(
        "effort_hours",
        "Effort",
        "hours",
        "Hours that people worked on the migration, ours and the customer's.",
        digits=1,
        maximum=10_000,
    ),
    _reported(
        "days_closed",
        "Days closed",
        "days",
        "Days that a location was closed, or could not sell, because of the migration.",
        digits=2,
        maximum=365,
    ),
    _reported(
        "training_cost",
        "Training cost per location",
        MONEY,
        "What training the staff on AuraConnect cost, per location.",
        digits=2,
        maximum=1_000_000,
    ),
    _reported(
        "consultant_saved",
        "Consultant cost saved",
        MONEY,
        "What the customer did not pay to consultants, by an offer or an earlier invoice.",
        digits=2,
        maximum=100_000_000,
    ),
    _reported(
        "complaints",
        "Complaints",
        "complaints",
        "Complaints about the migration within 30 days of go-live.",
        digits=0,
        maximum=100_000,
    ),
)

MEASURES: Mapping[str, Measure] = {measure.key: measure for measure in _ALL}
"""Key -> measure, in the order of screens."""
REPORTED_MEASURES: Mapping[str, Measure] = {
    key: measure for key, measure in MEASURES.items() if measure.origin == REPORTED
}
"""Those that people report."""
