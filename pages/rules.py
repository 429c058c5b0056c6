"""Rules: what happens to records that are there already, and in which order entities are loaded."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.frame import chosen_migration
from pages.ui.road import Step, wizard
from pages.ui.strategies import strategies


def show(context: Context) -> None:
    ui.heading(
        context, "Rules", "What an import does with records that are there already. Saved as you choose."
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.RULES)
    coach(context, migration_id, Step.RULES)
    plan = mapping.current_plan(context, migration_id)
    if plan.entities:
        ui.figures(
            [
                ("Entities", ui.number(len({entity.entity for entity in plan.entities}))),
                ("Mapped fields", ui.number(sum(len(entity.fields) for entity in plan.entities))),
                ("Time zone", plan.zone),
                ("Currency", plan.currency),
            ],
            notes={"Time zone": "Times without a zone are read in this one.", "Currency": "ISO 4217."},
        )
    strategies(context, migration_id, plan)
    if plan.entities:
        order = list(dict.fromkeys(ui.words(entity.entity) for entity in plan.entities))
        st.caption("Loaded in this order, parents before children:")
        st.text(" → ".join(order))
