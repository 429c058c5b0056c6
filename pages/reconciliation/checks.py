"""The checks of an import: rows that add up, records that are in AuraConnect, money that is equal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.engine.runs.reconciliation.views import EntityProof, Reconciliation
from core.schema import entity_label
from pages.ui import widgets

RESULTS = {"Equal": "green", "Held": "orange", "Differs": "red"}


def checks(result: Reconciliation) -> None:
    st.header("Checks", anchor=False)
    account = result.account
    settled = sum(sum(table.outcomes.values()) for table in account.tables)
    records = sum(entity.migrated for entity in result.entities)
    target_records = sum(entity.target_rows for entity in result.entities)
    rows = [
        _check(
            "Rows in file = rows with an outcome", account.rows, settled, is_equal=not account.unaccounted
        ),
        _check(
            "Records written = records in AuraConnect",
            records,
            target_records,
            is_equal=not account.differing,
        ),
    ]
    if result.days:
        equal = sum(not day.difference for day in result.days)
        rows.append(
            _check(
                "Money by location and day",
                len(result.days),
                equal,
                is_equal=equal == len(result.days),
                held=all(day.name for day in result.days if day.difference),
            )
        )
    number = st.column_config.NumberColumn(format="localized")
    widgets.table(
        rows,
        {
            "Check": st.column_config.TextColumn(width="medium"),
            "File": number,
            "AuraConnect": number,
            "Result": widgets.badge_column("Result", RESULTS, width=90),
        },
        alt="Checks of the import with their results",
    )


def _check(check: str, file: int, target: int, *, is_equal: bool, held: bool = False) -> dict[str, object]:
    result = "Equal" if is_equal else "Held" if held else "Differs"
    return {"Check": check, "File": file, "AuraConnect": target, "Result": [result]}


def records_by_entity(entities: Sequence[EntityProof]) -> None:
    """Draw the rows that each entity was made from; a row that feeds several entities counts for each."""
    number = st.column_config.NumberColumn(format="localized")
    widgets.table(
        [
            {
                "Entity": entity_label(entity.entity),
                "Rows read": entity.read,
                "Written": entity.migrated,
                "Merged": entity.merged,
                "Skipped by rule": entity.skipped_by_rule,
                "No consent": entity.excluded_by_consent,
                "Held": entity.quarantined,
                "Failed": entity.failed,
                "In AuraConnect": entity.target_rows,
                "Result": [_entity_result(entity)],
            }
            for entity in entities
        ],
        {
            "Entity": None,
            **dict.fromkeys(
                (
                    "Rows read",
                    "Written",
                    "Merged",
                    "Skipped by rule",
                    "No consent",
                    "Held",
                    "Failed",
                    "In AuraConnect",
                ),
                number,
            ),
            "Result": widgets.badge_column("Result", RESULTS, width=90),
        },
        alt="Rows and records of each entity",
    )


def _entity_result(entity: EntityProof) -> str:
    if not (entity.sum_ok and entity.target_ok):
        return "Differs"
    return "Held" if entity.quarantined + entity.failed else "Equal"
