"""Risks of a migration by its facts, each with its mitigation.

Texts are made of our own words, names of the target schema and counts: never of anything that stands in a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.agents.coach import gaps
from core.agents.coach.facts import Facts
from core.agents.coach.words import entity_noun, systems
from core.kit.wording import counted, listed
from core.platform.ai import views as ai
from core.schema import entity_label

HIGH, MEDIUM, LOW = "high", "medium", "low"

_MANY_ROWS = 100_000
_MANY_ITEMS = 1_000


@dataclass(frozen=True, slots=True)
class Risk:
    """`code` is stable; `level` is high, medium or low; `mitigation` is what a person does about it."""

    code: str
    level: str
    title: str
    mitigation: str


def risks(facts: Facts) -> tuple[Risk, ...]:
    """List the risks, the gravest first."""
    all_risks = [
        *_of_files(facts),
        *_of_mapping(facts),
        *_of_records(facts),
        *_of_data(facts),
        *_of_help(facts),
    ]
    return tuple(sorted(all_risks, key=lambda item: (HIGH, MEDIUM, LOW).index(item.level)))


def _of_files(facts: Facts) -> Iterator[Risk]:
    items = sum(stream.rows for stream in facts.streams if stream.entity == "menu_item")
    if facts.rows > _MANY_ROWS or items > _MANY_ITEMS:
        yield Risk(
            "large_data",
            LOW,
            f"A large data set ({counted(facts.rows, 'row')}) takes longer",
            "It is loaded in chunks and can be paused and resumed; import outside business hours.",
        )
    if names := gaps.systems(facts):
        yield Risk(
            "several_sources",
            HIGH,
            f"Exports of several systems in one migration: {systems(names)}",
            "Create one migration for each system, so that their IDs cannot be confused.",
        )
    if count := gaps.unrecognised(facts):
        yield Risk(
            "unrecognised_file",
            MEDIUM,
            f"{counted(count, 'file', 'were')} read as a plain table: the source is not recognised",
            "Compare the preview with the file: header, delimiter, date order.",
        )
    if gaps.has_mixed_dates(facts):
        yield Risk(
            "mixed_dates",
            LOW,
            "Some files write the month first, others the day",
            "Each column is read in the order its values prove; compare a few dates in the preview of the run.",
        )
    if missing := gaps.missing_companions(facts):
        yield Risk(
            "missing_companions",
            MEDIUM,
            f"No file has {listed([entity_noun(name) for name in missing])} records",
            "Export them too: with them, amounts and references can be proved.",
        )
    streams, rows = gaps.left_behind(facts)
    if facts.streams_in_use and streams:
        yield Risk(
            "unmapped_streams",
            LOW,
            f"{counted(streams, 'table', 'are')} not mapped: {counted(rows, 'row')} will not be imported",
            "Map at least one of their fields, or exclude them on purpose.",
        )


def _of_mapping(facts: Facts) -> Iterator[Risk]:
    review = facts.review
    if facts.unit_open:
        yield Risk(
            "units_unproved",
            HIGH,
            f"{counted(facts.unit_open, 'money field')} could be in dollars or cents",
            "Set the unit of each on the mapping page; orders with lines and payments prove it.",
        )
    if review.money_unsure.count:
        yield Risk(
            "unsure_money",
            HIGH,
            f"{counted(review.money_unsure.count, 'money field', 'have')} no high-confidence mapping",
            "Review them first: order the mapping by amount affected.",
        )
    if facts.contested:
        yield Risk(
            "contested_targets",
            MEDIUM,
            f"{counted(facts.contested, 'duplicate mapping')}: several columns map to one target",
            "Choose the column, or join them.",
        )
    if review.unsure:
        yield Risk(
            "unsure_fields",
            MEDIUM,
            f"{counted(review.unsure, 'field', 'are')} not reviewed, below 70% or without a suggestion",
            "Review them or exclude them; unreviewed fields below 70% are not imported.",
        )
    if review.without_target.count:
        yield Risk(
            "no_target",
            LOW,
            f"{counted(review.without_target.count, 'column')} with values would not be imported: no matching field",
            "Check that nothing important is in them; the original source record is stored with every row.",
        )


def _of_records(facts: Facts) -> Iterator[Risk]:
    if gaps.without_consent(facts):
        yield Risk(
            "no_consent",
            HIGH,
            "Guests would be imported without marketing consent: no column is mapped to it",
            "Map the column that holds it, or ask guests before writing to them.",
        )
    if entity := gaps.without_place(facts):
        yield Risk(
            "no_place",
            MEDIUM,
            f"{entity_label(entity)} records would have no {'location' if entity == 'order' else 'school'}",
            "Map the column that names it, or add an export that has it.",
        )
    for entity in gaps.doubled(facts):
        yield Risk(
            "doubled_records",
            HIGH,
            f"A second import would create every {entity_noun(entity)} again",
            "Choose another strategy for records that already exist.",
        )
    if facts.awaiting_second:
        yield Risk(
            "second_person",
            MEDIUM,
            f"{counted(facts.awaiting_second, 'field', 'need')} second approval before an import",
            "Have another person approve them on the mapping page.",
        )


def _of_data(facts: Facts) -> Iterator[Risk]:
    if facts.validation is None:
        if facts.review.planned:
            yield Risk(
                "not_validated",
                MEDIUM,
                "The data has not been validated, so its errors are not known",
                "Validate it: the whole data is read, and nothing is written.",
            )
        return
    if not facts.is_validated:
        yield Risk(
            "validation_outdated",
            MEDIUM,
            "The mapping or the files have changed since the validation",
            "Validate again.",
        )
    if facts.validation.held:
        yield Risk(
            "held_rows",
            HIGH,
            f"{counted(facts.validation.held, 'row', 'have')} an error and would be held",
            "Correct them in the file, or upload them again after the import.",
        )
    if doubled := facts.validation.issues.get("duplicate_in_file"):
        yield Risk(
            "duplicates",
            MEDIUM,
            f"{counted(doubled, 'row', 'have')} the ID of another row with different content",
            "Leave one of each in the file; as it is, the first is imported.",
        )


def _of_help(facts: Facts) -> Iterator[Risk]:
    if facts.ai.state != ai.READY:
        yield Risk(
            "ai_unavailable",
            LOW,
            "AI is not configured" if facts.ai.state == ai.OFF else "AI is not available now",
            "Nothing waits for it: rules, memory and statistics suggest, and a person reviews.",
        )
