"""Reconciliation: every row and every sum of the files, and what became of it in AuraConnect."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.context import Context
from core.engine.runs import views
from core.engine.runs.reconciliation.accounting_rules import Account, Outcome
from core.engine.runs.reconciliation.views import Reconciliation
from core.engine.runs.rules import RunState
from core.engine.runs.views import RunView
from core.kit.wording import counted, listed
from core.schema import entity_count
from pages.reconciliation.bar import outcome_bar
from pages.reconciliation.checks import checks, records_by_entity
from pages.reconciliation.days import money_days, source_findings
from pages.reconciliation.fees import fees_table
from pages.reconciliation.rows import decisions, rows_table
from pages.reconciliation.sums import file_totals_table, money_table
from pages.runs.controls import approve_button
from pages.runs.rollback import rollback_button
from pages.ui import formats, widgets
from pages.ui.address import address_choice
from pages.ui.coach import coach
from pages.ui.frame import chosen_migration
from pages.ui.links import link
from pages.ui.steps import Step
from pages.ui.wizard import wizard


def show(context: Context) -> None:
    widgets.heading(
        context, "Reconciliation", "The rows and the money of the files against what is in AuraConnect."
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.LIVE)
    coach(context, migration_id, Step.LIVE)
    runs = [
        run
        for run in views.runs(context, migration_id)
        if run.kind == "import" and run.entities and not run.active
    ]
    if not runs:
        widgets.empty(
            "Nothing to reconcile yet", "An import is reconciled as soon as it ends.", icon="balance"
        )
        link("runs", "Go to Runs", icon=":material/play_circle:")
        return
    run = _choose(context, runs)
    with widgets.row_end():
        rollback_button(context, run)
        approve_button(run, may=context.may("run.approve"))
    result = views.reconciliation(context, run.id)
    _headline(context, run, result)
    rows_table(result.account)
    money_table(result, context.tenant.currency)
    fees_table(result)
    file_totals_table(result, context.tenant.currency)
    checks(result)
    _further(context, result)


def _choose(context: Context, runs: list[RunView]) -> RunView:
    names = {
        run.id: f"{formats.moment(context, run.created_at)}, {formats.words(run.state).lower()} ({run.id[-8:]})"
        for run in runs
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run_id = address_choice("Import", "run", names, noun="run")
        link("runs", "Open the run", icon=":material/play_circle:", run=run_id)
    return next(run for run in runs if run.id == run_id)


def _headline(context: Context, run: RunView, result: Reconciliation) -> None:
    """Draw the outcome of the rows as a sentence and a bar, the open points, and whether every row is accounted for."""
    account, rolled_back = result.account, run.state == RunState.ROLLED_BACK
    with st.container(border=True, gap="small"):
        headline = _rolled_back(account, result.remaining_records) if rolled_back else account.headline
        st.header(headline, anchor=False)
        with st.container(horizontal=True):
            for point in account.points:
                widgets.badge(formats.plain(point.text), point.tone, icon=":material/error:")
            if account.complete:
                colour = "gray" if rolled_back else "green"
                widgets.badge("Every row accounted for", colour, icon=":material/check_circle:")
        outcome_bar(account, rolled_back=rolled_back)
        decisions(context, account)
        if rolled_back:
            st.caption(_remaining_words(result.remaining_records))
        if held := account.held:
            link("runs", f"Review {counted(held, 'held row')}", icon=":material/build:", run=run.id)
        if account.count(Outcome.SKIPPED):
            link("rules", "See the rules that skip rows", icon=":material/filter_list:")
        if account.count(Outcome.NOT_MAPPED):
            link("mapping", "Decide about tables that are not mapped", icon=":material/rule:")


def _rolled_back(account: Account, remaining_records: Mapping[str, int]) -> str:
    """Describe a rollback: 'Rolled back: 75 of 80 rows were imported and restored', partly where records remain."""
    rows = f"{account.count(Outcome.IMPORTED):,} of {counted(account.rows, 'row')} were imported"
    return f"Partly rolled back: {rows}" if remaining_records else f"Rolled back: {rows} and restored"


def _remaining_words(remaining_records: Mapping[str, int]) -> str:
    if not remaining_records:
        return "This import was rolled back: its records are no longer in AuraConnect."
    records = listed([entity_count(number, entity) for entity, number in remaining_records.items()])
    return f"Still in AuraConnect from this import: {records}."


def _further(context: Context, result: Reconciliation) -> None:
    with st.expander("Records by entity", icon=":material/database:"):
        records_by_entity(result.entities)
    money_days(context, result.days)
    source_findings(context, result.findings)
