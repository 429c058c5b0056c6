"""The causes of findings as a list: what, where, how many rows, how to fix it, and the button that leads there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from core.context import Context
from core.engine.issues import Fix, Level
from core.engine.validation.issue_groups import IssueGroup
from core.kit import money
from core.kit.wording import counted
from pages.ui import formats, widgets
from pages.ui.links import turn_to

ROWS_OF = "validation_rows_of"
"""Key of the session: the group whose rows the next rerun opens in a dialog."""

MAX_CAUSES = 8
"""Causes of a level that stand in sight; the others are folded."""

_TITLES = {Level.ERROR: "Errors", Level.WARNING: "Warnings", Level.INFO: "Info"}
_ABOUT = {
    Level.ERROR: "These rows are not imported until they are corrected.",
    Level.WARNING: "These rows are imported; check them first.",
}
_OPENS = {
    Fix.MAPPING: ("Open mapping", "rule"),
    Fix.VALUES: ("Open values", "swap_horiz"),
}

_COMPUTED = re.compile(r"-?\d+\.\d{4}")

LEVEL_COLOURS: Mapping[str, str] = {"error": "red", "warning": "orange", "info": "gray"}


def causes(context: Context, groups: Sequence[IssueGroup]) -> None:
    """Draw errors and warnings in sight; infos and what follows from another cause folded."""
    if not groups:
        widgets.empty(
            "No findings", "Every row fits the target. Continue to the dry run.", icon="check_circle"
        )
        return
    for level in (Level.ERROR, Level.WARNING):
        of_level = [group for group in groups if group.level == level and not group.explained_by]
        if not of_level:
            continue
        findings = counted(sum(group.findings for group in of_level), "finding")
        widgets.section(f"{_TITLES[level]}: {counted(len(of_level), 'cause')}, {findings}")
        st.caption(_ABOUT[level])
        for group in of_level[:MAX_CAUSES]:
            _card(context, group)
        if of_level[MAX_CAUSES:]:
            with st.expander(f"{len(of_level) - MAX_CAUSES:,} more", icon=":material/expand_more:"):
                for group in of_level[MAX_CAUSES:]:
                    _card(context, group)
    _folded(context, [group for group in groups if group.level == Level.INFO or group.explained_by])


def _folded(context: Context, groups: Sequence[IssueGroup]) -> None:
    if not groups:
        return
    findings = counted(sum(group.findings for group in groups), "finding")
    with st.expander(f"Info: {counted(len(groups), 'cause')}, {findings}", icon=":material/info:"):
        for group in groups:
            _card(context, group)


def _card(context: Context, group: IssueGroup) -> None:
    with (
        st.container(border=True, key=f"group_{group.key}"),
        st.container(horizontal=True, vertical_alignment="center", wrap=False),
    ):
        with st.container(gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                widgets.badge(group.level.capitalize(), LEVEL_COLOURS[group.level])
                st.markdown(f"**{formats.plain(group.title)}**", width="content")
                st.markdown(f":gray[{formats.plain(group.target)}]", width="content")
            st.text(_facts(context, group))
            st.text(f"How to fix: {group.remedy}")
        with st.container(horizontal=True, horizontal_alignment="right", width=300, gap="small"):
            _buttons(group)


def _facts(context: Context, group: IssueGroup) -> str:
    """List the facts of a cause: '6 rows held · column Price · e.g. abc · amount affected $12.00'."""
    facts = [group.outcome if group.level == Level.ERROR else f"{_count(group)}: {group.outcome.lower()}"]
    if group.source_field:
        facts.append(f"column {group.source_field}")
    if group.example.value:
        facts.append(f"e.g. {_example(context, group)}")
    if group.money:
        facts.append(f"amount affected {money.show(group.money, context.tenant.currency)}")
    return " · ".join(facts)


def _example(context: Context, group: IssueGroup) -> str:
    """Format the example's value; a computed amount with four places becomes money."""
    value = group.example.value or ""
    if group.money is not None and _COMPUTED.fullmatch(value):
        return money.show(Decimal(value), context.tenant.currency)
    return value


def _count(group: IssueGroup) -> str:
    return counted(group.rows, "row") if group.rows else "Whole column"


def _buttons(group: IssueGroup) -> None:
    if group.fix in _OPENS:
        label, icon = _OPENS[group.fix]
        st.button(label, icon=f":material/{icon}:", key=f"open_{group.key}", on_click=_open, args=(group,))
    if group.rows:
        st.button(
            "Show rows…",
            icon=":material/table_rows:",
            key=f"rows_{group.key}",
            on_click=_show_rows,
            args=(group.key,),
        )


def _open(group: IssueGroup) -> None:
    """Open the field on the screen where its cause is corrected."""
    field = group.example.mapping_field_id
    if field is None:
        turn_to("mapping")
    elif group.fix is Fix.VALUES:
        turn_to("mapping", layout="Values", values=field)
    else:
        turn_to("mapping", field=field)


def _show_rows(group: str) -> None:
    st.session_state[ROWS_OF] = group


def label_of(group: IssueGroup) -> str:
    """Label the group in a list and in an address: 'Negative price: Menu item › Price'."""
    column = f" ({group.source_field})" if group.source_field else ""
    return f"{group.title}: {group.target}{column}"
