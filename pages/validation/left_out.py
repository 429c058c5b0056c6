"""What the validated mapping leaves out without a finding: rows that are not records, and columns with an open question."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping.row_rules.views import row_rules
from core.engine.mapping.views import current_plan
from core.kit.wording import agree, counted
from pages.ui.links import link
from pages.ui.steps import facts_of


def left_out(context: Context, migration_id: str) -> None:
    """Draw a line for what is skipped, held until a person decides, or not imported; nothing where all is imported."""
    rules = row_rules(context, migration_id, current_plan(context, migration_id))
    planned = [(proposal, rule) for proposal in rules if (rule := proposal.rule()) and not proposal.entities]
    skipped = sum(proposal.rows for proposal, rule in planned if not rule.holds)
    undecided = sum(proposal.rows for proposal, rule in planned if rule.holds)
    asked = facts_of(context, migration_id).asked
    if skipped or undecided:
        parts = [f"{counted(skipped, 'row')} skipped by rule"] if skipped else []
        parts += [f"{counted(undecided, 'row')} held until you decide under Rules"] if undecided else []
        _line(", ".join(parts), "rules", "Open Rules")
    if asked:
        _line(
            f"{counted(asked, 'column')} with an open question {agree(asked, 'are')} not imported",
            "mapping",
            "Open mapping",
        )


def _line(text: str, path: str, label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":orange[:material/filter_list:] {text}", width="content")
        link(path, label, icon=":material/arrow_forward:")
