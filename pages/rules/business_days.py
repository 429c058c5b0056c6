"""Business days: the time zone of each location and the hour at which its business day ends, in one small editor."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping.business_days.actions import set_business_day
from core.engine.mapping.business_days.views import BusinessDay, business_days
from core.engine.plan import Plan
from core.kit import times
from pages.ui import widgets
from pages.ui.frame import act

KEY = "business_days_grid"
ZONE = "Time zone"
ENDS = "Business day ends at (hour)"
_WHY = (
    "Times without a zone are read in the location's time zone. With 4, sales until 3:59 a.m. belong to the day "
    "before; with 0 the business day is the calendar day."
)


def edit_business_days(context: Context, migration_id: str, plan: Plan) -> None:
    """Draw the locations of the files with zone and close hour; a change is saved at once."""
    days = business_days(context, migration_id, plan)
    st.subheader("Business days")
    st.caption(_WHY)
    frame = pd.DataFrame(
        {
            "Location": [day.name for day in days],
            ZONE: [day.zone for day in days],
            ENDS: [day.close_hour for day in days],
        }
    )
    st.data_editor(
        frame,
        key=KEY,
        hide_index=True,
        row_height=widgets.ROW_HEIGHT,
        height=widgets.table_height(len(days), most=12),
        disabled=["Location"] if context.may("mapping.edit") else True,
        column_config={
            ZONE: st.column_config.SelectboxColumn(options=times.zones(), required=True),
            ENDS: st.column_config.NumberColumn(min_value=0, max_value=23, step=1, required=True),
        },
        on_change=_save,
        args=(migration_id, days),
        alt="Time zone and close hour per location",
    )


def _save(migration_id: str, days: list[BusinessDay]) -> None:
    for row, change in st.session_state[KEY]["edited_rows"].items():
        day = days[int(row)]
        if {ZONE, ENDS} & set(change):
            _set(migration_id, day, change.get(ZONE) or day.zone, int(change.get(ENDS, day.close_hour)))


def _set(migration_id: str, day: BusinessDay, zone: str, close_hour: int) -> None:
    act(
        partial(
            set_business_day, migration_id=migration_id, location=day.key, zone=zone, close_hour=close_hour
        ),
        "Saved",
    )
