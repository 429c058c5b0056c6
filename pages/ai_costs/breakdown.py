"""The calls of the AI ledger by what is chosen, with their total; or one by one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.context import Context
from core.platform.costs.rules import dollars
from core.platform.costs.spending import Call, Part, parts, total
from pages.ui import formats, widgets

GROUPINGS: Mapping[str, str] = {
    "Operation": "operation",
    "Model": "model",
    "Migration": "migration_id",
    "Day": "day",
    "Outcome": "outcome",
    "Provider": "provider",
}
_CALLS = "Every call"
_MAX_CALLS = 500  # calls shown in a table


def breakdown(context: Context, calls: Sequence[Call], names: Mapping[str, str]) -> None:
    """Draw the calls by the chosen grouping with their total, or call by call."""
    dimension = st.segmented_control(
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
    elif dimension == _CALLS:
        _one_by_one(context, calls, names)
    else:
        _grouped(calls, dimension, names)


def _grouped(calls: Sequence[Call], by: str, names: Mapping[str, str]) -> None:
    total_part = total(calls)
    grouped = {_label(by, key, names): part for key, part in parts(calls, GROUPINGS[by]).items()}
    widgets.table(
        [_line(by, label, part, total_part) for label, part in grouped.items()]
        + [_line(by, "Total", total_part, total_part)],
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
    return formats.words(str(key)) if by in {"Operation", "Outcome"} else str(key)


def _line(by: str, label: str, part: Part, total_part: Part) -> dict[str, object]:
    share = part.cost_micro * 1000 // total_part.cost_micro if total_part.cost_micro else None
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
    newest = list(reversed(calls))[:_MAX_CALLS]
    if len(newest) < len(calls):
        st.caption(f"The newest {_MAX_CALLS} of {formats.counted(len(calls), 'call')}.")
    widgets.table(
        [
            {
                "When": formats.moment(context, call.at),
                "Operation": formats.words(call.operation),
                "Model": call.model,
                "Attempt": call.attempt,
                "Outcome": formats.words(call.outcome),
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


def _amount() -> Any:
    return st.column_config.TextColumn(alignment="right")


def _count() -> Any:
    return st.column_config.NumberColumn(format="localized")
