"""AI on this migration: its state, and the button that asks it about uncertain fields."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.context import Context
from core.engine.mapping.ai_costs import ahead
from core.engine.mapping.ai_review.actions import ReviewResult, review_with_ai
from core.platform.ai import views as ai
from core.platform.costs.views import Forecast
from pages.mapping.state.keys import reload
from pages.ui import formats, widgets
from pages.ui.frame import act

STATES: Mapping[str, tuple[str, str, str]] = {
    ai.OFF: ("AI off", "gray", "power_settings_new"),
    ai.READY: ("AI ready", "green", "auto_awesome"),
    ai.DEGRADED: ("AI degraded", "orange", "warning"),
    ai.LIMIT: ("AI limit reached", "orange", "speed"),
}
_OUTCOME = "ai_said"


def assistant(context: Context, migration_id: str) -> None:
    """Draw the state of AI with its reason, the forecast of tokens and the button; for the View popover."""
    status = ai.status(context, migration_id)
    label, colour, icon = STATES[status.state]
    with st.container(gap="xsmall"):
        widgets.badge(label, colour, icon=f":material/{icon}:")
        since = f" Since {formats.moment(context, status.since)}." if status.since else ""
        st.caption(formats.plain(f"{status.reason}{since}"), width="content")
        if status.models and context.may("ai.ask"):
            _button(migration_id, ahead(context, migration_id), allowed=status.state != ai.LIMIT)
    if outcome := st.session_state.get(_OUTCOME, {}).get(migration_id):
        st.text(outcome)


def _button(migration_id: str, needed: Forecast, *, allowed: bool) -> None:
    remaining = "" if needed.tokens_left is None else f" of the {needed.tokens_left:,} that are left"
    pressed = st.button(
        f"Ask AI about {formats.counted(needed.fields, 'field')}" if needed.fields else "No uncertain fields",
        icon=":material/auto_awesome:",
        key="ai_ask",
        disabled=not (needed.fields and allowed),
        help=f"About {needed.tokens:,} tokens{remaining}. It sees names, types and forms, never people's values.",
    )
    if pressed:
        with st.spinner("Asking, half a minute at most"):
            outcome = act(lambda context: review_with_ai(context, migration_id))
        if outcome is not None:
            st.session_state[_OUTCOME] = {migration_id: _outcome_text(outcome)}
            reload()
        st.rerun()


def _outcome_text(outcome: ReviewResult) -> str:
    """Describe the outcome: fields answered, changed, and left without an answer with the reason."""
    parts = [
        f"{outcome.answer_count:,} of {formats.counted(outcome.question_count, 'field')} answered, {outcome.change_count:,} with another target."
    ]
    if outcome.overtaken:
        parts.append(f"{formats.counted(outcome.overtaken, 'field')} decided meanwhile and left alone.")
    parts += [
        f"{formats.counted(count, 'field')} as the rules had it: {reason}"
        for reason, count in outcome.unanswered.items()
    ]
    return " ".join(parts)
