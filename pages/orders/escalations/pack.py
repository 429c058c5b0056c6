"""Draw a hand-over pack: how an order stood when a level of an escalation began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st

from core.business.engagements.communications.rules import CHANNELS, DIRECTIONS
from core.business.engagements.escalations.rules import level_text
from core.context import Context
from core.kit.wording import as_words, counted, day
from pages.ui import formats, widgets
from pages.ui.dialogs import section

SIDES = {"operator": "Us", "customer": "Customer"}


def draw_pack(context: Context, pack: Mapping[str, Any]) -> None:
    """Draw the pack; nothing in it changes after it was made."""
    made_at = formats.plain(formats.moment(context, datetime.fromisoformat(pack["made_at"])))
    st.caption(f"As it stood on {made_at}.")
    held = pack["held_rows"]
    rows = "nothing imported yet" if held is None else counted(held, "held row")
    st.text(f"Order {pack['order']}: {as_words(pack['state'])}, {rows}")
    for level in pack["levels"]:
        section(level_text(level["level"]))
        st.text(level["reason"])
    _draw_tasks(context, pack)
    _draw_milestones(context, pack)
    section("Last entries of the log")
    for entry in pack["log"]:
        at = formats.plain(formats.moment(context, datetime.fromisoformat(entry["at"])))
        direction = DIRECTIONS.get(entry["direction"], entry["direction"]).lower()
        st.caption(f"{CHANNELS.get(entry['channel'], entry['channel'])} {direction}, {at}")
        st.text(f"{entry['with']}: {entry['text']}")
    if not pack["log"]:
        st.caption("None.")


def _draw_tasks(context: Context, pack: Mapping[str, Any]) -> None:
    section("Open tasks")
    if not pack["tasks"]:
        st.caption("None.")
        return
    widgets.table(
        [
            {
                "Task": task["title"],
                "Whose": SIDES.get(task["side"], task["side"]),
                "Due": _day(context, task["due_on"]),
                "Blocks": formats.words(task["blocks"] or "") or None,
            }
            for task in pack["tasks"]
        ],
        {"Task": None, "Whose": None, "Due": None, "Blocks": None},
        alt="Tasks that were open",
    )


def _draw_milestones(context: Context, pack: Mapping[str, Any]) -> None:
    section("Milestones")
    if not pack["milestones"]:
        st.caption("None planned.")
        return
    widgets.table(
        [
            {
                "Milestone": formats.words(milestone["key"]),
                "Promised": _day(context, milestone["promised_on"]),
                "Reached": _day(context, milestone["reached_on"]),
            }
            for milestone in pack["milestones"]
        ],
        {"Milestone": None, "Promised": None, "Reached": None},
        alt="Milestones as they stood",
    )


def _day(context: Context, text: str | None) -> str | None:
    return day(date.fromisoformat(text), context.today) if text else None
