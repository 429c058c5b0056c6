"""What the calls of the AI ledger add up to: a week of days, groupings that come to the total, tips with their saving."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.platform.costs.rules import dollars
from core.platform.costs.spending import Call, Part, by_day, parts, total
from core.platform.costs.tips import Tip
from pages.ui import widgets as ui

WEEK = 7
GROUPINGS: Mapping[str, str] = {
    "Operation": "operation",
    "Model": "model",
    "Migration": "migration_id",
    "Day": "day",
    "Outcome": "outcome",
    "Provider": "provider",
}
_CALLS = "Every call"
_MOST = 500  # calls shown one by one


def of_last_week(context: Context, calls: Sequence[Call]) -> list[Call]:
    """The calls of today and of the six days before, where the customer is."""
    today = context.now.astimezone(ZoneInfo(context.tenant.zone)).date()
    return [call for call in calls if today - timedelta(days=WEEK) < call.day <= today]


def trend(context: Context, calls: Sequence[Call]) -> None:
    """A bar per day, as high as what the day cost."""
    import plotly.graph_objects as go  # noqa: PLC0415  (a third of a second, on this screen only)

    today = context.now.astimezone(ZoneInfo(context.tenant.zone)).date()
    days = by_day(calls, today, WEEK)
    chart = go.Figure(
        go.Bar(
            x=[f"{day:%a %-d %b}" for day in days],
            y=[part.cost_micro for part in days.values()],
            text=[dollars(part.cost_micro) if part.calls else "" for part in days.values()],
            textposition="outside",
            cliponaxis=False,
            hovertext=[
                f"{ui.counted(part.calls, 'call')}, {ui.counted(part.tokens, 'token')}"
                for part in days.values()
            ],
            hoverinfo="x+text",
        )
    )
    chart.update_layout(height=230, margin={"l": 0, "r": 0, "t": 24, "b": 0}, bargap=0.4)
    chart.update_yaxes(visible=False, rangemode="tozero")
    st.plotly_chart(
        chart, config={"displayModeBar": False}, key="trend", alt="Cost of each of the last 7 days"
    )


def breakdown(context: Context, calls: Sequence[Call], names: Mapping[str, str]) -> None:
    """The calls by what is chosen, with the total they come to; or one by one."""
    chosen = st.segmented_control(
        "By",
        [*GROUPINGS, _CALLS],
        default="Operation",
        required=True,
        key="by",
        bind="query-params",
        label_visibility="collapsed",
    )
    if not calls:
        st.caption("No call in this period.")
    elif chosen == _CALLS:
        _one_by_one(context, calls, names)
    else:
        _grouped(calls, chosen, names)


def _grouped(calls: Sequence[Call], by: str, names: Mapping[str, str]) -> None:
    whole = total(calls)
    grouped = {_label(by, key, names): part for key, part in parts(calls, GROUPINGS[by]).items()}
    ui.table(
        [_line(by, label, part, whole) for label, part in grouped.items()]
        + [_line(by, "Total", whole, whole)],
        {
            by: None,
            "Cost": _amount(),
            "Share": _amount(),
            "Calls": _count(),
            "Tokens in": _count(),
            "Cached": _count(),
            "Tokens out": _count(),
        },
        alt=f"Cost by {by.lower()}, with the total",
    )


def _label(by: str, key: Hashable, names: Mapping[str, str]) -> str:
    if by == "Migration":
        return names.get(str(key), "Deleted migration") if key else "No migration"
    return ui.words(str(key)) if by in {"Operation", "Outcome"} else str(key)


def _line(by: str, label: str, part: Part, whole: Part) -> dict[str, object]:
    share = part.cost_micro * 1000 // whole.cost_micro if whole.cost_micro else None
    return {
        by: label,
        "Cost": dollars(part.cost_micro),
        "Share": "–" if share is None else f"{share // 10}.{share % 10}%",
        "Calls": part.calls,
        "Tokens in": part.tokens_in,
        "Cached": part.tokens_cached,
        "Tokens out": part.tokens_out,
    }


def _one_by_one(context: Context, calls: Sequence[Call], names: Mapping[str, str]) -> None:
    newest = list(reversed(calls))[:_MOST]
    if len(newest) < len(calls):
        st.caption(f"The newest {_MOST} of {ui.counted(len(calls), 'call')}.")
    ui.table(
        [
            {
                "When": ui.moment(context, call.at),
                "Operation": ui.words(call.operation),
                "Model": call.model,
                "Attempt": call.attempt,
                "Outcome": ui.words(call.outcome),
                "Cost": dollars(call.cost_micro),
                "Tokens in": call.tokens_in,
                "Tokens out": call.tokens_out,
                "Duration": "–" if call.latency_ms is None else f"{call.latency_ms / 1000:.1f} s",
                "Migration": _label("Migration", call.migration_id, names),
                "Detail": call.detail,
            }
            for call in newest
        ],
        {
            "When": None,
            "Operation": None,
            "Model": None,
            "Attempt": _count(),
            "Outcome": None,
            "Cost": _amount(),
            "Tokens in": _count(),
            "Tokens out": _count(),
            "Duration": _amount(),
            "Migration": None,
            "Detail": None,
        },
        alt="AI calls, newest first",
    )


def tips(found: Sequence[Tip]) -> None:
    """Each with what it would have saved."""
    if not found:
        st.caption("No savings found for the calls of this period.")
    for tip in found:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{ui.plain(tip.title)}**")
                st.space("stretch")
                ui.badge(
                    f"{dollars(tip.saving_micro)}".replace("$", r"\$"), "green", icon=":material/savings:"
                )
            st.text(f"{ui.counted(tip.calls, 'call')}. {tip.text}")


def _amount() -> Any:
    return st.column_config.TextColumn(alignment="right")


def _count() -> Any:
    return st.column_config.NumberColumn(format="localized")
