"""The rows of the files, table by table: how many came in, how many did not and why, and what they became."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.context import Context
from core.engine.mapping.views import person_names
from core.engine.runs.reconciliation.accounting_rules import (
    Account,
    Exclusion,
    Outcome,
    TableAccount,
    total_records,
)
from core.kit.wording import counted, listed
from pages.ui import formats, widgets

COLUMNS: Mapping[Outcome, str] = {
    Outcome.IMPORTED: "Imported",
    Outcome.EXCLUDED: "Excluded",
    Outcome.NOT_MAPPED: "Not mapped",
    Outcome.SKIPPED: "Skipped by rule",
    Outcome.NO_CONSENT: "No consent",
    Outcome.HELD: "Held",
    Outcome.FAILED: "Failed",
    Outcome.PENDING: "Not processed",
}
_ALWAYS = (Outcome.IMPORTED, Outcome.EXCLUDED, Outcome.HELD, Outcome.FAILED)


def rows_table(account: Account) -> None:
    st.header("Rows", anchor=False)
    files = {table.file for table in account.tables}
    outcomes = [outcome for outcome in COLUMNS if outcome in _ALWAYS or account.count(outcome)]
    records = sum(total_records(account.tables).values())
    total = {
        "Table": "Total",
        "File": "",
        "Rows in file": account.rows,
        **{COLUMNS[outcome]: account.count(outcome) for outcome in outcomes},
        "Unaccounted": account.unaccounted,
        "Became": counted(records, "record") if records else "–",
    }
    rows = [total, *(_row(table) for table in account.tables)]
    number = st.column_config.NumberColumn(format="localized")
    columns = {"Table": None, **({"File": None} if len(files) > 1 else {}), "Rows in file": number}
    columns |= {COLUMNS[outcome]: number for outcome in outcomes}
    columns |= {"Unaccounted": number} if account.unaccounted else {}
    columns |= {"Became": st.column_config.TextColumn(width="medium")}
    widgets.table(
        rows, columns, alt="Rows of each table of the files by outcome, and what they became", most=12
    )


def _row(table: TableAccount) -> dict[str, object]:
    return {
        "Table": table.table,
        "File": table.file,
        "Rows in file": table.rows,
        **{label: table.count(outcome) for outcome, label in COLUMNS.items()},
        "Unaccounted": table.unaccounted,
        "Became": table.became_words,
    }


def decisions(context: Context, account: Account) -> None:
    """Draw who excluded tables, when and why; and by which rule rows were skipped."""
    excluded = [table for table in account.tables if table.count(Outcome.EXCLUDED)]
    by: dict[tuple[str, str], list[tuple[str, Exclusion]]] = {}
    for table in excluded:
        for exclusion in table.exclusions:
            by.setdefault((exclusion.by, exclusion.reason), []).append((table.table, exclusion))
    names = person_names(context, {person for person, _ in by})
    for (person, reason), parts in by.items():
        at = max(exclusion.at for _, exclusion in parts)
        tables = listed(list(dict.fromkeys(table for table, _ in parts)))
        why = f", “{reason.rstrip('.')}”" if reason else ", no reason given"
        name = names.get(person, "a person who has left")
        st.caption(formats.plain(f"Excluded: {tables} by {name}, {formats.moment(context, at)}{why}."))
    for table in account.tables:
        if table.excluded_columns and not table.count(Outcome.EXCLUDED):
            st.caption(_excluded_columns(context, table))
    for rule, number in _rules(account).items():
        st.caption(formats.plain(f"Skipped by rule “{rule}”: {counted(number, 'row')}."))


def _excluded_columns(context: Context, table: TableAccount) -> str:
    """Say which columns of an imported table were excluded and by whom, escaped."""
    names = person_names(context, {exclusion.by for exclusion in table.exclusions})
    by = listed(list(dict.fromkeys(names.get(part.by, "a person who has left") for part in table.exclusions)))
    reasons = listed(list(dict.fromkeys(f"“{part.reason}”" for part in table.exclusions if part.reason)))
    columns = f"{counted(len(table.excluded_columns), 'column')} of {table.table}"
    why = f", {reasons}" if reasons else ""
    return formats.plain(f"Excluded: {columns} ({listed(table.excluded_columns, limit=12)}) by {by}{why}.")


def _rules(account: Account) -> dict[str, int]:
    rules: dict[str, int] = {}
    for table in account.tables:
        for rule, number in table.skip_rules.items():
            rules[rule] = rules.get(rule, 0) + min(number, table.count(Outcome.SKIPPED))
    return rules
