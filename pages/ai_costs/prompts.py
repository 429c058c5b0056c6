"""Prompts to language models and their replies, word for word: the proof of what was sent out."""

from __future__ import annotations

import json

import streamlit as st

from core.context import Context
from core.platform.ai import views as ai
from core.platform.costs.rules import dollars
from pages.ui import formats, widgets

INSTRUCTIONS = "Instructions"
ABOUT = (
    "Prompts contain column names in trade words, formats and counts. Values of guests, staff, cards and gift cards "
    "are never sent, nor are file names. Select a call to read it; the newest is shown."
)


def prompts(context: Context, migration_id: str | None = None) -> None:
    """Draw the calls of a migration, or of all; below them the selected call as plain text."""
    calls = ai.prompts(context, migration_id)
    if not calls:
        widgets.empty(
            "No prompts yet",
            "Each prompt to a language model appears here, word for word.",
            icon="forum",
        )
        return
    st.caption(ABOUT)
    picked = widgets.table(
        [
            {
                "When": formats.moment(context, call.at),
                "Operation": formats.words(call.operation),
                "Provider": call.provider,
                "Model": call.model,
                "Outcome": formats.words(call.outcome),
                "Tokens in": call.tokens_in,
                "Tokens out": call.tokens_out,
                "Cost": dollars(call.cost_micro),
                "Seconds": None if call.latency_ms is None else call.latency_ms / 1000,
                "Error": call.detail,
            }
            for call in calls
        ],
        {
            "When": None,
            "Operation": None,
            "Provider": None,
            "Model": None,
            "Outcome": None,
            "Tokens in": st.column_config.NumberColumn(format="localized"),
            "Tokens out": st.column_config.NumberColumn(format="localized"),
            "Cost": None,
            "Seconds": st.column_config.NumberColumn(format="%.1f"),
            "Error": st.column_config.TextColumn(width="large"),
        },
        alt="Prompts sent to language models",
        most=8,
        key="ai_prompts",
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = picked.selection.rows
    _exchange(ai.prompt(context, calls[rows[0] if rows else 0].call_id))


def _exchange(prompt: ai.Prompt) -> None:
    """Draw the prompt and the reply of a call side by side."""
    sent_column, received_column = st.columns(2)
    with sent_column:
        st.markdown("**Sent**")
        for message in prompt.messages:
            _readable(INSTRUCTIONS if message["role"] == "system" else "Data", message["content"])
    with received_column:
        st.markdown("**Received**")
        if prompt.reply:
            _readable("Reply", prompt.reply)
        else:
            st.text("No reply.")


def _readable(label: str, text: str) -> None:
    """Draw the full text in an expander; nothing scrolls inside, so the keyboard reaches all of it."""
    with st.expander(label, expanded=label != INSTRUCTIONS):
        st.code(_laid_out(text), language=None, wrap_lines=True)


def _laid_out(text: str) -> str:
    """Indent the JSON within a text; other texts stay as they are."""
    begin, end = text.find("{"), text.rfind("}") + 1
    try:
        laid_out = json.dumps(json.loads(text[begin:end]), indent=1, ensure_ascii=False)
    except ValueError:
        return text
    return text[:begin] + laid_out + text[end:]
