"""Which migration an order moves: chosen by who works on it, with words where its findings are nobody's until then."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.tasks.migrations import name_migration, order_migration
from core.context import Context
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state
_UNCLEAR = (
    "Several orders of this customer are open. Choose the migration of this one: "
    "its fields to review, held rows and differences become tasks here."
)


def draw_migration(context: Context, order_id: str) -> None:
    """Draw the migration of an order as a choice; nothing where the customer has none, or one and one order."""
    entry = order_migration(context, order_id)
    if not entry.choices or not (entry.is_unclear or entry.migration_id or len(entry.choices) > 1):
        return
    labels = {"": "None named", **formats.unique_labels(dict(entry.choices))}
    if entry.is_unclear:
        st.caption(_UNCLEAR)
    key = f"order_migration_{order_id}"
    STATE.setdefault(key, entry.migration_id if entry.migration_id in labels else "")
    st.selectbox(
        "Migration of this order",
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        disabled=not context.may("order.work"),
        on_change=partial(_name, context.tenant.slug, order_id, key),
    )


def _name(slug: str, order_id: str, key: str) -> None:
    migration_id = STATE.get(key) or None
    act(lambda context: name_migration(context, order_id, migration_id), "Migration named", tenant=slug)
