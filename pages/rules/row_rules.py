"""Rows that are not records: each rule with its rows, what an import does with them, and the choice to skip or import them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.context import Context
from core.engine.mapping.row_rules.actions import decide_row_rule, forget_row_rule
from core.engine.mapping.row_rules.rules import Proposal
from core.engine.mapping.row_rules.views import decided_here, example_rows, row_rules
from core.engine.plan import Plan
from core.kit.wording import counted
from pages.ui import formats
from pages.ui.frame import act

_ASK, _SKIP, _IMPORT = "Hold", "Skip", "Import"
_WHY = "Totals, headings and rows of another kind are not imported as records. A choice is saved at once."


def edit_row_rules(context: Context, migration_id: str, plan: Plan) -> None:
    """Draw the rules about rows of the plan's tables; nothing where there is none."""
    rules = row_rules(context, migration_id, plan)
    if not rules:
        return
    st.subheader("Rows that are not records")
    st.caption(_WHY)
    here = decided_here(context, migration_id)
    for rule in rules:
        _card(context, migration_id, rule, is_decided_here=rule.key in here)


def _card(context: Context, migration_id: str, rule: Proposal, *, is_decided_here: bool) -> None:
    title = f"{rule.stream}: {rule.title} ({counted(rule.rows, 'row')})"
    label = f"{formats.plain(title)} · {formats.plain(rule.outcome)}"
    with st.expander(label, key=f"row_rule_card_{rule.key}"):
        choice = _SKIP if rule.decision or (rule.decision is None and rule.is_certain) else _IMPORT
        choices = [_SKIP, _IMPORT] if rule.is_certain or rule.decision is not None else [_ASK, _SKIP, _IMPORT]
        key = f"row_rule_{rule.key}"
        st.radio(
            "These rows",
            choices,
            index=0 if _ASK in choices else choices.index(choice),
            key=key,
            horizontal=True,
            disabled=not context.may("mapping.edit"),
            on_change=_save,
            args=(migration_id, rule.key, key),
        )
        if is_decided_here:
            st.button(
                "Undo choice",
                icon=":material/undo:",
                key=f"row_rule_undo_{rule.key}",
                disabled=not context.may("mapping.edit"),
                on_click=_undo,
                args=(migration_id, rule.key),
            )
        elif rule.decision is not None:
            st.caption("Chosen for an earlier file of this system.")
        for row in example_rows(context, migration_id, rule):
            cells = ", ".join(f"{name}: {text}" for name, text in row.cells.items())
            st.text(f"Row {row.row:,}: {cells}" if context.may("personal.read") else f"Row {row.row:,}")


def _undo(migration_id: str, rule: str) -> None:
    act(partial(forget_row_rule, migration_id=migration_id, key=rule), "Choice undone")
    st.session_state.pop(f"row_rule_{rule}", None)


def _save(migration_id: str, rule: str, key: str) -> None:
    choice = st.session_state[key]
    if choice != _ASK:
        act(partial(decide_row_rule, migration_id=migration_id, key=rule, skips=choice == _SKIP), "Saved")
