"""What language models were sent and what they answered, word for word: the proof of what left the house."""

from __future__ import annotations

import json

import streamlit as st

from core.context import Context
from core.platform.ai import views as ai
from core.platform.costs.rules import dollars
from pages.ui import show as ui

ABOUT = (
    "Names of columns as far as the trade knows their words, shapes and counts. Values of guests, staff, cards and "
    "gift cards are never sent, nor are file names. Below stands the newest call, or the one you tick."
)


def prompts(context: Context, migration_id: str | None = None) -> None:
    """The calls of a migration, or of all; the one that is chosen stands below, as plain text."""
    sent = ai.prompts(context, migration_id)
    if not sent:
        ui.empty(
            "Nothing was sent yet",
            "Each prompt to a language model will stand here, word for word.",
            icon="forum",
        )
        return
    st.caption(ABOUT)
    picked = ui.table(
        [
            {
                "When": ui.moment(context, one.at),
                "Operation": ui.words(one.operation),
                "Asked": one.provider,
                "Model": one.model,
                "Outcome": ui.words(one.outcome),
                "Tokens in": one.tokens_in,
                "Tokens out": one.tokens_out,
                "Cost": dollars(one.cost_micro),
                "Seconds": None if one.latency_ms is None else one.latency_ms / 1000,
                "What was wrong": one.detail,
            }
            for one in sent
        ],
        {
            "When": None,
            "Operation": None,
            "Asked": None,
            "Model": None,
            "Outcome": None,
            "Tokens in": st.column_config.NumberColumn(format="localized"),
            "Tokens out": st.column_config.NumberColumn(format="localized"),
            "Cost": None,
            "Seconds": st.column_config.NumberColumn(format="%.1f"),
            "What was wrong": st.column_config.TextColumn(width="large"),
        },
        alt="Prompts sent to language models",
        most=8,
        key="ai_prompts",
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = picked.selection.rows
    _exchange(ai.prompt(context, sent[rows[0] if rows else 0].call_id))


def _exchange(found: ai.Prompt) -> None:
    """Both sides of one call."""
    left, right = st.columns(2)
    with left:
        st.markdown("**As it was sent**")
        for message in found.messages:
            st.caption("Instructions" if message["role"] == "system" else "Data")
            st.code(_laid_out(message["content"]), language=None, wrap_lines=True, height=260)
    with right:
        st.markdown("**As it came back**")
        st.caption("Reply")
        if found.reply:
            st.code(_laid_out(found.reply), language=None, wrap_lines=True, height=577)
        else:
            st.text("Nothing came back.")


def _laid_out(text: str) -> str:
    """JSON with a line for each of its parts; anything else as it is."""
    begin, end = text.find("{"), text.rfind("}") + 1
    try:
        laid_out = json.dumps(json.loads(text[begin:end]), indent=1, ensure_ascii=False)
    except ValueError:
        return text
    return text[:begin] + laid_out + text[end:]
