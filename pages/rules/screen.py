"""Rules: what an import does if a record already exists, business days, and the order in which tables are imported."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from core.schema import entity_label
from pages.rules.business_days import edit_business_days
from pages.rules.row_rules import edit_row_rules
from pages.rules.strict_fields import edit_strict_fields
from pages.rules.testing import next_runs_test, run_test
from pages.ui import formats, widgets
from pages.ui.coach import coach
from pages.ui.frame import chosen_migration
from pages.ui.steps import Step, facts_of
from pages.ui.strategies import strategies
from pages.ui.wizard import wizard


def show(context: Context) -> None:
    widgets.heading(
        context, "Rules", "What the import does if a record already exists. Changes are saved at once."
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.RULES, on_next=next_runs_test(context, migration_id))
    coach(context, migration_id, Step.RULES)
    run_test(migration_id, facts_of(context, migration_id).rows)
    plan = mapping.current_plan(context, migration_id)
    if plan.entities:
        widgets.figures(
            [
                ("Tables", formats.number(len({entity.entity for entity in plan.entities}))),
                ("Mapped fields", formats.number(sum(len(entity.fields) for entity in plan.entities))),
                ("Currency", plan.currency),
            ],
            notes={"Currency": "ISO 4217."},
        )
    strategies(context, migration_id, plan)
    edit_row_rules(context, migration_id, plan)
    edit_strict_fields(context, migration_id, plan)
    if plan.entities and plan.domain == "restaurant":
        edit_business_days(context, migration_id, plan)
    elif plan.entities:
        st.text(f"Time zone of times without a zone: {plan.zone}")
    if plan.entities:
        order = list(dict.fromkeys(entity_label(entity.entity) for entity in plan.entities))
        st.caption("Import order, parents before children:")
        st.text(" → ".join(order))
